"""Responsibility: brackets, labels, prose, standing rules, and what must be left alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.brackets import bracket_pairs, cut_outside
from ingest.document import Clause, Duty, Span
from ingest.duties import extract_duties
from ingest.phrases import read_phrase
from ingest.standing import standing_rules

CASES = json.loads((Path(__file__).parent.parent / "cases" / "duties.json").read_text(encoding="utf-8"))
SIMPLE = {"leads": "lead", "supports": "support", "responsible": "responsible"}
NAMES = ["市水务局", "市财政局", "市林业局", "市工业和信息化局", "各开发区", "各县（市、区）政府"]
VERBS = ["牵头", "配合", "负责", "会同", "由", "按职责分工负责", "责任单位：", "完成时限：", "推进节水"]
MARKS = ["、", "，", "和", "（", "）", "〔", "〕", "等", "。", "\n", "1）", "2024年底前", "以下均需", "落实，不再列出"]
PIECES = st.sampled_from(NAMES[:2] + NAMES[-1:] + VERBS + MARKS)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


def document(parts: list[list[str]]) -> tuple[str, tuple[Clause, ...]]:
    """Lay clauses given as path, label and words (and the parent's path) end to end."""
    text, clauses = "", []
    for ordinal, (path, label, words, *parent) in enumerate(parts):
        span = Span(len(text), len(text) + len(label + words))
        text += label + words
        clauses.append(Clause(ordinal, 1, label, path, "", span, span, *parent))
    return text, tuple(clauses)


def shown(duty: Duty, text: str, wanted: dict[str, object]) -> dict[str, object]:
    """Show a duty in the words of the case file; quote, task, phrase, rule and canonical only where the case asks."""
    local = [b.name for b in duty.bodies if b.kind == "local"]
    found: dict[str, object] = {"path": duty.path, "local": local, "inherited": list(duty.inherited)}
    for key, role in SIMPLE.items():
        found[key] = [b.name for b in duty.bodies if b.role == role and b.kind != "local"]
    found |= {"shared": duty.shared, "open": duty.open_ended, "deadline": duty.deadline}
    asked = {
        "quote": text[duty.span.start : duty.span.end],
        "task": text[duty.task_span.start : duty.task_span.end],
        "phrase": duty.phrase,
        "rule": duty.rule_span and text[duty.rule_span.start : duty.rule_span.end],
        "canonical": [b.canonical for b in duty.bodies],
    }
    return found | {key: value for key, value in asked.items() if key in wanted}


def complete(wanted: dict[str, object]) -> dict[str, object]:
    empty: dict[str, object] = {key: [] for key in (*SIMPLE, "local", "inherited")}
    return empty | {"shared": False, "open": False, "deadline": None} | wanted


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_duties(case: dict) -> None:
    text, clauses = document(case["clauses"])
    duties, unread = extract_duties(text, clauses)
    duties = tuple(d for d in duties if d.path in case.get("only", (d.path,)))
    assert len(duties) == len(case["duties"]), [d.phrase for d in duties]
    for duty, wanted in zip(duties, case["duties"], strict=True):
        assert shown(duty, text, wanted) == complete(wanted)
    assert [text[left.span.start : left.span.end] for left in unread] == case.get("unread", [])


def test_ordinals_count_within_a_clause() -> None:
    first = "甲。（市水务局负责）乙。（市林业局负责）"
    text, clauses = document([["一", "", first], ["二", "", "丙。（市财政局负责）"]])
    assert [(d.path, d.ordinal) for d in extract_duties(text, clauses)[0]] == [("一", 1), ("一", 2), ("二", 1)]


def test_the_place_joins_names_with_and_without_it() -> None:
    text, clauses = document([["一", "", "甲。（东江市发展和改革委员会、水务局负责）"]])
    [duty], _ = extract_duties(text, clauses, place="东江市")
    assert [b.canonical for b in duty.bodies] == ["市发展和改革委员会", "水利局"]
    assert duty.named() == ("东江市发展和改革委员会", "水务局")


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("以下均需各区政府落实，不再列出", "after"),
        ("以下任务均由各县（市、区）人民政府负责落实", "after"),
        ("以上各项任务均需各区政府落实", "before"),
        ("上述任务，各区政府均为责任单位", "before"),
        ("以上任务各区政府均需抓好落实", "before"),
        ("各项任务均由各开发区管委会组织实施，不再逐一列出", "all"),
        ("本方案各项任务均需各镇人民政府落实，不再单独列出", "all"),
        ("具体任务均涉及各区政府，不再分工", "all"),
        ("具体任务均涉及各区政府，不再做分工，下同", "after"),
    ],
)
def test_standing_rules_in_several_wordings(words: str, scope: str) -> None:
    [rule] = standing_rules(f"前文。{words}。后文。", Span(0, len(words) + 7))
    assert rule.scope == scope
    assert (rule.span.start, rule.span.end) == (3, 3 + len(words))


@pytest.mark.parametrize(
    "words",
    [
        "以下简称市政府",
        "以上企业由市水务局负责",
        "各项工作均应由专人负责",
        "以下情形均需报告",
        "不再列出",
        "以上工作均取得成效",
        "以上事项均由市水务局负责审批",
    ],
)
def test_other_sentences_are_no_standing_rules(words: str) -> None:
    assert standing_rules(words, Span(0, len(words))) == ()


def test_brackets_keep_their_partners() -> None:
    text = "（甲〔乙〕丙）1）丁（戊"
    assert [text[s.start : s.end] for s in bracket_pairs(text, Span(0, len(text)))] == ["（甲〔乙〕丙）", "〔乙〕"]
    assert bracket_pairs("（" + "长" * 2000 + "）", Span(0, 2002)) == ()
    assert cut_outside("甲（乙、丙）、丁", "、") == ["甲（乙、丙）", "丁"]


@given(TEXTS)
def test_whatever_the_text_duties_are_slices_of_their_clause(text: str) -> None:
    half = len(text) // 2
    clauses = (
        Clause(1, 1, "", "一", "", Span(0, half), Span(0, half)),
        Clause(2, 1, "", "二", "", Span(half, len(text)), Span(half, len(text))),
    )
    spans = {clause.path: clause.span for clause in clauses}
    last = 0
    for duty in extract_duties(text, clauses)[0]:
        assert spans[duty.path].holds(duty.span)
        assert spans[duty.path].holds(duty.task_span)
        assert duty.span.start >= last
        last = duty.span.end
        assert duty.bodies
        assert len({b.name for b in duty.bodies}) == len(duty.bodies)
        printed = "".join(text[duty.span.start : duty.span.end].split())
        assert all(body.name in printed for body in duty.bodies)
        if duty.inherited:
            assert duty.rule_span is not None
            assert 0 <= duty.rule_span.start < duty.rule_span.end <= len(text)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
def test_a_printed_list_comes_back_in_printed_order(names: list[str]) -> None:
    for phrase in ("、".join(names) + "等按职责分工负责", "责任单位：" + "，".join(names), "、".join(names) + "负责"):
        read = read_phrase(phrase)
        assert read is not None
        assert [b.name for b in read.bodies] == names


def test_the_bundled_plan_as_the_gold_structure_says(data: Path) -> None:
    gold = json.loads((data / "gold" / "plan_structure.json").read_text(encoding="utf-8"))["clauses"]
    label = re.compile("[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）")
    parts = [[c["id"], found.group() if (found := label.match(c["text"])) else "", c["text"]] for c in gold]
    text, clauses = document([[path, mark, words[len(mark) :] + "\n"] for path, mark, words in parts])
    duties, _ = extract_duties(text, clauses, place="晋城市")
    bracketed = [c for c in gold if c["bracket"]]
    assert [d.path for d in duties] == [c["id"] for c in bracketed]
    for duty, clause in zip(duties, bracketed, strict=True):
        assert text[duty.span.start : duty.span.end] == clause["bracket"]
        assert list(duty.named()) == clause["departments"]
        assert duty.open_ended is clause["has_deng"]
        assert duty.inherited == (("各县（市、区）政府",) if clause["county_rule"] == "inherited" else ())
    assert duties[0].named(local=True) == ("各县（市、区）政府",)
