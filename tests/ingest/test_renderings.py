"""One document in several formats: clauses, duties, targets and tables are the same in each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path

import pytest

from ingest.document import Document, Source
from ingest.pipeline import parse
from tests.renderings import (
    PLAN,
    render_docx,
    render_drawn,
    render_html,
    render_ofd,
    render_pdf,
    render_scan,
    render_text,
)

SOFFICE = pytest.mark.skipif(not shutil.which("soffice"), reason="没有安装 LibreOffice，无法生成 PDF")
CHINESE_FONTS = [*Path("/usr/share/fonts").rglob("NotoS*CJK*"), *Path("/usr/share/fonts").rglob("wqy*")]
FONTS = pytest.mark.skipif(not CHINESE_FONTS, reason="没有中文字体，画不出 PDF")
FORMATS = [
    pytest.param((render_ofd, "方案.ofd"), id="OFD"),
    pytest.param((render_html, "方案.html"), id="HTML"),
    pytest.param((render_text, "方案.txt"), id="GB18030"),
    pytest.param((render_pdf, "方案.pdf"), id="PDF", marks=SOFFICE),
    pytest.param((render_drawn, "方案.pdf"), id="PDF-drawn", marks=FONTS),
]


def parsed(path: Path) -> Document:
    return parse(Source(path.suffix, path, path.suffix))


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return parsed(render_docx(PLAN, tmp_path_factory.mktemp("word") / "方案.docx"))


def masthead(document: Document) -> tuple[object, ...]:
    source = document.source
    return source.title, source.number, source.issuers, source.dated, source.level


def clauses(document: Document) -> list[tuple[str, str, str]]:
    return [(clause.path, clause.heading, document.slice(clause.span).strip()) for clause in document.clauses]


def duties(document: Document) -> list[tuple[object, ...]]:
    return [(duty.path, duty.bodies, duty.phrase, duty.deadline, duty.inherited) for duty in document.duties]


def targets(document: Document) -> list[tuple[object, ...]]:
    return [
        (t.path, t.indicator, t.relation, t.value, t.value_max, t.unit, t.baseline_year, t.deadline_year, t.nature)
        for t in document.targets
    ]


def tables(document: Document) -> list[list[tuple[object, ...]]]:
    return [
        [(document.slice(cell.span), cell.row, cell.column, cell.rows, cell.columns) for cell in table.cells]
        for table in document.tables
    ]


Part = Callable[[Document], Sequence[object]]


def test_the_word_document_holds_what_was_written(word: Document) -> None:
    assert (len(word.clauses), len(word.duties), len(word.targets), len(word.tables)) == (16, 9, 22, 2)
    assert word.clause("三（三）2").heading == "抓好工业节水"


@pytest.fixture(scope="module", params=FORMATS)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    render, name = request.param
    return parsed(render(PLAN, tmp_path_factory.mktemp("other") / name))


@pytest.mark.parametrize("part", (masthead, clauses, duties, targets), ids=lambda part: part.__name__)
def test_the_document_is_the_same(other: Document, part: Part, word: Document) -> None:
    assert part(other) == part(word)


def test_the_tables_are_the_same(other: Document, word: Document) -> None:
    """Text does not say how far a cell is merged: there an empty cell stands below instead."""
    whole = other.source.path.suffix != ".txt"
    cells = [[cell if whole else cell[:3] for cell in table if whole or cell[0]] for table in tables(word)]
    assert [[cell if whole else cell[:3] for cell in table if whole or cell[0]] for table in tables(other)] == cells


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="rapidocr 未安装（extra ocr）")
@pytest.mark.skipif(not CHINESE_FONTS, reason="没有中文字体，画不出扫描页")
def test_a_scan_is_nearly_the_same(word: Document, tmp_path: Path) -> None:
    scan = parsed(render_scan(PLAN, tmp_path / "扫描.pdf"))
    assert [clause[:2] for clause in clauses(scan)] == [clause[:2] for clause in clauses(word)]
    blocks = SequenceMatcher(None, word.text, scan.text, autojunk=False).get_matching_blocks()
    assert sum(block.size for block in blocks) >= 0.97 * len(word.text)
    rows = [(bare(duties(scan)), bare(duties(word))), (targets(scan), targets(word))]
    same = sum(row in found for found, expected in rows for row in expected)
    assert same >= 0.9 * sum(len(expected) for _, expected in rows)


def bare(found: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return duties without their brackets' wording."""
    return [(path, bodies, deadline, inherited) for path, bodies, _, deadline, inherited in found]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_objects_says_nothing(seed: int, word: Document, tmp_path: Path) -> None:
    assert clauses(parsed(render_ofd(PLAN, tmp_path / "方案.ofd", seed=seed))) == clauses(word)
