"""Several questions in one: 污水处理能力新增多少？再生水利用率呢？ is answered question by question.

Each part but the first is read as a follow-up of those before it, so that 由谁负责，目标是什么 keeps its subject. What
sets things beside each other (哪个更严), goes into one thing (其中几户) or asks to confirm (对吗) stays whole.
"""

from __future__ import annotations

import re

MOST = 4  # Questions in one; more are left whole.
ASKS = re.compile(
    r"谁|什么(?!的)|啥|多少|几[个项家户条成次]|哪|怎么|怎样|如何|何时|多久|多大|呢$|\b(?:who|what|when|which|how)\b",
    re.I,
)
WHOLE = re.compile(
    r"吗$|吧$|(?<![什怎那这多])么$|是不是|是否|有没有|对不对|真的|为何|为什么|凭什么|更[严宽高低多少大小]|依据|出处|相比|分别|^其|各[自是为]?多"
)
BREAK = re.compile(
    r"[？?；;]+|[，,](?:以及|还有|另外|并且|而且|那么?)?|,?\s+and\s+(?=who\b|what\b|when\b|which\b|how\b)", re.I
)


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions that a text puts one after the other: itself, where it is one.

    >>> questions_in("园林绿化由谁负责，绿地率目标是多少？")
    ('园林绿化由谁负责', '绿地率目标是多少')
    >>> questions_in("到2026年，绿地率要达到多少？"), questions_in("哪个市更严，严多少？")
    (('到2026年，绿地率要达到多少？',), ('哪个市更严，严多少？',))
    """
    parts: list[str] = []
    open_part = ""
    for piece, mark in _pieces(text):
        open_part += piece
        if ASKS.search(piece):
            parts.append(open_part.strip())
            open_part = ""
        else:
            open_part += mark  # 到2026年，…: no question by itself
    whole = (text,)
    if open_part.strip() or not 1 < len(parts) <= MOST:
        return whole
    return whole if any(WHOLE.search(part) for part in parts) else tuple(parts)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Cut a text at its marks; each piece with the mark behind it."""
    pieces, at = [], 0
    for mark in BREAK.finditer(text):
        pieces.append((text[at : mark.start()], mark.group()))
        at = mark.end()
    return [*pieces, (text[at:], "")] if text[at:].strip() else pieces
