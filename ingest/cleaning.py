"""From pages of lines to one canonical text: one paragraph a line, every change logged.

Everything that is ever quoted is a slice of this text, so cleaning repairs layout and never wording: page furniture is
dropped, wrapped lines are joined (``paragraphs``), blanks that only pad are removed. Quotation marks, brackets and
punctuation stay as printed, half-width or full-width; full-width digits and letters become ASCII, because they read the
same and numbers are looked up. A tab remains between the cells of a table row and the columns of a signature.
Each change is a ``Repair``; together they account for every character that the file has and the text has not.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document import Line, Page, Repair
from ingest.furniture import furniture, stray_labels
from ingest.layout import UNWRAPPED, Layout, measure, refine
from ingest.lines import LABEL, is_latin, joint
from ingest.paragraphs import Paragraph, continues

# Control and invisible characters, the byte order mark among them; line ends and blanks are not touched here.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe]+"
)
BLANKS = re.compile(r"\s+")
# Radicals that fonts put in place of characters (⼀ for 一), compatibility characters, full-width digits and letters.
LOOKALIKE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff０-９Ａ-Ｚａ-ｚ]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Canonical text, one paragraph a line; where each page begins in it; every change that was made."""

    text: str
    page_starts: tuple[int, ...]
    repairs: tuple[Repair, ...]


def drop_invisible(text: str) -> str:
    r"""Drop control characters and invisible marks.

    >>> drop_invisible("总\x00则\ufeff")
    '总则'
    """
    return INVISIBLE.sub("", text)


def unify_characters(text: str) -> str:
    """Replace look-alike code points by the ordinary character; punctuation is left alone.

    >>> unify_characters("⼀、到２０２５年，ＶＯＣｓ下降５％")
    '一、到2025年，VOCs下降5％'
    """
    return LOOKALIKE.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


def tidy_spaces(text: str) -> str:
    r"""Drop blanks at the ends and around Chinese characters; keep one between Latin words, a tab between columns.

    >>> tidy_spaces("　　到 2025 年，LNG   发 展占 30% 。"), tidy_spaces("zero  carbon"), tidy_spaces("指标\t 2025 年")
    ('到2025年，LNG发展占30%。', 'zero carbon', '指标\t2025年')
    """
    text = BLANKS.sub(_blank, text.strip())
    cells = text.split("\t")
    if len(cells) > 1 and all(len(cell) == 1 and not is_latin(cell) for cell in cells):
        return "".join(cells)
    label = LABEL.match(text)
    if label and text.startswith("\t", label.end()):
        return label.group() + text[label.end() + 1 :]
    return text


def _blank(match: re.Match[str]) -> str:
    if "\t" in match.group():
        return "\t"
    before, after = match.string[match.start() - 1], match.string[match.end()]
    return " " if is_latin(before) and is_latin(after) else ""


FIXERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("dropped_invisible", drop_invisible),
    ("unified_character", unify_characters),
    ("dropped_blank", tidy_spaces),
)


def clean(pages: Sequence[Page]) -> Cleaned:
    """Turn pages of visual lines into the canonical text, logging every change."""
    repairs: list[Repair] = []
    tidied = [replace(page, lines=tuple(_fixed(line, repairs) for line in page.lines)) for page in pages]
    lines = list(_kept(tidied, repairs))
    if not lines and repairs:
        repairs[-1] = replace(repairs[-1], before=repairs[-1].before.removesuffix("\n"))
    text, begins = _assembled(lines, _layouts(tidied, lines), repairs)
    text, begins = _without_labels(text, begins, repairs)
    return Cleaned(text, _page_starts(pages, begins, len(text)), tuple(repairs))


def _fixed(line: Line, repairs: list[Repair]) -> Line:
    text = line.text
    for kind, fix in FIXERS:
        after = fix(text)
        if after != text:
            repairs.append(_repair(kind, line.page, text, after))
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


def _repair(kind: str, page: int, before: str, after: str) -> Repair:
    """Log the stretch that differs."""
    head = len(os.path.commonprefix((before, after)))
    before, after = before[head:], after[head:]
    tail = len(os.path.commonprefix((before[::-1], after[::-1])))
    return Repair(kind, page, before[: len(before) - tail], after[: len(after) - tail])


def _layouts(pages: Sequence[Page], lines: Iterable[Line]) -> dict[tuple[int, int], Layout]:
    """Measure the text of each page and type size: against all pages of its width, then by itself."""
    by_page: dict[int, list[Line]] = {page.number: [] for page in pages}
    for line in lines:
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


def _assembled(
    lines: Iterable[Line], layouts: dict[tuple[int, int], Layout], repairs: list[Repair]
) -> tuple[str, dict[int, int]]:
    """Join lines into paragraphs; also return where the first character of each page went."""
    parts: list[str] = []
    begins: dict[int, int] = {}
    offset, paragraph = 0, None
    for line in lines:
        if paragraph and continues(paragraph, line, layouts[paragraph.last.page, round(paragraph.last.size)]):
            glue = joint(paragraph.last.text, line.text)
            repairs.append(Repair("joined_line", line.page, "\n", glue))
        else:
            glue = "\n" if paragraph else ""
            paragraph = Paragraph(line, line)
        paragraph.add(line, glue.strip("\n") + line.text)
        begins.setdefault(line.page, offset + len(glue))
        parts += glue, line.text
        offset += len(glue) + len(line.text)
    return "".join(parts), begins


def _without_labels(text: str, begins: dict[int, int], repairs: list[Repair]) -> tuple[str, dict[int, int]]:
    """Cut stray labels out of the text, until none is left, and move the page beginnings along."""
    while spans := list(stray_labels(text)):
        for span in reversed(spans):
            page = max((number for number, begin in begins.items() if begin <= span.start), default=1)
            repairs.append(Repair("dropped_stray_label", page, text[span.start : span.end], ""))
            begins = {number: begin - max(0, min(begin, span.end) - span.start) for number, begin in begins.items()}
        cuts = zip([0, *(span.end for span in spans)], [*(span.start for span in spans), len(text)], strict=True)
        text = "".join(text[start:end] for start, end in cuts)
    return text, begins


def _page_starts(pages: Sequence[Page], begins: dict[int, int], end: int) -> tuple[int, ...]:
    """Return the offset of each page; a page without text begins where the next one does."""
    starts: list[int] = []
    for page in reversed(pages):
        end = begins.get(page.number, end)
        starts.append(end)
    return tuple(reversed(starts))
