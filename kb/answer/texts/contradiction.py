"""Questions that take for granted what the documents do not say: 为什么给“两高”项目电价优惠, when that is forbidden.

Two premises can be held against the text: a figure put forward for a target of another value, and something that the
clause forbids. The answer then says what stands there instead. A premise that the documents do not speak of is left to
the composers, which refuse it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.figures.target import asserted_row, corrected
from kb.answer.measure import Measure
from kb.results import Draft, Question, Quote, Statement

# 严禁, 不得; 不得超过六个月 sets a limit
FORBIDS = re.compile(
    r"严禁|禁止|不得(?!超|[低高多少大小早晚迟]于)|不准|不再|杜绝|严控|不予|一律不|取消|停止(?:执行|实施)"
)
DENIES = re.compile(
    r"严禁|禁止|不得|不准|不能|不许|不让|不要|不可|不予|不再|取消|停止|\b(?:not\b|forbid|prohibit|ban)", re.I
)
CASE = re.compile(r"的(?:决定|通知|理由)?$")  # 不再使用的, 不准贷款的决定: a case, no rule
VALUES = frozenset(("figure", "money", "when", "duration"))
PART = re.compile(r"[^，；。]+")
WHOLLY = 0.75  # Share of the question that the part of a sentence must cover to be about the same thing.
DEPTH = 3


def contradicted(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return what the documents say instead of the premise; None where they do not contradict it."""
    supposes = question.claim or "reason" in question.asks or "address" in question.asks
    if supposes and question.asserted and question.intent not in ("target", "duty", "compare"):
        row = asserted_row(question, evidence, measure)
        if said := corrected(question, row):
            return Draft("target", tuple(said), language=question.language)
    if not (supposes or question.asks & VALUES) or "penalty" in question.asks or DENIES.search(question.standalone):
        return None
    for clause in clauses[:DEPTH]:
        if found := _forbidding(measure, clause):
            return Draft(question.intent, (_denied(found, question),), language=question.language)
    return None


def _forbidding(measure: Measure, clause: Found) -> Found | None:
    """Return the part of a sentence that forbids what the question is about."""
    text = clause.document.text
    for sentence in sentence_spans(text, clause.span):
        for part in PART.finditer(text, sentence.start, sentence.end):
            forbids = FORBIDS.search(part.group()) and not CASE.search(part.group())
            if forbids and measure.coverage(part.group()) >= WHOLLY and len(measure.concepts) > 1:
                return Found(clause.document, clause.path, Span(*part.span()), 1.0)
    return None


def _denied(found: Found, question: Question) -> Statement:
    quote = Quote(found.document.source.doc_id, found.path, found.span)
    if question.language == "en":
        return Statement(f"The documents say the opposite. Clause {found.path}: “{found.text}”.", (quote,))
    return Statement(f"文件没有这样规定，写的是“{found.text}”。", (quote,))
