"""Ledgers in files: they open in spreadsheet programs, keep every character, and run nothing."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kb.errors import BadInput
from kb.export import HEADINGS, export, to_csv, to_json, to_xlsx

ROWS: list[dict[str, Any]] = [
    {"doc_id": "x", "doc_number": "云政发〔2024〕7号", "path": "二（一）", "leads": ["市林业局"], "supports": [],
     "shared": True, "deadline": None, "quote": "第一行\n第二行", "page": 3},
    {"doc_id": "x", "doc_number": "", "path": "二（二）", "leads": ["市财政局", "市水务局"], "supports": ["各县（区）"],
     "shared": False, "deadline": "2026年底前", "quote": "=SUM(A1:A9)", "page": 12},
]  # fmt: skip
NASTY = ["=1+1", "+86", "-3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/C calc'!A0", '=HYPERLINK("http://e.invalid")']


def sheet_of(content: bytes) -> Any:
    return load_workbook(BytesIO(content)).active


def table_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_workbook_has_chinese_headings_a_filter_and_one_row_each() -> None:
    sheet = sheet_of(to_xlsx(ROWS))
    headings = [cell.value for cell in sheet[1]]
    assert headings == ["文号", "条款", "牵头单位", "配合单位", "完成时限", "原文", "页码"]
    assert (sheet.max_row, sheet.freeze_panes, sheet.auto_filter.ref) == (3, "A2", "A1:G3")
    third = dict(zip(headings, (cell.value for cell in sheet[3]), strict=True))
    assert (third["牵头单位"], third["原文"], third["页码"]) == ("市财政局、市水务局", "=SUM(A1:A9)", 12)
    assert sheet["F2"].value == "第一行\n第二行"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_table_begins_with_the_mark_that_spreadsheets_need() -> None:
    content = to_csv(ROWS)
    assert content.startswith(b"\xef\xbb\xbf")
    headings, first, second = table_of(content)
    assert headings == ["文号", "条款", "牵头单位", "配合单位", "完成时限", "原文", "页码"]
    assert first[-2:] == ["第一行\n第二行", "3"]
    assert second[2:] == ["市财政局、市水务局", "各县（区）", "2026年底前", "'=SUM(A1:A9)", "12"]


def test_json_keeps_the_records_as_they_are() -> None:
    content = to_json(ROWS)
    assert json.loads(content) == ROWS
    assert "云政发〔2024〕7号".encode() in content


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    rows = [{"title": text, "leads": [text, "市林业局"]}]
    (_, cells) = table_of(to_csv(rows))
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert all(cell.data_type == "s" for cell in sheet_of(to_xlsx(rows))[2])


def test_nothing_to_export_is_a_table_with_a_heading() -> None:
    assert table_of(to_csv([])) == [["文件"]]
    assert sheet_of(to_xlsx([])).max_row == 1
    assert json.loads(to_json([])) == []


def test_columns_are_those_that_some_row_has() -> None:
    rows = [{"path": "一"}, {"path": "二", "value": "15.5", "unknown": "x"}]
    assert table_of(to_csv(rows)) == [["条款", "数值"], ["一", ""], ["二", "15.5"]]


def test_every_key_of_a_ledger_that_a_reader_wants_has_a_heading(kb: Any) -> None:
    from kb.ledger import duty_record, target_record

    silent = {"doc_id", "ordinal", "zones", "shared", "open_ended", "phrase", "start", "end", "carried"}
    for rows in ([duty_record(*row) for row in kb.duties()], [target_record(*row) for row in kb.targets()]):
        assert {key for row in rows for key in row} - set(HEADINGS) <= silent


@given(text=st.text(max_size=80), number=st.integers(0, 10**6))
@settings(deadline=None, max_examples=60)
def test_any_text_survives_but_for_control_characters(text: str, number: int) -> None:
    rows = [{"title": text, "quote": f"节{text}", "page": number}]
    kept = "".join(c for c in text if c == "\n" or c.isprintable())
    (_, cells) = table_of(to_csv(rows))
    assert cells[1:] == [f"节{kept}", str(number)]
    assert cells[0].removeprefix("'") == kept.removeprefix("'")
    sheet = sheet_of(to_xlsx(rows))
    assert ((sheet["A2"].value or "").replace("\r", ""), sheet["C2"].value) == (kept, number)
    assert json.loads(to_json(rows)) == rows


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json", ".XLSX"])
def test_the_suffix_says_the_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"台账{suffix}"
    export(ROWS, path)
    maker = {".xlsx": to_xlsx, ".csv": to_csv, ".json": to_json}[suffix.lower()]
    if suffix.lower() == ".xlsx":
        assert sheet_of(path.read_bytes()).max_row == 3
    else:
        assert path.read_bytes() == maker(ROWS)


@pytest.mark.parametrize("name", ["台账.docx", "台账", "台账.xls", "xlsx"])
def test_another_suffix_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"\.xlsx、\.csv 或 \.json"):
        export(ROWS, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有.*请换一个"):
        export(ROWS, tmp_path / "没有" / "台账.csv")
    (tmp_path / "台账.csv").mkdir()
    with pytest.raises(BadInput, match=r"台账\.csv.*请换一个"):
        export(ROWS, tmp_path / "台账.csv")
