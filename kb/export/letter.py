"""Paragraphs as a Word document in the form of GB/T 9704-2012, upright: a conversation, an answer with its sources.

Faces, sizes and page numbers are those of ``paper``; the 版心 is 156 mm × 225 mm (天头 37 mm, 订口 28 mm).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from kb.export.paper import SUBHEADING, blank_paper

MARGINS = {"top_margin": 37.0, "bottom_margin": 35.0, "left_margin": 28.0, "right_margin": 26.0}  # mm
SIZE = (210.0, 297.0)  # mm


def to_letter(title: str, blocks: Sequence[tuple[str, str]]) -> bytes:
    """Return a document of paragraphs, each of a kind.

    ``heading``, ``source`` and ``question`` stay with what follows; ``quote`` is in 楷体, ``page`` begins a new page,
    ``text`` is text.
    """
    from docx.oxml.ns import qn

    paper = blank_paper(SIZE, MARGINS)
    paper.add_paragraph(title, style="Title")
    for kind, text in blocks:
        if kind == "page":
            paper.add_page_break()  # type: ignore[no-untyped-call]
            continue
        paragraph = paper.add_paragraph(style="Heading 1" if kind == "heading" else "Normal")
        paragraph.paragraph_format.keep_with_next = kind in ("heading", "source", "question")
        run = paragraph.add_run(text)
        if kind == "quote":
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SUBHEADING)
    buffer = BytesIO()
    paper.save(buffer)
    return buffer.getvalue()
