"""Document text on the page is data: it shows as printed, whatever marks it contains.

Streamlit reads Markdown in labels, captions and notices (``*``, ``$``, ``:red[…]``, ``:smile:``, links, ``->``), so
titles, headings and messages pass through ``literal``. Answers and clauses go to a small component that sets text only
and has what no native element offers: buttons inside a sentence, and a quote that is highlighted and scrolled to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from ingest.document import Span
from kb.views.component import component

# CommonMark lets a backslash precede any ASCII punctuation: a*b -> a\*b
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
BLANKS = re.compile(r"\s+")
# What turns a line round, hides in it or breaks the page: controls, bidi marks, zero widths, lone surrogates.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
# 〔1〕。 with the punctuation that must not begin a line; in 晋市政发〔2023〕15号 there is no citation 2023
MARKER = re.compile(r"〔(?P<number>\d{1,4})〕(?P<tail>[。，、；：！？.,;:!?]*)", re.ASCII)

# {"text"}, {"text", "quote"}, {"marker", "label", "tail"}, or alone in its line {"table": rows of cells}
Piece = dict[str, Any]
Line = list[Piece]
Cite = Callable[[int], None]


def literal(text: str) -> str:
    r"""Return one line of Markdown that shows ``text`` as it is; runs of blanks and line ends become one blank.

    A control character shows as its number, so that a file name with U+202E does not read backwards.

    >>> literal("[请点击](javascript:x) :red[*]")
    '\\[请点击\\]\\(javascript\\:x\\) \\:red\\[\\*\\]'
    """
    return PUNCTUATION.sub(r"\\\1", one_line(text))


def one_line(text: str) -> str:
    """Return the text on one line, with what cannot be seen in it written out."""
    return seen(BLANKS.sub(" ", text).strip())


def seen(text: str) -> str:
    r"""Return the text with what cannot be seen in it written out.

    >>> seen("通知\u202efdp.exe")
    '通知‹U+202E›fdp.exe'
    """
    return UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def with_markers(text: str, labels: Mapping[int, str]) -> list[Line]:
    """Cut an answer into lines of pieces; only the markers that have a label become buttons.

    >>> with_markers("由甲局负责〔1〕。", {1: "三（九）"})
    [[{'text': '由甲局负责'}, {'marker': 1, 'label': '三（九）', 'tail': '。'}, {'text': ''}]]
    """
    return [_with_markers(line, labels) for line in text.split("\n") if line.strip()]


def _with_markers(line: str, labels: Mapping[int, str]) -> list[Piece]:
    pieces: list[Piece] = []
    start = 0
    for found in MARKER.finditer(line):
        marker = int(found["number"])
        if marker in labels:
            pieces.append({"text": line[start : found.start()]})
            pieces.append({"marker": marker, "label": labels[marker], "tail": found["tail"]})
            start = found.end()
    return [*pieces, {"text": line[start:]}]


def with_quote(text: str, quote: Span | None) -> list[Line]:
    """Cut a clause into lines of pieces, those inside ``quote`` (offsets in ``text``) marked.

    >>> with_quote("甲乙丙", Span(1, 2))
    [[{'text': '甲'}, {'text': '乙', 'quote': True}, {'text': '丙'}]]
    """
    lines, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            a, b = (min(max(at - start, 0), len(line)) for at in ((quote.start, quote.end) if quote else (0, 0)))
            b = max(a, b)
            pieces: list[Piece] = [{"text": line[:a]}, {"text": line[a:b], "quote": True}, {"text": line[b:]}]
            lines.append([piece for piece in pieces if piece["text"]])
        start += len(line) + 1
    return lines


def show_marked(
    key: str, lines: Sequence[Line], *, chosen: int | None = None, on_cite: Cite | None = None, fresh: bool = False
) -> None:
    """Show lines of pieces as text; ``chosen`` is the marker whose clause is open, ``on_cite`` gets the one clicked.

    What is ``fresh`` appears sentence by sentence, within half a second: all of it is sent, and read aloud, at once.
    """
    marked = component("marked", '<div class="marked"></div>')

    def cite() -> None:
        marker = st.session_state[key].cite
        if on_cite and isinstance(marker, int):
            on_cite(marker)

    # A tuple, for lists are examined at length for being tables.
    marked(key=key, data={"lines": tuple(lines), "open": chosen, "fresh": fresh}, on_cite_change=cite)
