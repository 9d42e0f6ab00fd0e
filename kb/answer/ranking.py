"""The clauses that search found and their sentences, the best first: by what they cover and by weights learned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import FRONT, Document, Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.kinds import preferred
from kb.answer.lines import lines
from kb.answer.measure import Measure
from kb.results import Hit, Question

LONG = 150  # A sentence of more characters covers much because it says much, and counts less.
COVER = 0.6  # The cover repeats what the document is about; its clauses say it.
# Lines that do not end like this are headings and cells; one in several parts is a sentence without its full stop, and
# 有下列情形之一的： one with its items below.
ENDED = re.compile(
    r"[。；！？.;][”’）)〕】》]*$|[”’）)〕】]$|^[^\t]{4,}[，；][^\t]{8,}$|(?:以下|下列|如下)[^。]*[：:]$"
)
# 截止时间为2022年2月28日, 请各单位对真实性负责: a sentence set as a heading says something, 组织保障 only names
STATES = re.compile(r"\d|^请|不得|必须|(?<![供响反适相对效])应(?=当|[由向在于为按])|由[^，]{2,}负责")
APART = re.compile(r"\s*(?:[（(\[〔【]|[^，。：:]{0,6}(?:单位|部门|分工)[：:])")  # （责任单位：… · 牵头单位：…
CLAUSE = ("covered", "sentence", "alike", "ranked", "front")  # What speaks for a clause; lines.toml weighs it.


def rank_clauses(question: Question, evidence: Evidence, measure: Measure, *, depth: int = 60) -> list[Found]:
    """Return the hit clauses, best first, by what speaks for each, weighed as learned."""
    hits = [hit for hit in evidence.hits[:depth] if hit.doc.doc_id in evidence.documents]
    addressed = bool(question.clause_refs)  # a document that is named puts its front first, which answers nothing
    weights = [float(lines()["clause"][name]) for name in CLAUSE]
    found: list[Found] = []
    for hit, shares in zip(hits, speaking(question, evidence, measure, hits), strict=True):
        score = sum(weight * share for weight, share in zip(weights, shares, strict=True))
        score += 1.0 if any(phrase in hit.text for phrase in question.phrases) else 0.0
        score += 2.0 if hit.ranks.get("exact") and (addressed or not question.concepts) else 0.0
        found.append(Found(evidence.documents[hit.doc.doc_id], hit.path, hit.span, score))
    return sorted(found, key=lambda f: -f.score)


def speaking(question: Question, evidence: Evidence, measure: Measure, hits: Sequence[Hit]) -> list[tuple[float, ...]]:
    """Return the shares ``CLAUSE`` of each clause that search found.

    That is what it covers of the question with its heading, what its best one sentence covers, how like the question
    it is, how high search put it (1 the first), and whether it is the front.
    """
    near = evidence.similarity(question.standalone, [f"{hit.heading} {hit.text[:400]}" for hit in hits])
    highest = max((hit.score for hit in hits if not hit.ranks.get("exact")), default=0.0) or 1.0
    rows: list[tuple[float, ...]] = []
    for hit, cosine in zip(hits, near, strict=True):
        text = evidence.documents[hit.doc.doc_id].text
        sentences = (text[span.start : span.end] for span in sentence_spans(text, hit.span))
        best = max(map(measure.coverage, sentences), default=0.0)
        ranked = min(1.0, max(0.0, hit.score / highest))
        rows.append((measure.coverage(hit.text, hit.heading), best, cosine, ranked, float(hit.path == FRONT)))
    return rows


def rank_sentences(
    question: Question, clauses: Sequence[Found], evidence: Evidence, measure: Measure, *, brackets: bool = False
) -> list[Found]:
    """Return the sentences of these clauses by coverage, best first; duty brackets only with ``brackets``.

    A sentence is cut at its semicolons. What the clause as a whole is about counts a little for each of its sentences.
    """
    rows: list[tuple[Found, float]] = []
    for clause in clauses:
        duties = printed_apart(clause.document, clause.path)
        for span in sentence_spans(clause.document.text, clause.span, semicolons=True):
            words = clause.document.slice(span)
            if is_heading(clause.document, clause.path, span) or not ENDED.search(words):
                continue
            if not brackets and any(
                duty.holds(span) or (span.holds(duty) and duty.start == span.start) for duty in duties
            ):
                continue
            own = measure.coverage(words) * (COVER if clause.path == FRONT else 1.0)
            own *= min(1.0, (LONG / len(words)) ** 0.25)
            rows.append((Found(clause.document, clause.path, span, own), 0.7 * own + 0.3 * min(clause.score, 1.0)))
    near = evidence.similarity(question.standalone, [row.text for row, _ in rows])
    scored = [
        Found(r.document, r.path, r.span, s + 0.25 * cosine + preferred(question, r.text))
        for (r, s), cosine in zip(rows, near, strict=True)
    ]
    return sorted(scored, key=lambda f: -f.score)


def is_heading(document: Document, path: str, span: Span) -> bool:
    """Tell whether a sentence is only the label and heading of its clause, and no more than a name."""
    clause = document.clause(path)
    words = document.slice(span).removeprefix(clause.label).strip("。 \n")
    return span.start == clause.span.start and words == clause.heading.strip("。") and not STATES.search(words)


def printed_apart(document: Document, path: str) -> list[Span]:
    """Return the duties of a clause that stand in brackets, lists or tables; one said in a sentence is its words."""
    duties = (duty for duty in document.duties if duty.path == path)
    return [duty.span for duty in duties if duty.proofs or APART.match(document.slice(duty.span))]
