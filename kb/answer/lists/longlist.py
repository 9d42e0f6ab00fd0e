"""Complete lists that stay readable: grouped by document, counted, cut to a number of lines, cited in full.

Every row is cited, whether the text names it or only counts it: what is cut is the text, never the proof.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.document import Document
from kb.results import Question, Quote, Statement

LINES = 30  # Rows that the text of one answer names ...
GROUPS = 10  # ... of at most so many documents ...
FEWEST = 3  # ... and of each of these at least so many.


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its words, its proof (the row's own quote first), and the figures computed from it."""

    document: Document
    text: str
    quotes: tuple[Quote, ...]
    derived: tuple[str, ...] = ()


def long_list(question: Question, lead: str, lines: Sequence[Line], ledger: str, *, more: str = "") -> list[Statement]:
    """Return the statements of a list; ``lead`` has ``{n}`` for its rows.

    ``ledger`` is the command that shows it all, empty where there is none. ``more`` follows the lead of a list over one
    document, with ``{clauses}`` and ``{of}`` for the clauses it touches and those of the document.
    """
    groups = [(document, list(rows)) for document, rows in groupby(lines, key=lambda line: line.document)]
    shown = groups[:GROUPS]
    most = max(FEWEST, LINES // max(1, len(shown)))
    english = question.language == "en"
    statements = [_lead(question, lead, lines, groups, more)]
    for document, rows in shown:
        if len(groups) > 1:
            statements.append(_heading(document, rows, english))
        cut = most if len(rows) > most + 1 else len(rows)
        statements += [
            Statement(line.text, line.quotes, item=True, derived=line.derived, echoes=question.organs)
            for line in rows[:cut]
        ]
        if rest := rows[cut:]:
            where = ledger if len(groups) > 1 or not ledger else f"{ledger} --doc {name_of(document)}"
            statements.append(_rest(question, rest, where))
    if rest := [line for _, rows in groups[GROUPS:] for line in rows]:
        statements.append(_rest(question, rest, ledger, documents=len(groups) - GROUPS))
    return statements


def name_of(document: Document) -> str:
    """Return what a command calls a document: its 文号, else its title."""
    return document.source.number or f"“{document.source.title}”"


def _lead(
    question: Question, lead: str, lines: Sequence[Line], groups: Sequence[tuple[Document, list[Line]]], more: str
) -> Statement:
    own = tuple(line.quotes[0] for line in lines)
    counts = {"n": len(lines), "documents": len(groups)}
    text = lead.format(**counts)
    if len(groups) == 1 and more:
        document = groups[0][0]
        text += more.format(clauses=len({quote.path for quote in own}), of=len(document.clauses))
    elif len(groups) > 1:
        text += f" in {len(groups)} documents" if question.language == "en" else f"，见{len(groups)}份文件"
    end = ":" if question.language == "en" else "："
    return Statement(text + end, own, introduces=True, unmarked=True, derived=figures_of(text), echoes=question.organs)


def _heading(document: Document, rows: Sequence[Line], english: bool) -> Statement:
    number = f"（{document.source.number}）" if document.source.number else ""
    text = f"《{document.source.title}》{number}" + (f": {len(rows)}" if english else f"：{len(rows)}项")
    own = tuple(line.quotes[0] for line in rows)
    return Statement(text, own, introduces=True, unmarked=True, derived=(str(len(rows)),))


def _rest(question: Question, rest: Sequence[Line], ledger: str, documents: int = 0) -> Statement:
    own = tuple(line.quotes[0] for line in rest)
    among = (f" of {documents} documents" if question.language == "en" else f"{documents}份文件的") if documents else ""
    if question.language == "en":
        text = f"{len(rest)} more rows{among} are " + (f"in the ledger: {ledger}" if ledger else "cited below")
    else:
        text = f"其余{among}{len(rest)}项见" + (f"台账：{ledger}" if ledger else "所附出处。")
    derived = (str(len(rest)), str(documents))
    return Statement(text, own, introduces=True, unmarked=True, derived=derived, echoes=question.organs)


def figures_of(text: str) -> tuple[str, ...]:
    """Return the figures of a sentence that were computed: all of them, for verification to check each.

    >>> figures_of("27个条款中的17个")
    ('27', '17')
    """
    return tuple(re.findall(r"\d+", text))
