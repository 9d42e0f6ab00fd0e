"""The targets page: one indicator by level, actual values handed in and kept, progress with its reason, rights."""

from __future__ import annotations

import json
import shutil

from kb import KnowledgeBase
from kb.export import to_csv
from kb.study.entries import template
from kb.workspace.roles import Account
from tests.pages import MARKUP, checked, choose, click, opened, quoted, texts

PLAN = "jincheng-2023-15"
RATE = "农村生活污水治理率"


def open_targets(page, home, **address):
    return opened(page, home, "targets", **address)


def filled(kb, **given):
    document = kb.current(PLAN).document
    rows = template([(document, target) for target in document.targets])
    next(row for row in rows if row["指标"] == RATE).update(given)
    return to_csv(rows)


def upload(app, content, name="实际值.csv"):
    app.file_uploader[0].upload(name, content, "text/csv")
    return checked(app.run())


def test_an_indicator_stands_beside_its_parents(page, home):
    app = open_targets(page, home)
    assert app.query_params["doc"] == PLAN
    rows = [button.label for button in app.button if button.key.startswith("level_open_")]
    assert len(rows) == 3
    assert [m for m in texts(app.markdown) if "严于上级" in m]
    assert app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    click(app, "level_open_2")
    assert "15.5%" in quoted(app)
    assert app.query_params["doc"] == PLAN


def test_a_file_is_checked_kept_and_judged(page, own, kb):
    app = open_targets(page, own)
    choose(app, "targets_view", "entry")
    upload(app, filled(kb, 年份="2023", 数值="26", 来源="水务年报:red[x]"))
    click(app, "entry_save")
    assert [s for s in texts(app.success) if "1个" in s]
    choose(app, "targets_view", "progress")
    assert [m for m in texts(app.markdown) if "已达到" in m and "2023年实际 26" in m]
    assert [t for t in texts(app.text) if "水务年报" in t]
    for element in [*app.markdown, *app.caption]:
        assert not [mark for mark in MARKUP if mark in element.value]


def test_a_fault_keeps_everything_out(page, own, kb):
    app = open_targets(page, own)
    choose(app, "targets_view", "entry")
    upload(app, filled(kb, 年份="2023", 数值="26%", 来源="年报"))
    assert [t for t in texts(app.text) if t.startswith("第") and "“数值”" in t]
    assert "entry_save" not in [button.key for button in app.button]
    upload(app, b"\x00" * 100, "坏.xlsx")
    assert app.warning
    choose(app, "targets_view", "progress")
    assert not [m for m in texts(app.markdown) if "已达到" in m]


def test_a_reader_sees_and_may_not_enter(page, own, monkeypatch):
    monkeypatch.setattr("kb.views.account.who", lambda: Account("r", "读者", "reader"))
    monkeypatch.setattr("kb.views.targets_entry.may", Account("r", "读者", "reader").may)
    app = open_targets(page, own)
    choose(app, "targets_view", "entry")
    assert not app.file_uploader
    assert [i for i in app.info if "编辑" in i.value]


def test_a_library_without_targets_says_so(page, tmp_path):
    app = open_targets(page, tmp_path / "new")
    assert [i for i in app.info if "没有读到量化目标" in i.value]


def test_documents_of_one_name_have_a_bar_each(page, home, tmp_path):
    """A digest beside the full text of the same 文号 must not add up to one bar of twice the figure."""
    own = shutil.copytree(home, tmp_path / "home")
    file = tmp_path / "全文.txt"
    file.write_text(
        "国发〔2021〕33号\n\n“十四五”节能减排综合工作方案\n\n一、主要目标\n\n"
        "到2025年，全国单位国内生产总值能源消耗比2020年下降13.5%。\n\n国务院\n\n2021年12月28日\n",
        "utf-8",
    )
    with KnowledgeBase.open(own) as kb:
        assert not kb.ingest([file]).failed
    app = open_targets(page, own, doc=PLAN)
    chart = (app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))[0]
    spec = json.loads(chart.proto.spec)
    assert spec["encoding"]["x"]["stack"] is None
    labels = [b.label for b in app.button if b.key.startswith("level_open_") and "33号" in b.label.replace("\\", "")]
    assert len(labels) == 2
    assert sum("非原文" in label for label in labels) == 1


def test_progress_without_values_says_where_to_enter_them(page, home):
    app = choose(open_targets(page, home), "targets_view", "progress")
    assert [said for said in texts(app.info) if "还没有录入实际值" in said]
    assert not [button for button in app.button if button.key.startswith("progress_open_")]
