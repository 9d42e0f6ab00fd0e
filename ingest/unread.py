"""Pages that were left out: pictures in a file with a text layer whose recognition did not come to an end.

A map or a damaged scan on page 12 must not cost the sixty pages of text around it, and must not go unsaid: the reader
marks the page, cleaning logs it as a repair, and it is listed with what could not be read into the ledgers.
"""

from __future__ import annotations

from bisect import bisect_right

from ingest.document import Document, Span, Unread

UNREAD_PAGE = "unread_page"
"""The repair that tells of such a page; it changes nothing."""


def unread_pages(document: Document) -> tuple[Unread, ...]:
    """Return the paragraph at which each page that was left out would begin, with its clause."""
    starts = [clause.span.start for clause in document.clauses]
    found = []
    for number in _numbers(document):
        begin = min(document.page_starts[number - 1], len(document.text) - 1)
        end = document.text.find("\n", begin)
        clause = document.clauses[bisect_right(starts, begin) - 1]
        reason = f"第 {number} 页是图像，文字识别没有完成，没有读入；请对照原件"
        found.append(Unread(clause.path, Span(begin, end if end > begin else len(document.text)), reason))
    return tuple(found)


def partial(document: Document) -> str:
    """Return what to say of a document that was read without some of its pages; nothing of a whole one."""
    pages = "、".join(map(str, _numbers(document)))
    return f"第 {pages} 页是图像，文字识别没有完成，没有读入；请换一份清晰的扫描件再导入" if pages else ""


def _numbers(document: Document) -> list[int]:
    return [repair.page for repair in document.repairs if repair.kind == UNREAD_PAGE]
