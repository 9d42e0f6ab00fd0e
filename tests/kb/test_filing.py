"""Documents previewed, filed with corrections, replaced and amended; what stays when a run is stopped or files swap."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.errors import EmptyFile
from ingest.progress import Step
from kb import KnowledgeBase
from kb.errors import BadInput, Interrupted, StoreUnusable, UnknownDocument

GREENWAY = Path(__file__).parents[1] / "files" / "greenway.txt"
PLAIN = """湖山县节水办法
湖山县人民政府
2022年3月1日
一、推广节水器具。（县水务局负责）
二、本办法自印发之日起施行。
"""


@pytest.fixture
def own(tmp_path: Path):
    with KnowledgeBase.open(tmp_path / "own") as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "节水.txt"
    path.write_text(PLAIN, "utf-8")
    return path


def card(kb: KnowledgeBase, doc_id: str):
    return next(card for card in kb.documents() if card.doc_id == doc_id)


def test_a_preview_files_nothing(own, file):
    told: list[Step] = []
    document = own.preview(file, told.append)
    assert (document.source.title, document.source.level) == ("湖山县节水办法", "县")
    assert own.documents() == [] and not (own.settings.home / "originals").exists()
    assert [step.stage for step in told] == ["读取", "解析"]
    assert own.filed_as(document) == ""
    with pytest.raises(EmptyFile):
        file.write_bytes(b"")
        own.preview(file)


def test_a_previewed_document_is_filed_with_corrections(own, file):
    doc_id = own.file(own.preview(file), corrections={"doc_number": "湖政发〔2022〕4号", "date": "2022-03-02"})
    found = card(own, doc_id)
    assert (found.doc_number, found.date, found.title) == ("湖政发〔2022〕4号", "2022-03-02", "湖山县节水办法")
    assert own.original(doc_id).read_text("utf-8") == PLAIN
    assert own.document("湖政发〔2022〕4号").source.doc_id == doc_id
    assert own.search("节水器具")[0].doc.doc_id == doc_id
    assert own.corrections(doc_id) == {"doc_number": "湖政发〔2022〕4号", "date": date(2022, 3, 2)}
    assert own.filed_as(own.preview(file)) == doc_id


def test_a_file_is_filed_at_once_and_again_without_a_second_copy(own, file, tmp_path):
    doc_id = own.file(file)
    copy = shutil.copyfile(file, tmp_path / "副本.txt")
    assert own.file(copy, corrections={"title": "湖山县节约用水办法"}) == doc_id
    assert [c.title for c in own.documents()] == ["湖山县节约用水办法"]
    assert own.ingest([file]).unchanged == (doc_id,)


def test_a_correction_holds_when_the_file_changes_and_when_the_database_is_lost(own, file):
    doc_id = own.file(file, corrections={"issuers": ["湖山县水务局"], "title": "湖山县节约用水办法"})
    file.write_text(PLAIN.replace("器具", "设备"), "utf-8")
    assert own.ingest([file]).replaced == (doc_id,)
    assert (card(own, doc_id).title, card(own, doc_id).issuers) == ("湖山县节约用水办法", ("湖山县水务局",))
    own.rebuild()
    assert card(own, doc_id).title == "湖山县节约用水办法"
    home = own.settings.home
    own.close()
    (home / "kb.sqlite3").write_bytes(b"lost")
    recovered, _, _ = KnowledgeBase.recover(home)
    with recovered:
        assert (card(recovered, doc_id).title, card(recovered, doc_id).issuers) == (
            "湖山县节约用水办法", ("湖山县水务局",),
        )  # fmt: skip


def test_a_card_is_amended_and_a_correction_taken_back(own, file):
    doc_id = own.file(file)
    amended = own.amend_card(doc_id, status="superseded", date=date(2022, 4, 1), issuers=["北河市水务局"])
    assert (amended.status, amended.date) == ("superseded", "2022-04-01")
    assert (amended.issuers, amended.level, amended.region) == (("北河市水务局",), "市", "北河市")
    back = own.amend_card(doc_id, status=None, issuers=None)
    assert (back.status, back.issuers, back.level) == ("in_force", ("湖山县人民政府",), "县")
    assert back.date == "2022-04-01"
    assert own.amend_card(doc_id, date="").date is None
    file.write_text(PLAIN + "\n", "utf-8")
    assert own.ingest([file]).replaced == (doc_id,)
    assert card(own, doc_id).date is None  # an empty field stays empty when it is read again
    assert all(check.passed for check in own.doctor())


@pytest.mark.parametrize(
    "fields",
    [
        {"colour": "red"}, {"title": ""}, {"title": 7}, {"date": "昨天"}, {"level": "村"}, {"status": "gone"},
        {"issuers": [7]}, {"title": "一\n二"}, {"title": "长" * 501}, {"form": ""},
    ],
)  # fmt: skip
def test_a_wrong_correction_changes_nothing(own, file, fields):
    doc_id = own.file(file)
    before = card(own, doc_id)
    with pytest.raises(BadInput):
        own.amend_card(doc_id, **fields)
    with pytest.raises(BadInput):
        own.file(file, corrections=fields)
    assert card(own, doc_id) == before and own.corrections(doc_id) == {}


def test_a_document_is_replaced_under_its_id(own, file, tmp_path):
    doc_id = own.file(file, corrections={"doc_number": "湖政发〔2022〕4号"})
    newer = tmp_path / "节水（修订）.txt"
    newer.write_text(PLAIN.replace("器具", "设备"), "utf-8")
    assert own.file(newer, doc_id="湖政发〔2022〕4号") == doc_id
    assert "设备" in own.document(doc_id).text
    assert card(own, doc_id).doc_number == "湖政发〔2022〕4号"
    assert own.original(doc_id).name == "节水（修订）.txt"
    assert len(list((own.settings.home / "originals").iterdir())) == 1
    with pytest.raises(UnknownDocument):
        own.file(newer, doc_id="没有")
    other = own.file(GREENWAY)
    with pytest.raises(BadInput, match=doc_id):
        own.file(newer, doc_id=other)


def test_a_file_that_changed_after_the_preview_is_not_filed(own, file):
    document = own.preview(file)
    file.write_text("别的", "utf-8")
    with pytest.raises(BadInput, match="又变了"):
        own.file(document)
    assert own.documents() == []


def test_what_is_removed_leaves_nothing(own, file):
    doc_id = own.file(file, corrections={"level": "市"})
    own.remove(doc_id)
    assert not any(
        path.is_file() for name in ("originals", "corrections") for path in own.settings.home.glob(f"{name}/**/*")
    )
    with pytest.raises(UnknownDocument):
        own.original(doc_id)
    again = own.file(file)
    shutil.rmtree(own.settings.home / "originals")
    with pytest.raises(StoreUnusable, match="原件不在"):
        own.original(again)


def test_files_that_swap_their_content_are_both_kept(own, tmp_path):
    first, second = tmp_path / "1.txt", tmp_path / "2.txt"
    first.write_text("一、造林\n巡护林区。\n", "utf-8")
    second.write_text("一、治水\n清淤河道。\n", "utf-8")
    ids = own.ingest([first, second]).added
    words = first.read_text("utf-8"), second.read_text("utf-8")
    first.write_text(words[1], "utf-8")
    second.write_text(words[0], "utf-8")
    assert own.ingest([first, second]).replaced == ids
    assert ["河道" in own.document(ids[0]).text, "林区" in own.document(ids[1]).text] == [True, True]


def test_copies_are_one_document_and_a_copy_of_a_failed_file_is_tried(own, tmp_path):
    (tmp_path / "1.md").write_bytes(bytes(range(32)) * 9)
    (tmp_path / "2.txt").write_text("一、造林\n巡护林区。\n", "utf-8")
    (tmp_path / "3.txt").write_text("一、造林\n巡护林区。\n", "utf-8")
    (tmp_path / "4.txt").write_bytes(bytes(range(32)) * 9)
    report = own.ingest([tmp_path])
    assert (len(report.added), report.unchanged) == (1, report.added)
    assert [Path(failure.path).name for failure in report.failed] == ["1.md", "4.txt"]


def test_ctrl_c_leaves_what_was_filed_and_the_next_run_goes_on(own, tmp_path):
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(f"一、第{n}件事\n巡护林区。\n", "utf-8")

    def stop(step: Step) -> None:
        if step.stage == "入库" and step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        own.ingest(sorted(tmp_path.glob("*.txt")), stop)
    filed = len(own.documents())  # those that were ready together are filed together
    assert filed >= 2
    assert f"已入库{filed}个文件，还有{5 - filed}个" in str(stopped.value)
    report = own.ingest(sorted(tmp_path.glob("*.txt")))
    assert (len(report.added), len(report.unchanged)) == (5 - filed, filed)
    assert all(check.passed for check in own.doctor())


def test_a_name_that_turns_the_reading_around_is_shown_as_codes(own, tmp_path):
    bad = tmp_path / "通知\u202efdp\n.txt"
    bad.write_bytes(b"")
    good = tmp_path / "好\u202e的.txt"
    good.write_text("推广节水器具，巡护林区，按时上报。\n", "utf-8")
    told: list[Step] = []
    report = own.ingest([tmp_path], told.append)
    shown = [report.failed[0].path, report.failed[0].reason, own.documents()[0].title, *(step.file for step in told)]
    assert all(text.isprintable() for text in shown)
    assert "\\u202e" in report.failed[0].reason
