"""Characters and blanks: what every text needs before its lines are looked at, and how a change is logged.

Fonts put radicals and compatibility characters in place of the ordinary ones, editors leave invisible marks, extractors
pad numbers with blanks. Quotation marks, brackets and punctuation stay as printed, half-width or full-width;
full-width digits and letters become ASCII, because they read the same and numbers are looked up.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable

from ingest.document import Repair
from ingest.lines import LABEL, is_latin

# Control and invisible characters, the byte order mark among them; line ends and blanks are not touched here.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe]+"
)
BLANKS = re.compile(r"\s+")
# Radicals that fonts put in place of characters (⼀ for 一), compatibility characters, full-width digits and letters.
LOOKALIKE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff０-９Ａ-Ｚａ-ｚ]")


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


def repair_of(kind: str, page: int, before: str, after: str) -> Repair:
    """Log the stretch that differs.

    >>> repair_of("dropped_blank", 1, "到 2025", "到2025").before
    ' '
    """
    head = len(os.path.commonprefix((before, after)))
    before, after = before[head:], after[head:]
    tail = len(os.path.commonprefix((before[::-1], after[::-1])))
    return Repair(kind, page, before[: len(before) - tail], after[: len(after) - tail])
