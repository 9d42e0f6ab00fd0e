"""Automatic numbering of Word: the printed number in front of a paragraph is in no paragraph, but has to be counted.

第一条 typed by Word is a counter in ``numbering.xml``, tied to the paragraph directly or through its style, with levels
that restart, lists that share a counter and lists that begin again (ECMA-376-1, 17.9). What is counted here is what
the office program prints. Bullets keep their sign where it is a character; picture bullets are nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.archive import attribute, child, children
from ingest.readers.docx.ordinals import printed
from ingest.readers.docx.runs import is_on
from ingest.readers.docx.styles import Styles
from ingest.readers.docx.symbols import symbol

if TYPE_CHECKING:
    from ingest.readers.archive import Element

LEVELS = 9
MAX_NUMBER = 1_000_000
PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. ``restart``: the level (from 1) that makes it begin anew, 0 for none, -1 for any above."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    gap: str = " "
    restart: int = -1
    legal: bool = False
    paragraph_style: str = ""
    font: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """A list as paragraphs name it: whose counter it uses, its levels, and the numbers at which it begins anew."""

    counter: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass(slots=True)
class Lists:
    """All lists of a document and how far each has counted."""

    lists: dict[str, List]
    styles: Styles
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: Element) -> str:
        """Count a paragraph and return the number printed before it, with what parts it from the text."""
        name, at = self._numbered(paragraph)
        found = self.lists.get(name)
        level = found.levels.get(at) if found else None
        if found is None or level is None:
            return ""
        counts = self.counts.setdefault(found.counter, {})
        for above in range(at):  # a level that was skipped counts as begun
            counts.setdefault(above, found.levels.get(above, Level()).start)
        counts[at] = self._next(name, at, found, level, counts)
        for deeper in [other for other in counts if other > at and _restarts(found.levels.get(other), at)]:
            del counts[deeper]
        text = symbol(level.text, level.font) if level.style == "bullet" else _filled(level, found, counts)
        return text + level.gap if text else ""

    def _next(self, name: str, at: int, found: List, level: Level, counts: dict[int, int]) -> int:
        if at in found.starts and (name, at) not in self.begun:
            self.begun.add((name, at))
            return found.starts[at]
        return counts[at] + 1 if at in counts else level.start

    def _numbered(self, paragraph: Element) -> tuple[str, int]:
        """Return the list and level of a paragraph: its own, else its style's; an empty name for none."""
        own = child(paragraph, "pPr", "numPr")
        name, at = attribute(child(own, "numId"), "val"), attribute(child(own, "ilvl"), "val")
        if not name:
            name, styled = self._of_style(list(self.styles.chain(paragraph)))
            at = at or str(styled)
        return name, min(_integer(at, 0), LEVELS - 1)

    def _of_style(self, chain: Sequence[Element]) -> tuple[str, int]:
        """Return list and level that a style, or one it is based on, gives; a level may name the style it is for."""
        name = next((found for one in chain if (found := attribute(_list_of(one, "numId"), "val"))), "")
        levels = self.lists[name].levels if name in self.lists else {}
        linked = {level.paragraph_style: at for at, level in levels.items() if level.paragraph_style}
        for one in chain:
            if (tied := linked.get(attribute(one, "styleId"))) is not None:
                return name, tied
        at = next((found for one in chain if (found := attribute(_list_of(one, "ilvl"), "val"))), "0")
        return name, _integer(at, 0)


def lists_of(numbering: Element | None, styles: Styles) -> Lists:
    """Return the lists that the part ``numbering.xml`` defines."""
    abstract = {attribute(one, "abstractNumId"): one for one in children(numbering, "abstractNum")}
    numbers = {attribute(one, "numId"): one for one in children(numbering, "num")}
    return Lists({name: _list(one, abstract, numbers, styles.by_id) for name, one in numbers.items()}, styles)


def _list(
    number: Element, abstract: dict[str, Element], numbers: dict[str, Element], styles: dict[str, Element]
) -> List:
    counter = attribute(child(number, "abstractNumId"), "val")
    definition = abstract.get(counter)
    link = attribute(child(definition, "numStyleLink"), "val")
    if link and link in styles:  # the levels stand with the list that a numbering style names
        other = numbers.get(attribute(_list_of(styles[link], "numId"), "val"))
        counter = attribute(child(other, "abstractNumId"), "val") or counter
        definition = abstract.get(counter)
    levels = {_integer(attribute(one, "ilvl"), 0): _level(one) for one in children(definition, "lvl")}
    starts: dict[int, int] = {}
    for override in children(number, "lvlOverride"):
        at = _integer(attribute(override, "ilvl"), 0)
        if (own := child(override, "lvl")) is not None:
            levels[at] = _level(own)
        if (start := child(override, "startOverride")) is not None:
            starts[at] = _integer(attribute(start, "val"), 1)
    return List(counter, levels, starts)


def _level(one: Element) -> Level:
    return Level(
        start=_integer(attribute(child(one, "start"), "val"), 0),
        style=_format(one),
        text=attribute(child(one, "lvlText"), "val"),
        gap="" if attribute(child(one, "suff"), "val") == "nothing" else " ",
        restart=_integer(attribute(child(one, "lvlRestart"), "val"), -1),
        legal=is_on(child(one, "isLgl")),
        paragraph_style=attribute(child(one, "pStyle"), "val"),
        font=attribute(child(one, "rPr", "rFonts"), "ascii"),
    )


def _format(one: Element) -> str:
    """Return the number format; newer ones stand in mc:AlternateContent, with the nearest old one as fallback."""
    plain = child(one, "numFmt")
    return attribute(
        plain if plain is not None else child(one, "AlternateContent", "Fallback", "numFmt"), "val", "decimal"
    )


def _restarts(level: Level | None, at: int) -> bool:
    """Tell whether a level begins anew after a paragraph of the level ``at`` above it."""
    return level is None or level.restart < 0 or at < level.restart


def _filled(level: Level, found: List, counts: dict[int, int]) -> str:
    """Put the numbers of the levels into the places of the text: 第%1条."""

    def number(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        named = found.levels.get(at, Level())
        return printed(counts.get(at, named.start), "decimal" if level.legal else named.style)

    return PLACE.sub(number, level.text)


def _list_of(style: Element, name: str) -> Element | None:
    return child(style, "pPr", "numPr", name)


def _integer(text: str, default: int) -> int:
    try:
        return max(-1, min(int(text), MAX_NUMBER))
    except ValueError:
        return default
