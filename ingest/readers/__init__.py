"""One door for every file format: bytes in, pages of lines out.

Files from portals and mail carry wrong names: a scan saved as ``.txt``, a Word file renamed ``.pdf``. So the first
bytes decide, for a ZIP the names of its entries too, and the suffix only tells apart formats that look alike (plain
text and Markdown). A later format adds one module and one row of ``READERS``. Nothing here repairs text: that is the
work of ``cleaning``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.document import Page
from ingest.errors import EmptyFile, UnknownFormat, UnreadableFile
from ingest.readers import archive, docx, html, images, legacy, markdown, ofd, pdf, text

MAX_BYTES = 200 * 1024 * 1024
HEAD_BYTES = 8192
"""How much of a file is looked at to tell its format."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A row of the table: what the format looks like and who reads it.

    ``signed``: the content alone proves the format, whatever the suffix.
    """

    name: str
    suffixes: frozenset[str]
    recognises: Callable[[bytes], bool]
    read: Callable[[Path], tuple[Page, ...]]
    signed: bool = False


READERS: tuple[Reader, ...] = (
    Reader("PDF", frozenset({".pdf"}), pdf.recognises, pdf.read, signed=True),
    Reader("图片", images.SUFFIXES, images.recognises, images.read, signed=True),
    Reader("DOCX", frozenset({".docx", ".docm", ".dotx", ".dotm"}), docx.recognises, docx.read, signed=True),
    Reader(
        "DOC、WPS、RTF",
        frozenset({".doc", ".dot", ".wps", ".wpt", ".rtf"}),
        legacy.recognises,
        legacy.read,
        signed=True,
    ),
    Reader("OFD", frozenset({".ofd"}), ofd.recognises, ofd.read, signed=True),
    Reader("网页", html.SUFFIXES, html.recognises, html.read, signed=True),
    Reader("网页", html.SUFFIXES, text.recognises, html.read),
    Reader("Markdown", frozenset({".md", ".markdown"}), text.recognises, markdown.read),
    Reader("纯文本", frozenset({".txt", ".text"}), text.recognises, text.read),
)
SUFFIXES: frozenset[str] = frozenset().union(*(reader.suffixes for reader in READERS))

# First bytes of formats that are often met under a wrong name and that nobody here reads; for a ZIP, what it holds.
FOREIGN: tuple[tuple[bytes, bytes, str], ...] = (
    (b"PK\x03\x04", b"xl/", "Excel 工作簿"),
    (b"PK\x03\x04", b"ppt/", "PowerPoint 演示文稿"),
    (b"PK\x03\x04", b"opendocument", "OpenDocument 文件"),
    (b"PK\x03\x04", b"epub", "EPUB 电子书"),
    (b"PK\x03\x04", b"", "ZIP 压缩包"),
    (b"PK\x05\x06", b"", "空的 ZIP 压缩包"),
    (b"GIF8", b"", "GIF 图片"),
    (b"Rar!", b"", "RAR 压缩包"),
    (b"7z\xbc\xaf", b"", "7z 压缩包"),
    (b"\x1f\x8b", b"", "gzip 压缩包"),
    (b"\x7fELF", b"", "程序文件"),
    (b"MZ", b"", "程序文件"),
)


def read(path: Path) -> tuple[Page, ...]:
    """Read a file into pages, picking the reader by content, then by suffix.

    Raises:
        EmptyFile: 0 bytes, or nothing but blanks.
        UnknownFormat: no reader takes this content, or content and suffix disagree.
        UnreadableFile: missing, too large or damaged (its kinds: see ``ingest.errors``).
    """
    head = _head(path)
    reader = _reader(path, head)
    pages = reader.read(path)
    if not any(line.text.strip() for page in pages for line in page.lines):
        raise EmptyFile(f"{path.name}：文件里只有空白，没有文字；请换一份有内容的文件")
    return pages


def _head(path: Path) -> bytes:
    """Return the first bytes of a file that exists, is not empty and not too large; of a ZIP also its directory."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(
                f"{path.name}：文件有 {size // 2**20} MB，超过 {MAX_BYTES // 2**20} MB 的上限；请拆分后再导入"
            )
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
            if archive.recognises(head):
                head += archive.directory(stream, path.name)
    except OSError as error:
        raise UnreadableFile(f"{path.name}：打不开文件（{error.strerror}）；请检查路径和权限") from error
    if not head:
        raise EmptyFile(f"{path.name}：文件是空的（0 字节）；请重新下载或另存一份")
    return head


def _reader(path: Path, head: bytes) -> Reader:
    suffix = path.suffix.lower()
    for reader in READERS:
        if reader.signed and reader.recognises(head):
            return reader
    for signature, holding, kind in FOREIGN:
        if head.startswith(signature) and holding in head:
            raise UnknownFormat(f"{path.name}：内容其实是{kind}，不能导入；请另存为 docx、PDF 或文本后再导入")
    named = [reader for reader in READERS if suffix in reader.suffixes]
    for reader in named:
        if reader.recognises(head):
            return reader
    if named:
        raise UnknownFormat(f"{path.name}：内容不是{named[0].name}；请检查文件是否损坏，或改用正确的后缀")
    raise UnknownFormat(f"{path.name}：不支持 {suffix or '没有后缀'} 的文件；可以导入 {'、'.join(sorted(SUFFIXES))}")
