"""Elements of a document to lines: paragraphs, breaks, lists with their printed numbers, tables with merged cells.

``<p>``, ``<div>`` and ``<br>`` all end a line; what stands centred, as titles do, may go on after it. Numbers of
ordered lists are printed by the browser and stand nowhere in the text, so they are written out. A table that only
places things on the page gives its text; any other gives rows of cells (HTML 4.01, 11.2.6: a cell covers ``rowspan``
rows and ``colspan`` columns, 0 meaning the rest).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.document import Cell, Line
from ingest.lines import LABEL, one_title
from ingest.numerals import to_chinese
from ingest.readers.article import is_layout, rows_in
from ingest.readers.markup import Element, runs
from ingest.readers.text import line_of

MAX_SPAN = 1000
"""A cell covers no more rows or columns, as in browsers."""
MAX_CELLS = 100_000
CHINESE_NUMBERS = ("cjk-ideographic", "simp-chinese-informal", "cjk-decimal", "trad-chinese-informal")
CENTRED = re.compile("h[1-6]|center")
LIST_STYLE = re.compile(r"list-style(?:-type)?:([a-z-]+)")
BLANKS = re.compile(r"[ \t\r\n\f]+")
"""White space of the source; the wide and the non-breaking blank are characters."""


@dataclass(slots=True)
class _Writer:
    """Lines being written. ``parts``: the text of the open one; ``label``: a number that waits for a text.

    ``centred``: how many elements around it are centred; ``after``: how the line before it ended.
    """

    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    label: str = ""
    centred: int = 0
    after: str = "paragraph"

    def end(self, *, by_hand: bool = False) -> None:
        """End the line that is open, ``by_hand`` inside a paragraph."""
        text = BLANKS.sub(" ", "".join(self.parts)).strip(" ")
        self.parts = []
        if not text.strip():
            return
        line = line_of(self.label + text)
        if self.after == "break" or (self.after == "centred" and self.centred and one_title(self.lines[-1].text, text)):
            line = replace(line, after="break")
        self.lines.append(line)
        self.label = ""
        self.after = "paragraph" if not self.centred else "break" if by_hand else "centred"

    def write(self, element: Element) -> None:
        """Write what stands in an element."""
        centred = _is_centred(element)
        self.centred += centred
        self._write(element)
        if centred:
            self.end()
            self.centred -= 1

    def _write(self, element: Element) -> None:
        for child in element.children:
            if isinstance(child, str):
                self.parts.append(child)
            elif child.tag == "table" and not is_layout(child):
                self.end()
                self.lines += rows_of(child)
                self.after = "paragraph"
            elif child.tag in ("ol", "ul"):
                self.end()
                self._list(child)
            elif child.tag == "br":
                self.end(by_hand=True)
            elif child.block:
                self.end()
                self.write(child)
                self.end()
            else:
                self.write(child)

    def _list(self, element: Element) -> None:
        number = _integer(element.attributes.get("start", ""), 1)
        for child in element.children:
            if isinstance(child, str):
                self.parts.append(child)
                continue
            if child.tag == "li":
                number = _integer(child.attributes.get("value", ""), number)
                text = next(runs(child), "")
                self.end()
                self.label = _label(element, number) if element.tag == "ol" and not LABEL.match(text) else ""
                number += 1
            self.write(child)
            self.end()
        self.end()


def lines_of(element: Element) -> list[Line]:
    """Return the lines of a document, places in character cells as in a text file."""
    writer = _Writer()
    writer.write(element)
    writer.end()
    return writer.lines


def _is_centred(element: Element) -> bool:
    """Tell whether what stands in an element is set in the middle, as titles are."""
    align = element.attributes.get("align", "").lower()
    return CENTRED.fullmatch(element.tag) is not None or align == "center" or "text-align:center" in element.style


def _integer(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text.strip()) else default


def _label(element: Element, number: int) -> str:
    """Return the number that a browser prints before an item of an ordered list."""
    match = LIST_STYLE.search(element.style)
    style = match[1] if match else element.attributes.get("type", "1")
    if style == "none":
        return ""
    if style in CHINESE_NUMBERS:
        return f"{to_chinese(number)}、"
    if style in ("a", "lower-alpha", "lower-latin") and number <= 26:
        return f"{chr(96 + number)}."
    if style in ("A", "upper-alpha", "upper-latin") and number <= 26:
        return f"{chr(64 + number)}."
    return f"{number}."


def rows_of(table: Element) -> Iterator[Line]:
    """Yield a line for each row of a table, with the cells that begin in it; before it the caption."""
    for caption in table.elements:
        if caption.tag == "caption" and (text := " ".join(runs(caption))):
            yield line_of(text)
    taken: dict[int, int] = {}
    rows = list(rows_in(table))
    count = 0
    for number, row in enumerate(rows):
        cells, column = [], 0
        for element in row:
            while taken.get(column, 0) > number:
                column += 1
            high = _integer(element.attributes.get("rowspan", ""), 1) or len(rows)
            wide = max(1, min(_integer(element.attributes.get("colspan", ""), 1), MAX_SPAN))
            high = min(high, len(rows) - number, MAX_SPAN)
            while wide > 1 and any(taken.get(column + more, 0) > number for more in range(1, wide)):
                wide -= 1
            cells.append(Cell(_text(element), number, column, high, wide))
            taken.update(dict.fromkeys(range(column, column + wide), number + high))
            column += wide
            count += 1
        if cells and count <= MAX_CELLS:
            fields = [""] * max(cell.column + cell.columns for cell in cells)
            for cell in cells:
                fields[cell.column] = cell.text
            yield Line("\t".join(fields), 1, cells=tuple(cells))


def _text(cell: Element) -> str:
    """Return the text of a cell, a blank line between its paragraphs."""
    return "\n\n".join(runs(cell))
