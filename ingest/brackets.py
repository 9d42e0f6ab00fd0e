"""Bracket pairs of a text, nested ones included.

Responsibility stands in 〔 〕, （ ）, ( ), [ ] or 【 】, never in 〈 〉 (a title or a remark), often with brackets
inside (各省直管县〔市〕政府) and sometimes opened with one kind and closed with another. Pairs are matched by a
stack that ignores the kind; an opening without its closing and list labels such as 1） never swallow what follows.
What a bracket says is not decided here.
"""

from __future__ import annotations

import re

from ingest.document import Span

ROUND_OPENING, ROUND_CLOSING = "（(〔[【﹝［", "）)〕]】﹞］"
ROUND = re.compile(f"[{re.escape(ROUND_OPENING + ROUND_CLOSING)}]")
OPENING, CLOSING = ROUND_OPENING + "〈", ROUND_CLOSING + "〉"
BRACKETS = str.maketrans(OPENING + CLOSING, "(" * len(OPENING) + ")" * len(CLOSING))
MAX_BRACKET = 1200


def bracket_pairs(text: str, within: Span) -> tuple[Span, ...]:
    """Return the span of every bracket pair (brackets included) in ``within``, in order, outer before inner.

    >>> words = "（甲局〔乙办〕负责）1）丙（丁"
    >>> [words[s.start : s.end] for s in bracket_pairs(words, Span(0, len(words)))]
    ['（甲局〔乙办〕负责）', '〔乙办〕']
    """
    opened: list[int] = []
    pairs: list[Span] = []
    for mark in ROUND.finditer(text, within.start, within.end):
        if mark[0] in ROUND_OPENING:
            opened.append(mark.start())
        elif opened:
            pairs.append(Span(opened.pop(), mark.end()))
    return tuple(sorted(pair for pair in pairs if pair.end - pair.start <= MAX_BRACKET))


def cut_outside(text: str, separators: str) -> list[str]:
    """Cut ``text`` at separators that stand outside brackets, in order; empty pieces are kept.

    >>> cut_outside("甲县（市、区）政府、乙局", "、")
    ['甲县（市、区）政府', '乙局']
    """
    pieces, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in OPENING) - (char in CLOSING and depth > 0)
        if char in separators and depth == 0:
            pieces.append(text[start:at])
            start = at + 1
    return [*pieces, text[start:]]
