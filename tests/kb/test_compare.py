"""Answers that set documents beside each other: only the sides named, and what is stricter or laxer."""

from __future__ import annotations

import pytest

from kb import KnowledgeBase

NATION, PROVINCE, CITY = "guofa-2021-33", "jinzhengfa-2022-25", "jincheng-2023-15"


def cited(kb: KnowledgeBase, question: str) -> list[str]:
    return list(dict.fromkeys(c.doc_id for c in kb.ask(question).citations))


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("国家和晋城市的单位GDP能耗下降目标分别是多少", [NATION, CITY]),
        ("三级能耗强度目标对比", [NATION, PROVINCE, CITY]),
        ("国家和省的单位GDP能耗下降目标分别是多少", [NATION, PROVINCE]),
    ],
)
def test_only_the_sides_named_are_compared(kb: KnowledgeBase, question: str, documents: list[str]) -> None:
    assert cited(kb, question) == documents


@pytest.mark.parametrize(
    ("question", "says", "never"),
    [
        ("比国家更严的指标有哪些", ["更严的指标共4项", "秸秆综合利用率稳定在90%以上"], "农村生活污水治理率"),
        ("哪些指标严于国家", ["更严的指标共4项"], "绿色防控"),
        ("晋城比国家更宽松的指标有哪些", ["更宽的指标共4项", "农村生活污水治理率达到25%"], "秸秆综合利用率稳定在"),
        ("比省里更严的指标有哪些", ["更严的指标共1项", "15.5%", "14.5%"], "秸秆"),
    ],
)
def test_what_is_stricter_or_laxer_is_listed_whole(
    kb: KnowledgeBase, question: str, says: list[str], never: str
) -> None:
    answer = kb.ask(question)
    assert answer.kind == "compare"
    assert all(part in answer.text for part in says)
    assert never not in answer.text
    assert all(check.passed for check in answer.checks)
    assert {c.doc_id for c in answer.citations} in ({NATION, CITY}, {PROVINCE, CITY})
