"""Every clause that mentions something: 哪些地方提到再贷款, 市妇联出现在哪几条.

Looked for in the words of the documents, not among the clauses that search put first, so that the list is complete. A
body is looked for by its name as asked, anything else by the longest stretch of the question that a document prints,
for the dictionary may cut it (再贷款), and failing that by its words and their other names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.document import FRONT, Document
from ingest.sentences import sentence_spans
from kb.answer.duties.rows import shorten
from kb.answer.evidence import Evidence, Found
from kb.answer.lists.longlist import Line, long_list
from kb.answer.measure import Measure
from kb.answer.ranking import is_heading
from kb.results import Draft, Question, Quote, address_name

DOCUMENTS = 10  # Of more documents, the best ones.
NAMING = 0.5  # From this weight on a word names something, and every clause listed must print it.


def compose_mentions(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return the clauses that mention what is asked for; None where none does or something else is asked."""
    if "mentions" not in question.asks:
        return None
    documents = evidence.scope()[:DOCUMENTS]
    names = _asked(question, documents)
    lines = [line for document in documents for line in _lines(document, names)] if names else []
    if not lines:
        return None
    named = "、".join(same[0] for same in names).replace("{", "").replace("}", "")
    lead = f"Clauses that mention {named}: {{n}}" if question.language == "en" else f"提到“{named}”的条款共{{n}}条"
    return Draft("list", tuple(long_list(question, lead, lines, "")), language=question.language)


def _asked(question: Question, documents: Sequence[Document]) -> list[tuple[str, ...]]:
    """Return what each clause must print, each with its other names."""
    if question.organs:
        return [(organ,) for organ in question.organs]
    terms = [c.same for c in question.concepts if c.weight >= NAMING]
    whole = max((longest_printed(question.standalone, document.text) for document in documents), key=len, default="")
    return [(whole,)] if len(whole) > max((len(same[0]) for same in terms), default=1) else terms


def longest_printed(question: str, text: str) -> str:
    """Return the longest stretch of a question that a text prints.

    >>> longest_printed("再贷款出现在哪几条", "用好专项再贷款")
    '再贷款'
    """
    size = len(question)
    stretches = (question[i : i + n] for n in range(size, 0, -1) for i in range(size - n + 1))
    return next((stretch for stretch in stretches if stretch in text), "")


def _lines(document: Document, names: Sequence[tuple[str, ...]]) -> Iterator[Line]:
    """Yield the clauses that print all of these, each with the first sentence that prints most of them."""
    for clause in document.clauses:
        words = document.slice(clause.span)
        if clause.path == FRONT or not all(any(name in words for name in same) for same in names):
            continue
        spans = sentence_spans(document.text, clause.span)
        printed = [sum(name in document.slice(span) for same in names for name in same) for span in spans]
        span = spans[printed.index(max(printed))]
        where = f"{address_name(clause.path)} {clause.heading}".strip()
        said = "" if is_heading(document, clause.path, span) else f"：{shorten(document.slice(span))}"
        yield Line(document, where + said, (Quote(document.source.doc_id, clause.path, span),))
