"""The text of one Word paragraph, as it is printed: what is deleted, hidden or computed elsewhere is left out.

Tracked insertions are text, tracked deletions are not. A field shows its result, not its instruction; a drawing that is
stored twice, once for old programs, is read once. Line and page breaks inside a paragraph part its pieces: whether a
break by hand ends a paragraph is judged in cleaning. Text boxes are handed on, notes by reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.archive import attribute, child, local
from ingest.readers.docx.ordinals import printed
from ingest.readers.docx.symbols import symbol

if TYPE_CHECKING:
    from ingest.readers.archive import Element

PARAGRAPH, BREAK, PAGE = "paragraph", "break", "page"
DROPPED = frozenset({
    "pPr", "rPr", "del", "moveFrom", "delText", "instrText", "rt", "sdtPr", "sdtEndPr", "fldData", "annotationRef",
    "footnoteRef", "endnoteRef", "commentReference",
})  # fmt: skip
DRAWINGS = frozenset({"drawing", "pict", "object"})
SIGNS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
# eq \o\ac(○,12): a number in a ring
RINGED = re.compile(r"\s*eq\s*\\o(?:\\a[clr])?\s*\(\s*[○◯〇]\s*[,，;；]\s*(\d{1,2})\s*\)\s*", re.IGNORECASE)
CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)


@dataclass(slots=True)
class Piece:
    """A stretch of a paragraph on one page; ``after`` tells what parts it from the one before."""

    after: str
    page: int
    text: str = ""


@dataclass(slots=True)
class Field:
    """An open field: its instruction, and whether its result has begun."""

    instruction: str = ""
    shown: bool = False


@dataclass(slots=True)
class Story:
    """State that runs on from paragraph to paragraph: the page, and the fields that are open.

    ``rendered``: the file remembers where its pages ended when it was last printed, so breaks by hand are not counted.
    ``owed``: a break by hand has yet to be followed by such a mark. ``stale``: text followed first, so the file was
    changed after its pages were marked.
    """

    rendered: bool
    balanced: bool
    page: int = 1
    owed: bool = False
    stale: bool = False
    fields: list[Field] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        """Tell whether the text here is an instruction or a table of contents, which repeats the headings."""
        return any(not one.shown or CONTENTS.match(one.instruction) for one in self.fields)


@dataclass(slots=True)
class Runs:
    """What one paragraph holds."""

    story: Story
    pieces: list[Piece] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def read(self, node: Element | None) -> None:
        """Take up the text of all in an element."""
        for inner in node if node is not None else ():
            name = local(inner)
            if not self._takes(inner, name):
                self.read(chosen(inner) if name == "AlternateContent" else inner)

    def _takes(self, node: Element, name: str) -> bool:
        """Take up one element and tell whether it is done with, so that nothing in it is read."""
        if name in ("t", "sym") or name in SIGNS:
            self._say(_sign(node, name))
        elif name in ("br", "cr"):
            self._broken(attribute(node, "type"))
        elif name == "lastRenderedPageBreak":
            self._turn(PAGE)
        elif name in ("footnoteReference", "endnoteReference"):
            self.notes.append((name.removesuffix("Reference"), attribute(node, "id")))
        elif name in DRAWINGS:
            self.boxes += boxes_in(node)
        elif name == "fldChar":
            self._field(attribute(node, "fldCharType"))
        elif name == "instrText" and self.story.fields:
            self.story.fields[-1].instruction += node.text or ""
        elif name == "den":  # the lower half of a fraction
            self._say("/")
            return False
        else:
            return name in DROPPED or _is_dropped(node, name)
        return True

    def _say(self, text: str) -> None:
        if not self.story.hidden:
            self._last().text += text
            self.story.stale |= self.story.owed and bool(text.strip())

    def _last(self) -> Piece:
        if not self.pieces:
            self.pieces.append(Piece(PARAGRAPH, self.story.page))
        return self.pieces[-1]

    def _broken(self, kind: str) -> None:
        if kind == "page":
            if self.story.rendered:
                self.story.owed = True
            else:
                self._turn(BREAK)
        else:
            self._part(BREAK)

    def _turn(self, after: str) -> None:
        """Turn the page; a piece that is still empty moves over to the next one."""
        self.story.page += 1
        self.story.owed = False
        if self.pieces and self.pieces[-1].text.strip():
            self._part(after)
        elif self.pieces:
            self.pieces[-1].page = self.story.page

    def _part(self, after: str) -> None:
        if self.pieces and not self.story.hidden:
            self.pieces.append(Piece(after, self.story.page))

    def _field(self, kind: str) -> None:
        fields = self.story.fields
        if not self.story.balanced:
            return
        if kind == "begin":
            fields.append(Field())
        elif fields and kind == "separate":
            fields[-1].shown = True
        elif fields and kind == "end":
            self._say(_ringed(fields.pop().instruction))


def boxes_in(node: Element | None) -> Iterator[Element]:
    """Yield the text boxes of a drawing, each once."""
    if node is None:
        return
    name = local(node)
    if name == "txbxContent":
        yield node
    elif name == "AlternateContent":
        yield from boxes_in(chosen(node))
    else:
        for inner in node:
            yield from boxes_in(inner)


def chosen(node: Element) -> Element | None:
    """Return the branch of mc:AlternateContent that is printed: the new one, unless only the old one has text."""
    branches = [inner for inner in node if local(inner) in ("Choice", "Fallback")]
    worded = (one for one in branches if next(one.iter("{*}t"), None) is not None)
    return next(worded, branches[0] if branches else None)


def _ringed(instruction: str) -> str:
    r"""Return the ringed number that a field draws, which has no result to show.

    >>> _ringed(r"eq \o\ac(○,3)"), _ringed("PAGE")
    ('③', '')
    """
    found = RINGED.fullmatch(instruction)
    return printed(int(found[1]), "decimalEnclosedCircle") if found else ""


def _sign(node: Element, name: str) -> str:
    if name == "t":
        return node.text or ""
    if name == "sym":
        code = attribute(node, "char")
        return symbol(chr(int(code, 16)), attribute(node, "font")) if re.fullmatch("[0-9A-Fa-f]{2,4}", code) else ""
    return SIGNS.get(name, "")


def _is_dropped(node: Element, name: str) -> bool:
    """Tell whether an element is hidden, a prompt to fill in, or a table of contents."""
    if name == "r":
        return is_on(child(node, "rPr", "vanish"))
    return is_contents(node, name) or (name == "sdt" and child(node, "sdtPr", "showingPlcHdr") is not None)


def is_on(switch: Element | None) -> bool:
    """Tell whether a switch is on: one that is there without a value is."""
    return switch is not None and attribute(switch, "val", "1") not in ("0", "false", "off")


def is_contents(node: Element, name: str) -> bool:
    """Tell whether an element is a table of contents: a simple field or a content control made for one."""
    if name == "fldSimple":
        return bool(CONTENTS.match(attribute(node, "instr")))
    gallery = child(node, "sdtPr", "docPartObj", "docPartGallery") if name == "sdt" else None
    return attribute(gallery, "val").lower() == "table of contents"
