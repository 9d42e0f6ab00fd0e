"""Is the best clause an answer, or only near the question? A line learned on questions with and without their clause.

What decides: what the best one sentence of the clause covers of the question, what the clause prints of it in all, how
far it stands ahead of the next, how like the question one of its sentences is, and how near the top each of the two
legs of search put it: what words and meaning both find first is seldom beside the point. How this is weighed and where
the line lies is learned on other documents than the bundled ones (``kb.answer.lines``).
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.kinds import asked_noun
from kb.answer.laws.provisions import ARTICLE
from kb.answer.lines import lines
from kb.answer.measure import Measure
from kb.results import Question

FEATURES = ("sentence", "printed", "lead", "alike", "words", "meaning")
LEAST = 0.2  # A clause that covers less of a question than this is never an answer.
MOSTLY = 0.4  # Share of the question's weight that makes a word what it is mostly about.
HINTED = 0.2  # How far a clause must at least hint at a word, by any of its names or the like.
LEGS = ("lexical", "semantic")
# ... of the article of a law, which people ask of in other words
ARTICLE_FEATURES = ("lead", "alike", "lexical", "semantic")


def unlikely(
    kind: str,
    question: Question,
    evidence: Evidence,
    measure: Measure,
    clauses: Sequence[Found],
    *,
    sure: bool = False,
) -> bool:
    """Tell whether the best clause falls below the line of this kind of question; true where there is none.

    With ``sure`` it is the line above which most are right.
    """
    if not clauses or not (measure.concepts or sure):
        return True
    line = lines()[kind]
    if kind == "article":
        seen = zip(ARTICLE_FEATURES, of_article(question, evidence, clauses), strict=True)
    else:
        found = features(question, evidence, measure, clauses)
        if max(found[:2]) < LEAST:
            return True
        seen = zip(FEATURES, found, strict=True)
    return bool(sum(float(line[name]) * value for name, value in seen) < float(line["sure" if sure else "line"]))


def unheard(question: Question, measure: Measure, clauses: Sequence[Found]) -> str:
    """Return the thing that a question is mostly about where no clause prints it or has its like; else nothing.

    Of 船舶污染怎么管 it is 船舶: what stands there of other pollution is no answer, however like the rest is.
    """
    if not clauses:
        return ""
    text = clauses[0].document.slice(clauses[0].span)
    listed = asked_noun(question.standalone)  # 哪几种手法: what is to be listed
    for concept in measure.concepts:
        mostly = concept.weight >= 1.0 and measure.weights[concept.term] >= MOSTLY * measure.total
        unprinted = concept.term in measure.unprinted and concept.term != listed
        if mostly and unprinted and measure.found(concept, text) < HINTED:
            return concept.term
    return ""


def features(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> tuple[float, ...]:
    """Return the ``FEATURES`` of the best clause; without a rival it leads nobody, a leg that missed it counts 0."""
    best = clauses[0]
    document, clause = best.document, best.document.clause(best.path)
    sentences = _sentences(best)
    covered = max(map(measure.coverage, sentences), default=0.0)
    printed = measure.printed(f"{clause.heading}\n{document.slice(clause.span)}")
    lead = best.score - clauses[1].score if len(clauses) > 1 else 0.0
    alike = max(evidence.similarity(question.standalone, sentences), default=0.0)
    hits = (hit for hit in evidence.hits if (hit.doc.doc_id, hit.path) == (document.source.doc_id, best.path))
    ranks = next((hit.ranks for hit in hits), {})
    places = [1 / rank if (rank := ranks.get(leg)) else 0.0 for leg in LEGS]
    return covered, printed, lead, alike, *places


def of_article(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> tuple[float, float, float, float]:
    """Return the ``ARTICLE_FEATURES`` of the best clause's article: items of one article are no rivals."""
    best = clauses[0]
    own = _article(best.document.source.doc_id, best.path)
    rival = next((f for f in clauses if _article(f.document.source.doc_id, f.path) != own), None)
    lexical, semantic = (_place(own, evidence, leg) for leg in LEGS)
    alike = max(evidence.similarity(question.standalone, _sentences(best)), default=0.0)
    return best.score - rival.score if rival else 0.0, alike, lexical, semantic


def _article(doc_id: str, path: str) -> tuple[str, str]:
    found = ARTICLE.match(path)
    return doc_id, found.group() if found else path


def _place(own: tuple[str, str], evidence: Evidence, leg: str) -> float:
    """Return one over the place of an article among those that a leg of search found, 0 where it missed it."""
    ranks: dict[tuple[str, str], int] = {}
    for hit in evidence.hits:
        rank, key = hit.ranks.get(leg), _article(hit.doc.doc_id, hit.path)
        if rank is not None:
            ranks[key] = min(rank, ranks.get(key, rank))
    return 1 / (1 + sum(rank < ranks[own] for rank in ranks.values())) if own in ranks else 0.0


def _sentences(best: Found) -> list[str]:
    document, clause = best.document, best.document.clause(best.path)
    return [document.slice(span) for span in sentence_spans(document.text, clause.span, semicolons=True)]
