"""A question that takes a figure for granted (每千瓦补2000元，怎么申请): what the text says instead, where it says it.

The sentence must state a value of the same kind on the same subject, as for a question that asks for it. Where none
does, the premise is left alone and the question is answered, or refused, as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answer.evidence import Found
from kb.answer.figures.stated import stated_values
from kb.answer.measure import Measure
from kb.answer.texts.passages import sentence
from kb.answer.values import LEADING, prints
from kb.results import Draft, Question, Statement

OF_TIME = re.compile(r"个?(?:年|天|日内|工作日|月)")


def checked_premise(question: Question, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the sentence that states another value than the question puts forward, or confirms it; else None."""
    if not question.asserted or question.clause_refs or "reason" in question.asks:
        return None
    figure = question.asserted[0]
    found = stated_values(_asking(question, figure), measure, clauses)
    if not found:
        return None
    proving = [f for f in found if prints(figure, f.text)]
    right, found = bool(proving), proving or found
    if right and not question.claim:
        return None  # taken for granted rightly: what is asked besides is not answered by that
    said = [sentence(f, question) for f in found]
    if question.language == "en":
        verdict = f"It is {figure}." if right else f"It is not {figure}; the text says:"
    else:
        verdict = f"是“{figure}”。" if right else f"不是“{figure}”，原文写的是："
    lead = Statement(verdict, said[0].quotes, echoes=question.asserted)
    return Draft("target", (lead, *said), language=question.language)


def _asking(question: Question, figure: str) -> Question:
    """Return the question that asks for the value which ``figure`` claims."""
    unit = LEADING.sub("", figure, count=1).strip()
    if "元" in unit:
        return replace(question, asks=frozenset(("money",)), unit="")
    if OF_TIME.fullmatch(unit):
        return replace(question, asks=frozenset(("duration",)), unit=unit)
    return replace(question, asks=frozenset(("figure",)), unit="%" if unit in ("%", "％", "个百分点") else unit)
