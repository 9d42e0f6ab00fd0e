"""The responsibility matrix: roles, joined names, loads, filters, one body's list, and the files made of them."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path

import docx
import openpyxl
import pytest

from ingest.document import Document, Source
from ingest.pipeline import parse
from kb.export import to_csv, to_docx, to_xlsx
from kb.ledger import duty_record
from kb.study.matrix import load_sheet, matrix_of, matrix_sheet, narrowed, ordered, tasks_of, tasks_sheet

PLAN = """一、目标
到2027年，再生水利用率达到30%以上。
二、任务
（一）管网改造工程。到2026年，改造管网120公里。〔市水务局牵头，市住房城乡建设局、市财政局配合，各县（市、区）政府负责落实。以下均需县（市、区）政府落实，不再列出〕
（二）河道整治工程。推进清淤。〔市水利局、各开发区负责〕
（三）节水宣传。开展进校园活动。〔市教育局、市水务局负责〕
"""


def read(folder: Path, name: str, body: str, region: str) -> Document:
    path = folder / f"{name}.txt"
    path.write_text(body, "utf-8")
    return parse(Source(name, path, name, title=f"{name}方案", number=f"{name}政发〔2024〕3号", region=region))


@pytest.fixture(scope="module")
def document(tmp_path_factory) -> Document:
    return read(tmp_path_factory.mktemp("matrix"), "云河", PLAN, "云河市")


@pytest.fixture(scope="module")
def matrix(document):
    return matrix_of([document])


def role(matrix, at, name):
    return matrix.tasks[at].roles.get(matrix.find(name).key)


def test_roles_are_those_of_the_text(matrix):
    assert [task.record["path"] for task in matrix.tasks] == ["二（一）", "二（二）", "二（三）"]
    assert role(matrix, 0, "市水务局") == "lead"
    assert role(matrix, 0, "市财政局") == "support"
    assert role(matrix, 0, "各县（市、区）政府") == "local"
    assert role(matrix, 1, "各县（市、区）政府") == "inherited"
    assert role(matrix, 1, "各开发区") == "local"
    assert role(matrix, 2, "市教育局") == "responsible"
    assert role(matrix, 2, "市财政局") is None


def test_names_of_one_body_share_a_column_that_shows_them(matrix):
    water = matrix.find("市水利局")
    assert water is matrix.find("市水务局")
    assert water.name == "市水务局"
    assert water.printed == ("市水务局", "市水利局")
    assert water.load == {"lead": 1, "responsible": 2}
    assert water.own == 3


def test_what_a_rule_gives_counts_apart(matrix):
    counties = matrix.find("各县（市、区）政府")
    assert counties.load == {"local": 1, "inherited": 2}
    assert counties.own == 1


def test_two_cities_keep_two_columns_and_the_state_has_one(tmp_path, document):
    other = read(tmp_path, "青石", "一、任务\n推进节水。（市水务局、泽山县政府负责）\n", "青石市")
    both = matrix_of([document, other])
    assert [party.name for party in both.parties].count("市水务局") == 2
    headings = list(matrix_sheet(both)[0])
    assert len(headings) == len(set(headings))
    assert {"市水务局", "市水务局（2）", "泽山县政府", "各县（市、区）政府"} <= set(headings)


def test_bodies_are_in_printed_order_or_sorted(matrix):
    assert [party.name for party in matrix.parties][:2] == ["市水务局", "市住房城乡建设局"]
    assert ordered(matrix, "load").parties[0].name == "市水务局"
    names = [party.name for party in ordered(matrix, "name").parties]
    assert names == sorted(names)
    assert ordered(matrix, "printed") == matrix


@pytest.mark.parametrize(
    ("conditions", "paths"),
    [
        ({}, ["二（一）", "二（二）", "二（三）"]),
        ({"roles": ["lead"]}, ["二（一）"]),
        ({"roles": ["support"], "words": "河道"}, []),
        ({"words": "进校园"}, []),  # the bracket and the task, not the whole clause, are searched
        ({"words": "节水宣传"}, ["二（三）"]),
        ({"words": "河道 整治"}, ["二（二）"]),
        ({"words": "="}, []),
        ({"roles": ["inherited"]}, ["二（二）", "二（三）"]),
        ({"roles": ["inherited"], "inherited": False}, []),
    ],
)
def test_filters(matrix, conditions, paths):
    assert [task.record["path"] for task in narrowed(matrix, **conditions).tasks] == paths


def test_a_body_filter_keeps_only_that_body_and_counts_anew(matrix):
    key = matrix.find("市财政局").key
    kept = narrowed(matrix, parties=[key])
    assert [party.name for party in kept.parties] == ["市财政局"]
    assert [task.record["path"] for task in kept.tasks] == ["二（一）"]
    assert kept.parties[0].load == {"support": 1}


def test_the_list_of_a_body_has_its_times_figures_and_proofs(matrix):
    found = tasks_of(matrix, matrix.find("市水务局").key)
    assert [(held, task.record["path"], task.due) for held, task in found] == [
        ("lead", "二（一）", "2026年"), ("responsible", "二（二）", ""), ("responsible", "二（三）", ""),
    ]  # fmt: skip
    assert [figure["value"] for figure in found[0][1].figures] == ["120"]
    sheet = tasks_sheet(matrix, matrix.find("各县（市、区）政府").key)
    assert sheet[1]["角色"] == "通用"
    assert "以下均需县（市、区）政府落实" in sheet[1]["原文"]
    assert "市水利局、各开发区负责" in sheet[1]["原文"]


def test_figures_go_to_the_duty_whose_words_state_them(matrix):
    assert [len(task.figures) for task in matrix.tasks] == [1, 0, 0]


def test_a_document_without_duties_gives_an_empty_matrix(tmp_path):
    empty = matrix_of([read(tmp_path, "空", "一、总则\n保护环境。\n", "")])
    assert empty.tasks == () and empty.parties == ()
    assert matrix_sheet(empty) == load_sheet(empty) == []
    assert empty.find("市水务局") is None


def test_the_workbook_reads_back_with_its_head_and_first_columns_frozen(matrix):
    rows = matrix_sheet(matrix)
    sheet = openpyxl.load_workbook(BytesIO(to_xlsx(rows, "责任矩阵", frozen=3))).active
    assert sheet.title == "责任矩阵"
    assert sheet.freeze_panes == "D2"
    head = [cell.value for cell in sheet[1]]
    assert head[:5] == ["序号", "条款", "任务", "完成时限", "市水务局"]
    assert [cell.value for cell in sheet["E"]] == ["市水务局", "牵头", "责任", "责任"]
    assert sheet.column_dimensions["E"].width < sheet.column_dimensions["C"].width


def test_text_files_and_papers_read_back(matrix, document):
    lines = list(csv.reader(StringIO(to_csv(matrix_sheet(matrix)).decode("utf-8-sig"))))
    assert lines[1][1:4] == ["二（一）", "管网改造工程", "2026年"]
    paper = docx.Document(BytesIO(to_docx([duty_record(document, duty) for duty in document.duties], "责任分工台账")))
    assert paper.paragraphs[0].text == "责任分工台账"
    assert len(paper.tables[0].rows) == 4
    loads = openpyxl.load_workbook(BytesIO(to_xlsx(load_sheet(matrix)))).active
    assert [cell.value for cell in loads[2]] == [1, "市水务局", "市水务局、市水利局", 3, 1, 0, 2, 0, 0]


def test_a_body_that_looks_like_a_formula_stays_text(tmp_path):
    body = "一、任务\n推进。（=SUM局、市水务局负责）\n"
    rows = matrix_sheet(matrix_of([read(tmp_path, "式", body, "云河市")]))
    assert "=SUM局" in rows[0]
    for line in csv.reader(StringIO(to_csv(rows).decode("utf-8-sig"))):
        assert not [value for value in line if value.startswith(("=", "+", "-", "@"))]


def test_the_bundled_plan_reads_whole(kb):
    matrix = matrix_of([kb.current("晋市政发〔2023〕15号").document])
    assert len(matrix.tasks) == 21
    counts = {party.name: party.own for party in matrix.parties}
    assert counts["市生态环境局"] == 19
    assert counts["市能源局"] == 17
    assert sum(len(task.figures) for task in matrix.tasks) == sum(
        target.path != "二" for _, target in kb.targets("晋市政发〔2023〕15号")
    )


def test_names_listed_beside_each_other_are_two_bodies(tmp_path):
    listed = "一、绿化\n（一）植树。开展植树活动。〔市林业局牵头，市园林绿化局、市水务局配合〕\n（二）养护。\
开展养护活动。〔市园林绿化局负责〕\n（三）节水。开展节水活动。〔市水利局负责〕\n"
    both = matrix_of([read(tmp_path, "云河", listed, "云河市")])
    assert [party.name for party in both.parties] == ["市林业局", "市园林绿化局", "市水务局"]
    assert [party.own for party in both.parties] == [1, 2, 2]
    alone = matrix_of([read(tmp_path, "云山", listed.replace("市林业局牵头，", ""), "云河市")])
    assert [party.name for party in alone.parties] == ["市园林绿化局", "市水务局"]
