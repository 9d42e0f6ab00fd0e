"""Archives: what is refused, how quickly, and that nothing is written outside."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.readers import archive, read
from tests.hostile import HOSTILE, Hostile, document, packed, word
from tests.packages import docx_paragraph, write_zip


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_hostile_files_are_refused(case: Hostile, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    start = time.process_time()
    with pytest.raises(case.error) as caught:
        read(path)
    message = str(caught.value)
    assert type(caught.value) is case.error
    assert message.startswith(f"{case.name}：") and case.says in message and "；" in message and "\n" not in message
    assert time.process_time() - start < 10
    assert sorted(tmp_path.rglob("*")) == [path] and not Path("/tmp/kb-slip.txt").exists()


def test_parts_are_found_whatever_their_case_and_slashes(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "包.zip", {"Doc_0\\Pages\\Content.XML": "<a/>"})
    with archive.opened(path) as package:
        assert package.holds("/doc_0/Pages/content.xml")
        assert archive.local(package.xml("doc_0/Pages/Content.xml")) == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_parts(encoding: str, tmp_path: Path) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?><a>节水<!-- 注 --><?php x?></a>'
    with archive.opened(write_zip(tmp_path / "包.zip", {"a.xml": text.encode(encoding)})) as package:
        root = package.xml("a.xml")
        assert "".join(root.itertext()) == "节水"


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    data = bytearray(packed(word(document(docx_paragraph("节水" * 200)))))
    at = data.find(b"word/document.xml") + 40
    data[at : at + 20] = bytes(20)
    path = tmp_path / "坏.docx"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"^坏\.docx：部件 word/document\.xml 已损坏"):
        read(path)


def test_a_comment_after_the_archive_is_allowed(tmp_path: Path) -> None:
    import zipfile

    path = write_zip(tmp_path / "附言.docx", word())
    with zipfile.ZipFile(path, "a") as package:
        package.comment = "附言".encode() * 100
    assert read(path)[0].lines
