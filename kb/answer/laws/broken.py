"""The rules that a sanction names by article alone: 违反本规定第六条第二款、第七条、第九条第一款规定的, 处…罚款.

The deed stands in one article, what follows in another; a question names the deed. Articles, paragraphs and items are
read as they are cited, several and in runs (第五条至第十一条). Articles of another law (《…法》第五十六条) and of an
annex (附录第一条) are none of this document's articles and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.document import Document
from ingest.numerals import parse_integer
from kb.answer.laws.provisions import ITEM, Paragraph, articles, paragraphs

NUMERAL = "[一二三四五六七八九十百零〇]+"
STEP = rf"第?[（(]?{NUMERAL}[）)]?[条款项](?:之{NUMERAL})?"
# 违反本条例第五条、第六条第二款 · 有本办法第五条至第十一条规定的情形之一
CITED = re.compile(rf"(?:违反|本(?:法|条例|规定|办法|细则|决定|规则))({STEP}(?:[、和及或与，至]*{STEP})*)")
PIECE = re.compile(rf"(?P<run>至)?第?[（(]?(?P<number>{NUMERAL})[）)]?(?P<unit>[条款项])(?P<extra>之{NUMERAL})?")
LEVELS = "条款项"


@dataclass(frozen=True, slots=True)
class Place:
    """An article, a paragraph of it, an item of either; 0 for all of them. ``extra`` is 之一 of 第十条之一."""

    article: int
    paragraph: int
    item: int
    extra: str


def cited(text: str) -> list[Place]:
    """Return the places of its own document that a sanction says are broken, in printed order.

    >>> [(p.article, p.paragraph) for p in cited("违反本规定第六条第二款、第三款、第七条、第九条第一款规定的，")]
    [(6, 2), (6, 3), (7, 0), (9, 1)]
    >>> [(p.article, p.item) for p in cited("有本办法第五条第（八）项至第（十）项、第七条至第九条规定情形的")]
    [(5, 8), (5, 9), (5, 10), (7, 0), (8, 0), (9, 0)]
    >>> cited("违反《水法》第五条规定的"), cited("违反本规定附录第一条规定的")
    ([], [])
    """
    return [place for chain in CITED.finditer(text) for place in _places(chain[1]) if place.article]


def _places(chain: str) -> Iterator[Place]:
    """Yield the places of one chain; a step to a finer level narrows the place before it."""
    at, last, pending = [0, 0, 0], -1, list[Place]()
    for piece in PIECE.finditer(chain):
        level, number = LEVELS.index(piece["unit"]), _value(piece["number"])
        if level <= last:
            yield from pending
        first = at[level] + 1 if piece["run"] and at[level] else number
        steps = ([*at[:level], n, *[0] * (2 - level)] for n in range(first, number + 1))
        pending = [Place(article, paragraph, item, piece["extra"] or "") for article, paragraph, item in steps]
        at, last = [*at[:level], number, *[0] * (2 - level)], level
    yield from pending


def rules_broken(document: Document, behaviour: str) -> list[Paragraph]:
    """Return the paragraphs that a behaviour says are broken, with the items named of them only."""
    by_number = {_number(clause.label): clause for clause in articles(document)}
    found: list[Paragraph] = []
    for place in cited(behaviour):
        if article := by_number.get((place.article, place.extra)):
            own = paragraphs(document, article)
            own = own[place.paragraph - 1 : place.paragraph] if place.paragraph else own
            found += [_narrowed(p, place.item) for p in own if not place.item or p.items]
    return found


def _number(label: str) -> tuple[int, str]:
    piece = PIECE.match(label.strip())
    return (_value(piece["number"]), piece["extra"] or "") if piece else (0, "")


def _value(numeral: str) -> int:
    """Return what a numeral says; 0 where it is none that is written so (第十百条)."""
    try:
        return parse_integer(numeral)
    except ValueError:
        return 0


def _narrowed(paragraph: Paragraph, item: int) -> Paragraph:
    """Return a paragraph with one of its items only."""
    own = (f for f in paragraph.items if (n := ITEM.match(f.text)) and _value(n[1]) == item)
    return replace(paragraph, items=tuple(own)) if item else paragraph
