"""Paragraph styles of a Word document: what a paragraph does not say itself, its style says, or one it is based on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.archive import attribute, child, children

if TYPE_CHECKING:
    from ingest.readers.archive import Element

MAX_CHAIN = 30
"""Styles based on one another: Word allows no more than ten, and a ring must end."""
ON = ("1", "true", "on")


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles by id, and the one of paragraphs that name none."""

    by_id: dict[str, Element]
    default: str = ""

    def chain(self, paragraph: Element) -> Iterator[Element]:
        """Yield the style of a paragraph and those it is based on."""
        style = attribute(child(paragraph, "pPr", "pStyle"), "val") or self.default
        for _ in range(MAX_CHAIN):
            found = self.by_id.get(style)
            if found is None:
                return
            yield found
            style = attribute(child(found, "basedOn"), "val")

    def centred(self, paragraph: Element) -> bool:
        """Tell whether a paragraph is set in the middle, as titles are."""
        said = (attribute(child(one, "pPr", "jc"), "val") for one in (paragraph, *self.chain(paragraph)))
        return next((value for value in said if value), "") == "center"


def styles_of(part: Element | None) -> Styles:
    """Return the styles that the part ``styles.xml`` defines."""
    by_id = {attribute(style, "styleId"): style for style in children(part, "style")}
    paragraphs = (style for style in by_id.values() if attribute(style, "type") == "paragraph")
    standard = next((style for style in paragraphs if attribute(style, "default") in ON), None)
    return Styles(by_id, attribute(standard, "styleId"))
