"""A page is cited only where the file tells its pages apart: by format, and by how a Word file was last saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.document import Document, Source
from ingest.pipeline import parse
from ingest.readers.docx import MOST
from tests.packages import KINDS, RELATIONS, docx_entries, docx_paragraph, write_ofd_pages, write_zip
from tests.renderings import PLAN, render_drawn, render_html, text_object

TEXT = "一、总体要求\n\n推进节水。\n\n二、巡查\n\n每月巡查。\n"
MARK = "<w:r><w:lastRenderedPageBreak/></w:r>"
BY_HAND = '<w:r><w:br w:type="page"/></w:r>'


def parsed(path: Path) -> Document:
    return parse(Source("d", path, "0" * 64))


def said(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def word(path: Path, *paragraphs: str, stated: str = "") -> Path:
    """Write a Word document; with ``stated`` its properties say how many pages it has."""
    entries = docx_entries("".join(paragraphs))
    if stated:
        named = f'<Relationship Id="r9" Type="{KINDS}/extended-properties" Target="docProps/app.xml"/></Relationships>'
        entries["_rels/.rels"] = entries["_rels/.rels"].replace("</Relationships>", named)
        assert RELATIONS in entries["_rels/.rels"]
        entries["docProps/app.xml"] = stated
    return write_zip(path, entries)


def properties(pages: object) -> str:
    return f'<Properties xmlns="urn:any"><Pages>{pages}</Pages></Properties>'


FIRST, SECOND = docx_paragraph("一、总体要求"), f"<w:p>{MARK}<w:r><w:t>二、巡查</w:t></w:r></w:p>"
KNOWN: dict[str, Callable[[Path], Path]] = {
    "PDF": lambda folder: render_drawn(PLAN, folder / "方案.pdf"),
    "OFD": lambda folder: write_ofd_pages(folder / "方案.ofd", [text_object("一、总体要求", 30, 40, 5)] * 2),
    "form feed": lambda folder: said(folder / "方案.txt", TEXT.replace("二、", "\f二、")),
    "printed number": lambda folder: said(folder / "方案.txt", TEXT.replace("二、", "— 1 —\n二、"), "gb18030"),
    "printed Word": lambda folder: word(folder / "方案.docx", FIRST, SECOND),
    "printed Word, as many pages as stated": lambda folder: word(
        folder / "方案.docx", FIRST, SECOND, stated=properties(2)
    ),
    "printed Word, properties damaged": lambda folder: word(folder / "方案.docx", FIRST, SECOND, stated="<Pages>"),
    "printed Word, a break by hand": lambda folder: word(folder / "方案.docx", FIRST, f"<w:p>{BY_HAND}</w:p>", SECOND),
}
UNKNOWN: dict[str, Callable[[Path], Path]] = {
    "HTML": lambda folder: render_html(PLAN, folder / "方案.html"),
    "Markdown": lambda folder: said(folder / "方案.md", TEXT),
    "text": lambda folder: said(folder / "方案.txt", TEXT, "gb18030"),
    "Word": lambda folder: word(folder / "方案.docx", FIRST),
    "Word with breaks by hand alone": lambda folder: word(folder / "方案.docx", FIRST, f"<w:p>{BY_HAND}</w:p>", FIRST),
    "Word with more pages than marks": lambda folder: word(folder / "方案.docx", FIRST, SECOND, stated=properties(3)),
    "Word with a page too full for one": lambda folder: word(
        folder / "方案.docx", FIRST, SECOND, docx_paragraph("每月巡查。" * (MOST // 5))
    ),
    "Word changed since it was marked": lambda folder: word(
        folder / "方案.docx", FIRST, SECOND, f"<w:p>{BY_HAND}<w:r><w:t>附件</w:t></w:r></w:p>"
    ),
}


@pytest.mark.parametrize("write", KNOWN.values(), ids=KNOWN)
def test_files_that_tell_their_pages(write: Callable[[Path], Path], tmp_path: Path) -> None:
    document = parsed(write(tmp_path))
    assert document.page_of(0) == 1
    assert document.page_of(len(document.text)) == len(document.page_starts) > 1


@pytest.mark.parametrize("write", UNKNOWN.values(), ids=UNKNOWN)
def test_files_that_do_not(write: Callable[[Path], Path], tmp_path: Path) -> None:
    document = parsed(write(tmp_path))
    assert document.page_starts == () and document.page_of(0) is None and document.page_of(len(document.text)) is None


@pytest.mark.skipif(not shutil.which("soffice"), reason="没有安装 LibreOffice，无法读取 RTF")
def test_pages_laid_out_by_a_converter_are_not_known(tmp_path: Path) -> None:
    document = parsed(said(tmp_path / "方案.rtf", r"{\rtf1\ansi 1. Water.\page 2. Patrol.\par}", "ascii"))
    assert document.page_of(0) is None


def test_a_digest_is_one_page_of_its_own(tmp_path: Path) -> None:
    document = parse(Source("d", said(tmp_path / "摘编.md", TEXT), "0" * 64, form="digest"))
    assert document.page_of(len(document.text)) == 1


def test_the_pages_of_the_plan(plan: Document) -> None:
    assert plan.page_of(plan.clause("三（九）").span.start) == 9 and len(plan.page_starts) == 16
