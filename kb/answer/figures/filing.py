"""By when something has to be handed in: 于7月15日前报送, 每月5日前汇总后报送, 征集时间截止为2月28日.

Notices say it once or twice, of forms and lists that people call by other names (材料, 申报书). What is asked for is
told by the verb: a sentence that hands in by a day answers, in the document that is meant, where it is asked when to
hand in. What else the question is about, and the document prints, has to stand in the sentence or above it.
"""

from __future__ import annotations

import re

from ingest.document import Document
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.figures.stated import headings
from kb.answer.kinds import asked_for
from kb.answer.measure import Measure
from kb.answer.ranking import ENDED
from kb.answer.texts.passages import sentence
from kb.answer.values import DAY
from kb.results import Draft, Question

HANDS_IN = r"报送|上报|[填申呈]报|报至|报我|提交|递交|寄送|反馈|报名|征集时间|截止"
ASKED = re.compile(rf"{HANDS_IN}|[交报](?:上去|上来|齐|给|到|完|$|[？?])|前[交报]")
SAID = re.compile(HANDS_IN)
OFTEN = ("每月", "每季", "每年", "每周")
DOCUMENTS = 3  # Of more documents than these nobody means the deadline of each.
SURELY = 0.75
MOST = 2


def compose_filing(question: Question, evidence: Evidence, measure: Measure) -> Draft | None:
    """Return the sentences that say by which day to hand in; None where that is not asked for or not said."""
    asked = question.asks & {"when", "day"} and ASKED.search(question.standalone)
    if not asked or len(evidence.cards) > DOCUMENTS:
        return None
    rows = [row for document in evidence.scope() for row in _deadlines(document, question, measure)]
    rows.sort(key=lambda found: -found.score)
    best = [row for row in rows if row.score == rows[0].score][:MOST]
    said = tuple(sentence(found, question) for found in sorted(best, key=lambda found: found.span))
    return Draft("target", said, language=question.language) if said else None


def _deadlines(document: Document, question: Question, measure: Measure) -> list[Found]:
    often = [word for word in OFTEN if word in question.standalone]
    about = [c for c in measure.concepts if c.weight >= 1.0 and c.term not in measure.unprinted]
    rows = []
    for clause in document.clauses:
        above = f"{document.source.title}\n{headings(document, clause.path)}"
        for span in sentence_spans(document.text, clause.span, semicolons=True):
            words = document.slice(span)
            day = asked_for("day", words) or ("day" not in question.asks and DAY.search(words))
            if not (day and SAID.search(words) and ENDED.search(words)) or any(word not in words for word in often):
                continue
            if often or all(measure.found(c, f"{above}\n{words}") >= SURELY for c in about):
                rows.append(Found(document, clause.path, span, measure.coverage(words)))
    return rows
