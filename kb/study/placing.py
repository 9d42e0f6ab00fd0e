"""Where in a document an amendment takes hold: the clause it addresses, the words it replaces, the row it means.

Addresses are tried as printed, then as the end of a unique address (（九）), then as a heading. Words are looked for
letter by letter, blanks and the width of % aside. What is not found, or found in several rows where one is meant, is
not placed: nothing is chosen on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import Clause, Document, Span, Target
from ingest.indicators import indicator_key

_GOAL_WORDS = re.compile(
    r"(?:(?:下降|降低|削减|减排|减少|提高|提升|增长|控制|完成)?(?:的)?(?:率|量|幅度|比例)?)?"
    r"(?:目标|指标|任务|要求|数值|值|数)+(?:任务|目标|值)*$"
)
_OPENS = re.compile(r"^(?:到?20[0-9]{2}年底?[，,]?|“?十[四五六]五”?(?:期间|末)?[，,]?)+")
_WIDTHS = {"%": "[%％]", "％": "[%％]", "(": "[(（]", ")": "[)）]", "（": "[(（]", "）": "[)）]"}


def clauses_at(document: Document, address: str) -> tuple[Clause, ...]:
    """Return the clauses that an address means; all at the top where none is given, none where it is unknown."""
    if not address:
        return tuple(c for c in document.clauses if c.parent is None)
    exact = [c for c in document.clauses if c.path == address]
    ending = [c for c in document.clauses if c.path.endswith(address) and c.path != address]
    if exact:
        return (exact[0],)
    return (ending[0],) if len(ending) == 1 else ()


def find_words(text: str, words: str, within: Span) -> tuple[Span, ...]:
    """Return where words stand inside a stretch of text, blanks and the width of signs aside.

    >>> find_words("比2020 年下降12％。", "2020年下降12%", Span(0, 13))
    (Span(start=1, end=12),)
    """
    signs = [sign for sign in words if not sign.isspace()]
    if not signs:
        return ()
    pattern = re.compile(r"\s*".join(_WIDTHS.get(sign, re.escape(sign)) for sign in signs))
    return tuple(Span(*found.span()) for found in pattern.finditer(text, within.start, within.end))


def swap(words: str, old: str, new: str) -> str:
    """Return ``words`` with every ``old`` in it replaced, as ``find_words`` finds it.

    >>> swap("下降12 %左右", "12%", "15%")
    '下降15%左右'
    """
    found = find_words(words, old, Span(0, len(words)))
    for span in reversed(found):
        words = words[: span.start] + new + words[span.end :]
    return words


def same_indicator(subject: str, target: Target) -> bool:
    """Tell whether the words 氮氧化物排放总量下降目标 mean the indicator of this row.

    >>> from decimal import Decimal
    >>> row = Target("二", Span(0, 1), "全县氮氧化物排放总量", "下降", Decimal(12))
    >>> same_indicator("氮氧化物排放总量下降目标", row), same_indicator("二氧化硫目标", row)
    (True, False)
    """
    plain = _OPENS.sub("", subject.strip("　 “”"))
    named, printed = indicator_key(_GOAL_WORDS.sub("", plain) or plain), indicator_key(target.indicator)
    return named == printed or (len(named) > 1 and (named in printed or (printed in named and len(printed) > 2)))


def closest(subject: str, targets: Sequence[Target]) -> list[Target]:
    """Return the rows that a subject means: those of exactly this indicator, else those that print it in part."""
    meant = [target for target in targets if same_indicator(subject, target)]
    plain = indicator_key(_GOAL_WORDS.sub("", _OPENS.sub("", subject.strip("　 “”"))))
    exact = [target for target in meant if indicator_key(target.indicator) == plain]
    return exact or meant
