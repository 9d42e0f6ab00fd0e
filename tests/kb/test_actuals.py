"""Actual values: files handed in, rows checked one by one, nothing half kept; the store, and one indicator by level."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from ingest.document import Source
from ingest.errors import PolicyError
from ingest.pipeline import parse
from kb.export import to_csv, to_xlsx
from kb.export.handed import BYTES, ROWS, read_table
from kb.study.entries import COLUMNS, checked, template
from kb.study.ladder import ladder
from kb.workspace import Workspace
from kb.workspace.actuals import Actual, Actuals
from kb.workspace.roles import LOCAL, Account
from tests.kb.test_alignment import alike

BODY = """一、目标
到2025年，单位地区生产总值能耗比2020年下降14%，再生水利用率达到30%以上，新增污水管网120公里。
"""
NUMBER = "云河政发〔2024〕3号"


def read(folder: Path, name: str, body: str, **source):
    path = folder / f"{name}.txt"
    path.write_text(body, "utf-8")
    return parse(Source(name, path, name, title=f"{name}方案", **source))


@pytest.fixture(scope="module")
def stated(tmp_path_factory):
    document = read(tmp_path_factory.mktemp("actuals"), "云河", BODY, number=NUMBER, region="云河市", level="市")
    assert [target.value for target in document.targets] == [14, 30, 120]
    return [(document, target) for target in document.targets]


def row(**given):
    plain = {"文件": NUMBER, "条款": "一", "指标": "再生水利用率", "年份": "2023", "数值": "21.5", "来源": "水务年报"}
    return [({**plain, **given}.get(name, ""), "") for name in COLUMNS]


def table(*rows):
    return [[(name, "") for name in COLUMNS], *rows]


def book(rows, **formats):
    workbook = openpyxl.Workbook()
    for at, line in enumerate(rows, start=1):
        for column, value in enumerate(line, start=1):
            workbook.active.cell(at, column).value = value
    for place, form in formats.items():
        workbook.active[place].number_format = form
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


# files


@pytest.mark.parametrize(("suffix", "write"), [(".xlsx", to_xlsx), (".csv", to_csv)])
def test_the_template_comes_back_as_it_went(stated, suffix, write):
    rows = template(stated)
    rows[1] |= {"年份": "2023", "数值": "21.5", "来源": "水务年报"}
    entries, faults = checked(read_table(f"a{suffix}", write(rows)), stated)
    assert faults == []
    assert [(e.indicator, e.year, e.value, e.unit, e.measure) for e in entries] == [
        ("再生水利用率", 2023, Decimal("21.5"), "%", "level")
    ]


def test_a_file_in_gb18030_is_read():
    assert read_table("a.csv", "指标,来源\n某率,年报\n".encode("gb18030"))[1] == [("某率", ""), ("年报", "")]


def test_formulas_per_cent_cells_and_dates_are_refused_in_place(stated):
    from datetime import date

    head = [*COLUMNS]
    own = [NUMBER, "一", "再生水利用率", 2025]
    content = book(
        [head, [*own, 2022, "=1+1", "%", "", "甲"], [*own, 2023, 0.215, "%", "", "乙"], [*own, date(2024, 1, 1), 3, "%",
         "", "丙"]], F3="0.0%"
    )  # fmt: skip
    entries, faults = checked(read_table("a.xlsx", content), stated)
    assert entries == []
    assert [(fault.row, fault.column) for fault in faults] == [(2, "数值"), (3, "数值"), (4, "年份")]
    assert "公式" in faults[0].what and "百分比" in faults[1].what


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xls", b"x", "只读"),
        ("a.csv", b"\xff\xff\xff", "编码"),
        ("a.csv", "指标\n\"没有关上".encode(), "CSV"),
        ("a.xlsx", b"not a workbook", "xlsx"),
        ("a.csv", b"x" * (BYTES + 1), "MB"),
        ("a.csv", b"x\n" * (ROWS + 2), "行"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_one_message(name, content, why):
    with pytest.raises(PolicyError, match=f"^{name}：.*{why}"):
        read_table(name, content)


def test_a_workbook_that_unpacks_beyond_the_cap_is_not_opened():
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(9):
            archive.writestr(f"xl/{at}.xml", b"\0" * (6 << 20))
    with pytest.raises(PolicyError, match="MB"):
        read_table("a.xlsx", buffer.getvalue())


# rows

FAULTS = [
    ({"文件": "别的文件"}, "文件"),
    ({"指标": "不存在的率"}, "指标"),
    ({"条款": "九"}, "条款"),
    ({"目标年": "2035"}, "目标年"),
    ({"年份": "二〇二三"}, "年份"),
    ({"年份": "1023"}, "年份"),
    ({"年份": "2023年"}, "年份"),
    ({"年份": ""}, "年份"),
    ({"数值": "21.5%"}, "数值"),
    ({"数值": "约21"}, "数值"),
    ({"数值": "1e5"}, "数值"),
    ({"数值": "1,23"}, "数值"),
    ({"数值": "NaN"}, "数值"),
    ({"单位": "万吨"}, "单位"),
    ({"口径": "随便"}, "口径"),
    ({"口径": "变化值"}, "口径"),
    ({"来源": ""}, "来源"),
    ({"来源": "长" * 301}, "来源"),
]


@pytest.mark.parametrize(("given", "column"), FAULTS, ids=[str(given)[:20] for given, _ in FAULTS])
def test_every_fault_names_its_row_and_column_and_nothing_is_taken(stated, given, column):
    entries, faults = checked(table(row(), row(**{"年份": "2022", **given})), stated)
    assert entries == []
    assert [(fault.row, fault.column) for fault in faults] == [(3, column)]
    assert str(faults[0]).startswith(f"第3行“{column}”：")


def test_all_faults_are_named_at_once(stated):
    _, faults = checked(table(row(数值="x", 来源=""), row(年份="y", 指标=""), row(), row()), stated)
    found = [(2, "来源"), (2, "数值"), (3, "指标"), (3, "年份"), (5, "年份")]
    assert [(fault.row, fault.column) for fault in faults] == found


def test_what_is_written_in_full_width_or_with_thousands_is_read(stated):
    entries, faults = checked(table(row(数值="１２３４.５", 年份="２０２３"), row(数值="1,234.5", 年份="2024")), stated)
    assert not faults
    assert [entry.value for entry in entries] == [Decimal("1234.5")] * 2


@pytest.mark.parametrize("head", [[], [("年份", "")], [("=文件", ""), ("指标", "")]])
def test_a_table_without_the_columns_is_refused(stated, head):
    assert checked([head] if head else [], stated)[1][0].column == "表头"


def test_a_template_that_nobody_filled_in_says_so(stated):
    entries, faults = checked(read_table("a.xlsx", to_xlsx(template(stated))), stated)
    assert entries == [] and len(faults) == 1


# the store


def actual(year=2023, value="21.5", **more):
    return Actual("云河", "一", "再生水利用率", 2025, year, Decimal(value), "%", "level", **{"source": "年报", **more})


@pytest.fixture
def actuals(tmp_path):
    workspace = Workspace.open(tmp_path)
    yield Actuals(workspace.database)
    workspace.close()


def test_values_are_kept_with_who_entered_them_replaced_and_removed(actuals):
    actuals.change(Account("7", "王科员", "editor"), [actual(), actual(2022, "20")])
    actuals.change(LOCAL, [actual(value="22")])
    kept = actuals.of(["云河"])
    assert [(a.year, a.value, a.by) for a in kept] == [(2022, Decimal(20), "王科员"), (2023, Decimal(22), "本机用户")]
    assert all(a.at for a in kept)
    actuals.change(LOCAL, [], [kept[0]])
    assert [a.year for a in actuals.of(["云河", "别的"])] == [2023]
    assert actuals.of(["别的"]) == []


def test_a_change_that_fails_keeps_nothing(actuals, monkeypatch):
    monkeypatch.setattr("kb.workspace.actuals.MOST", 1)
    with pytest.raises(PolicyError, match="最多"):
        actuals.change(LOCAL, [actual(), actual(2022)])
    assert actuals.of(["云河"]) == []


def test_readers_may_not_enter():
    assert not Account("1", "读者", "reader").may("actuals")
    assert Account("1", "编辑", "editor").may("actuals")


# one indicator over the levels


def test_an_indicator_stands_to_the_parent_that_its_document_implements(tmp_path):
    goal = "一、目标\n到2025年，单位地区生产总值能耗比2020年下降{}%。\n"
    state = read(tmp_path, "国", goal.format("13.5"), level="国")
    province = read(tmp_path, "省", goal.format("14.5"), level="省", region="石岭省")
    other = read(tmp_path, "邻省", goal.format("13"), level="省", region="青原省")
    city = read(tmp_path, "市", goal.format("14"), level="市", region="云河市")
    amount = read(tmp_path, "县", "一、目标\n到2025年，再生水利用率达到30%。\n", level="县", region="泽山县")
    parents = {"市": ["国", "省"], "省": ["国"]}
    rungs = ladder(city, city.targets[0], [amount, other, province, state], parents, alike)
    assert [(r.record["doc_id"], r.parent, r.relation) for r in rungs] == [
        ("国", "", ""), ("邻省", "国", "laxer"), ("省", "国", "stricter"), ("市", "省", "laxer"),
    ]  # fmt: skip
    assert not any(r.apart for r in rungs)


def test_figures_that_cannot_stand_side_by_side_are_named_with_the_reason(tmp_path):
    city = read(
        tmp_path, "市", "一、目标\n到2025年，单位地区生产总值能耗比2020年下降14%。\n", level="市", region="云河市"
    )
    older = read(
        tmp_path, "省", "一、目标\n到2025年，单位地区生产总值能耗比2015年下降14%。\n", level="省", region="石岭省"
    )
    rungs = ladder(city, city.targets[0], [older], {"市": ["省"]}, alike)
    assert [(r.record["doc_id"], bool(r.apart)) for r in rungs] == [("省", True), ("市", False)]
    assert "基期不同" in rungs[0].apart
    assert rungs[1].relation == "not_comparable"
