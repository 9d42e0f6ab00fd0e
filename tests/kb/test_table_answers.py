"""Answers from rows of tables: whole ledgers, with the header and the merged cells that prove a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.ledger import duty_record, unread_record
from kb.results import Answer

PAGE = """<html><head><meta charset="utf-8"><title>云河市节水行动方案</title></head><body><h1>云河市节水行动方案</h1>
<p>一、总体目标</p><p>节水型社会基本建成，主要指标见附件1。</p><p>二、重点任务</p><p>任务分工见附件2。</p>
<p>附件1</p><p>主要指标表</p><table>
<tr><td>序号</td><td>指标</td><td>单位</td><td>2022年</td><td>2025年</td><td>属性</td></tr>
<tr><td>1</td><td>灌溉水有效利用系数</td><td>—</td><td>0.55</td><td>0.58</td><td>约束性</td></tr>
<tr><td>2</td><td>公共供水管网漏损率</td><td>%</td><td>10.2</td><td>≤9</td><td>预期性</td></tr></table>
<p>附件2</p><p>重点任务分工表</p><table>
<tr><td rowspan="2">工作任务</td><td colspan="2">责任分工</td><td rowspan="2">完成时限</td></tr>
<tr><td>牵头单位</td><td>配合单位</td></tr>
<tr><td>推广滴灌10万亩</td><td>市农业农村局</td><td>市水务局<br>市财政局</td><td>2024年底前</td></tr>
<tr><td>改造灌区</td><td rowspan="2">市水务局</td><td>市发改委</td><td>2025年</td></tr>
<tr><td>安装计量设施</td><td>市财政局</td><td>持续推进</td></tr>
<tr><td>开展评估</td><td>同上</td><td></td><td>2025年</td></tr></table></body></html>"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("tables")
    (folder / "节水.html").write_text(PAGE, "utf-8")
    with KnowledgeBase.open(folder / "home") as kb:
        assert len(kb.ingest([folder / "节水.html"]).added) == 1
        yield kb


def quotes(answer: Answer) -> list[str]:
    return [" ".join(citation.quote.split()) for citation in answer.citations]


def test_the_ledger_is_complete_and_tells_what_is_left(tables: KnowledgeBase) -> None:
    rows = [duty_record(document, duty) for document, duty in tables.duties()]
    assert [(row["task"], row["leads"], row["supports"], row["deadline"]) for row in rows] == [
        ("推广滴灌10万亩", ["市农业农村局"], ["市水务局", "市财政局"], "2024年底前"),
        ("改造灌区", ["市水务局"], ["市发改委"], "2025年"),
        ("安装计量设施", ["市水务局"], ["市财政局"], "持续推进"),
    ]
    assert rows[2]["proofs"][-1]["quote"] == "市水务局"
    assert rows[0]["canonical"]["市水务局"] == "市水利局"
    [left] = [unread_record(document, left) for document, left in tables.unread()]
    assert "同上" in left["reason"]
    assert left["quote"].startswith("开展评估")


def test_a_row_answers_with_its_header_and_merged_cells(tables: KnowledgeBase) -> None:
    answer = tables.ask("安装计量设施由谁牵头？")
    assert answer.departments == ("市水务局",)
    assert {"安装计量设施 市财政局 持续推进", "牵头单位 配合单位", "市水务局"} <= set(quotes(answer))


def test_an_indicator_answers_with_year_and_unit(tables: KnowledgeBase) -> None:
    answer = tables.ask("公共供水管网漏损率的目标是多少？")
    assert "公共供水管网漏损率（2025年）：≤9%，预期性" in answer.text
    assert "2 公共供水管网漏损率 % 10.2 ≤9 预期性" in quotes(answer)


def test_the_level_that_a_list_elides_counts_in_a_search(tables: KnowledgeBase) -> None:
    assert len(tables.duties(organ="市发展和改革委员会")) == 1
    assert tables.duties(organ="省水利厅") == []
