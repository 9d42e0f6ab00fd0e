"""From the paragraphs of a document to the tree of its clauses.

Labels are placed one by one on a stack, not by one vote for the whole document: a notice numbered 一、二、 may carry
a regulation numbered 第一条, and each keeps its own numbering. What precedes the outline is the clause ``0``; a
signature, a list of attachments and the 版记 become ``落款``; a second text in the file gets ``附件`` before its
addresses (the only text of a file does not, even under a line 附件). A paragraph below the items of an article is none
of them but its next 款 (立法技术规范（试行）（一）), and a clause of its own: 第九条第二款. Own spans tile the text:
nothing is thrown away, and what is not recognised stays body text of the clause before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.document import FRONT, Clause, Span
from ingest.endings import Role, paragraph_roles
from ingest.headings import TITLE, heading_of, title_of
from ingest.labels import GLUED_ARTICLE, Label, Rank, read_label
from ingest.numbering import Node, Tree

ENDING = "落款"
ATTACHED = "附件"
# labels at which a second text in the same file begins when they start again at 1
OPENING_RANKS = (Rank.FIRST, Rank.CHAPTER, Rank.PART, Rank.ARTICLE)
GLUING_RANKS = (Rank.FIRST, Rank.SECOND)
MAX_ABOVE = 12
"""Paragraphs between a second text's title and its first label."""
# 一、总体要求（一）指导思想 · （一）指导思想1.坚持
GLUED = re.compile(r"\s?[一-鿿“”‘’、]{2,30}?\s?(?=[（(]一[）)][^）)至、]|(?<![0-9A-Za-z.])1[.．、][一-鿿])")


STOP = re.compile("。 ?")
PARAGRAPH, ENDED = re.compile("[。：:]$"), re.compile("[。；：:]$")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A label at ``start``, in the paragraph numbered ``at``; ``line`` is the label and what follows it.

    ``glued``: it stands inside the paragraph and is believed only if its list goes on.
    """

    start: int
    at: int
    label: Label
    line: str
    glued: bool = False


def build_outline(text: str, body_start: int = 0) -> tuple[Clause, ...]:
    r"""Return the clauses of the canonical ``text`` in order; the first is the front matter ``0``.

    ``text`` has one paragraph a line; labels before the offset ``body_start`` are not read. Own spans tile
    ``[0, len(text))`` and extents nest; paths are unique.

    >>> text = "关于节水的意见\n一、总体要求\n（一）原则。节水优先。\n（二）目标\n二、保障\n1.加强领导"
    >>> [(c.path, c.heading) for c in build_outline(text)]
    [('0', ''), ('一', '总体要求'), ('一（一）', '原则'), ('一（二）', '目标'), ('二', '保障'), ('二1', '加强领导')]
    """
    paragraphs = text.split("\n")
    builder = _Builder(paragraphs, body_start)
    for at in range(len(paragraphs)):
        builder.take(at)
    return _clauses(builder.tree.nodes, len(text))


class _Builder:
    """Walk through the paragraphs once, opening clauses in the tree."""

    def __init__(self, paragraphs: Sequence[str], body_start: int) -> None:
        self.paragraphs = paragraphs
        self.roles = paragraph_roles(paragraphs)
        self.starts = [0]
        for paragraph in paragraphs:
            self.starts.append(self.starts[-1] + len(paragraph) + 1)
        self.marks: list[list[_Mark]] = []
        for at, paragraph in enumerate(paragraphs):
            wanted = self.roles[at] is Role.TEXT and self.starts[at] >= body_start
            self.marks.append(_marks(self.starts[at], at, paragraph) if wanted else [])
        self._find_missing()
        self.tree = Tree([mark.label for marks in self.marks for mark in marks])
        self.seen = 0
        self.opened_at = -1
        self.ended = False

    def _find_missing(self) -> None:
        """Where a number is missing between two paragraphs, look for it behind a full stop of the first."""
        below: dict[Rank, Label] = {}  # the next label of each rank that no higher one cuts off
        for at in range(len(self.marks) - 1, -1, -1):
            marks = self.marks[at]
            for mark in reversed(marks):
                label = mark.label
                following = below.get(label.rank)
                if label.rank in GLUING_RANKS and following and following.number == label.number + 2:
                    marks += _glued_next(mark, self.starts[at], self.paragraphs[at]) if mark is marks[-1] else ()
                below = {rank: other for rank, other in below.items() if rank < label.rank} | {label.rank: label}

    def take(self, at: int) -> None:
        """Take the next paragraph: an ending, the first line of what comes after one, or labels and text."""
        marks = self.marks[at]
        if self.roles[at] is Role.ENDING and (self.tree.outlined or self.ended):
            if not self.ended:
                self._begin(at, "", ENDING, "")
            self.ended = True
        elif self.ended and self.roles[at] is Role.TEXT and self.paragraphs[at]:
            self.ended = False
            if not (marks and marks[0].label.rank == Rank.ATTACHMENT):
                self._begin(at, "", ATTACHED, title_of(self.paragraphs[at : at + 4]))
        elif article := self._below_items_of(at):
            self.tree.begin_paragraph(self.starts[at], article, self._paragraphs_of(article))
        for mark in marks:
            if self._open(mark):
                self.opened_at = at
            self.seen += 1

    def _below_items_of(self, at: int) -> Node | None:
        """Return the article below whose items a paragraph stands: a 款 of its own, not words of the last item.

        Items of a list that goes on may have several paragraphs; lines that end without a mark are no paragraphs.
        """
        unlabelled = self.roles[at] is Role.TEXT and not self.marks[at] and PARAGRAPH.search(self.paragraphs[at])
        article = self.tree.itemised() if unlabelled and ENDED.search(self.paragraphs[at - 1]) else None
        following = next((marks[0].label for marks in self.marks[at + 1 :] if marks), None) if article else None
        return None if following and self.tree.goes_on_with(following) else article

    def _paragraphs_of(self, article: Node) -> int:
        """Return how many paragraphs an article has before its first item."""
        first = bisect_right(self.starts, article.start) - 1
        end = next(at for at in range(first + 1, len(self.paragraphs)) if self.marks[at])
        return sum(bool(paragraph) for paragraph in self.paragraphs[first:end]) - bool(article.heading)

    def _begin(self, at: int, label: str, path: str, heading: str) -> None:
        self.tree.begin_text(self.starts[at], label, path, heading)
        self.opened_at = at

    def _open(self, mark: _Mark) -> bool:
        label, tree = mark.label, self.tree
        if mark.glued and not tree.has_second(self.seen):
            return False
        listed = mark.at > 0 and self.paragraphs[mark.at - 1].endswith("；")
        heading = heading_of(label, mark.line, () if listed else self.paragraphs[mark.at + 1 : mark.at + 5])
        if label.rank == Rank.ATTACHMENT:
            if len(tree.nodes) == 1 and label.address == ATTACHED:
                return False  # the only text of the file: addressed without a prefix
            tree.begin_text(mark.start, label.printed, label.address, heading)
            return True
        if label.rank in OPENING_RANKS and tree.restarts(label):
            title = self._title_above(mark.at)
            if title >= 0:
                self._begin(title, "", ATTACHED, title_of(self.paragraphs[title : mark.at]))
        return tree.open(mark.start, self.seen, heading)

    def _title_above(self, at: int) -> int:
        """Return the paragraph at which the title of a second text begins, -1 where there is none."""
        lowest = max(self.opened_at + 1, at - MAX_ABOVE)
        for i in range(at - 1, lowest - 1, -1):
            if len(self.paragraphs[i]) <= 60 and TITLE.fullmatch(self.paragraphs[i].strip()):
                above = self.paragraphs[i - 1] if i > lowest else "。"
                return i - 1 if len(above) <= 40 and not re.search("[。；：，、）]$", above) else i
        return -1


def _marks(start: int, at: int, paragraph: str) -> list[_Mark]:
    """Read the label of a paragraph, and those of the clauses that extraction glued to it."""
    label = read_label(paragraph)
    if not label:
        return []
    cuts = [0]
    if label.rank in GLUING_RANKS and (glued := GLUED.match(paragraph, label.end)):
        cuts.append(glued.end())
    if label.rank in (Rank.CHAPTER, Rank.SECTION, Rank.ARTICLE):
        for blank in GLUED_ARTICLE.finditer(paragraph, label.end):
            if label.rank < Rank.ARTICLE or paragraph[blank.start() - 1] in "。；：":
                cuts.append(blank.end())
    marks: list[_Mark] = []
    for cut, end in pairwise([*cuts, len(paragraph)]):
        line = paragraph[cut:end]
        inner = read_label(line)
        if inner and (not marks or inner.rank > label.rank or inner.rank == Rank.ARTICLE):
            marks.append(_Mark(start + cut, at, inner, line, glued=cut > 0 and inner.rank != Rank.ARTICLE))
    return marks


def _glued_next(mark: _Mark, start: int, paragraph: str) -> list[_Mark]:
    """Return the mark of the clause that follows ``mark`` in its paragraph, if there is one."""
    for stop in STOP.finditer(paragraph, mark.start - start + mark.label.end):
        line = paragraph[stop.end() :]
        label = read_label(line)
        if label and (label.rank, label.number) == (mark.label.rank, mark.label.number + 1):
            return [_Mark(start + stop.end(), mark.at, label, line)]
    return []


def _clauses(nodes: Sequence[Node], length: int) -> tuple[Clause, ...]:
    """Close every node: its own words end where the next begins, its extent where one of its level or above begins."""
    starts = [node.start for node in nodes[1:]] + [length]
    ends = list(starts)
    pending: list[int] = []
    for i, node in enumerate(nodes):
        while pending and nodes[pending[-1]].level >= node.level:
            ends[pending.pop()] = node.start
        if node.path != FRONT:
            pending.append(i)
    for i in pending:
        ends[i] = length
    return tuple(
        Clause(
            ordinal=i,
            level=node.level,
            label=node.label,
            path=node.path,
            heading=node.heading,
            span=Span(node.start, starts[i]),
            extent=Span(node.start, ends[i]),
            parent=(node.parent.path or None) if node.parent else None,
        )
        for i, node in enumerate(nodes)
    )
