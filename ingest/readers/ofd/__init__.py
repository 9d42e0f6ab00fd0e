"""OFD, the national layout format (GB/T 33190-2016): places of characters, not lines.

Objects come in any order and are gathered into lines as those of a PDF are; ruled tables become tables. Template pages
are part of the page: what they repeat is furniture, which cleaning drops. One file may hold several documents; they
follow one another. Annotations, stamps and attachments are no text of the document. A page that is a picture goes to
the character recogniser.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from ingest.document import Page
from ingest.errors import EncryptedFile, NoTextLayer, UnreadableFile
from ingest.progress import READING, RECOGNISING, tell
from ingest.readers import archive
from ingest.readers.archive import Archive
from ingest.readers.leaves import pages_of
from ingest.readers.ofd.document import Document

MAX_PAGES = 5000
ROOT = "OFD.xml"


def recognises(head: bytes) -> bool:
    r"""Tell whether a file, of which the first bytes and the names of its entries are given, is an OFD.

    >>> recognises(b"PK\x03\x04 OFD.xml Doc_0/Document.xml"), recognises(b"PK\x03\x04 word/document.xml")
    (True, False)
    """
    return archive.recognises(head) and ROOT.lower().encode() in head.lower()


def read(path: Path) -> tuple[Page, ...]:
    """Read an OFD into pages of visual lines, positions in points from the top left; scanned pages by OCR.

    Raises:
        EncryptedFile: the archive or its parts are encrypted.
        NoTextLayer: pages hold pictures only and the recogniser is not installed, or makes out nothing.
        UnreadableFile: damaged, not safe to open, or more pages than ``MAX_PAGES``.
    """
    with archive.opened(path) as package:
        if package.holds("Encryptions.xml"):
            raise EncryptedFile(f"{path.name}：OFD 加了密；请用密码打开后另存为不加密的文件再导入")
        leaves = [(document, leaf) for document in _documents(package) for leaf in document.leaves()]
        if len(leaves) > MAX_PAGES:
            raise UnreadableFile(f"{path.name}：有 {len(leaves)} 页，超过 {MAX_PAGES} 页的上限；请拆分后再导入")
        read = []
        for number, (document, part) in enumerate(leaves, start=1):
            read.append(document.page(part, number))
            unsure = any(line.confidence < 1 for line in read[-1].lines)
            tell(RECOGNISING if unsure else READING, number, len(leaves))
    pages = pages_of(read)
    if not any(line.text.strip() for page in pages for line in page.lines):
        raise NoTextLayer(f"{path.name}：OFD 没有文字，图像里也没有认出文字；请换一份清晰的文件，或另存为 PDF 再导入")
    return pages


def _documents(package: Archive) -> Iterator[Document]:
    """Yield the documents of a file, in order."""
    for root in package.xml(ROOT).iter("{*}DocRoot"):
        yield Document(package, posixpath.normpath((root.text or "").strip().lstrip("/\\").replace("\\", "/")))
