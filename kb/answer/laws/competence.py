"""Which authority a law or regulation makes competent: 国务院建设主管部门负责全国建筑节能的监督管理工作.

Laws have no brackets of responsibility. Who has to act stands in sentences, the same matter at several levels of
government one after the other, and the sanctions name the same authorities again; so the sentences are compared with
the question whole, and those of one article are told together. Where a question asks who is in charge (主管, 归谁管), a
sentence that gives charge of something is the better answer; where it asks of the law itself, the one that gives charge
of what the title names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.document import Document
from ingest.sentences import sentence_spans
from kb.answer.duties.acting import ACTOR, CAUSED
from kb.answer.evidence import Evidence, Found, documents_of
from kb.answer.laws.provisions import ARTICLE, SANCTION, is_law
from kb.answer.measure import Measure
from kb.answer.texts.passages import sentence
from kb.results import Draft, Question

IN_CHARGE = re.compile(r"主管(?!部门|机关|人员|单位)|监督管理|监管|(?:负责|承担)[^，。；]{0,16}(?:管理|协调|执法|工作)")
EVERYWHERE = re.compile(r"全国|全[省市县区]|本(?:行政区域|辖区|省|市|县|区|自治区)|依照本[法条]")
ASKED = re.compile(r"管|监督|执法|负责|牵头")  # Who is in charge? Not: who writes, keeps, reports it.
WORDS = re.compile(
    r"(?:主管|监管|监督|行政|执法|管理|牵头)*(?:部门|主体|机关|单位|工作)?"
)  # What all such sentences answer.
CHARGE = 0.2  # What a sentence gains that gives charge of something, where that is asked for.
COVERED = 0.5  # Share of the question's weight that the sentence must cover, its law's title counted, ...
ENOUGH = 1.0  # ... and what that share, the cosine and the gain must come to.
TITLE = 0.8  # Share from which the title names what is asked about; who is in charge of it everywhere covers as much.
CLOSE = 0.85
DOCUMENTS, MOST = 3, 3


def compose_competence(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return the sentences that make an authority competent; None where no law or regulation says it."""
    if question.organs or question.clause_refs or not clauses or not is_law(clauses[0].document):
        return None
    charge = bool(ASKED.search(question.standalone))
    concepts = tuple(c for c in question.concepts if not (charge and WORDS.fullmatch(c.term)))
    asked = Measure(replace(question, concepts=concepts), evidence)
    rows = [
        row
        for document in list(filter(is_law, documents_of(clauses)))[:DOCUMENTS]
        for found in _acting(document)
        if (row := _scored(question, evidence, asked, found, charge=charge))
    ]
    if not rows:
        return None
    best = max(rows, key=lambda f: f.score) if concepts else rows[0]  # of the law itself: among its general provisions
    told = [f for f in rows if f.document is best.document and f.path == best.path and f.score >= CLOSE * best.score]
    told = sorted(sorted(told, key=lambda f: -f.score)[:MOST], key=lambda f: f.span)
    first, *rest = (sentence(f, question) for f in told)
    place = "" if question.language == "en" else f"《{best.document.source.title}》{best.path}："
    return Draft("duty", (replace(first, text=place + first.text), *rest), language=question.language)


def _acting(document: Document) -> Iterator[Found]:
    """Yield the sentences of the articles in which an authority has to act; sanctions are none."""
    for clause in document.clauses:
        if ARTICLE.match(clause.path):
            for span in sentence_spans(document.text, clause.span, semicolons=True):
                words = CAUSED.sub("", document.slice(span))
                if (ACTOR.search(words) or IN_CHARGE.search(words)) and not SANCTION.search(words):
                    yield Found(document, clause.path, span, 0.0)


def _scored(question: Question, evidence: Evidence, asked: Measure, found: Found, *, charge: bool) -> Found | None:
    """Return the sentence with how well it answers; None where it does not."""
    words, title = found.text, found.document.source.title
    in_charge = charge and bool(IN_CHARGE.search(words))
    named = not asked.concepts or asked.coverage(title) >= TITLE
    of_title = in_charge and named and bool(EVERYWHERE.search(words))
    own = max(asked.coverage(words), TITLE if of_title else 0.0)
    if own < COVERED:
        return None
    score = own + evidence.similarity(question.standalone, [words])[0] + CHARGE * (in_charge + of_title)
    return replace(found, score=score) if score >= ENOUGH else None
