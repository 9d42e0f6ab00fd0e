"""The manifest: what it says is checked, and a wrong line is named."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from ingest.document import Source
from ingest.errors import ManifestError, UnreadableFile
from ingest.manifest import read_manifest, source_of

TEXT = "北河市节水办法\n第一条 为了节水，制定本办法。\n"
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
ENTRY = {"doc_id": "beihe-1", "file": "documents/a.txt", "sha256": SHA, "title": "北河市节水办法"}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus" / "documents").mkdir(parents=True)
    (tmp_path / "corpus" / "documents" / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "corpus" / "documents" / "b.txt").write_bytes(TEXT.encode())
    (tmp_path / "outside.txt").write_bytes(TEXT.encode())
    return tmp_path / "corpus"


def manifest(corpus: Path, *entries: dict | str) -> Path:
    path = corpus / "manifest.jsonl"
    lines = (entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False) for entry in entries)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_all_fields(corpus: Path) -> None:
    full = ENTRY | {
        "sha256": SHA.upper(),
        "number": "北政发〔2023〕7号",
        "issuers": ["北河市人民政府", "北河市水务局"],
        "dated": "2023-08-05",
        "level": "市",
        "region": "北河市",
        "form": "digest",
        "status": "amended",
        "url": "https://example.org/a",
    }
    (source,) = read_manifest(manifest(corpus, full))
    assert source == Source(
        "beihe-1",
        (corpus / "documents" / "a.txt").resolve(),
        SHA,
        "北河市节水办法",
        "北政发〔2023〕7号",
        ("北河市人民政府", "北河市水务局"),
        date(2023, 8, 5),
        "市",
        "北河市",
        "digest",
        "amended",
        "https://example.org/a",
    )


def test_defaults_blank_lines_and_mark(corpus: Path) -> None:
    path = manifest(corpus, "\ufeff" + json.dumps(ENTRY), "", ENTRY | {"doc_id": "b", "file": "documents/b.txt"})
    first, second = read_manifest(path)
    assert (first.form, first.status, first.dated, first.issuers, first.level) == ("fulltext", "in_force", None, (), "")
    assert second.doc_id == "b"


def test_null_date_and_empty_manifest(corpus: Path) -> None:
    assert read_manifest(manifest(corpus, ENTRY | {"dated": None}))[0].dated is None
    assert read_manifest(manifest(corpus)) == ()


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{", "不是合法的 JSON"),
        ('["a"]', "应是一个 JSON 对象"),
        ({}, "缺少字段 doc_id、file、sha256、title"),
        (ENTRY | {"title": ""}, "缺少字段 title"),
        (ENTRY | {"datd": "2023-08-05"}, "不认识的字段 datd；可用的字段有 doc_id"),
        (ENTRY | {"number": 7}, "字段 number 应是字符串"),
        (ENTRY | {"file": 7}, "字段 file 应是字符串"),
        (ENTRY | {"level": "乡"}, "level 的值“乡”不对"),
        (ENTRY | {"form": "summary"}, "只能是 fulltext、digest"),
        (ENTRY | {"status": ["in_force"]}, "应是字符串"),
        (ENTRY | {"doc_id": "../a"}, "doc_id“../a”不对"),
        (ENTRY | {"doc_id": "北河"}, "doc_id“北河”不对"),
        (ENTRY | {"dated": "2023年8月5日"}, "不是日期；请写成 2023-08-05"),
        (ENTRY | {"dated": "2023-02-30"}, "不是日期"),
        (ENTRY | {"issuers": "北河市水务局"}, "issuers 应是机关名称的列表"),
        (ENTRY | {"issuers": [""]}, "issuers 应是机关名称的列表"),
        (ENTRY | {"sha256": "0" * 64}, f"与 sha256 不符（实际为 {SHA}）"),
        (ENTRY | {"file": "documents/c.txt"}, "打不开文件 c.txt"),
        (ENTRY | {"file": "documents"}, "打不开文件 documents"),
        (ENTRY | {"file": "../outside.txt"}, "不在清单所在的文件夹里"),
        (ENTRY | {"file": "documents/../../outside.txt"}, "不在清单所在的文件夹里"),
    ],
)
def test_wrong_line(entry: dict | str, says: str, corpus: Path) -> None:
    good = ENTRY | {"doc_id": "good", "file": "documents/b.txt"}
    with pytest.raises(ManifestError) as caught:
        read_manifest(manifest(corpus, good, "", entry))
    message = str(caught.value)
    assert message.startswith("manifest.jsonl 第 3 行：") and says in message and "\n" not in message


def test_absolute_path_and_link_out_of_the_folder(corpus: Path) -> None:
    outside = corpus.parent / "outside.txt"
    (corpus / "link.txt").symlink_to(outside)
    for name in (str(outside), "link.txt"):
        with pytest.raises(ManifestError, match="不在清单所在的文件夹里"):
            read_manifest(manifest(corpus, ENTRY | {"file": name}))


@pytest.mark.parametrize(
    "again", [{"file": "documents/b.txt"}, {"doc_id": "other"}, {"doc_id": "other", "file": "documents/./a.txt"}]
)
def test_duplicates(again: dict, corpus: Path) -> None:
    with pytest.raises(ManifestError, match=r"第 2 行：.* 与第 1 行重复"):
        read_manifest(manifest(corpus, ENTRY, ENTRY | again))


def test_missing_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="读不出清单"):
        read_manifest(tmp_path / "manifest.jsonl")


def test_source_of_a_bare_file(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = corpus / "documents" / "a.txt"
    source = source_of(path)
    assert source.sha256 == SHA and source.doc_id.startswith("d") and len(source.doc_id) == 13
    monkeypatch.chdir(corpus)
    assert source_of(Path("documents/a.txt")).doc_id == source.doc_id
    assert source_of(corpus / "documents" / "b.txt").doc_id != source.doc_id
    path.write_text("改正后的正文", encoding="utf-8")
    changed = source_of(path)
    assert changed.doc_id == source.doc_id and changed.sha256 != source.sha256


def test_source_of_names_in_two_unicode_forms(tmp_path: Path) -> None:
    composed, decomposed = tmp_path / "caf\u00e9.txt", tmp_path / "cafe\u0301.txt"
    composed.write_text("甲", encoding="utf-8")
    decomposed.write_text("甲", encoding="utf-8")
    assert source_of(composed).doc_id == source_of(decomposed).doc_id


def test_source_of_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"没有\.txt：打不开文件"):
        source_of(tmp_path / "没有.txt")
