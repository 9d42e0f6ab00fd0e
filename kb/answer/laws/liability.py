"""What follows for those who break a rule of a law, regulation or measure: 责令改正, 罚款, 没收, 吊销.

The question is compared with the deed, never with the sanction: all sanctions read alike (``deed``). A rule broken that
the sanction names by its article alone is said before it. Documents that state no sanction are left to the other
composers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.document import Span
from kb.answer.evidence import Evidence, Found
from kb.answer.laws.deed import Likeness, deeds
from kb.answer.laws.offences import Offence, offences
from kb.answer.laws.paragraph import compose_provision
from kb.answer.laws.provisions import article_of, asked_about, place_of, with_item
from kb.answer.measure import Measure
from kb.answer.refusal import lacks, refuse
from kb.answer.texts.passages import sentence
from kb.results import Draft, Question, Statement

CLOSE = 0.93  # Deeds this near to the best one (as a share of its score) are told as well.
MOST = 3


def compose_liability(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return what follows from the behaviour that the question describes; None where no sanction is stated for it."""
    if "penalty" not in question.asks or question.clause_refs or not clauses or not asked_about(question):
        return None
    meant = deeds(question, evidence, measure, clauses)
    if meant is None:
        return None
    if not meant:
        if provision := compose_provision(question, evidence, measure, clauses):
            return provision
        of_best = next(offences(clauses[0].document), None)
        return refuse(question, evidence, clauses, lacks("penalty", question)) if of_best else None
    best = meant[0]
    chosen = [o for o in meant if o.score >= CLOSE * best.score][:MOST]
    chosen = [o for o in chosen if o.offence.document is best.offence.document]
    return Draft("measure", tuple(_told(chosen, question)), language=question.language)


def _told(chosen: Sequence[Likeness], question: Question) -> list[Statement]:
    """Say the offences in printed order, each once; an article is named where its words begin."""
    said: dict[tuple[Span, ...], Statement] = {}
    at = ""
    for likeness in sorted(chosen, key=lambda o: o.offence.spans[1:] + o.offence.spans[:1]):
        for path, statement in _parts(likeness, question):
            place = f"《{likeness.offence.document.source.title}》{path}：" if path != at else ""
            place = place if question.language == "zh" else ""
            key = tuple(quote.span for quote in statement.quotes)
            if key not in said:
                said[key], at = replace(statement, text=place + statement.text), path
    return list(said.values())


def _parts(likeness: Likeness, question: Question) -> Iterator[tuple[str, Statement]]:
    """Yield the rule broken, where it is there that the deed stands, and the offence, each with its article."""
    if likeness.rule:
        path = article_of(likeness.rule[0]).path
        yield from ((path, statement) for statement in _sentences(likeness.rule, question))
    offence = likeness.offence
    yield from ((offence.path, statement) for statement in _sentences(_found(offence), question))


def _found(offence: Offence) -> tuple[Found, ...]:
    document = offence.document
    return tuple(Found(document, place_of(document, offence.path, span), span, 1.0) for span in offence.spans)


def _sentences(found: Sequence[Found], question: Question) -> list[Statement]:
    """Say sentences in the article's own words; a lead and its item make one."""
    first, *rest = (sentence(f, question) for f in found)
    return [with_item(found[0], found[1]), *rest[1:]] if rest else [first]
