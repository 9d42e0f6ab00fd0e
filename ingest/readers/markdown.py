r"""Markdown files: digests, laws and notes written by people, one block a paragraph.

A line-based stripper instead of a CommonMark parser, for two reasons met in Chinese texts: the standard leaves
``**`` standing where emphasis touches Chinese quotation marks, and it renumbers lists, while ``1.`` is the printed
label of a clause. Marks of headings, emphasis, bullets, quotes, links, code and tables go; numbers, letters and every
character inside the marks stay. HTML tags are dropped, never interpreted. The file has no pages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.document import Line, Page
from ingest.lines import LABEL
from ingest.readers.tabbed import tabbed
from ingest.readers.text import LINE_END, decode

HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t\u3000]+(?P<text>.*?))?(?:[ \t]+#+)?[ \t]*")
# the line under a heading, or a rule between blocks: === · --- · * * *
RULE = re.compile(r" {0,3}(?:=+|(?:-[ \t]*){2,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})[ \t]*")
FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,}).*")
QUOTE = re.compile(r"(?: {0,3}>[ \t]?)+")
BULLET = re.compile(r"\s*[-*+][ \t]+(?=\S)")
# 1. · 2) , kept: a number is text
NUMBERED = re.compile(r"\s*\d{1,4}[.)][ \t]+(?=\S)")
TABLE_ROW = re.compile(r"\s*\|(?P<cells>.*)\|\s*")
TABLE_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
CELL_END = re.compile(r"(?<!\\)\|")
DEFINITION = re.compile(r" {0,3}\[[^\[\]]{1,100}\]:\s*\S+.*")
HARD_BREAK = re.compile(r"(?: {2,}|\\|<br\s*/?>)$")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
MARK = re.compile(r"[!-/:-@\[-`{-~]")
SHELTER = 0xF0000
"""Escaped characters wait in a private plane until the marks around them are gone."""
UNSHELTERED = {SHELTER + code: code for code in range(33, 127)}
INLINE_MARK = re.compile(r"[`\[<*_~\\]")


def _between(mark: str, *, words: bool = False) -> re.Pattern[str]:
    """Return the pattern of a stretch between two marks; it ends at the next mark, so that any line is read once."""
    inner = rf"[^{mark[-1]}\s](?:[^{mark[-1]}\n]*[^{mark[-1]}\s])?"
    before, after = (r"(?<!\w)", r"(?!\w)") if words else (rf"(?<![\d{mark[-1]}])", rf"(?!{mark[-2:]})")
    return re.compile(f"{before}{mark}({inner}){mark}{after}")


INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"`{1,2}([^`\n]{1,400})`{1,2}"), r"\1"),
    (re.compile(r"!?\[([^\[\]\n]{0,400})\]\([^()\s]{0,400}(?:\s\"[^\"\n]{0,200}\")?\)"), r"\1"),
    (re.compile(r"!?\[([^\[\]\n]{1,400})\]\[[^\[\]\n]{0,100}\]"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,400})>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]{0,400}>"), ""),
    (_between(r"\*"), r"\1"),
    (_between(r"\*\*"), r"\1"),
    (_between(r"\*\*\*"), r"\1"),
    (_between("__", words=True), r"\1"),
    (_between("_", words=True), r"\1"),
    (_between("~~"), r"\1"),
)


def read(path: Path) -> tuple[Page, ...]:
    """Read a Markdown file into one stretch, no page of its own, with a line for each block.

    Raises:
        UnknownFormat: the encoding is none of UTF-8, GB18030, Big5, UTF-16.
    """
    lines = LINE_END.split(without_comments(decode(path.read_bytes(), path.name)))
    blocks = [Line(plain(block), 1) for block in _blocks(_without_front_matter(lines))]
    return (Page(1, 0.0, tuple(tabbed(blocks, rows=2, columns=2)), hard_wrapped=False, paged=False),)


def without_comments(text: str) -> str:
    """Drop HTML comments, except one that is never closed.

    >>> without_comments("总则<!-- 目录 -->。")
    '总则。'
    """
    parts, start = [], 0
    while (begin := text.find("<!--", start)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts.append(text[start:begin])
        start = end + 3
    return "".join((*parts, text[start:]))


def _without_front_matter(lines: list[str]) -> list[str]:
    """Drop the metadata between ``---`` lines at the top of a file."""
    if lines and lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:50]):
        return lines[next(index for index, line in enumerate(lines[1:], start=2) if line.strip() == "---") :]
    return lines


def _blocks(lines: list[str]) -> Iterator[str]:
    """Yield the text of each block with its inline marks; soft line ends become blanks."""
    block: list[str] = []
    fenced = False
    for line in lines:
        if FENCE.fullmatch(line):
            fenced = not fenced
            alone, starts, text = None, True, ""
        elif fenced:
            alone, starts, text = MARK.sub(r"\\\g<0>", line.strip()), True, ""
        else:
            alone, starts, text = _read_line(line)
        if (starts or alone is not None) and block:
            yield " ".join(block)
            block = []
        if alone:
            yield alone
        if text:
            block.append(HARD_BREAK.sub("", text).strip())
            if HARD_BREAK.search(text):
                yield " ".join(block)
                block = []
    if block:
        yield " ".join(block)


def _read_line(line: str) -> tuple[str | None, bool, str]:
    """Return a block that stands alone (or None), whether the line starts a block, and its text for the block."""
    line = QUOTE.sub("", line, count=1) if QUOTE.match(line) else line
    if not line.strip() or RULE.fullmatch(line) or DEFINITION.fullmatch(line):
        return None, True, ""
    if match := HEADING.fullmatch(line):
        return match["text"] or "", True, ""
    if match := TABLE_ROW.fullmatch(line):
        row = "" if TABLE_RULE.fullmatch(line) else "\t".join(cell.strip() for cell in CELL_END.split(match["cells"]))
        return row, True, ""
    text = BULLET.sub("", line, count=1) if BULLET.match(line) else line
    starts = text is not line or bool(NUMBERED.match(line) or LABEL.match(line.strip()))
    return None, starts, text


def plain(text: str) -> str:
    r"""Return the reading text of a block.

    >>> plain("推进**“无废城市”**建设，见[《方案》](a.md)，占比\\*达`30%`")
    '推进“无废城市”建设，见《方案》，占比*达30%'
    """
    if INLINE_MARK.search(text):
        text = ESCAPED.sub(lambda match: chr(SHELTER + ord(match[1])), text)
        for pattern, replacement in INLINE:
            text = pattern.sub(replacement, text)
    return html.unescape(text).translate(UNSHELTERED)
