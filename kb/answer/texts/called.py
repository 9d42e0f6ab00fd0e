"""The clause that is called what is asked for: 申报材料 for 要交哪些材料, 征集对象 for 面向什么对象征集.

Notices and measures set out range, conditions, materials and duties under headings of a word or two. Such a heading is
wholly said in the question and the title together; its items are the answer, though no sentence of theirs repeats the
question. What else the question is about has to be printed under the heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document import Clause, Document
from ingest.words import bigrams
from kb.answer.evidence import Evidence, Found, documents_of
from kb.answer.kinds import asked_noun
from kb.answer.measure import Measure
from kb.answer.texts.passages import contents
from kb.results import Draft, Question

WHICH = re.compile(r"哪[些几]|什么|啥|包括|包含|几[条项个类]|\bwhat\b|\bwhich\b", re.I)
KINDS = ("measure", "list")
ASKED = frozenset(("procedure",))  # kinds of value that such a clause may give; others are looked for by their form
DOCUMENTS = 3
SHORT = 16  # Characters of a heading that only names what stands under it.
SAID = 0.6  # Share of a heading's character pairs that the question and the title must say.
CORE, MOSTLY = 0.5, 0.6  # How far the clause must print each thing asked about, and its heading the question.


def compose_called(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return what stands under the heading that is asked for; None where no heading is."""
    if question.intent not in KINDS or question.asks - ASKED or not WHICH.search(question.standalone):
        return None
    near = evidence.scope() if len(evidence.cards) <= DOCUMENTS else documents_of(clauses[:DOCUMENTS])
    found = [row for document in near for row in _called(document, question, measure)]
    if not found:
        return None
    best = max(found, key=lambda row: row.score)
    return Draft("measure", tuple(contents(best, question)), language=question.language)


def _called(document: Document, question: Question, measure: Measure) -> Iterator[Found]:
    """Give the clauses of a document whose heading is said, scored by how much of it the title does not say."""
    asked, title, noun = question.standalone, document.source.title, asked_noun(question.standalone)
    for clause in document.clauses:
        pairs = bigrams(clause.heading) if len(clause.heading) <= SHORT else []
        own = sum(pair in asked and pair not in title for pair in pairs)
        said = sum(pair in asked or pair in title for pair in pairs)
        called = clause.heading in asked or noun in f"{title}{clause.heading}"
        named = own and called and clause.heading[-2:] in asked and said >= SAID * len(pairs)
        if named and _tells(document, clause, measure):
            yield Found(document, clause.path, clause.span, own - 0.01 * clause.level)


def _tells(document: Document, clause: Clause, measure: Measure) -> bool:
    """Tell whether heading and title say most of the question, and the clause prints what else it is about."""
    title = document.source.title
    text = f"{title}\n{document.slice(clause.extent)}"
    about = all(measure.found(c, text) >= CORE for c in measure.concepts if c.weight >= 1.0)
    return about and measure.coverage(f"{title}\n{clause.heading}") >= MOSTLY
