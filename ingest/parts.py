"""Cut a sentence into the stretches between its commas, and give each figure in them the words around it.

Brackets do not cut; a bracket that states a goal of its own (``（力争16%）``, ``（其中新建3座）``) becomes a stretch
behind the one it stands in. Figures joined by 、 or 和 alone form one slot (分别达到97%、95%). A figure inside another
one's words (``9个断面优良比例达到100%``) gets no slot, nor does one behind 由, where a change starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.document import Span
from ingest.figures import SIGN_OF_FIGURE, Figure, find_figures, mask
from ingest.periods import ORIGIN, SIGN_OF_PERIOD, Period, find_periods
from ingest.relations import deed_before, relation_before
from ingest.sentences import bracket_partners

_MAX_LEFT = 160  # characters of a stretch that are read in front of a figure

_CUT = re.compile(r"[，；：。！？]")
# 1.  （二）  三、  ①  —— at the head of a sentence
_LABEL = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十0-9]{1,3}）|[0-9]{1,2}[.、](?![0-9])|[①-⑳]|第[^，。]{1,6}条|[—·●*-]+)+"
)
_LIST_LINK = re.compile(r"、|以及|和|与|及|或")
# 新建管线7条300公里: two measures of one thing
_LINKED = re.compile(rf"(?:{_LIST_LINK.pattern})?")
# 东线4回通道、西线2回通道
_SAME_NOUN = re.compile(r"([一-鿿]{1,8})、")
_LINK_AT_END = re.compile(r"(?:、|以及|和|与|及|或)$")
_STARTS_CHANGE = re.compile(r"(?:由|从)(?:目前|当前|现在|原来|上年)?的?$")
_NESTED_GOAL = re.compile(r"^(?:力争|其中|争取|确保|必达|约束性)|达到|不[低高少]于|控制在|下降|提高|新增|超过")
# A remark between a figure and what follows it: （扣除沙尘天气）
_REMARK = re.compile(r"^（[^（）]*）|（[^（）]*）$")
# What may stand beside a time phrase in a stretch that says nothing else: 力争到2025年底
_NOTHING_ELSE = re.compile(r"(?:和|及|与|力争|争取|确保|努力|原则上|其中|同时|的|，|、|：|全[市省]|我[市省])*")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch ``[start, end)`` of a sentence; ``[shown, shown_end)`` is what to quote, with a year before it."""

    start: int
    end: int
    shown: int
    shown_end: int
    periods: tuple[Period, ...]
    figures: tuple[Figure, ...]

    @property
    def is_time(self) -> bool:
        """Whether the stretch holds time words and nothing else."""
        return bool(self.periods) and self.shown_end < 0


@dataclass(frozen=True, slots=True)
class Slot:
    """Figures that share their words: ``left`` without time phrases in front of them, ``right`` behind them."""

    figures: tuple[Figure, ...]
    left: str
    right: str

    @property
    def start(self) -> int:
        """Where the first figure begins."""
        return self.figures[0].start


def label_length(text: str) -> int:
    """Return how many characters of a sentence are its label.

    >>> label_length("（二）到2025年，"), label_length("1.建成2座"), label_length("1.5万户")
    (3, 2, 0)
    """
    label = _LABEL.match(text)
    return label.end() if label else 0


@lru_cache(maxsize=16)  # A sentence is walked twice: for its goals, and for what the next one takes over.
def parts_of(text: str, *, written: int | None) -> tuple[Part, ...]:
    """Return the stretches of one flattened sentence in reading order."""
    if not SIGN_OF_FIGURE.search(text) and not SIGN_OF_PERIOD.search(text):
        return ()
    names_masked = mask(text, marks="《（〔【")
    body = mask(names_masked, marks="“「『‘")
    periods = find_periods(names_masked, written=written)
    figures = find_figures(body)
    found: list[Part] = []
    shown: int | None = None
    for start, end in _stretches(body, label_length(text)):
        own = tuple(period for period in periods if start <= period.start < end)
        values = tuple(figure for figure in figures if start <= figure.start < end)
        spoken = _without(text, Span(start, end), [(period.start, period.end) for period in own])
        if own and not values and _NOTHING_ELSE.fullmatch(spoken):
            shown = start if shown is None else shown
            found.append(Part(start, end, start, -1, own, ()))
            continue
        first = start if shown is None else shown
        found.append(Part(start, end, first, end, own, values))
        found.extend(_nested(text, found[-1], written=written))
        shown = first if shown is not None and not values and text[end : end + 1] == "：" else None
    return tuple(found)


def slots_of(text: str, part: Part) -> tuple[Slot, ...]:
    """Return the slots of one stretch in printed order.

    What stands between two figures belongs to the first (2座水厂和), to the second (、供热改造) or, where no 、 or 和
    parts them, to the name of the second, of which the first is then a part.
    """
    found: list[Slot] = []
    cuts = [(period.start, period.end) for period in part.periods]
    groups = _groups(text, part.figures)
    left_start = part.start
    for group, following in zip(groups, [*groups[1:], ()], strict=False):
        start, end = group[0].start, group[-1].end
        between = text[end : following[0].start if following else part.end]
        left = _without(text, Span(max(left_start, start - _MAX_LEFT), start), cuts)
        change = _STARTS_CHANGE.search(left)
        if following and (change or any(p.kind == ORIGIN and p.end >= start - 1 for p in part.periods)):
            cuts.append((start - (len(change[0]) if change else 0), end))
            continue
        link, trailing = _LIST_LINK.match(between), _LINK_AT_END.search(between)
        if following and (noun := _SAME_NOUN.match(between)) and text.startswith(noun[1], following[-1].end):
            found.append(Slot(group, left, noun[1]))
            left_start = end + noun.end()
            continue
        if following and not link and not trailing and group[0].is_count and _governs(left):
            cut = _next_deed(between)
            right = between[: cut[0]] if cut else text[end : part.end]
            found.append(Slot(group, left, _REMARK.sub("", right)))
            if not cut:
                break
            left_start = end + cut[1]
            continue
        complete = relation_before(left, is_share=True) is not None and not between.startswith("的")
        if not following or link or trailing or complete:
            right = "" if link and following else between[: trailing.start()] if trailing else between
            found.append(Slot(group, left, _REMARK.sub("", right)))
            left_start = end + len(between) if trailing else end + (link.end() if link else 0)
    return tuple(found)


def _stretches(body: str, start: int) -> list[tuple[int, int]]:
    cuts = [mark.start() for mark in _CUT.finditer(body, start)]
    starts = [start, *(cut + 1 for cut in cuts)]
    return [(first, end) for first, end in zip(starts, [*cuts, len(body)], strict=True) if first < end]


def _nested(text: str, outer: Part, *, written: int | None) -> list[Part]:
    """Return the brackets of a stretch that state goals, as stretches of their own quoted with the outer one."""
    found = []
    for opened, closed in sorted(bracket_partners(text, outer.start, outer.end).items()):
        inner = text[opened + 1 : closed]
        if text[opened] != "（" or not _NESTED_GOAL.search(inner):
            continue
        body = mask(inner, marks="《（〔【“「『‘")
        for start, end in _stretches(body, 0):
            at = opened + 1 + start
            figures = find_figures(body[start:end])
            periods = find_periods(body[start:end], written=written)
            found.append(
                Part(
                    at,
                    opened + 1 + end,
                    outer.shown,
                    outer.shown_end,
                    tuple(replace(period, start=period.start + at, end=period.end + at) for period in periods),
                    tuple(replace(figure, start=figure.start + at, end=figure.end + at) for figure in figures),
                )
            )
    return found


def _governs(left: str) -> bool:
    """Tell whether a verb stands directly in front of the figure: 淘汰 in 淘汰9台总装机20万千瓦机组."""
    deed = deed_before(left, has_noun=True)
    return deed is not None and not deed.object


def _next_deed(between: str) -> tuple[int, int] | None:
    """Return where, between two figures, a new verb or indicator begins behind a 、: 3座水厂、改造5公里管网."""
    for link in reversed(list(_LIST_LINK.finditer(between))):
        tail = between[link.end() :]
        if tail and (deed_before(tail, has_noun=True) or relation_before(tail, is_share=True)):
            return link.start(), link.end()
    return None


def _groups(text: str, figures: tuple[Figure, ...]) -> list[tuple[Figure, ...]]:
    """Join figures that only 、 or 和 keep apart; a number without unit takes that of the next (6、8和10个)."""
    groups: list[list[Figure]] = []
    for figure in reversed(figures):
        if groups and _LINKED.fullmatch(text, figure.end, groups[-1][-1].start):
            groups[-1].append(replace(figure, unit=figure.unit or groups[-1][-1].unit))
        else:
            groups.append([figure])
    return [tuple(reversed(group)) for group in reversed(groups)]


def _without(text: str, span: Span, cuts: list[tuple[int, int]]) -> str:
    """Return the text at ``span`` without the ranges that ``cuts`` name."""
    kept, at = [], span.start
    for start, end in sorted(cuts):
        if end > at and start < span.end:
            kept.append(text[at : max(at, start)])
            at = end
    return "".join(kept) + text[at : span.end]
