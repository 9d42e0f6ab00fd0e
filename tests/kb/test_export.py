"""Ledgers in files: they open in office programs, are read again cell by cell, and run nothing."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Word
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kb.errors import BadInput
from kb.export import export, to_csv, to_docx, to_json, to_md, to_xlsx
from kb.export.columns import CELL_CHARS, HEADINGS, HIDDEN, table_of

DUTY_HEADINGS = ["序号", "任务", "牵头单位", "配合单位", "责任单位", "完成时限", "依据（文号+条款）", "页码", "原文"]
ROWS: list[dict[str, Any]] = [
    {"doc_id": "x", "title": "云河市绿道方案", "doc_number": "云政发〔2024〕7号", "path": "二（一）",
     "task": "绿道贯通", "leads": ["市林业局"], "supports": [], "responsible": [], "local": [], "inherited": [],
     "deadline": None, "quote": "第一行\n第二行", "page": 3},
    {"doc_id": "y", "title": "云河市节水方案", "doc_number": "", "path": "0", "task": "=SUM(A1:A9)",
     "leads": ["市财政局", "市水务局"], "supports": ["市教育局"], "responsible": ["市住建局"], "local": [],
     "inherited": [], "deadline": "2026年底前", "quote": "@任务\t市财政局", "page": 12},
]  # fmt: skip
NASTY = [
    "=1+1",
    "+86",
    "-3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =2",
    "＝1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://e.invalid")',
]
SOFFICE = shutil.which("soffice")


def sheet_of(content: bytes) -> list[list[Any]]:
    """Return the cells as ``table_of`` gives them: a figure with the places it is shown with."""
    return [[_read(cell) for cell in row] for row in load_workbook(BytesIO(content)).active]


def _read(cell: Any) -> Any:
    places = cell.number_format.partition(".")[2]
    figure = isinstance(cell.value, float) or (isinstance(cell.value, int) and cell.column_letter in "DE")
    return "" if cell.value is None else Decimal(f"{cell.value:.{len(places)}f}") if figure else cell.value


def csv_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def word_of(content: bytes) -> list[list[str]]:
    """Return the tables of a document as one, the heading once."""
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in Word(BytesIO(content)).tables]
    return [tables[0][0], *(row for table in tables for row in table[1:])]


def texts(rows: list[list[Any]]) -> list[list[str]]:
    return [[str(value) for value in row] for row in rows]


@pytest.fixture(scope="module", params=["duties", "targets"])
def ledger(request: Any, kb: Any) -> list[dict[str, Any]]:
    from kb.ledger import duty_record, target_record

    if request.param == "duties":
        return [duty_record(*row) for row in kb.duties()]
    return [target_record(*row) for row in kb.targets()]


# ---- the same in every format


def test_every_format_is_read_again_cell_by_cell(ledger: list[dict[str, Any]]) -> None:
    headings, table = table_of(ledger)
    assert len(table) == len(ledger) > 20
    assert sheet_of(to_xlsx(ledger)) == [headings, *table]
    assert csv_of(to_csv(ledger)) == texts([headings, *table])
    assert word_of(to_docx(ledger)) == texts([headings, *table])
    assert json.loads(to_json(ledger)) == ledger
    assert to_md(ledger).decode().count("\n| ") == len(ledger) + 2


def test_what_a_ledger_prints_of_a_duty() -> None:
    headings, (first, second) = table_of(ROWS)
    assert headings == DUTY_HEADINGS
    assert first == [1, "绿道贯通", "市林业局", "", "", "", "云政发〔2024〕7号 二（一）", 3, "第一行\n第二行"]
    assert second[2:7] == ["市财政局、市水务局", "市教育局", "市住建局", "2026年底前", "《云河市节水方案》 文首"]


def test_bodies_that_no_column_is_kept_for_get_one() -> None:
    rows = [{**ROWS[0], "local": ["各县（区）政府"], "inherited": ["各开发区"]}]
    headings, (line,) = table_of(rows)
    assert headings[5:7] == ["地方政府及开发区", "通用规定约束"] and line[5:7] == ["各县（区）政府", "各开发区"]


def test_a_row_of_a_digest_says_so_and_names_no_page() -> None:
    rows = [{**ROWS[0], "form": "fulltext"}, {**ROWS[1], "form": "digest"}]
    headings, (full, digest) = table_of(rows)
    assert headings == [*DUTY_HEADINGS, "备注"]
    assert (full[7], full[9]) == (3, "") and (digest[7], digest[9]) == ("", "要点摘编，非原文")
    assert sheet_of(to_xlsx(rows))[2][-1] == word_of(to_docx(rows))[2][-1] == csv_of(to_csv(rows))[2][-1] == digest[9]
    assert table_of([{"path": "一", "form": "digest"}]) == (["序号", "条款", "备注"], [[1, "一", "要点摘编，非原文"]])


def test_pages_that_are_not_known_are_left_out() -> None:
    headings, table = table_of([{**row, "page": None} for row in ROWS])
    assert "页码" not in headings and None not in table[0]
    assert [line[7] for line in table_of([ROWS[0], {**ROWS[1], "page": None}])[1]] == [3, ""]


def test_any_records_get_a_column_for_each_key() -> None:
    rows = [
        {"path": "一", "finding": "没有责任单位"},
        {"path": "二", "targets": [{"doc": "甲", "value": "9"}, {"doc": "乙"}]},
    ]
    headings, table = table_of(rows)
    assert headings == ["序号", "条款", "各文件", "finding"]
    assert table == [[1, "一", "", "没有责任单位"], [2, "二", "甲 9\n乙", ""]]
    assert sheet_of(to_xlsx(rows))[1:] == table and word_of(to_docx(rows))[1:] == texts(table)


def test_every_key_that_a_reader_wants_has_a_heading(ledger: list[dict[str, Any]]) -> None:
    silent = HIDDEN | {"zones", "shared", "open_ended", "phrase", "carried"}
    assert {key for row in ledger for key in row} - set(HEADINGS) <= silent


@pytest.mark.parametrize("make", [to_xlsx, to_csv, to_docx, to_json, to_md])
def test_nothing_to_export_is_a_file_all_the_same(make: Callable[[list[dict[str, Any]]], bytes]) -> None:
    assert make([])


# ---- nothing runs


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    rows = [{"title": text, "leads": [text, "市林业局"], "task": text}]
    (_, cells) = csv_of(to_csv(rows))
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    row = load_workbook(BytesIO(to_xlsx(rows))).active[2]
    assert all(cell.data_type != "f" for cell in row)
    assert all(
        cell.quotePrefix for cell in row if str(cell.value).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "＝"))
    )


@given(text=st.text(max_size=60), number=st.integers(0, 10**6))
@settings(deadline=None, max_examples=40)
def test_any_text_survives_but_for_what_no_file_can_hold(text: str, number: int) -> None:
    rows = [{**ROWS[0], "task": text, "quote": f"节{text}", "page": number}]
    (_, [line]) = table_of(rows)
    assert csv_of(to_csv(rows))[1][-1] == line[-1] and csv_of(to_csv(rows))[1][1].removeprefix("'") in (
        line[1],
        str(line[1]).removeprefix("'"),
    )
    assert sheet_of(to_xlsx(rows))[1] == line
    assert json.loads(to_json(rows)) == json.loads(json.dumps(rows).encode("utf-8", "replace"))


def test_control_characters_and_marks_that_turn_text_are_left_out() -> None:
    assert table_of([{"task": "节\x07\x1b水\u202e\u2066方\ufffe案\x85", "leads": []}])[1][0][1] == "节水方案"
    assert table_of([{"task": "　空一格", "leads": []}])[1][0][1] == "　空一格"


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    ((_, cut, *_),) = table_of([{"task": "长" * 40_000, "leads": []}])[1]
    assert len(str(cut)) == CELL_CHARS and str(cut).endswith("其余见原文）")


# ---- as an office program takes it


def test_a_workbook_prints_as_it_stands() -> None:
    sheet = load_workbook(BytesIO(to_xlsx(ROWS))).active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("责任分工台账", "A2", "A1:I3")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows == "$1:$1"
    assert "&P" in sheet.oddFooter.center.text
    assert all(cell.alignment.wrap_text for row in sheet for cell in row)
    assert [cell.number_format for cell in sheet[2]][1] == "@" and sheet["A2"].value == 1


def test_a_wide_sheet_is_printed_on_several_pages_side_by_side() -> None:
    rows = [{"任务": "管网改造", **{f"第{at}局": "责任" for at in range(60)}}]
    sheet = load_workbook(BytesIO(to_xlsx(rows, "矩阵", frozen=2))).active
    assert sheet.page_setup.fitToWidth == 3 and sheet.print_title_cols == "$A:$B"


def test_figures_can_be_added_up_and_keep_their_places() -> None:
    rows = [{"indicator": "回用率", "value": value} for value in ("15.50", "三分之一")]
    cells = [row[3] for row in load_workbook(BytesIO(to_xlsx(rows))).active.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in cells] == [
        (15.5, "n", "0.00"),
        ("三分之一", "s", "@"),
    ]
    assert [row[3] for row in csv_of(to_csv(rows))[1:]] == ["15.50", "三分之一"]


def test_a_document_is_chinese_of_the_mainland_to_the_office_program() -> None:
    """Else “ ” are set in the Latin face, and a missing face is replaced by one whose 。 stands in mid-line."""
    styles = Word(BytesIO(to_docx(ROWS))).styles
    assert {language.get(qn("w:eastAsia")) for language in styles.element.iter(qn("w:lang"))} == {"zh-CN"}
    assert styles["Normal"].element.rPr.rFonts.get(qn("w:hint")) == "eastAsia"


def test_a_document_has_the_form_of_the_standard() -> None:
    paper = Word(BytesIO(to_docx(ROWS)))
    section = paper.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    high = section.page_height - section.top_margin - section.bottom_margin
    assert (round(room / Mm(1)), round(high / Mm(1))) == (225, 156)
    faces = {
        name: paper.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Title", "Heading 1", "Normal")
    }
    assert faces == {"Title": "方正小标宋简体", "Heading 1": "黑体", "Normal": "仿宋_GB2312"}
    assert (paper.styles["Title"].font.size.pt, paper.styles["Normal"].font.size.pt) == (22, 16)
    assert [p.text for p in paper.paragraphs[:3]] == [
        "责任分工台账",
        "共2项，分列2份文件。",
        "一、《云河市绿道方案》（云政发〔2024〕7号）",
    ]
    for table in paper.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert section.footer.paragraphs[0].text == "— 1 —" and section.even_page_footer.paragraphs[0].text == "— 1 —"
    fonts = next(r.target_part.blob.decode() for r in paper.part.rels.values() if r.reltype.endswith("/fontTable"))
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts


@pytest.mark.skipif(SOFFICE is None, reason="没有 LibreOffice：无法试开导出的文件")
@pytest.mark.parametrize(
    ("suffix", "to"), [(".xlsx", "csv:Text - txt - csv (StarCalc):44,34,76"), (".docx", "pdf"), (".csv", "xlsx")]
)
def test_an_office_program_opens_what_was_written(tmp_path: Path, suffix: str, to: str) -> None:
    export(ROWS, tmp_path / f"台账{suffix}")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        str(SOFFICE),
        profile,
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(tmp_path / "out"),
        f"台账{suffix}",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
    said = [line.lower() for line in (done.stdout + done.stderr).splitlines() if "javaldx" not in line]
    assert not [line for line in said if "warn" in line or "error" in line]
    made = tmp_path / "out" / f"台账.{to.partition(':')[0]}"
    assert made.stat().st_size > 0
    if made.suffix == ".csv":
        assert csv_of(made.read_bytes())[1][1:3] == ["绿道贯通", "市林业局"]


# ---- files


@pytest.mark.parametrize("suffix", [".xlsx", ".docx", ".csv", ".json", ".md", ".XLSX"])
def test_the_suffix_says_the_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"台账{suffix}"
    path.write_bytes(b"old")
    path.chmod(0o640)
    export(ROWS, path)
    assert path.stat().st_size > 100 and path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["台账.pdf", "台账", "台账.xls", "xlsx"])
def test_another_suffix_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"请用 \.xlsx、\.docx、\.csv、\.json 或 \.md"):
        export(ROWS, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有.*请换一个"):
        export(ROWS, tmp_path / "没有" / "台账.csv")
    (tmp_path / "台账.csv").mkdir()
    with pytest.raises(BadInput, match=r"台账\.csv.*请换一个"):
        export(ROWS, tmp_path / "台账.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["台账.csv"]


def test_what_stood_there_stays_where_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text("旧", "utf-8")
    unwritable: list[dict[str, Any]] = [{"task": object(), "leads": 3}]
    with pytest.raises(TypeError):
        export(unwritable, path.with_suffix(".json"))
    assert path.read_text("utf-8") == "旧" and [p.name for p in tmp_path.iterdir()] == ["台账.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root 不受文件夹权限约束")
def test_a_folder_without_rights_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(BadInput, match="请换一个可写的位置"):
            export(ROWS, tmp_path / "台账.xlsx")
    finally:
        tmp_path.chmod(0o700)
