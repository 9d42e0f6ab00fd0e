"""The rows of a clause's tables as entries: the cells that name a row, its unit, and its values under their heads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.cell_values import read_values
from ingest.document import Table
from ingest.indicator_tables import CATEGORY, INDICATOR, NATURE_HEAD, NUMBER, REMARK, UNIT, YEAR
from ingest.sheets import Field, Heads, Row, Sheet, read_sheets
from kb.answer.evidence import Found
from kb.results import Quote

MONTH = re.compile(r"\d{1,2}月")
Cells = Sequence[tuple[str, Field]]  # of one row, each under its head


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table with the cells that name it, its unit, and its cells of values under their heads."""

    clause: Found
    table: Table
    sheet: Sheet
    row: Row
    names: tuple[Field, ...]
    unit: str
    cells: Sequence[tuple[str, Field | None]]

    @property
    def label(self) -> str:
        """The words that name the row."""
        return " ".join(dict.fromkeys(field.words for field in self.names))

    @property
    def is_changed(self) -> bool:
        """Whether a later document changes what the row sets; the ledger of targets then says so."""
        return any(target.span == self.row.span and target.change for target in self.clause.document.targets)

    def quotes(self, cells: Cells) -> tuple[Quote, ...]:
        """Return the row, the merged cells that name it or hold a value of ``cells``, and the header."""
        merged = [field.span for field in (*self.names, *(field for _, field in cells)) if not field.own]
        spans = dict.fromkeys((self.row.span, *merged, *self.sheet.head_spans))
        return tuple(Quote(self.clause.document.source.doc_id, self.clause.path, span) for span in spans)


def entries_of(clause: Found) -> Iterator[Entry]:
    """Yield the rows of the tables of a clause that have a name and a value."""
    document = clause.document
    for table in document.tables:
        if table.path != clause.path:
            continue
        for sheet in read_sheets(document.text, table, _first_header()):
            valued = _valued(sheet)
            for row in sheet.rows:
                names, unit = _named(row, sheet, valued)
                cells = tuple(("".join(sheet.heads[n]), row.fields[n]) for n in valued)
                if names and cells and not row.is_section:
                    yield Entry(clause, table, sheet, row, names, unit, cells)


def _first_header() -> Callable[[Heads], bool]:
    """Return what takes the first rows for a header that hold words alone, and the same words printed again."""
    known: list[Heads] = []

    def is_header(heads: Heads) -> bool:
        plain = ["".join(head) for head in heads]
        words = sum(map(bool, plain)) > 1 and not any(_is_value(cell) for cell in plain)
        if words and not known:
            known.append(heads)
        return heads in known

    return is_header


def _is_value(cell: str) -> bool:
    return bool(read_values(cell)) and not YEAR.search(cell) and not MONTH.fullmatch(cell)


def _valued(sheet: Sheet) -> list[int]:
    """Return the columns that hold values: behind the first one, under a head of their own, mostly figures."""
    others = (NUMBER, UNIT, NATURE_HEAD, CATEGORY, INDICATOR)
    heads = [REMARK.sub("", "".join(head)) for head in sheet.heads]

    def figures(column: int) -> bool:
        held = [field.words for row in sheet.rows if (field := row.fields[column]) and field.words]
        return 2 * sum(map(_is_value, held)) >= max(1, len(held))

    named = [n for n, h in enumerate(heads) if n and h and not any(kind.fullmatch(h) for kind in others)]
    return [n for n in named if YEAR.search(heads[n]) or figures(n)]


def _named(row: Row, sheet: Sheet, valued: Sequence[int]) -> tuple[tuple[Field, ...], str]:
    """Return the cells that name a row, from the widest to its own, and the unit that stands in a column of its own."""
    names, unit = list[Field](), ""
    for n, field in enumerate(row.fields[: valued[0]] if valued else ()):
        head = REMARK.sub("", "".join(sheet.heads[n]))
        if not field or not field.words or any(kind.fullmatch(head) for kind in (NUMBER, NATURE_HEAD, CATEGORY)):
            continue
        if UNIT.fullmatch(head):
            unit = field.words
        elif n == 0 or not field.words.isdigit():
            names.append(field)
    return tuple(names), unit
