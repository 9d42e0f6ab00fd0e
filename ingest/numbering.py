"""Where a label's number lets it stand in the tree of clauses.

A paragraph that begins with ``（二）`` is a clause only if its number goes on: 1, the successor among its siblings, or
the successor in the running text (some documents number （N） through). One gap is tolerated before a clear heading,
since extraction loses lines. Where numbering begins again in the middle of a list (a box, a decimal section, a list
inside an item), the inner list is kept apart, and each later number is given to the list it continues. Two lists that
could both be continued are told apart by looking ahead; no attempt is made to guess lost numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.document import FRONT
from ingest.labels import Label, Rank
from ingest.numerals import to_chinese

PARAGRAPH = Rank.ARTICLE + 0.5
"""Rank of a 款 below the items of an article; the next list of the article is its own."""
MAX_LOOK_AHEAD = 200
"""Labels looked at to see whether a list goes on."""


@dataclass(slots=True)
class Node:
    """A clause being built. ``holder``: a list that begins anew below it is its own."""

    start: int
    label: str
    path: str
    heading: str
    rank: float
    level: int
    parent: Node | None
    decimal: str = ""
    holder: bool = False
    last: dict[float, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place at which a label could be added."""

    parent: Node
    rank: float

    @property
    def expected(self) -> int:
        return self.parent.last.get(self.rank, 0) + 1


class Tree:
    """The clauses opened so far; ``labels`` are all labels of the document, in order, for looking ahead."""

    def __init__(self, labels: Sequence[Label]) -> None:
        """Begin with the front matter alone."""
        self.labels = labels
        self.root = Node(0, "", "", "", -1, 0, None)
        self.nodes = [Node(0, "", FRONT, "", -1, 0, self.root)]
        self.stack = [self.root]
        self.running: dict[int, int] = {}
        self.taken: dict[str, int] = {}

    @property
    def outlined(self) -> bool:
        """Tell whether a label has opened a clause in the present text."""
        return bool(self.running)

    def restarts(self, label: Label) -> bool:
        """Tell whether the label begins the highest numbering of the present text again."""
        if label.number != 1 or not self.running.get(label.rank):
            return False
        return label.rank == Rank.ARTICLE or self._below(label.rank).rank <= Rank.ATTACHMENT

    def begin_text(self, start: int, label: str, path: str, heading: str) -> None:
        """Begin an attachment or an ending at the top: numbering starts anew."""
        self.running = {}
        self._add(start, label, path, heading, _Place(self.root, Rank.ATTACHMENT))

    def itemised(self) -> Node | None:
        """Return the article of which an item (without heading and text of its own) or a paragraph below is open."""
        article = next((node for node in reversed(self.stack) if node.rank == Rank.ARTICLE), None)
        return article if article is not self.stack[-1] and not self.stack[-1].heading else None

    def goes_on_with(self, label: Label) -> bool:
        """Tell whether the label is the next of a list that is open below the article."""
        return label.rank > Rank.ARTICLE and any(
            node.rank == label.rank and node.parent and node.parent.last.get(label.rank) == label.number - 1
            for node in self.stack
        )

    def begin_paragraph(self, start: int, article: Node, before: int) -> None:
        """Begin a paragraph below the items of an article that has ``before`` paragraphs above them."""
        article.last[PARAGRAPH] = number = article.last.get(PARAGRAPH, before) + 1
        self._add(start, "", f"{article.path}第{to_chinese(number)}款", "", _Place(article, PARAGRAPH))

    def open(self, start: int, at: int, heading: str) -> bool:
        """Open a clause for the label at index ``at`` where its number goes on; return whether it does."""
        label = self.labels[at]
        if label.rank == Rank.DECIMAL:
            place = self._decimal_place(label)
        elif label.rank == Rank.BOX:
            place = _Place(self._below(Rank.BOX), Rank.BOX)
        else:
            place = self._place(label, at, heading)
        if not place:
            return False
        if place.rank == label.rank:
            self.running[label.rank] = label.number
        place.parent.last[place.rank] = label.number
        node = self._add(start, label.printed, self._address(place.parent, label), heading, place)
        node.holder = label.rank in (Rank.BOX, Rank.DECIMAL)
        if label.rank == Rank.DECIMAL:
            node.decimal = label.address
        elif label.rank in (Rank.CHAPTER, Rank.THIRD) and not any(above.decimal for above in self.stack):
            node.decimal = str(label.number)
        return True

    def _below(self, rank: float) -> Node:
        """Return the deepest open clause of a higher rank."""
        return next(node for node in reversed(self.stack) if node.rank < rank)

    def _decimal_place(self, label: Label) -> _Place | None:
        """Place 4.1.2 below 4.1 or beside 4.1.1, below 4 where 4.1 was lost; one number may be missing."""
        for node in reversed(self.stack):
            if node.decimal and f"{label.above}.".startswith(f"{node.decimal}."):
                rank = node.rank + 0.1 * (label.above.count(".") + 1 - node.decimal.count("."))
                last = node.last.get(rank, 0) if node.decimal == label.above else label.number - 1
                return _Place(node, rank) if last < label.number <= last + 2 else None
            if node.parent and node.decimal.rpartition(".")[0] == label.above:
                last = int(node.decimal.rpartition(".")[2])
                return _Place(node.parent, node.rank) if last < label.number <= last + 2 else None
        rank = Rank.DECIMAL + 0.1 * label.above.count(".")
        return _Place(self._below(rank), rank) if label.number == 1 else None

    def _place(self, label: Label, at: int, heading: str) -> _Place | None:
        holder = next((node for node in reversed(self.stack) if node.holder), None)
        outer = self._outer(label.rank, holder)
        if label.number == 1:
            if outer.expected == 1 and not (holder and label.rank > holder.rank):
                return outer
            holder = holder or self._new_holder(outer, at)
            place = self._inner(label.rank, holder) if holder else outer
            lone = label.rank >= Rank.THIRD and place.expected > 1 and not self.has_second(at)
            return None if lone else place
        inner = self._inner(label.rank, holder) if holder else outer
        if label.number not in (inner.expected, outer.expected):
            closest = inner if holder and label.rank > holder.rank else outer
            return closest if self._tolerated(at, closest, heading) else None
        follows = outer.expected == label.number and (inner.expected != label.number or not self._recurs(at))
        return outer if follows else inner

    def _outer(self, rank: Rank, holder: Node | None) -> _Place:
        """Return the place of a label outside the holder of inner lists."""
        return _Place(self._below(min(rank, holder.rank) if holder else rank), rank)

    def _inner(self, rank: Rank, holder: Node) -> _Place:
        """Return the place inside the holder; ranks not below its own are squeezed in below it."""
        own = rank if rank > holder.rank else holder.rank + rank / 1000
        return _Place(self._below(own), own)

    def _new_holder(self, outer: _Place, at: int) -> Node | None:
        """Return the open item whose inner list begins, if the list it stands in goes on after that."""
        sibling = next((node for node in self.stack if node.parent is outer.parent and node.rank == outer.rank), None)
        if sibling and self._goes_on(at, outer):
            sibling.holder = True
            return sibling
        return None

    def _goes_on(self, at: int, outer: _Place) -> bool:
        """Tell whether the outer list's next number comes once the inner list, begun at ``at``, has ended."""
        inner = 1
        for i in range(at + 1, min(len(self.labels), at + MAX_LOOK_AHEAD)):
            label = self.labels[i]
            if label.rank <= outer.parent.rank or label.rank < Rank.ARTICLE:
                return False
            if label.rank != outer.rank:
                continue
            if label.number == outer.expected and (label.number != inner + 1 or not self._recurs(i)):
                return True
            inner = label.number if label.number in (1, inner + 1) else inner
        return False

    def has_second(self, at: int) -> bool:
        """Tell whether a 2 follows the 1 at index ``at`` in its list; a lone ① is a footnote."""
        rank = self.labels[at].rank
        following = (other for other in self.labels[at + 1 : at + MAX_LOOK_AHEAD] if other.rank <= rank)
        second = next(following, None)
        return bool(second and second.rank == rank and second.number == 2)

    def _recurs(self, at: int) -> bool:
        """Tell whether the same number comes once more before its list begins again."""
        label = self.labels[at]
        for other in self.labels[at + 1 : at + MAX_LOOK_AHEAD]:
            if other.rank < min(label.rank, Rank.DECIMAL) or (other.rank == label.rank and other.number == 1):
                return False
            if (other.rank, other.number) == (label.rank, label.number):
                return True
        return False

    def _tolerated(self, at: int, place: _Place, heading: str) -> bool:
        """Accept the successor in the running text, 第十条之一 after 第十条, and one missing number."""
        label = self.labels[at]
        inside = any(node.holder for node in self.stack if node.rank < label.rank)
        lasts = (place.expected - 1, place.expected - 1 if inside else self.running.get(label.rank, 0))
        if label.extra:
            return label.number in lasts
        if label.number - 1 in lasts or self._begins_late(at, heading):
            return True
        known = label.rank <= Rank.SECOND or any(lasts)
        return known and label.number - 2 in lasts and (bool(heading) or label.rank == Rank.ARTICLE)

    def _begins_late(self, at: int, heading: str) -> bool:
        """Tell whether the text, one volume of a code, begins with this chapter or article (the next succeeds it)."""
        label = self.labels[at]
        if label.rank > Rank.ARTICLE or self.running.get(label.rank):
            return False
        if label.rank < Rank.ARTICLE:
            return bool(heading) and label.rank != Rank.SECTION
        following = (other for other in self.labels[at + 1 : at + MAX_LOOK_AHEAD] if other.rank == Rank.ARTICLE)
        return next(following, label).number == label.number + 1

    def _add(self, start: int, label: str, path: str, heading: str, place: _Place) -> Node:
        while self.stack[-1] is not place.parent:
            self.stack.pop()
        times = self.taken[path] = self.taken.get(path, 0) + 1
        path = path if times == 1 else f"{path}·{times}"
        node = Node(start, label, path, heading, place.rank, place.parent.level + 1, place.parent)
        self.nodes.append(node)
        self.stack.append(node)
        return node

    def _address(self, parent: Node, label: Label) -> str:
        """Join the address from the top; articles, decimals and boxes are addressed without their chapter."""
        if label.rank in (Rank.ARTICLE, Rank.BOX, Rank.DECIMAL):
            attached = len(self.stack) > 1 and self.stack[1].rank == Rank.ATTACHMENT
            return self._joined(self.stack[1].path if attached else "", label)
        return self._joined(parent.path, label)

    @staticmethod
    def _joined(path: str, label: Label) -> str:
        between = path[-1:].isdecimal() and label.address[0].isdecimal()
        return f"{path}第{label.address}项" if between else path + label.address
