"""Plain text files.

Text saved from portals and office programs comes as UTF-8, GB18030, Big5 or UTF-16, with or without a mark, and text
pulled out of a PDF still carries its page ends: a form feed, a printed page number on a line of its own, or one blank
before the first line of each page. A text with none of these has no pages to cite. Blank lines and control
characters are kept: cleaning drops and logs them. An encoding that makes no ordinary Chinese of the bytes is refused,
not tried.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from ingest.document import Line, Page
from ingest.errors import UnknownFormat, UnreadableFile
from ingest.layout import measure
from ingest.readers.tabbed import tabbed

MAX_PAGES = 5000
SAMPLE_BYTES = 65536
"""How much of a file is decoded to choose its encoding."""
PLAUSIBLE = 0.7
"""A decoding is believed if at least this share of its characters is ordinary Chinese, Latin or punctuation."""
SURE = 100
"""Chinese characters, three bytes each in UTF-8, that do not follow its rules by chance."""
CELLS = 2.0
"""Width of a Chinese character in cells; a Latin letter has one."""
NO_EDGES = 0.0
"""Width of a page of which only the text is known."""
MARKED_LINES = 8
"""A page has at least this many lines, so at most every eighth line can begin one."""
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Control characters that text does not need: all but tab, line ends, form feed and the substitute at a file's end.
CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1a\x00")

# — 8 — · - 12 - · －3－: closes a page. A bare number is too often something else.
PRINTED_NUMBER = re.compile(r"[ \t\u3000]*[—–―\-－]{1,2}[ \t\u3000]*\d{1,4}[ \t\u3000]*[—–―\-－]{1,2}[ \t\u3000]*")
# Letters of the alphabets; everything from Hangul on, punctuation included, is set as wide as a Chinese character.
NARROW = re.compile(r"[\x00-\u10ff]")
LINE_END = re.compile(r"\r\n|[\n\r\u0085\u2028\u2029]")
MARGIN_MARK = re.compile(r" [^\s]")


def recognises(head: bytes) -> bool:
    """Tell whether the first bytes of a file look like text: hardly a control character in the likely encoding.

    >>> recognises("第一条 为了规范".encode("gb18030")), recognises(bytes(range(32)) * 4)
    (True, False)
    """
    likely = encodings(head)
    if likely and likely[0].startswith("utf-16"):
        return True
    return sum(map(head.count, CONTROL)) * 20 <= len(head) and head.count(0) * 10 <= len(head)


def read(path: Path) -> tuple[Page, ...]:
    """Read a text file into pages of lines, positions in character cells.

    Raises:
        UnknownFormat: the encoding is none of UTF-8, GB18030, Big5, UTF-16.
        UnreadableFile: more pages than ``MAX_PAGES``.
    """
    lines = [line_of(text) for text in LINE_END.split(decode(path.read_bytes(), path.name))]
    marked = _marked(lines)
    paged = marked or any("\f" in line.text or PRINTED_NUMBER.fullmatch(line.text) for line in lines)
    pages = [
        Page(number, NO_EDGES, _lines(texts, number), paged=paged)
        for number, texts in enumerate(_split(lines, marked=marked), start=1)
    ]
    if len(pages) > MAX_PAGES:
        raise UnreadableFile(f"{path.name}：有 {len(pages)} 页，超过 {MAX_PAGES} 页的上限；请拆分后再导入")
    return tuple(pages)


def _lines(texts: Sequence[str], page: int) -> tuple[Line, ...]:
    return tuple(tabbed([line_of(text, page) for text in texts], rows=3, columns=3))


def decode(data: bytes, name: str) -> str:
    r"""Decode bytes in the encoding that makes the most ordinary Chinese of them.

    Raises:
        UnknownFormat: none of UTF-8, GB18030, Big5, UTF-16 fits.

    >>> decode("\ufeff第一条".encode("utf-8"), "例.txt"), decode("总则。".encode("gb18030"), "例.txt")
    ('第一条', '总则。')
    """
    for encoding in encodings(data[:SAMPLE_BYTES]):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownFormat(f"{name}：认不出文字编码（不是 UTF-8、GB18030、Big5、UTF-16）；请用记事本另存为 UTF-8 再导入")


def encodings(sample: bytes) -> list[str]:
    """Return the encodings that fit a sample, the most likely first.

    >>> encodings("节能减排".encode("utf-16-le")), encodings("節約用水".encode("big5"))
    (['utf-16-le'], ['big5'])
    """
    for mark, encoding in MARKS.items():
        if sample.startswith(mark):
            return [encoding]
    if _surely_utf8(sample):
        return ["utf-8"]
    wide = ["utf-16-le", "utf-16-be"] if len(sample) % 2 == 0 else []
    candidates = wide if wide and sample.count(0) * 10 > len(sample) else ["utf-8", "gb18030", "big5", *wide]
    shares = {encoding: _plausibility(sample.decode(encoding, "replace"), encoding) for encoding in candidates}
    return sorted((key for key in candidates if shares[key] >= PLAUSIBLE), key=lambda key: -shares[key])


def _surely_utf8(sample: bytes) -> bool:
    """Tell whether the bytes are valid as UTF-8 over so long a stretch of Chinese that no other encoding does that.

    The last character of a sample may be cut.
    """
    try:
        text, _ = codecs.utf_8_decode(sample, "strict", False)
    except UnicodeDecodeError:
        return False
    return len(sample) - len(text) >= 2 * SURE and _plausibility(text, "utf-8") >= PLAUSIBLE


def _plausibility(text: str, encoding: str) -> float:
    """Return the share of ordinary characters among those that encodings differ in."""
    known = _ordinary(encoding)
    telling = {sign: count for sign, count in Counter(text).items() if not sign.isascii() or sign == "\0"}
    ordinary = sum(count for sign, count in telling.items() if sign in known)
    return ordinary / sum(telling.values()) if telling else 1.0


@cache
def _ordinary(encoding: str) -> frozenset[str]:
    """Return common marks and the characters that nearly all modern texts in an encoding keep to.

    GB/T 2312-1980 for simplified, the frequent half of Big5 (1984) for traditional Chinese; Unicode holds both.
    """
    simplified = bytes(code for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF) for code in (row, cell))
    frequent = bytes(
        code for row in range(0xA1, 0xC7) for cell in (*range(0x40, 0x7F), *range(0xA1, 0xFF)) for code in (row, cell)
    )
    texts = [] if encoding == "big5" else [simplified.decode("gb2312", "ignore")]
    if encoding != "gb18030":
        texts.append(frequent.decode("big5", "ignore"))
    return frozenset("".join(texts)) | frozenset(map(chr, range(0x2010, 0x2045))) | {"〇", "\0"}


def _marked(lines: Sequence[Line]) -> bool:
    """Tell whether a single leading blank marks the first line of a page.

    Seen in text pulled out of PDFs: all lines of a wrapped text begin at the margin, but for one in each page.
    """
    full = [line for line in lines if line.text.strip()]
    indented = [line for line in full if line.left]
    marks = sum(bool(MARGIN_MARK.match(line.text)) for line in indented)
    if not marks or marks * MARKED_LINES > len(full) or (len(indented) - marks) * 20 > len(full):
        return False
    return measure(full, NO_EDGES).wrapped


def _split(lines: Sequence[Line], *, marked: bool) -> Iterator[list[str]]:
    """Cut the lines of a file into pages; a form feed after a printed number ends the same page."""
    page: list[str] = []
    numbered = False
    for line in lines:
        text = line.text
        if marked and MARGIN_MARK.match(text) and any(above.strip() for above in page):
            yield page
            page = []
        *whole, last = text.split("\f")
        for part in whole:
            page.append(part)
            if not numbered or any(above.strip() for above in page):
                yield page
                page = []
            numbered = False
        page.append(last)
        if PRINTED_NUMBER.fullmatch(last):
            yield page
            page, numbered = [], True
    if any(text.strip() for text in page):
        yield page


def line_of(text: str, page: int = 1) -> Line:
    """Return a line of text with its place in character cells."""
    indent = len(text) - len(text.lstrip())
    return Line(text, page, left=width(text[:indent]), right=width(text.rstrip()), size=CELLS)


def width(text: str) -> float:
    """Return the width of a text in character cells.

    >>> width("到2025年")
    8.0
    """
    return float(2 * len(text) - len(NARROW.findall(text)))
