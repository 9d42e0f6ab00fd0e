"""The articles of laws that search found, the likeliest first: by the best of their paragraphs.

An article is long and a question is about one paragraph (款) of it. So an article counts for what its best paragraph
covers of the question and how like it that is, how high search put the article or an item of it, and whether one of its
paragraphs prints the kind of value asked for. How these weigh is learned (``kb.answer.lines``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from kb.answer.evidence import Evidence, Found
from kb.answer.laws.printed import prints
from kb.answer.laws.provisions import ARTICLE, Paragraph, article_of, is_law, paragraphs
from kb.answer.lines import lines
from kb.answer.measure import Measure
from kb.results import Question

ARTICLES = ("covered", "alike", "ranked", "prints")  # What speaks for an article; lines.toml weighs it.
DEPTH = 60
# What was ranked for the questions of a measure, as long as that lives.
_RANKED: WeakKeyDictionary[Measure, dict[Question, list[Found]]] = WeakKeyDictionary()


def nearest_articles(question: Question, evidence: Evidence, measure: Measure) -> list[Found]:
    """Return one clause of each article found, itself or the item that search put highest, the likeliest first.

    Several composers ask for them; they are ranked once for a question.
    """
    ranked = _RANKED.setdefault(measure, {})
    if question not in ranked:
        ranked[question] = _nearest(question, evidence, measure)
    return ranked[question]


def _nearest(question: Question, evidence: Evidence, measure: Measure) -> list[Found]:
    weights = [float(lines()["articles"][name]) for name in ARTICLES]
    found = [
        replace(first, score=sum(weight * share for weight, share in zip(weights, shares, strict=True)))
        for first, shares in speaking_for_articles(question, evidence, measure)
    ]
    return sorted(found, key=lambda f: -f.score)


def speaking_for_articles(
    question: Question, evidence: Evidence, measure: Measure
) -> list[tuple[Found, tuple[float, ...]]]:
    """Return for each article found the clause that search put highest, and the shares ``ARTICLES``, 1 each at most."""
    first: dict[tuple[str, str], Found] = {}
    for hit in evidence.hits[:DEPTH]:
        document = evidence.documents.get(hit.doc.doc_id) if ARTICLE.match(hit.path) else None
        if document and is_law(document):
            found = Found(document, hit.path, hit.span, hit.score)
            first.setdefault((hit.doc.doc_id, article_of(found).path), found)
    highest = max((hit.score for hit in evidence.hits if not hit.ranks.get("exact")), default=0.0) or 1.0
    return [(found, _shares(question, evidence, measure, found, highest)) for found in first.values()]


def printing(question: Question, found: Found) -> list[Paragraph]:
    """Return the paragraphs of the article of a clause that print the kind of value asked for."""
    own = paragraphs(found.document, article_of(found))
    return [paragraph for paragraph in own if prints(question, paragraph.text)]


def _shares(
    question: Question, evidence: Evidence, measure: Measure, found: Found, highest: float
) -> tuple[float, ...]:
    texts: Sequence[str] = [paragraph.text for paragraph in paragraphs(found.document, article_of(found))]
    return (
        max(map(measure.coverage, texts)),
        max(evidence.similarity(question.standalone, texts)),
        min(1.0, max(0.0, found.score / highest)),
        float(bool(printing(question, found))),
    )
