"""Values that stand in prose and in no ledger: 试点时间为2年, 应于2022年12月底前竣工, 最高不超过300万元.

A sentence answers when it prints a value of the kind asked for and, with the headings and the title above it, covers
the question: what it is chiefly about must stand in the sentence, its clause's heading or the document's title. What is
printed for another year, or of a place that the clause does not name, answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import FRONT, Document, Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.figures.fitting import ACTUAL, another
from kb.answer.figures.years import is_past, years_asked, years_of
from kb.answer.measure import MEASURED, Measure
from kb.answer.ranking import ENDED, is_heading, printed_apart
from kb.answer.refusal import lacks, refuse
from kb.answer.texts.passages import sentence
from kb.answer.values import value_in
from kb.results import Concept, Draft, Question, Statement

KINDS = ("target", "measure", "list", "metadata")
COVER = 0.85  # What a sentence of the front counts: it introduces, and what it says may stand in a clause too.
ASKED = frozenset(("figure", "when", "day", "money", "duration", "count"))
ENOUGH = 0.62  # Covered share of the question's weight, the context counted.
SENTENCE, HEADING, TITLE, CLAUSE = 1.0, 0.85, 0.8, 0.5  # Where a concept is found: what it counts.
PART = 0.12  # Share that the part between commas that prints the value must cover; it stands behind its subject.
PARTS = re.compile(r"(?<!的)，|[；。]")  # 成功创建的，给予20万元: a case and what follows from it are one part
NOUN = 1.0
CORE = 0.5  # How far the heaviest concept must be found.
DEPTH = 40
CLOSE, EQUAL = 0.05, 0.02
SURELY = 0.75
TAIL = 12
ENDS = re.compile(r"[一-鿿][完好成]")
BREAK = re.compile(r"[，。；？?：]")
# What asks for the value: behind it stands what is done by then, or in that time
ASKING = re.compile(
    r"(?:什么时候|何时|哪一?[年天]|几月)(?:之前|以前|前)?|"
    r"(?:多少|几)(?:个)?(?:工作日|自然日|小时|星期|[天月日年类种项钱])?(?:之内|以内|内|之前|前)?"
)
BETTER = 0.25  # A sentence that covers so much more than the targets found is the better answer.
MOST = 3


def in_prose(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found], draft: Draft) -> Draft:
    """Return the sentences that state the value asked for, where ``draft`` refuses or only quotes passages.

    Passages without a value of the kind are no answer to when, how long or how much money.
    """
    asked = question.asks & ASKED and not question.asks & {"frequency", "reason"}
    if question.intent not in KINDS or not asked or draft.kind not in ("target", "measure", "refusal"):
        return draft
    found = stated_values(question, measure, clauses)
    if draft.answered and draft.kind == "target" and not _better(measure, evidence, found, draft):
        return draft
    if found:
        return Draft("target", tuple(dated(f, question) for f in found), language=question.language)
    wanted = next((kind for kind in ("money", "duration", "day", "when") if kind in question.asks), "")
    return refuse(question, evidence, clauses, lacks(wanted, question)) if draft.answered and wanted else draft


def dated(found: Found, question: Question) -> Statement:
    """Say a sentence that states a value, with what tells of which years it speaks: a heading, or words before it."""
    said = sentence(found, question)
    asked = years_asked(question, found.document)
    time = years_of(found.document, found.path, found.span)[1] if asked else None
    if time is None:
        return said
    clause, mark = found.document.clause(time.path), ": " if question.language == "en" else "："
    text = said.text if time.path == found.path else f"{clause.heading}{mark}{said.text}"
    return replace(said, text=text, quotes=(time, *said.quotes))


def _better(measure: Measure, evidence: Evidence, found: Sequence[Found], draft: Draft) -> bool:
    """Tell whether a sentence covers far more of the question than the targets that were chosen."""
    quotes = [quote for s in draft.statements for quote in s.quotes]
    said = "\n".join(evidence.documents[quote.doc_id].slice(quote.span) for quote in quotes)
    return bool(found) and max(measure.coverage(f.text) for f in found) >= measure.coverage(said) + BETTER


def stated_values(question: Question, measure: Measure, clauses: Sequence[Found]) -> list[Found]:
    """Return the sentences that state what is asked for, best first; nothing where none fits well enough."""
    if ACTUAL.search(question.standalone):
        return []
    found = [row for clause in clauses[:DEPTH] for row in _sentences(question, measure, clause)]
    ranked = sorted(found, key=lambda f: -f.score)
    if not ranked or ranked[0].score < ENOUGH:
        return []
    best = ranked[0]
    chosen = [best]
    for f in ranked[1:]:
        if f.document is best.document and f.path != best.path and f.score >= best.score - EQUAL and len(chosen) < MOST:
            chosen.append(f)  # two clauses say it as well: of two kinds of project, say
        elif f.path == best.path and f.document is best.document and len(chosen) < MOST:
            left = measure.uncovered("\n".join(c.text for c in chosen))
            adds = any(measure.found(c, f.text) >= SURELY for c in left)
            chosen += [f] if adds or f.score >= best.score - CLOSE else []
    return sorted(chosen, key=lambda f: f.span)


def _sentences(question: Question, measure: Measure, clause: Found) -> list[Found]:
    """Return the sentences of a clause that print a value of the kind asked for, with what they cover."""
    document, path = clause.document, clause.path
    duties = printed_apart(document, path)
    whole = document.slice(clause.span)
    if not measure.names_in(f"{document.source.title}\n{headings(document, path)}\n{whole}"):
        return []
    rows = []
    for span in sentence_spans(document.text, clause.span, semicolons=True):
        words = document.slice(span)
        if (
            is_heading(document, path, span)
            or not (ENDED.search(words) or words.endswith("："))
            or any(duty.holds(span) for duty in duties)
        ):
            continue
        if not _of_years(question, document, path, span) or not _states(question, measure, words):
            continue
        score = fit(measure, document, path, words, whole)
        if score is not None:
            rows.append(Found(document, path, span, score * (COVER if path == FRONT else 1.0)))
    return [row for row in rows if not is_past(question, row)]


def _of_years(question: Question, document: Document, path: str, span: Span) -> bool:
    """Tell whether a sentence speaks of the years asked for, itself or by the heading above it."""
    asked = years_asked(question, document)
    return not asked or asked <= years_of(document, path, span)[0]


def _states(question: Question, measure: Measure, words: str) -> bool:
    """Tell whether a sentence prints a value of the kind asked for, and what is said after the words that ask."""
    if any(f"比{year}年" in words.replace(" ", "") for year in question.years) and len(question.years) == 1:
        return False
    if any(measure.found(c, words) < CORE and not _begun(c, words) for c in done(question, measure)):
        return False
    if question.asks & {"when", "day"}:
        return value_in(question, words)
    parts, anchor = PARTS.split(words), _anchor(measure)
    first = next((n for n, part in enumerate(parts) if anchor and measure.found(anchor, part) >= CORE), 0)
    return any(value_in(question, part) and measure.coverage(part) >= PART for part in parts[first:])


def fit(measure: Measure, document: Document, path: str, words: str, whole: str) -> float | None:
    """Return the share of the question's weight that a sentence covers in its place; None where it misses the point."""
    above, title = headings(document, path), document.source.title

    def found(c: Concept) -> float:
        return max(
            SENTENCE * measure.found(c, words),
            HEADING * measure.found(c, above),
            TITLE * measure.found(c, title),
            CLAUSE * measure.found(c, whole),
        )

    core, places = _anchor(measure), (words, above, title)
    if core is not None and (
        max(measure.found(core, text) for text in places) < CORE or another(core, "\n".join(places))
    ):
        return None
    return sum(measure.weights[c.term] * found(c) for c in measure.concepts) / measure.total


def done(question: Question, measure: Measure) -> list[Concept]:
    """Return what is said after the words that ask: 几个工作日内公示 wants the days of 公示, not of another step."""
    asked = ASKING.search(question.standalone)
    after = BREAK.split(question.standalone[asked.end() :], maxsplit=1)[0][:TAIL] if asked else ""
    return [c for c in measure.concepts if c.term in after]


def _begun(c: Concept, words: str) -> bool:
    """Tell whether a verb that is said to its end (改完, 编好) is printed as a longer one (改造, 编制)."""
    return bool(ENDS.fullmatch(c.term)) and c.term[0] in words


def _anchor(measure: Measure) -> Concept | None:
    """Return what a question is chiefly about: its heaviest noun; verbs are worded in many ways (不服, 有异议)."""
    nouns = [c for c in measure.concepts if c.weight >= NOUN and not c.carried]
    things = [c for c in nouns if not MEASURED.fullmatch(c.term)]
    return max(things or nouns, key=lambda c: measure.weights[c.term], default=measure.core)


def headings(document: Document, path: str) -> str:
    """Return the headings of a clause and of those above it."""
    found: list[str] = []
    at: str | None = path
    while at is not None:
        clause = document.clause(at)
        found.append(clause.heading)
        at = clause.parent
    return "\n".join(filter(None, found))
