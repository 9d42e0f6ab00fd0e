"""Questions to a whole ledger: told apart by their grammar, answered from every row, counted, cited in full."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document, Source
from ingest.manifest import read_manifest
from ingest.organs import same_body
from ingest.pipeline import parse
from kb.answer.evidence import Evidence
from kb.answer.extract import compose
from kb.answer.lists.longlist import GROUPS, LINES
from kb.answer.verify import verify
from kb.results import Answer
from kb.search.question import understand
from kb.settings import CORPUS
from tests.cards import card_of

TESTS = Path(__file__).parents[1]
DATA = TESTS.parents[1] / "shared" / "data" / "policies"
CASES: dict[str, Any] = json.loads((TESTS / "cases" / "selections.json").read_text("utf-8"))
EVERY = 7  # Of the sample of PDFs every so many are read.


@cache
def document(path: Path) -> Document:
    return parse(Source(path.stem, path, "0"))


def asked(question: str, *documents: Document) -> Answer:
    """Answer from the ledgers of these documents alone."""
    cards = tuple(card_of(d, file=d.source.path.name) for d in documents)
    evidence = Evidence((), {d.source.doc_id: d for d in documents}, cards)
    understood = understand(question)
    return verify(compose(understood, evidence), understood, evidence)


@pytest.fixture(scope="module")
def water() -> Document:
    return document(TESTS / "files" / "watersaving.txt")


@pytest.fixture(scope="module")
def greenway() -> Document:
    return document(TESTS / "files" / "greenway.txt")


# ---- grammar


@pytest.mark.parametrize("case", CASES["selects"], ids=lambda case: case["question"])
def test_what_a_question_selects(case: dict[str, Any]) -> None:
    selection = understand(case["question"]).selection
    assert selection is not None
    assert selection.of == case["of"]
    assert selection.first == (tuple(case["first"]) if "first" in case else None)
    assert selection.last == (tuple(case["last"]) if "last" in case else None)
    assert (selection.nature, selection.least) == (case.get("nature", ""), case.get("least", False))
    assert selection.count == case.get("count", 0)
    assert selection.of == "section" or selection.names == case.get("names", "")


@pytest.mark.parametrize("question", CASES["selects_nothing"])
def test_a_question_about_one_thing_selects_nothing(question: str) -> None:
    assert understand(question).selection is None


@pytest.mark.parametrize("case", CASES["topics"], ids=lambda case: case["question"])
def test_what_narrows_a_selection(case: dict[str, Any]) -> None:
    selection = understand(case["question"]).selection
    assert selection is not None and list(selection.topic) == case["topic"]


# ---- answers


def paths(answer: Answer) -> list[str]:
    return [citation.path for citation in answer.citations]


def test_who_leads_is_told_from_who_supports_and_who_is_responsible(water: Document) -> None:
    leads = asked("市农业农村局牵头哪些任务", water)
    assert paths(leads) == ["二（一）"] and "牵头的任务共1项，见《云河市节水行动方案》11个条款中的1个" in leads.text
    supports = asked("市水务局配合哪些任务", water)
    assert paths(supports)[:2] == ["二（一）", "二（二）"] and "配合的任务共2项" in supports.text
    assert "另有3项只写明由其负责，原文未区分牵头与配合" in supports.text
    none = asked("市水务局牵头哪些任务", water)
    assert "原文没有写明由市水务局牵头的任务" in none.text and "写明由其负责的共3项" in none.text
    assert paths(none) == ["二（三）", "二（四）", "二（五）"]
    assert asked("市水务局负责哪些任务", water).text.startswith("市水务局承担的任务共5项")


def test_what_a_standing_rule_adds_is_listed_apart(water: Document) -> None:
    answer = asked("县（市、区）政府要做什么", water)
    assert answer.inherited == ("各县（市、区）政府",)
    assert "承担的任务共1项" in answer.text and "须落实而未再列出的共4项" in answer.text
    assert set(paths(answer)) == {"二（二）", "二（三）", "二（四）", "二（五）", "三（二）"}


def test_a_body_that_is_not_named_is_refused_with_the_nearest_names(water: Document) -> None:
    answer = asked("市农业综合局负责哪些任务", water)
    assert not answer.answered
    assert "没有列出“市农业综合局”" in answer.text and "名称相近的有：市农业农村局" in answer.text
    far = asked("市司法局牵头哪些任务", water)
    assert not far.answered and "名称相近" not in far.text


def test_bodies_in_a_role(water: Document, greenway: Document) -> None:
    assert asked("配合单位有哪些", water).departments == ("市水务局", "市财政局")
    assert asked("牵头单位有哪些", water).departments == ("市农业农村局", "市工信局")
    every = asked("有多少家单位承担任务", water)
    assert "责任单位共6个" in every.text and len(every.departments) == 6
    both = asked("牵头单位有哪些", water, greenway)
    assert both.text.startswith("2份文件写明了牵头单位：\n1. 《")
    assert {citation.doc_id for citation in both.citations} == {"watersaving", "greenway"}


def test_no_roles_are_made_up_where_the_text_tells_none(water: Document) -> None:
    plain = replace(water, duties=tuple(d for d in water.duties if not d.named(role="lead")))
    answer = asked("牵头单位有哪些", plain)
    assert answer.answered and answer.departments == ()
    assert "4项责任分工都没有区分牵头与配合" in answer.text


def test_what_is_due_when(water: Document) -> None:
    by_2025 = asked("哪些任务2025年底前要完成", water)
    assert set(paths(by_2025)) == {"二（二）", "二（三）"} and "共2项" in by_2025.text
    by_june = asked("2026年6月底前要完成哪些任务", water)
    assert "（时限：2026年6月底前）" in by_june.text and "二（四）" in paths(by_june)
    assert "0.58" not in by_june.text and "长期坚持" not in by_june.text
    in_2026 = asked("2026年要完成的任务有哪些", water)
    assert set(paths(in_2026)) == {"二（一）", "二（四）"}
    never = asked("哪些任务2024年底前要完成", water)
    assert not never.answered and "没有写明在所问时间完成的任务" in never.text


def test_what_a_body_has_due(water: Document) -> None:
    assert set(paths(asked("市住建局2025年底前要完成哪些任务", water))) == {"二（三）"}
    assert "任务中没有写明在所问时间完成的" in asked("市财政局2025年底前要完成哪些任务", water).text
    narrowed = asked("市水务局在灌溉方面配合哪些任务", water)
    assert paths(narrowed)[:1] == ["二（一）"] and "配合的任务共1项" in narrowed.text


def test_a_deadline_taken_over_is_flagged_and_cited(water: Document) -> None:
    carried = next(t for t in water.targets if t.indicator == "公共供水管网漏损率")
    start = water.text.index("公共供水管网漏损率控制")
    moved = replace(carried, span=replace(carried.span, start=start), carried=("deadline_year",))
    answer = asked("哪些任务2025年底前要完成", replace(water, targets=(moved,)))
    assert "（时限承前文：到2025年）" in answer.text
    assert "到2025年" in [citation.quote for citation in answer.citations]


def test_what_nobody_answers_for_and_what_has_no_date(water: Document) -> None:
    unassigned = asked("哪些条款没有责任单位", water)
    assert paths(unassigned) == ["一", "三（一）"] and "见11个条款中的2个" in unassigned.text
    assert paths(asked("哪些条款没有牵头单位", water)) == [
        "一",
        "二（三）",
        "二（四）",
        "二（五）",
        "三（一）",
        "三（二）",
    ]
    assert len(asked("哪些任务没有写明完成时限", water).citations) >= len(water.duties) - 1


def test_who_has_most_and_least(water: Document) -> None:
    most = asked("哪些单位任务最多", water)
    assert "6项责任分工中，承担任务最多的单位：\n1. 市水务局：5项" in most.text
    assert "1. 市农业农村局：1项" in asked("任务最少的是哪个部门", water).text
    crowded = asked("哪个条款的责任单位最多", water)
    assert paths(crowded) == ["二（一）"] and "（3个）：市农业农村局、市水务局、市财政局" in crowded.text


def test_targets_are_counted_and_natures_not_made_up(water: Document) -> None:
    answer = asked("一共有多少个量化目标", water)
    assert answer.text.startswith("量化目标共5个，见11个条款中的4个：\n1. 二（一） ")
    assert not asked("约束性指标有哪些", water).answered
    marked = replace(water, targets=(replace(water.targets[0], nature="约束性"), *water.targets[1:]))
    assert paths(asked("约束性指标有哪些", marked)) == ["二（一）"]


def test_a_long_list_is_cut_in_the_text_and_whole_in_the_citations(water: Document) -> None:
    duty = next(d for d in water.duties if d.path == "三（二）")
    many = replace(water, duties=tuple(replace(duty, ordinal=n) for n in range(1, LINES + 12)))
    answer = asked("市财政局负责哪些任务", many)
    assert f"共{LINES + 11}项" in answer.text
    assert "其余11项见台账：kb duties --organ 市财政局 --doc 云政办发〔2024〕12号" in answer.text
    assert len(answer.text.splitlines()) <= LINES + 2 and not [c for c in answer.checks if not c.passed]


def test_many_documents_are_grouped_counted_and_cited(water: Document) -> None:
    copies = [replace(water, source=replace(water.source, doc_id=f"w{n:02}")) for n in range(GROUPS + 3)]
    answer = asked("市水务局负责哪些任务", *copies)
    assert answer.text.startswith(
        f"市水务局承担的任务共{5 * len(copies)}项，见{len(copies)}份文件：\n《云河市节水行动方案》"
    )
    assert "其余3份文件的15项见台账：kb duties --organ 市水务局" in answer.text
    cited = {(c.doc_id, c.path) for c in answer.citations}
    assert cited >= {(d.source.doc_id, path) for d in copies for path in ("二（一）", "二（五）")}


def test_a_body_printed_in_a_merged_cell_is_proved_by_that_cell(water: Document) -> None:
    duty = next(d for d in water.duties if d.path == "二（五）")
    start = water.text.index("市教育局", duty.span.start)
    row = replace(duty, span=replace(duty.span, end=start), bodies=duty.bodies[1:])
    cell = replace(duty.span, start=start, end=start + len("市教育局"))
    merged = replace(water, duties=(replace(row, proofs=(cell,)),))
    for question in ("责任单位有哪些", "哪些单位任务最多", "开展进社区活动由谁负责"):
        answer = asked(question, merged)
        assert "市教育局" in answer.text or not answer.answered, question
        assert not [check for check in answer.checks if not check.passed], question
    assert not asked("责任单位有哪些", replace(water, duties=(row,))).answered


# ---- complete by construction, on every document


def sample() -> list[Any]:
    bundled = [pytest.param(source.path, id=source.doc_id) for source in read_manifest(CORPUS / "manifest.jsonl")]
    pdfs = sorted(DATA.glob("*.pdf"))[::EVERY]
    skip = pytest.mark.skip(reason="没有 ../shared/data：这项测试需要项目之外的开发数据")
    return bundled + ([pytest.param(p, id=p.stem[:3]) for p in pdfs] or [pytest.param(None, id="pdfs", marks=skip)])


Rows = Callable[[Document], Iterator[tuple[str, set[tuple[int, int]]]]]


def of_bodies(document: Document) -> Iterator[tuple[str, set[tuple[int, int]]]]:
    """Each body with the duties that name or bind it."""
    names = dict.fromkeys(n for duty in document.duties for n in (*duty.named(), *duty.named(local=True)))
    for name in list(names)[:8]:
        if understand(f"{name}负责哪些任务").organs == (name,):
            rows = [
                d
                for d in document.duties
                if any(same_body(n, name) for n in (*(b.name for b in d.bodies), *d.inherited))
            ]
            yield f"{name}负责哪些任务", {(d.span.start, d.span.end) for d in rows}


def of_targets(document: Document) -> Iterator[tuple[str, set[tuple[int, int]]]]:
    """All targets, and those due by each year that the ledger has."""
    if document.targets:
        yield "一共有多少个量化目标", {(t.span.start, t.span.end) for t in document.targets}


def of_clauses(document: Document) -> Iterator[tuple[str, set[tuple[int, int]]]]:
    """All duties, as those with bodies."""
    if rows := [d for d in document.duties if d.named()]:
        yield "责任单位有哪些", {(d.span.start, d.span.end) for d in rows}


@pytest.mark.parametrize("rows", [of_bodies, of_targets, of_clauses], ids=lambda rows: rows.__name__)
@pytest.mark.parametrize("path", sample())
def test_no_row_of_a_ledger_is_missing_from_the_answer(path: Path, rows: Rows) -> None:
    own = document(path)
    for question, wanted in rows(own):
        answer = asked(question, own)
        assert not [check for check in answer.checks if not check.passed and check.name != "form"], question
        assert wanted <= {(c.start, c.end) for c in answer.citations}, question


@pytest.mark.parametrize("path", sample())
def test_no_target_is_missing_from_what_is_due(path: Path) -> None:
    own = document(path)
    for year in {t.deadline_year for t in own.targets if t.deadline_year}:
        cited = [(c.start, c.end) for c in asked(f"{year}年底前要完成的目标有哪些", own).citations]
        for target in own.targets:
            if target.deadline_year and target.deadline_year <= year:
                assert any(start <= target.span.end and target.span.start <= end for start, end in cited), target


@pytest.mark.parametrize("path", sample())
def test_every_body_is_listed(path: Path) -> None:
    own = document(path)
    if names := dict.fromkeys(name for duty in own.duties for name in duty.named()):
        assert set(asked("责任单位有哪些", own).departments) == set(names)


# ---- outlines


def test_the_parts_of_a_document_are_listed_in_printed_order(water: Document) -> None:
    answer = asked("这份方案主要讲了什么", water)
    assert answer.kind == "list" and "分3个部分" in answer.text and paths(answer) == ["一", "二", "三"]
    assert asked("How many parts does the plan have?", water).text.startswith("《云河市节水行动方案》: 3 parts")


def test_a_customary_part_is_found_by_its_heading(water: Document, greenway: Document) -> None:
    goals = asked("总目标是什么", greenway)
    assert goals.kind == "measure" and set(paths(goals)) == {"一"}
    safeguards = asked("有哪些保障措施", water)
    assert paths(safeguards) == ["三", "三（一）", "三（二）"] and "下设2条" in safeguards.text


def test_items_are_listed_where_the_headings_are_called_so(greenway: Document) -> None:
    answer = asked("两大工程是哪些", greenway)
    assert answer.kind == "list" and "下设2条〔1〕：" in answer.text and "绿道贯通工程" in answer.text
    other = asked("五大工程是哪些", greenway)
    assert "下设2条，不是5条〔1〕：" in other.text and other.citations


def test_a_list_is_of_the_document_whose_title_the_question_prints(water: Document, greenway: Document) -> None:
    both = asked("有哪些重点任务", water, greenway)
    assert "《云河市节水行动方案》二“重点任务”下设5条：" in both.text
    assert "《云河市绿道建设行动方案》二“重点任务”下设2条：" in both.text
    one = asked("绿道建设的重点任务有哪些", water, greenway)
    assert {citation.doc_id for citation in one.citations} == {"greenway"}


def test_all_bodies_of_a_document_are_listed_where_it_alone_is_named(water: Document, greenway: Document) -> None:
    answer = asked("云政办发〔2024〕12号由哪些部门负责", water)
    assert answer.kind == "list" and "市农业农村局" in answer.departments and "市财政局" in answer.departments
    assert asked("云政办发〔2024〕12号的农业节水由谁负责", water).kind != "list"


def test_no_list_is_made_of_headings_called_otherwise(water: Document, greenway: Document) -> None:
    assert "下设" not in asked("八大行动有哪些", greenway).text
    assert "下设" not in asked("有哪些措施", water).text
    assert "下设" not in asked("垃圾分类的重点工程有哪些", greenway).text
    assert "个部分" not in asked("养老服务讲了什么", water).text
