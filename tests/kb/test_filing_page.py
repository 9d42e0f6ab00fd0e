"""Files into the library through the page: read, set right, filed, replaced, removed; and all that can go wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ingest.readers import MAX_BYTES
from kb import KnowledgeBase
from kb.errors import StoreLocked
from kb.settings import PROJECT
from kb.views import desk
from kb.views.desk import Item, safe_name
from kb.views.fields import corrections
from tests.pages import MARKUP, checked, library, texts

NOTICE = """云河市人民政府文件

云政发〔2024〕9号

云河市人民政府关于印发云河市河道保洁三年行动方案的通知

各县（市、区）人民政府，市直各部门：

为贯彻落实《东江省河道保洁条例》（东政发〔2023〕4号），制定本方案。

一、总体要求

到2027年，河道保洁率达到95%以上。

二、重点任务

（一）开展巡查。每月巡查一次。（市水务局牵头，市财政局配合）

云河市人民政府

2024年3月5日
"""
NEWER = NOTICE.replace("95%", "98%").replace("3月5日", "3月9日")
TITLE = "云河市河道保洁三年行动方案"
NASTY = "通知\u202efdp[x](javascript:alert(1)):red[坏]<b>.txt"


@pytest.fixture
def filing(page, tmp_path):
    """The page of an empty library, where files are handed in."""
    return library(page, tmp_path / "home")


@pytest.fixture
def stored(tmp_path):
    """Read what the library of the page holds, as another process would."""

    def read():
        with KnowledgeBase.open(tmp_path / "home") as kb:
            return kb.documents()

    return read


def hand_in(app, *files):
    """Hand in files, each a name and its text or bytes."""
    given = [(name, text.encode() if isinstance(text, str) else text, "") for name, text in files]
    return checked(app.file_uploader[0].set_value(given).run())


def button(app, key):
    return next(b for b in app.button if (b.key or "").startswith(key))


def field(app, name):
    return next(w for w in [*app.text_input, *app.selectbox, *app.radio] if (w.key or "").endswith(f"_{name}"))


def press(app, key):
    return checked(button(app, key).click().run())


def filed(app, text=NOTICE, name="a.txt"):
    return press(hand_in(app, (name, text)), "file_item")


def opened(app):
    """File the notice and open its document."""
    return press(filed(app), "filed_item")


# reading and setting right


def test_an_empty_library_begins_with_the_box_for_files(filing):
    assert filing.file_uploader[0].accept_multiple_files
    formats = next(c for c in texts(filing.caption) if c.startswith("能读的格式"))
    assert "pdf" in formats and "txt" in formats


def test_reading_files_nothing_and_shows_what_was_recognised(filing, stored):
    app = hand_in(filing, ("a.txt", NOTICE))
    assert stored() == []
    facts = {name: field(app, name).value for name in ("title", "doc_number", "issuers", "date", "level", "region")}
    assert facts == {
        "title": TITLE, "doc_number": "云政发〔2024〕9号", "issuers": "云河市人民政府", "date": "2024-03-05",
        "level": "市", "region": "云河市",
    }  # fmt: skip
    assert any("依据、贯彻" in c and "东江省河道保洁条例" in c for c in texts(app.caption))
    assert "**1份待入库**" in texts(app.markdown)


def test_what_was_set_right_is_filed(filing, stored):
    app = hand_in(filing, ("a.txt", NOTICE))
    field(app, "doc_number").set_value("云政发〔2024〕19号")
    field(app, "issuers").set_value("云河市人民政府、云河市水务局")
    field(app, "status").set_value("superseded")
    press(checked(app.run()), "file_item")
    (card,) = stored()
    assert (card.doc_number, card.issuers) == ("云政发〔2024〕19号", ("云河市人民政府", "云河市水务局"))
    assert card.status == "superseded"
    assert card.title == TITLE
    assert any("已入库" in line for line in texts(app.markdown))


def test_a_wrong_date_is_said_in_place_and_nothing_is_lost(filing, stored):
    app = hand_in(filing, ("a.txt", NOTICE))
    field(app, "date").set_value("去年三月")
    press(checked(app.run()), "file_item")
    assert "不是日期" in app.warning[0].value
    assert stored() == []
    field(app, "date").set_value("2023-03-05")
    press(checked(app.run()), "file_item")
    assert [card.date for card in stored()] == ["2023-03-05"]


def test_a_bad_file_gets_its_line_and_the_rest_goes_on(filing, stored):
    app = hand_in(filing, ("空.txt", b""), ("a.txt", NOTICE), ("b.exe", b"MZ\x90\x00"), ("c.pdf", b"no pdf"))
    assert len(app.warning) == 3
    assert ["空" in w for w in texts(app.warning)] == [True, False, False]
    press(app, "file_item")
    assert [card.title for card in stored()] == [TITLE]
    press(app, "clear_done")
    assert not app.warning


def test_all_are_filed_at_once(filing, stored):
    app = hand_in(filing, ("a.txt", NOTICE), ("b.txt", "云河市节水办法\n\n一、节水\n\n节约用水。\n"))
    press(app, "file_all")
    assert len(stored()) == 2
    assert "**没有待入库的文件**" in texts(app.markdown)


def test_what_is_put_away_is_not_filed(filing, stored):
    app = press(hand_in(filing, ("a.txt", NOTICE)), "away_item")
    assert not [b for b in app.button if (b.key or "").startswith("file_")]
    assert stored() == []


def test_the_same_file_again_says_so(filing, stored):
    app = filed(filing)
    hand_in(app, ("副本.txt", NOTICE))
    assert any("副本" in line and "没有重复入库" in line for line in texts(app.markdown))
    assert len(stored()) == 1


def test_the_same_file_twice_at_once_says_so(filing):
    app = hand_in(filing, ("a.txt", NOTICE), ("b.txt", NOTICE))
    assert "与待入库的" in app.warning[0].value
    assert "**1份待入库**" in texts(app.markdown)


def test_files_read_stay_while_another_view_is_shown(filing):
    app = hand_in(filing, ("a.txt", NOTICE))
    field(app, "region").set_value("云河县")
    checked(app.run())
    views = app.main.get("button_group")[0]
    checked(views.set_value("trial").run())
    checked(app.main.get("button_group")[0].set_value("filing").run())
    assert field(app, "region").value == "云河县"


# a newer file of the same document


def test_a_file_with_the_same_number_can_take_the_place_of_the_old_one(filing, stored):
    app = filed(filing)
    (before,) = stored()
    hand_in(app, ("新.txt", NEWER))
    choice = next(r for r in app.radio if (r.key or "").startswith("replaces_"))
    assert choice.value == ""
    choice.set_value(before.doc_id)
    press(checked(app.run()), "file_item")
    (after,) = stored()
    assert (after.doc_id, after.date, after.file) == (before.doc_id, "2024-03-09", "新.txt")


def test_a_file_with_the_same_number_can_be_another_document(filing, stored):
    app = filed(filing)
    press(hand_in(app, ("新.txt", NEWER)), "file_item")
    assert len(stored()) == 2


# names


def test_a_nasty_name_is_shown_as_it_is_and_stays_in_its_folder(filing, stored, tmp_path):
    app = hand_in(filing, (NASTY, "每月记录一次水位。\n"), ("../../../x.txt", "每年记录一次雨量。\n"))
    said = [*texts(app.caption), *texts(app.markdown), *[e.label for e in app.expander]]
    assert not [m for m in MARKUP for line in said if m in line]
    assert not [line for line in said if "\u202e" in line]
    press(app, "file_all")
    assert len(stored()) == 2
    outside = {p.name for p in tmp_path.parent.iterdir()} | {p.name for p in tmp_path.iterdir()}
    assert not [name for name in outside if name.endswith(".txt")]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x.txt", "a/b\\c.pdf", "\x00\n.txt", "长" * 300 + ".docx", "x." + "y" * 300, "\ud800.txt"],
)
def test_any_name_becomes_one_that_a_disk_takes(name, tmp_path):
    safe = safe_name(name)
    file = tmp_path / safe
    file.write_bytes(b"x")
    assert file.parent == tmp_path and file.resolve().parent == tmp_path
    assert Path(name).suffix in (file.suffix, f".{'y' * 300}")


# filed documents: set right, replaced, removed


def test_a_filed_document_can_be_set_right_and_put_back(filing, stored):
    app = press(opened(filing), "amend")
    field(app, "doc_number").set_value("云政发〔2024〕99号")
    press(checked(app.run()), "amend_save")
    assert [card.doc_number for card in stored()] == ["云政发〔2024〕99号"]
    checked(app.run())
    press(press(app, "amend"), "amend_undo")
    assert [card.doc_number for card in stored()] == ["云政发〔2024〕9号"]


def test_a_document_is_replaced_by_a_newer_file_under_its_id(filing, stored):
    app = opened(filing)
    (before,) = stored()
    press(app, "replace")
    assert button(app, "replace_confirm").disabled
    uploader = next(u for u in app.file_uploader if u.key == "newer_file")
    checked(uploader.set_value(("新.txt", NEWER.encode(), "")).run())
    assert any("2024-03-09" in str(value).replace("\\", "") for value in app.table[0].value["新文件"])
    press(app, "replace_confirm")
    (after,) = stored()
    assert (after.doc_id, after.date) == (before.doc_id, "2024-03-09")


def test_a_document_is_removed_only_after_confirmation(filing, stored):
    app = press(opened(filing), "remove")
    assert any("确定移除" in line and TITLE in line for line in texts(app.markdown))
    press(app, "cancel")
    assert len(stored()) == 1
    press(press(app, "remove"), "remove_confirm")
    assert stored() == []
    checked(app.run())
    assert app.title[0].value == "文件库"
    assert "doc" not in app.query_params


def test_what_another_window_removed_meanwhile_is_said_in_the_dialog(filing, tmp_path, stored):
    app = press(opened(filing), "remove")
    with KnowledgeBase.open(tmp_path / "home") as other:
        other.remove(other.documents()[0].doc_id)
    press(app, "remove_confirm")
    assert any("没有这个文件" in w for w in texts(app.warning)) or app.title[0].value == "文件库"


# disk and locks


def test_a_disk_that_refuses_is_said_and_the_file_can_be_filed_later(filing, stored, tmp_path):
    app = hand_in(filing, ("a.txt", NOTICE))
    block = tmp_path / "home" / "originals"
    block.write_bytes(b"")  # no folder can be made where a file lies, as on a disk that is full
    press(app, "file_item")
    assert "请检查磁盘空间" in app.warning[0].value
    assert "**1份待入库**" in texts(app.markdown)
    block.unlink()
    press(app, "file_item")
    assert len(stored()) == 1


class Locked:
    """A knowledge base that another process writes to."""

    def file(self, document, *, doc_id, corrections, progress):
        raise StoreLocked("知识库正被另一个进程写入；请稍后重试")


def test_a_locked_library_keeps_what_was_read(plan):
    item = Item("a.txt", document=plan, facts={})
    item.facts = desk.facts_of(plan.source)
    desk.file(Locked(), item, lambda step: None)
    assert item.waiting
    assert "稍后重试" in item.problem


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({}, {}),
        ({"date": " 2024-01-01 "}, {}),
        ({"date": ""}, {"date": ""}),
        ({"issuers": "甲局，乙局"}, {"issuers": ["甲局", "乙局"]}),
        ({"issuers": ""}, {"issuers": []}),
    ],
)
def test_only_what_was_changed_is_a_correction(after, expected):
    before = {"title": "某办法", "date": "2024-01-01", "issuers": "甲局"}
    assert corrections(before, before | after) == expected


def test_the_server_takes_files_as_large_as_the_readers_do():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["maxUploadSize"] * 2**20 == MAX_BYTES


def labels(app):
    """Return what the fields and buttons of the page are called, and what stands beside them."""
    fields = [*app.text_input, *app.selectbox, *app.radio, *app.button]
    options = [option for widget in (*app.selectbox, *app.radio) for option in widget.options]
    return [*(widget.label for widget in fields), *options, *texts(app.caption), *texts(app.warning)]


def chinese(said):
    """Return the texts that hold Chinese which is not of the file handed in, nor an address in it."""
    own = re.compile(r"云|东江省|总体要求|重点任务|开展巡查|^(文首|一|落款)$")
    return [text for text in said if re.search("[一-鿿]", text) and not own.search(text)]


def test_filing_and_what_is_done_to_a_document_speak_english(page, tmp_path):
    app = checked(page(tmp_path / "home", lang="en").switch_page("kb/views/library.py").run())
    assert chinese(labels(app)) == []
    app = hand_in(app, ("a.txt", NOTICE))
    assert "Document number" in labels(app)
    assert chinese(labels(app)) == []
    app = press(press(app, "file_item"), "filed_item")
    for action, said in (("amend", "Save"), ("replace", "Replace"), ("remove", "Remove")):
        app = press(app, action)
        assert said in labels(app)
        assert chinese(labels(app)) == []
        app = press(app, "cancel")
