"""One document of an OFD: its pages, what lies behind them, and the resources they use (GB/T 33190-2016, 7).

Writers disagree on namespaces and on whether a place is told from the document or from the package; both are tried,
always inside the package. A page whose characters are missing, because it is one picture, is read from the picture.
"""

from __future__ import annotations

import io
import posixpath
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.document import Page
from ingest.errors import NoTextLayer
from ingest.readers import images, ocr
from ingest.readers.archive import Archive, attribute, child
from ingest.readers.leaves import Leaf, leaf_of
from ingest.readers.ofd.objects import POINTS, Sheet
from ingest.readers.rulings import find

if TYPE_CHECKING:
    from ingest.readers.archive import Element

A4 = (210.0, 297.0)
SPARSE = 10
"""A page of a scan carries at most this many characters."""
COVERED = 0.25
"""Pictures that cover this share of a page may be the page."""
WHOLE = 0.8
"""One of them makes up this share of all at least."""
MAX_SIDE = 5000.0
"""A page is no longer than this, in millimetres."""


class Document:
    """A document inside a package, by the name of its root part."""

    def __init__(self, package: Archive, part: str) -> None:
        self.package = package
        self.folder = posixpath.dirname(part)
        self.root = package.xml(part)

    def leaves(self) -> list[str]:
        """Return the names of the parts that are its pages, in order."""
        pages = child(self.root, "Pages")
        found = pages.iterchildren("{*}Page") if pages is not None else ()
        return [self._part(attribute(page, "BaseLoc"), self.folder) for page in found]

    def page(self, part: str, number: int) -> Leaf | Page:
        """Read a page and the templates behind it."""
        root = self.package.xml(part)
        sheet = Sheet(lambda name: self._composites.get(name))
        for behind in root.iterchildren("{*}Template"):
            if template := self._templates.get(attribute(behind, "TemplateID")):
                sheet.read(self.package.xml(template))
        sheet.read(root)
        width, height = self._size(root)
        glyphs, rules = sheet.upright()
        covered = sum(area for _, area in sheet.pictures)
        if len(glyphs) < SPARSE and covered > COVERED * width * height:
            return self._recognised(sheet, covered, number)
        return leaf_of(glyphs, find(rules), number, width * POINTS)

    def _size(self, page: Element) -> tuple[float, float]:
        """Return width and height of a page: its own, else those of the document."""
        own, common = child(page, "Area", "PhysicalBox"), child(self.root, "CommonData", "PageArea", "PhysicalBox")
        for box in (own, common):
            words = (box.text or "").split() if box is not None else []
            try:
                width, height = (float(word) for word in words[2:4])
            except ValueError:
                continue
            if 0 < width < MAX_SIDE and 0 < height < MAX_SIDE:
                return width, height
        return A4

    def _recognised(self, sheet: Sheet, covered: float, number: int) -> Page:
        """Read a page from the picture that it is.

        Raises:
            NoTextLayer: the recogniser is not installed, or the page is put together of several pictures.
        """
        file = self.package.file
        ocr.require(file, f"第 {number} 页")
        name, area = max(sheet.pictures, key=lambda picture: picture[1])
        part = self._media.get(name, "")
        if area < WHOLE * covered or not part:
            raise NoTextLayer(f"{file}：第 {number} 页由多幅图像拼成，没有文字；请另存为 PDF 后再导入")
        return images.recognised(io.BytesIO(self.package.read(part)), f"{file} 第 {number} 页", number)

    @cached_property
    def _templates(self) -> dict[str, str]:
        """The parts of the template pages, by id."""
        common = child(self.root, "CommonData")
        found = common.iterchildren("{*}TemplatePage") if common is not None else ()
        return {attribute(one, "ID"): self._part(attribute(one, "BaseLoc"), self.folder) for one in found}

    @cached_property
    def _resources(self) -> list[tuple[Element, str]]:
        """The lists of resources of the document, each with the folder in which its files lie."""
        found = []
        for name in ("PublicRes", "DocumentRes"):
            for node in self.root.iter("{*}" + name):
                part = self._part((node.text or "").strip(), self.folder)
                if self.package.holds(part):
                    root = self.package.xml(part)
                    found.append((root, posixpath.join(posixpath.dirname(part), attribute(root, "BaseLoc"))))
        return found

    @cached_property
    def _composites(self) -> dict[str, Element]:
        """What composite objects show, by id."""
        units = (unit for root, _ in self._resources for unit in root.iter("{*}CompositeGraphicUnit"))
        return {attribute(unit, "ID"): unit for unit in units}

    @cached_property
    def _media(self) -> dict[str, str]:
        """The parts that hold pictures, by id."""
        return {
            attribute(one, "ID"): self._part((file.text or "").strip(), folder)
            for root, folder in self._resources
            for one in root.iter("{*}MultiMedia")
            if (file := child(one, "MediaFile")) is not None
        }

    def _part(self, place: str, folder: str) -> str:
        """Return the name of the part at a place, told from a folder or from the package."""
        bare = place.replace("\\", "/")
        near = posixpath.normpath(posixpath.join(folder, bare.lstrip("/")))
        far = posixpath.normpath(bare.lstrip("/"))
        ordered = (far, near) if bare.startswith("/") else (near, far)
        return next((part for part in ordered if self.package.holds(part)), ordered[0])
