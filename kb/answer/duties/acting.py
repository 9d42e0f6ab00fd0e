"""Who has to act where a sentence says it and no bracket does: 建设单位对真实性负责, 省林草局会同有关部门建立推进机制.

The sentence must name an actor before a verb of acting and, with the headings and the title above it, cover the
question. What only mentions a body (向市园林局报告) names nobody who acts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import FRONT
from ingest.sentences import sentence_spans
from kb.answer.evidence import Found
from kb.answer.figures.stated import fit, headings
from kb.answer.measure import Measure
from kb.answer.ranking import ENDED, is_heading
from kb.answer.texts.passages import sentence
from kb.results import Draft, Question

BODY = r"(?:部门|单位|机构|企业|主体|机关|申[请报]人|委员会|小组|办公室|政府|协会|中心|采购人|[厅局委办])"
# should, must or does; not 供应, 主要
ACTS = (
    r"(?:(?<![供响反适相对效])应当?|(?<![主重需])要|须|负责|会同|联合|牵头|统筹|组织|建立|制定|编制|承担|督促|指导"
    r"|对[^，。；]{2,20}负责)"
)
# 发展改革部门要会同 · 市园林局每年制定 · 建设单位、评审机构对真实性负责 · 由市园林局
ACTOR = re.compile(
    rf"{BODY}(?:（[^）]*）)?(?:等(?:有关)?(?:部门|单位))?[^，。；]{{0,4}}{ACTS}|由[^，。；]{{2,20}}{BODY}"
)
CAUSED = re.compile(r"(?:带动|推动|引导|发挥|鼓励|支持)[^，。；]*")  # 带动上下游企业建立: those who are led
DEPTH = 12
SURELY = 0.75  # What the question is chiefly about must stand in the sentence, its headings or the title.
ENOUGH = 0.7  # Covered share of the question's weight, headings and title counted.
OWN = 0.4  # Share that the sentence itself must cover.
BETTER = 0.25  # A sentence that covers so much more than a bracket's task is the better answer.


def compose_acting(question: Question, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the sentence that names who acts; None where none does."""
    best = best_acting(measure, clauses)
    return Draft("duty", (sentence(best, question),), language=question.language) if best else None


def best_acting(measure: Measure, clauses: Sequence[Found]) -> Found | None:
    """Return the sentence that names an actor and covers most of the question, if it covers enough."""
    found = [row for clause in clauses[:DEPTH] if clause.path != FRONT for row in _sentences(measure, clause)]
    best = max(found, key=lambda f: f.score, default=None)
    return best if best and best.score >= ENOUGH else None


def _sentences(measure: Measure, clause: Found) -> list[Found]:
    document, path = clause.document, clause.path
    brackets = [duty.span for duty in document.duties if duty.path == path]
    whole = document.slice(clause.span)
    rows = []
    for span in sentence_spans(document.text, clause.span, semicolons=True):
        words = document.slice(span)
        if is_heading(document, path, span) or not ENDED.search(words) or any(b.holds(span) for b in brackets):
            continue
        told = f"{words}\n{headings(document, path)}\n{document.source.title}"
        acting = ACTOR.search(CAUSED.sub("", words)) and measure.core and measure.found(measure.core, told) >= SURELY
        score = fit(measure, document, path, words, whole) if acting else None
        if score is not None and measure.coverage(words) >= OWN:
            rows.append(Found(document, path, span, score))
    return rows
