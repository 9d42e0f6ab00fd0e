"""Word documents (DOCX, ECMA-376 / ISO/IEC 29500, transitional and strict; templates and files with macros too).

Text is read as it is printed: automatic numbers are counted, tracked insertions kept and deletions dropped, text boxes
read once. Headers, footers, comments, tables of contents and macros are no text. Pages are those the file remembers
from when it was last printed. A file that does not (WPS keeps no marks, other programs drop some) has no pages to cite.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.document import Line, Page
from ingest.errors import NoTextLayer, UnreadableFile
from ingest.progress import RECOGNISING, tell
from ingest.readers import archive, images, ocr
from ingest.readers.archive import Archive, attribute, child, children
from ingest.readers.docx.body import Body
from ingest.readers.docx.lists import lists_of
from ingest.readers.docx.runs import Story
from ingest.readers.docx.styles import styles_of

if TYPE_CHECKING:
    from ingest.readers.archive import Element

MAX_PAGES = 5000
MAIN = "word/document.xml"
MOST = 2500
"""Characters on a page: A4 has some 620 in the form of GB/T 9704-2012, 2,000 in small print; more miss a mark."""


def recognises(head: bytes) -> bool:
    r"""Tell whether a file, of which the first bytes and the names of its entries are given, is a Word document.

    >>> recognises(b"PK\x03\x04 [Content_Types].xml word/document.xml"), recognises(b"PK\x03\x04 xl/workbook.xml")
    (True, False)
    """
    return archive.recognises(head) and b"word/" in head and b"[Content_Types].xml" in head


def read(path: Path) -> tuple[Page, ...]:
    """Read a Word document into pages of paragraphs and rows of tables; one that holds only pictures by OCR.

    Raises:
        EncryptedFile: the archive is encrypted.
        NoTextLayer: it holds pictures only, and the recogniser is not installed or makes out nothing.
        UnreadableFile: damaged, or not safe to open.
    """
    with archive.opened(path) as package:
        main = _target(package, "", "officeDocument") or MAIN
        root = package.xml(main)
        text = child(root, "body")
        body = Body(
            _story(root), lists_of(_part(package, main, "numbering"), styles_of(_part(package, main, "styles")))
        )
        body.sections = _sections(text)
        body.read(text)
        body.lines += _notes(package, main, body)
        if not body.lines and text is not None and (pictures := _pictures(package, main, text)):
            return _recognised(package, pictures)
        stated = _stated_pages(package)
    return _pages(body, path.name, stated)


def _pictures(package: Archive, main: str, text: Element) -> list[str]:
    """Return the parts of the pictures that a document shows, in order."""
    ids = [attribute(blip, "embed") or attribute(blip, "id") for blip in text.iter("{*}blip", "{*}imagedata")]
    named = {attribute(one, "Id"): target for one, target in _relations(package, main)}
    return [named[name] for name in dict.fromkeys(ids) if name in named]


def _recognised(package: Archive, pictures: Sequence[str]) -> tuple[Page, ...]:
    """Read pictures, each a page, that somebody pasted into a document without a word of text."""
    ocr.require(package.file, "文档里只有图片，")
    if len(pictures) > MAX_PAGES:
        raise UnreadableFile(f"{package.file}：有 {len(pictures)} 幅图片，超过 {MAX_PAGES} 页的上限；请拆分后再导入")
    pages = []
    for number, part in enumerate(pictures, start=1):
        name = f"{package.file} 第 {number} 幅图片"
        pages.append(images.recognised(io.BytesIO(package.read(part)), name, number))
        tell(RECOGNISING, number, len(pictures))
    if not any(page.lines for page in pages):
        raise NoTextLayer(f"{package.file}：文档里只有图片，图片里没有认出文字；请换一份清晰的扫描件")
    return tuple(pages)


def _story(root: Element) -> Story:
    ends = [attribute(mark, "fldCharType") for mark in root.iter("{*}fldChar")]
    rendered = next(root.iter("{*}lastRenderedPageBreak"), None) is not None
    return Story(rendered, balanced=ends.count("begin") == ends.count("end"))


def _sections(text: Element | None) -> tuple[str, ...]:
    """Return the way each section begins, in order; earlier properties kept by change tracking are none."""
    marks = text.iter("{*}sectPr") if text is not None else ()
    own = (mark for mark in marks if archive.local(mark.getparent()) != "sectPrChange")
    return tuple(attribute(child(mark, "type"), "val") for mark in own)


def _relations(package: Archive, part: str) -> Iterator[tuple[Element, str]]:
    """Yield what a part (empty: the whole) is related to inside the package, each with the name of that part."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    for relation in children(package.xml(relations), "Relationship") if package.holds(relations) else ():
        if attribute(relation, "TargetMode") != "External":
            target = attribute(relation, "Target")
            place = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            yield relation, posixpath.normpath(place)


def _target(package: Archive, part: str, kind: str) -> str:
    """Return the name of the part to which another is related by ``kind``; empty for none."""
    found = ((attribute(one, "Type").rsplit("/", 1)[-1], target) for one, target in _relations(package, part))
    return next((target for name, target in found if name == kind), "")


def _part(package: Archive, main: str, kind: str) -> Element | None:
    target = _target(package, main, kind)
    return package.xml(target) if target and package.holds(target) else None


def _notes(package: Archive, main: str, body: Body) -> Iterator[Line]:
    """Yield the notes referred to, in order, each marked so that it is not taken for text of the last clause."""
    references, body.notes = list(dict.fromkeys(body.notes)), []
    parts = {kind: _part(package, main, f"{kind}s") for kind in dict.fromkeys(kind for kind, _ in references)}
    by_id = {(kind, attribute(note, "id")): note for kind, part in parts.items() for note in children(part, kind)}
    last = body.story.page
    found = (by_id[reference] for reference in references if reference in by_id)
    for number, note in enumerate(found, start=1):
        text = " ".join(line.text.strip() for line in body.inside(note))
        body.story.page = last
        yield Line(f"［注{number}］{text}", last)


def _stated_pages(package: Archive) -> int:
    """Return how many pages the file says it has, by its properties; 0 where it does not say."""
    part = _target(package, "", "extended-properties")
    told = None
    with suppress(UnreadableFile):  # no part of the text
        told = child(package.xml(part), "Pages") if part and package.holds(part) else None
    text = (told.text or "").strip() if told is not None else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _pages(body: Body, name: str, stated: int) -> tuple[Page, ...]:
    """Return the lines by page, pages without lines included; ``stated``: how many there are at least."""
    last = max((line.page for line in body.lines), default=1)
    if last > MAX_PAGES:
        raise UnreadableFile(f"{name}：有 {last} 页，超过 {MAX_PAGES} 页的上限；请拆分后再导入")
    pages: dict[int, list[Line]] = {number: [] for number in range(1, last + 1)}
    for line in body.lines:
        pages[line.page].append(line)
    full = max(sum(len(line.text) for line in lines) for lines in pages.values())
    story = body.story
    paged = story.rendered and not story.stale and stated <= story.page and full <= MOST
    return tuple(Page(number, 0.0, tuple(lines), hard_wrapped=False, paged=paged) for number, lines in pages.items())
