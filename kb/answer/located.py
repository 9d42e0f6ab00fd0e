"""Where something stands: 充填开采在第几条 is answered by the clause's address and the sentence that prints it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.evidence import Evidence, Found, Measure, heading_of, rank_sentences
from kb.answer.fitting import ACCEPT
from kb.answer.passages import sentence
from kb.results import Draft, Question, Statement, address_name

# 在第几条 · 写在哪一条 · 见哪个部分 · 出自哪一款
ASKED = re.compile(
    r"(?:在|见|写[在进]了?|属于|出自|出现在|列[在入]|放[在进])(?:了)?(?:文件|方案)?(?:里|中|的)?(?:第几|哪一?个?)(?:条|款|项|章|节|部分)"
)
DEPTH = 4


def compose_located(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the address of the sentence that covers the question; None where none does or no place is asked for."""
    if not ASKED.search(question.standalone) or question.organs:
        return None
    ranked = rank_sentences(question, clauses[:DEPTH], evidence, measure)
    best = max(ranked, key=lambda f: measure.coverage(f.text), default=None)
    if best is None or measure.coverage(best.text) < ACCEPT or not measure.names_in(best.text):
        return None
    said, heading = sentence(best, question), heading_of(best.document, best.path)
    where = f"《{best.document.source.title}》{address_name(best.path)}" + (f"“{heading}”" if heading else "")
    text = said.text if question.language == "en" else f"{where}：{said.text}"
    return Draft("address", (Statement(text, said.quotes),), language=question.language)
