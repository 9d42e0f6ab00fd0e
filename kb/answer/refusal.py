"""Saying that the documents do not say, with what was searched and what stands nearby.

Decided from the evidence, not from one score: does the question ask for a kind of value (a figure in some unit, money,
a telephone number, a name, a year) that the clause does not print? Does it name a place the library has no document of?
Does the best clause fall below the line (``likely``)?
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import FRONT
from kb.answer.evidence import Evidence, Found
from kb.answer.kinds import VALUES
from kb.results import Draft, Question, Statement

NEAREST = 3


def refuse(question: Question, evidence: Evidence, nearest: Sequence[Found], reason: str = "") -> Draft:
    """Return a refusal that says why and what was searched; the clauses that stand nearest are related."""
    english = question.language == "en"
    head = reason or ("The documents do not say." if english else "库中文件没有写明。")
    statements = tuple(Statement(text, proved=False) for text in (head, _searched(evidence, english)))
    quotes = tuple(found.quote for found in nearest if found.path != FRONT)[:NEAREST]
    return Draft("refusal", statements, related=quotes, answered=False, language=question.language)


def lacks(kind: str, question: Question, said: str = "") -> str:
    """Return the reason for refusing where evidence of a kind is lacking; ``said`` is what the text has instead."""
    said = "" if re.search(r"\d", said) else said  # a refusal cites nothing, so it shows no figure
    if question.language == "en":
        reason = f"The documents give no {VALUES[kind][1]} for this."
        return reason + (f" They only say: “{said}”." if said else "")
    reason = f"库中文件没有写明所问的{VALUES[kind][0]}"
    return reason + (f"，相关原文只写了“{said.rstrip('。；')}”。" if said else "。")


def lacking(question: Question, evidence: Evidence) -> str:
    """Return the reason for refusing where the library, or what the asker chose of it, holds no such document."""
    names, english = "、".join(evidence.missing or evidence.beyond), question.language == "en"
    if evidence.missing:
        return f"The library does not hold {names}." if english else f"库中没有{names}的文件。"
    if english:
        return f"{names} lies outside the scope chosen. Widen the scope to ask about it."
    return f"所选范围不含{names}文件。请放宽检索范围再问。"


def no_clause(question: Question) -> str:
    """Return the reason for refusing where the documents have no clause at the address asked about."""
    names = "、".join(question.clause_refs)
    return f"There is no clause {names}." if question.language == "en" else f"库中文件没有“{names}”这一条。"


def _searched(evidence: Evidence, english: bool) -> str:
    titles = [f"《{card.title}》" for card in evidence.cards]
    if not titles:
        return "The library is empty." if english else "库中没有文件，请先导入。"
    some = ("; " if english else "、").join(titles[:3])
    if english:
        return f"Searched: {some}" + (f" and {len(titles) - 3} more." if len(titles) > 3 else ".")
    return f"已检索{some}" + (f"等{len(titles)}份文件。" if len(titles) > 3 else "。")
