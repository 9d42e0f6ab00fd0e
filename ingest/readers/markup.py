"""The visible tree of a web page: what a browser would show, and how much of it is running text.

The room of the HTML parser. Scripts, styles, forms, comments and hidden elements are left out here and never looked at
again. Pages nested deeper than any author nests (generated, or hostile) are flattened, not refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.errors import UnreadableFile

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_NODES = 400_000
MAX_DEPTH = 100
"""Elements nested deeper become part of the one at this depth."""
UNSEEN = re.compile(
    "script|style|noscript|template|i?frame|object|embed|applet|svg|math|canvas|video|audio|map|input|select|button"
    "|textarea|option|datalist|head|title|meta|link"
)
BLOCK = re.compile(
    "html|body|div|p|h[1-6]|[uod]l|li|d[td]|table|caption|thead|tbody|tfoot|t[rdh]|section|article|main|header|footer"
    "|nav|aside|center|blockquote|pre|form|fieldset|legend|figure|figcaption|address|details|summary|hr|br|dir|menu"
)
HIDDEN = re.compile(r"display:none|visibility:hidden")
HINT = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
RUNNING = 12
"""A run of at least this many characters with a comma or full stop in it is running text."""
PAUSE = re.compile("[，。；、：！？]")


@dataclass(slots=True)
class Element:
    """An element that is shown. ``hints``: the words of its class and id; ``length``: its visible characters.

    ``linked``: how many of these are links; ``prose``: how many are running text outside links.
    """

    tag: str
    attributes: dict[str, str]
    hints: frozenset[str] = frozenset()
    children: list[Element | str] = field(default_factory=list)
    length: int = 0
    linked: int = 0
    links: int = 0
    prose: int = 0

    @property
    def elements(self) -> list[Element]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def block(self) -> bool:
        """Tell whether it stands on lines of its own."""
        return bool(BLOCK.fullmatch(self.tag))

    @property
    def style(self) -> str:
        """The style attribute, without blanks, in lower case."""
        return re.sub(r"\s", "", self.attributes.get("style", "")).lower()

    def walk(self) -> Iterator[Element]:
        """Yield the element and all elements in it, in order."""
        yield self
        for child in self.elements:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Markup:
    """A web page: the tree of what is shown, its title, and what its ``<meta>`` elements say (names in lower case)."""

    root: Element
    title: str
    meta: dict[str, str]


def parse(text: str, name: str) -> Markup:
    """Parse a web page.

    Raises:
        UnreadableFile: it has more than ``MAX_NODES`` nodes.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        key = node.attributes.get("name") or node.attributes.get("property") or ""
        meta.setdefault(key.lower(), (node.attributes.get("content") or "").strip())
    title = tree.css_first("title")
    root = Element("body", {})
    if tree.body is not None:
        _fill(root, tree.body, name)
    weigh(root)
    return Markup(root, " ".join(title.text().split()) if title is not None else "", meta)


def _fill(root: Element, body: LexborNode, name: str) -> None:
    """Copy what is shown below ``body`` into ``root``; without recursion, for pages nested however deep."""
    path, node, count = [root], body.first_child, 0
    skipped = 0  # levels open below the deepest element that is kept
    while node is not None:
        count += 1
        if count > MAX_NODES:
            raise UnreadableFile(f"{name}：网页的标签超过 {MAX_NODES} 个；请另存为 PDF 或文本后再导入")
        inner = None
        if node.is_text_node:
            path[-1].children.append(node.text_content or "")
        elif node.is_element_node and (element := _shown(node)):
            inner = node.first_child
            if inner is None or len(path) < MAX_DEPTH:
                path[-1].children.append(element)
            if inner is not None and len(path) < MAX_DEPTH:
                path.append(element)
            elif inner is not None:
                skipped += 1
                _part(path[-1])
        if inner is not None:
            node = inner
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == body.mem_id:
                return
            if skipped:
                skipped -= 1
            else:
                path.pop()
        node = node.next if node is not None else None


def _part(element: Element) -> None:
    """End the line in an element whose inner levels are not kept."""
    last = element.children[-1] if element.children else None
    if not (isinstance(last, Element) and last.tag == "br"):
        element.children.append(Element("br", {}))


def _shown(node: LexborNode) -> Element | None:
    """Return the element of a node without its children, or None where nothing of it is shown."""
    tag = (node.tag or "").lower()
    if UNSEEN.fullmatch(tag):
        return None
    attributes = {key: value or "" for key, value in node.attributes.items()}
    element = Element(tag, attributes)
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or HIDDEN.search(element.style):
        return None
    words = HINT.findall(f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('role', '')}")
    element.hints = frozenset(word.lower() for word in words)
    return element


def runs(element: Element) -> Iterator[str]:
    """Yield the stretches of text that stand between block elements, blanks made one."""
    parts: list[str] = []
    for piece in _pieces(element):
        if piece is not None:
            parts.append(piece)
        elif text := " ".join("".join(parts).split()):
            yield text
            parts = []
        else:
            parts = []
    if text := " ".join("".join(parts).split()):
        yield text


def _pieces(element: Element) -> Iterator[str | None]:
    """Yield texts, and None at each beginning and end of a block."""
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.block:
            yield None
            yield from _pieces(child)
            yield None
        else:
            yield from _pieces(child)


@dataclass(slots=True)
class _Run:
    length: int = 0
    linked: int = 0
    paused: bool = False


def weigh(root: Element) -> None:
    """Count the characters of every element of a tree: all, in links, and in running text."""
    _weigh(root, _Run(), inside=False)


def _weigh(element: Element, run: _Run, *, inside: bool) -> _Run:
    """Weigh an element in which, or in a link of which, ``run`` goes on; return the run that is open at its end."""
    element.length = element.linked = element.prose = 0
    element.links = int(element.tag == "a")
    inside = inside or element.tag == "a"
    for child in element.children:
        if isinstance(child, str):
            length = len("".join(child.split()))
            element.length += length
            element.linked += length if inside else 0
            run = _Run(
                run.length + length, run.linked + (length if inside else 0), run.paused or bool(PAUSE.search(child))
            )
            continue
        block = child.block
        if block:
            element.prose += _prose(run)
            run = _Run()
        run = _weigh(child, run, inside=inside)
        if block:
            child.prose += _prose(run)
            run = _Run()
        element.length += child.length
        element.linked += child.linked
        element.links += child.links
        element.prose += child.prose
    return run


def _prose(run: _Run) -> int:
    running = run.length >= RUNNING and run.paused and run.linked * 2 < run.length
    return run.length if running else 0
