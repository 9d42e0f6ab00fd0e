"""Is everything an answer says proved by what it quotes: quotes verbatim, every figure in a quote.

A figure may also come from the record of a cited document (title, 文号, date, address) or from the question, or be the
sum or difference of two quoted figures, or a count of what is listed or stands below a cited part. Titles that are
named are no claim.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingest.document import Document
from kb.answer.values import PERCENT
from kb.results import Answer

MARKER = re.compile(r"〔\d{1,3}〕|^\d{1,3}\. ", re.M)  # 〔1〕 and the numbers of a list
FIGURE = re.compile(r"(?<![A-Za-z\d.])\d+(?:[.,]\d+)*[%％]?")


def figures(text: str) -> set[str]:
    """Return the figures of a text, markers and list numbers left out.

    >>> sorted(figures("1. 下降13.5％〔2〕，约1,200吨"))
    ['1200', '13.5%']
    """
    return {figure.replace("％", "%").replace(",", "") for figure in FIGURE.findall(MARKER.sub("", text))}


def altered_quotes(answer: Answer, documents: Mapping[str, Document]) -> list[int]:
    """Return the markers of the citations whose quote is not the document's text at its place."""
    return [c.marker for c in answer.citations if documents[c.doc_id].text[c.start : c.end] != c.quote]


def unproved_figures(answer: Answer, documents: Mapping[str, Document]) -> set[str]:
    """Return the figures of an answer that nothing it cites, and not the question, accounts for."""
    text = answer.text
    for document in documents.values():  # a refusal of one of two questions names what was searched
        text = text.replace(f"《{document.source.title}》", "")
    said = figures(text)
    if not said:
        return set()
    cited = [documents[doc_id] for doc_id in dict.fromkeys(c.doc_id for c in answer.citations)]
    quotes = " ".join(citation.quote for citation in answer.citations)
    record = [f"{d.source.title} {d.source.number} {d.source.dated or ''}" for d in cited]
    places = [f"{c.path} {c.heading}" for c in answer.citations]
    places += [f"{r.path} {r.heading}" for r in answer.related]
    known = figures(" ".join([quotes, *record, *places, answer.question, answer.standalone_question]))
    known |= {f"{figure}%" for c in answer.citations for figure in _shares(c.quote)}
    for citation in answer.citations:  # how many items a cited part has
        known.add(str(sum(c.parent == citation.path for c in documents[citation.doc_id].clauses)))
    for document in cited:
        dated = document.source.dated
        known |= {str(part) for part in (dated.year, dated.month, dated.day)} if dated else set()
        known |= {str(len(rows)) for rows in (document.clauses, document.duties, document.targets, documents)}
    derived = _derived(answer, quotes)
    return {f for f in said - known if f.count(".") > 1 or float(f.rstrip("%")) not in derived}


def _shares(row: str) -> set[str]:
    r"""Return the figures of a table's row that prints their % in another cell.

    >>> sorted(_shares("1\t再生水利用率（%）\t35")), _shares("再生水利用率（%）35")
    (['1', '35'], set())
    """
    cells = row.split("\t")
    return figures(row.replace("\t", " ")) if len(cells) > 1 and any(map(PERCENT.search, cells)) else set()


def _derived(answer: Answer, quotes: str) -> set[float]:
    """Return sums and differences of a quoted figure and another, the sum of all, and counts of what is listed."""
    quoted = [float(figure.rstrip("%")) for figure in figures(quotes) if figure.count(".") < 2]
    asked = [float(figure.rstrip("%")) for figure in figures(answer.question) if figure.count(".") < 2]
    derived = {round(value, 6) for a in quoted for b in (*quoted, *asked) for value in (a - b, a + b)}
    derived.add(round(sum(quoted), 6))
    most = max(len(answer.citations), answer.text.count("\n"), answer.text.count("、") + 1)
    return derived | {float(count) for count in range(most + 1)}
