"""Paragraphs and tables of a Word document, in the order in which they are read.

Content controls, custom tags and tracked changes wrap blocks at any depth; a deleted paragraph mark joins its paragraph
to the next. A text box stands before the paragraph it is anchored to if it hangs above it, else behind. A table of one
column is a box around running text. Notes follow the text, marked as notes. Headers and footers belong to the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.document import Cell, Line
from ingest.lines import one_title
from ingest.readers.archive import attribute, child, local
from ingest.readers.docx.grid import Slot, columns_of, slots_of
from ingest.readers.docx.lists import Lists
from ingest.readers.docx.runs import BREAK, PARAGRAPH, Runs, Story, chosen, is_contents, is_on

if TYPE_CHECKING:
    from ingest.readers.archive import Element

WRAPPERS = frozenset({"ins", "moveTo", "customXml", "smartTag", "sdtContent"})
NEW_PAGE = frozenset({"", "nextPage", "oddPage", "evenPage"})


@dataclass(slots=True)
class Body:
    """A walk through the blocks of a document; ``lines`` grows.

    ``sections`` are the ways in which the sections begin; ``notes`` the references met, in order; ``carried`` is a
    paragraph whose end was deleted; ``titled`` tells that the last line is set in the middle.
    """

    story: Story
    lists: Lists
    sections: Sequence[str] = ()
    lines: list[Line] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    section: int = 0
    carried: Runs | None = None
    titled: bool = False

    def read(self, node: Element | None) -> None:
        """Read the blocks in an element."""
        for block in node if node is not None else ():
            name = local(block)
            if name == "p":
                self._paragraph(block)
            elif name == "tbl":
                self._table(block)
            elif name in WRAPPERS:
                self.read(block)
            elif name == "AlternateContent":
                self.read(chosen(block))
            elif name == "sdt" and not is_contents(block, name):
                self.read(child(block, "sdtContent"))

    def inside(self, node: Element) -> list[Line]:
        """Return the lines of what is read for itself: a cell, a text box, a note."""
        outer, self.lines, carried, self.carried = self.lines, [], self.carried, None
        self.read(node)
        inner, self.lines, self.carried = self.lines, outer, carried
        return inner

    def _paragraph(self, node: Element) -> None:
        properties = child(node, "pPr")
        if not self.story.rendered and self.lines and is_on(child(properties, "pageBreakBefore")):
            self.story.page += 1
        runs, self.carried = self.carried or Runs(self.story), None
        runs.read(node)
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            self.carried = runs
        else:
            self._put(runs, self.lists.label(node), centred=self.lists.styles.centred(node))
        if child(properties, "sectPr") is not None:
            self._next_section()

    def _next_section(self) -> None:
        self.section += 1
        begins = self.sections[self.section] if self.section < len(self.sections) else "continuous"
        if begins in NEW_PAGE and not self.story.rendered:
            self.story.page += 1

    def _put(self, runs: Runs, label: str, *, centred: bool) -> None:
        """Add the lines of a paragraph, with those of its text boxes around it."""
        last = self.story.page
        first = runs.pieces[0].page if runs.pieces else last
        top = not self.lines or self.lines[-1].page < first
        boxes = [(_hangs_above(box, top), self.inside(box)) for box in sorted(runs.boxes, key=_height)]
        self.story.page = last
        self.lines += (replace(line, page=first) for above, lines in boxes if above for line in lines)
        lines = list(_lines(runs, label))
        if centred and self.titled and lines and one_title(self.lines[-1].text, lines[0].text):
            lines[0] = replace(lines[0], after=BREAK)
        self.lines += lines
        self.titled = centred and bool(lines)
        self.lines += (replace(line, page=last) for above, lines in boxes if not above for line in lines)
        self.notes += runs.notes

    def _table(self, node: Element) -> None:
        self.titled = False
        rows = slots_of(node)
        columns = columns_of(rows)
        if columns == 1:
            for row in rows:
                for slot in row:
                    self.read(slot.node)
            return
        for row in rows:
            page = last = self.story.page
            cells = []
            for slot in row:
                self.story.page = page  # a row that runs over a page does so in each of its cells
                cells.append(self._cell(slot))
                last = max(last, self.story.page)
            self.story.page = last
            if cells:
                self.lines.append(row_of(cells, columns, page))

    def _cell(self, slot: Slot) -> Cell:
        text = "\n".join(line.text.replace("\t", " ").strip() for line in self.inside(slot.node))
        return Cell(text, slot.row, slot.column, slot.rows, slot.columns)


def row_of(cells: Sequence[Cell], columns: int, page: int) -> Line:
    """Return the line of a row: its text has a field for each column of the grid."""
    fields = [""] * columns
    for cell in cells:
        fields[cell.column] = cell.text
    return Line("\t".join(fields), page, cells=tuple(cells))


def _lines(runs: Runs, label: str) -> Iterator[Line]:
    """Yield the pieces of a paragraph that hold text, the printed number before the first."""
    after = PARAGRAPH
    for piece in runs.pieces:
        if not piece.text.strip():
            continue
        text = piece.text if after != PARAGRAPH else label + piece.text.lstrip()
        yield Line(text, piece.page, after=piece.after if after != PARAGRAPH else PARAGRAPH)
        after = ""


def _height(box: Element) -> float:
    """Return how far below its anchor a text box hangs."""
    offset = child(next(box.iterancestors("{*}anchor"), None), "positionV", "posOffset")
    try:
        return float(offset.text) if offset is not None else 0.0
    except (TypeError, ValueError):
        return 0.0


def _hangs_above(box: Element, top: bool) -> bool:
    """Tell whether a text box is read before its paragraph: it is placed above it, or on a page it begins."""
    anchor = next(box.iterancestors("{*}anchor"), None)
    position = child(anchor, "positionV")
    if attribute(position, "relativeFrom") in ("paragraph", "line"):
        return _height(box) < 0
    return top and anchor is not None
