"""From pages of lines to one canonical text: one paragraph a line, every change logged.

Everything that is ever quoted is a slice of this text, so cleaning repairs layout and never wording: page furniture is
dropped, wrapped lines are joined (``paragraphs``), blanks that only pad are removed (``characters``). A row of a table
is a paragraph of its own, whatever stands around it (``rows``): a tab remains between its cells, as between the columns
of a signature.
Each change is a ``Repair``; together they account for every character that the file has and the text has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from ingest.characters import FIXERS, repair_of
from ingest.document import Line, Page, Repair, Span, Table
from ingest.furniture import furniture, stray_labels
from ingest.layout import UNWRAPPED, Layout, measure, refine
from ingest.lines import joint
from ingest.paragraphs import Paragraph, continues
from ingest.rows import prepared, run_on
from ingest.tables import BROKEN, tables_of
from ingest.unread import UNREAD_PAGE

UNCERTAIN = 0.75
"""A recognised line that is less likely to be right in every character is pointed out wherever it is quoted."""
# 表1-2 主要指标: directly above a table, its caption, even where a sentence before it fills the line
NUMBERED = re.compile(r"[附续]?[图表]\s?\d")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Canonical text, one paragraph a line; where each page begins in it; every change that was made; its tables.

    ``Table.path`` and ``Table.caption`` are not known yet. ``uncertain``: lines of which a recogniser was not sure.
    """

    text: str
    page_starts: tuple[int, ...]
    repairs: tuple[Repair, ...]
    tables: tuple[Table, ...] = ()
    uncertain: tuple[Span, ...] = ()


@dataclass(slots=True)
class _Draft:
    """The text being put together: where each page and each row of a table begins, and what is uncertain in it."""

    text: str = ""
    begins: dict[int, int] = field(default_factory=dict)
    rows: list[tuple[int, Line]] = field(default_factory=list)
    uncertain: list[Span] = field(default_factory=list)

    def cut(self, span: Span) -> None:
        """Cut a stretch out of the text and move along what stands behind it."""
        self.text = self.text[: span.start] + self.text[span.end :]
        self.begins = {number: _moved(begin, span) for number, begin in self.begins.items()}
        self.rows = [(_moved(begin, span), row) for begin, row in self.rows]
        self.uncertain = [Span(_moved(s.start, span), _moved(s.end, span)) for s in self.uncertain]


def clean(pages: Sequence[Page]) -> Cleaned:
    """Turn pages of visual lines into the canonical text, logging every change."""
    repairs: list[Repair] = []
    tidied = [_tidied(page, repairs) for page in pages]
    lines = list(run_on(_kept(tidied, repairs), repairs))
    if not lines and repairs:
        repairs[-1] = replace(repairs[-1], before=repairs[-1].before.removesuffix("\n"))
    draft = _assembled(lines, _layouts(tidied, lines), repairs)
    _cut_labels(draft, repairs)
    starts, uncertain = _page_starts(pages, draft), tuple(span for span in draft.uncertain if span.start < span.end)
    return Cleaned(draft.text, starts, tuple(repairs), tables_of(draft.rows), uncertain)


def _tidied(page: Page, repairs: list[Repair]) -> Page:
    repairs += [Repair(UNREAD_PAGE, page.number, "", "")] * page.unread
    page = prepared(page, repairs)
    page = replace(page, lines=tuple(line if line.cells else _fixed(line, repairs) for line in page.lines))
    for top in page.broken_tables:
        first = next((line.text for line in page.lines if not line.cells and top < line.top + line.size / 2), "")
        repairs.append(Repair(BROKEN, page.number, first, first))
    return page


def _fixed(line: Line, repairs: list[Repair]) -> Line:
    text = line.text
    for kind, fix in FIXERS:
        after = fix(text)
        if after != text:
            repairs.append(repair_of(kind, line.page, text, after))
            text = after
    return line if text is line.text else replace(line, text=text)


def _kept(pages: Sequence[Page], repairs: list[Repair]) -> Iterator[Line]:
    """Yield the lines that are text; furniture and empty lines take their line break with them."""
    dropped = furniture(pages)
    for page in pages:
        for index, line in enumerate(page.lines):
            kind = dropped.get((page.number, index)) or ("" if line.text else "dropped_blank_line")
            if kind:
                repairs.append(Repair(kind, page.number, line.text + "\n", ""))
            else:
                yield line


def _layouts(pages: Sequence[Page], lines: Iterable[Line]) -> dict[tuple[int, int], Layout]:
    """Measure the text of each page and type size: against all pages of its width, then by itself."""
    by_page: dict[int, list[Line]] = {page.number: [] for page in pages}
    for line in lines:
        if not line.cells:
            by_page[line.page].append(line)
    groups: dict[int, list[Line]] = {}
    for page in pages:
        if page.hard_wrapped:
            groups.setdefault(round(page.width), []).extend(by_page[page.number])
    measured = {width: measure(group, width) for width, group in groups.items() if group}
    layouts: dict[tuple[int, int], Layout] = {}
    for page in pages:
        layout = measured.get(round(page.width), UNWRAPPED) if page.hard_wrapped else UNWRAPPED
        for size, refined in refine(layout, by_page[page.number]).items():
            layouts[page.number, size] = refined
    return layouts


def _assembled(lines: Sequence[Line], layouts: dict[tuple[int, int], Layout], repairs: list[Repair]) -> _Draft:
    """Join lines into paragraphs; a row is one by itself."""
    parts: list[str] = []
    draft = _Draft()
    offset, paragraph = 0, None
    for line, following in zip_longest(lines, lines[1:]):
        named = following and following.cells and NUMBERED.match(line.text)
        if paragraph and not named and _continues(paragraph, line, layouts):
            glue = joint(paragraph.last.text, line.text)
            repairs.append(Repair("joined_line", line.page, "\n", glue))
        else:
            glue = "\n" if paragraph else ""
            paragraph = Paragraph(line, line)
        paragraph.add(line, glue.strip("\n") + line.text)
        offset += len(glue)
        draft.begins.setdefault(line.page, offset)
        if line.cells:
            draft.rows.append((offset, line))
        if line.confidence < UNCERTAIN:
            draft.uncertain.append(Span(offset, offset + len(line.text)))
        parts += glue, line.text
        offset += len(line.text)
    draft.text = "".join(parts)
    return draft


def _continues(paragraph: Paragraph, line: Line, layouts: dict[tuple[int, int], Layout]) -> bool:
    if line.cells or paragraph.last.cells:
        return False
    return continues(paragraph, line, layouts[paragraph.last.page, round(paragraph.last.size)])


def _cut_labels(draft: _Draft, repairs: list[Repair]) -> None:
    """Cut stray labels out of the text, until none is left; rows of tables are let alone."""
    while spans := [span for span in stray_labels(draft.text) if not _in_row(span, draft)]:
        for span in reversed(spans):
            page = max((number for number, begin in draft.begins.items() if begin <= span.start), default=1)
            repairs.append(Repair("dropped_stray_label", page, draft.text[span.start : span.end], ""))
            draft.cut(span)


def _in_row(span: Span, draft: _Draft) -> bool:
    return any(start <= span.start < start + len(row.text) for start, row in draft.rows)


def _moved(offset: int, cut: Span) -> int:
    """Return where an offset is once a stretch has been cut out."""
    return offset - max(0, min(offset, cut.end) - cut.start)


def _page_starts(pages: Sequence[Page], draft: _Draft) -> tuple[int, ...]:
    """Return the offset of each page; a page without text begins where the next one does."""
    starts: list[int] = []
    end = len(draft.text)
    for page in reversed(pages):
        end = draft.begins.get(page.number, end)
        starts.append(end)
    return tuple(reversed(starts))
