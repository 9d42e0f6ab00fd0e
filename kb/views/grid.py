"""Clauses as the page shows them: lines of text and tables with their merged cells, a quote marked in either."""

from __future__ import annotations

from ingest.document import Document, Span, Table
from kb.views.literal import Line, Piece, with_quote


def laid_out(document: Document, span: Span, quote: Span | None) -> list[Line]:
    """Cut the text at ``span`` into lines and tables; ``quote`` (offsets in the document's text) is marked."""
    lines: list[Line] = []
    start = span.start
    for table in document.tables:
        if start <= table.span.start and table.span.end <= span.end:
            lines += _lines(document, Span(start, table.span.start), quote)
            lines.append(grid(document, table, quote))
            start = table.span.end
    return [*lines, *_lines(document, Span(start, span.end), quote)]


def grid(document: Document, table: Table, quote: Span | None = None) -> Line:
    """Return a table as one line: rows of cells, each with the rows and columns that it covers."""
    rows: list[list[Piece]] = [[] for _ in range(1 + max((cell.row for cell in table.cells), default=0))]
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        pieces = [piece for line in _lines(document, cell.span, quote) for piece in line]
        rows[cell.row].append({"pieces": pieces, "rows": cell.rows, "columns": cell.columns})
    return [{"table": rows}]


def _lines(document: Document, span: Span, quote: Span | None) -> list[Line]:
    within = Span(quote.start - span.start, quote.end - span.start) if quote else None
    return with_quote(document.slice(span), within)
