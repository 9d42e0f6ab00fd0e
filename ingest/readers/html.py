"""Web pages of government sites, saved as HTML or MHTML, or served under the name of a Word file.

``markup`` gives what a browser would show, ``article`` the document on the page, ``blocks`` its lines. Here the bytes
become text, whatever encoding the page declares, and what the portal prints about the document (title, 文号, issuer,
date) is put above it where the document does not say so itself. Pages whose text a script would fetch hold none and are
refused. The frame of the page (menus, footers, recommendations) is not part of the document and leaves no repair.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

from ingest.document import Line, Page
from ingest.errors import EmptyFile, UnknownFormat, UnreadableFile
from ingest.lines import BODY
from ingest.masthead import DATED, NUMBER, ORDER, read_masthead
from ingest.readers import text
from ingest.readers.article import Facts, separate
from ingest.readers.blocks import lines_of
from ingest.readers.markup import parse

SUFFIXES = frozenset({".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml"})
MAX_BYTES = 32 * 1024 * 1024
LOST = 0.001
"""A page may hold this share of characters that are broken (cut by a database field) in its encoding."""
HEAD_LINES = 12
"""A title or number that the document prints itself stands among this many first lines."""

# an optional mark, an XML declaration and comments, then an element that only web pages begin with
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|frameset)\b",
    re.IGNORECASE | re.DOTALL,
)
ARCHIVE = re.compile(rb"^content-type:\s*multipart/related\b", re.IGNORECASE | re.MULTILINE)
HEADER = re.compile(rb"[A-Za-z][A-Za-z-]{1,40}:[ \t]")
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
# gb2312 and gbk are what pages call GB18030
CALLED = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "utf8": "utf-8", "big5-hkscs": "big5hkscs"}
KNOWN = frozenset({"utf-8", "gb18030", "big5", "big5hkscs"})
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")


def recognises(head: bytes) -> bool:
    """Tell whether the first bytes belong to a web page or to a web archive.

    >>> recognises(b"<!DOCTYPE html>"), recognises("第一条 <html>".encode()), recognises(b"# <div>")
    (True, False, False)
    """
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[2:].replace(b"\0", b"")
    return bool(PAGE.match(head)) or _is_archive(head)


def _is_archive(head: bytes) -> bool:
    return bool(HEADER.match(head) and ARCHIVE.search(head))


def read(path: Path) -> tuple[Page, ...]:
    """Read a web page, which has no printed pages, into lines, places in character cells.

    Raises:
        EmptyFile: no text is left without scripts.
        UnknownFormat: the encoding cannot be made out, or an archive holds no page.
        UnreadableFile: more than ``MAX_BYTES``, or more nodes than ``markup.MAX_NODES``.
    """
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(f"{path.name}：网页超过 {MAX_BYTES // 2**20} MB 的上限；请另存为 PDF 或文本后再导入")
    data = path.read_bytes()
    content = _unpacked(data, path.name) if _is_archive(data[:8192]) else decode(data, path.name)
    body, facts = separate(parse(content, path.name))
    lines = lines_of(body)
    if not lines:
        raise EmptyFile(
            f"{path.name}：网页里没有正文（正文可能由脚本加载）；请在浏览器中打开后打印为 PDF，或复制文字存为文本再导入"
        )
    return (Page(1, text.NO_EDGES, (*_front(facts, lines), *lines), paged=False),)


def decode(data: bytes, name: str) -> str:
    """Decode a page in the encoding that fits its bytes; what it declares counts where several fit.

    >>> decode('<meta charset="utf-8">总则，'.encode("gb18030"), "例.html")
    '<meta charset="utf-8">总则，'

    Raises:
        UnknownFormat: no encoding fits.
    """
    likely = text.encodings(_telling(data))
    declared = DECLARED.search(data[:4096])
    called = declared[1].decode("ascii").lower() if declared else ""
    called = CALLED.get(called, called)
    if called in KNOWN and (called in likely or not likely):
        likely.insert(0, called)
    for encoding in likely:
        content = data.decode(encoding, "replace")
        if content.count("\ufffd") <= LOST * len(content) + 1:
            return content
    raise UnknownFormat(f"{name}：认不出网页的文字编码；请在浏览器中打开后另存为 UTF-8 的网页或文本再导入")


def _telling(data: bytes) -> bytes:
    """Return a sample that holds Chinese: the head of a page is often all script."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:256].count(0) > 64:
        return data[: text.SAMPLE_BYTES]
    match = re.search(rb"[\x80-\xff]", data)
    start = data.rfind(b"\n", 0, match.start()) + 1 if match else 0
    if match and match.start() - start > 4096:
        start = match.start()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    return mark + data[start : start + text.SAMPLE_BYTES]


def _unpacked(data: bytes, name: str) -> str:
    """Return the page of a web archive (RFC 2557): its first part that is HTML."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return decode(payload, name)
    raise UnknownFormat(f"{name}：网页存档里没有网页；请在浏览器中重新保存")


def _front(facts: Facts, lines: Sequence[Line]) -> Iterator[Line]:
    """Yield what the portal says and the document does not, as lines that the masthead is read from."""
    texts = ["".join(line.text.split()) for line in lines]
    head = "".join(texts[:HEAD_LINES])
    title, number = ("".join(value.split()) for value in (facts.title, facts.number))
    own = read_masthead("\n".join([title, *texts] if title else texts))
    if title and title not in head:
        yield text.line_of(" ".join(facts.title.split()))
    if not own.number and (NUMBER.fullmatch(number) or ORDER.fullmatch(number)) and number not in head:
        yield text.line_of(number)
    day = DAY.search("".join(facts.date.split()))
    if day and not own.dated:
        names = re.split("[、，,;；]", "".join(facts.issuer.split()))
        if not own.issuers:
            yield from (text.line_of(name) for name in names if BODY.fullmatch(name))
        dated = f"{day[1]}年{int(day[2])}月{int(day[3])}日"
        if DATED.fullmatch(dated):
            yield text.line_of(dated)
