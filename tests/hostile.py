"""Files made to harm or mislead: each must be refused in one line, quickly, with nothing written outside.

A row says how to build the file, which error it ends in, and a word of the message. Whoever reads files of others (the
readers, the child process, the page) runs through the same rows.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import EmptyFile, EncryptedFile, UnknownFormat, UnreadableFile
from tests.packages import W, docx_entries, docx_paragraph, ofd_entries, ofd_root

MEGABYTE = 2**20
BODY = docx_paragraph("第一条 为了节约用水，制定本办法。")
TEXT = (
    '<ofd:TextObject Boundary="30 40 100 6" Size="5"><ofd:TextCode X="0" Y="5">第一条</ofd:TextCode></ofd:TextObject>'
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


Entries = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Hostile:
    """A file that must be refused: its name, a word of the message, its bytes or the entries of a ZIP, the error."""

    name: str
    says: str
    build: Callable[[], bytes | Entries]
    error: type[Exception] = UnreadableFile

    def write(self, folder: Path) -> Path:
        path, content = folder / self.name, self.build()
        path.write_bytes(content if isinstance(content, bytes) else packed(content))
        return path


def packed(entries: Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return buffer.getvalue()


def word(main: str | bytes | None = None, more: Entries | None = None) -> dict[str, str | bytes]:
    """Return the entries of a good Word document, with another main part or further entries."""
    return docx_entries(BODY) | ({} if main is None else {"word/document.xml": main}) | dict(more or {})


def layout(page: str | None = None, more: Entries | None = None) -> dict[str, str | bytes]:
    """Return the entries of a good OFD, with another first page or further entries."""
    entries = ofd_root("Doc_0") | ofd_entries([TEXT])
    return entries | ({} if page is None else {"Doc_0/Pages/Page_0/Content.xml": page}) | dict(more or {})


def document(inner: str, before: str = "") -> str:
    return f"{before}<w:document {W}><w:body>{inner}</w:body></w:document>"


def _linked() -> bytes:
    buffer = io.BytesIO(packed(word()))
    with zipfile.ZipFile(buffer, "a") as package:
        link = zipfile.ZipInfo("word/media/image1.png")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def _locked() -> bytes:
    """Mark every entry as encrypted, in its own header and in the directory."""
    data = bytearray(packed(word()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def _repeated() -> bytes:
    """Write the same name twice: readers differ in which they take."""
    data = packed(word(more={"word/documenu.xml": document(docx_paragraph("第二条"))}))
    return data.replace(b"word/documenu.xml", b"word/document.xml")


def _nested_zip() -> bytes:
    inner = packed({"x.txt": b"\0" * MEGABYTE})
    for _ in range(5):
        inner = packed({f"{index}.zip": inner for index in range(10)}, zipfile.ZIP_STORED)[: 20 * MEGABYTE]
    return inner


def _lying_directory() -> bytes:
    """Claim a directory that is larger than the file."""
    data = bytearray(packed(word()))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<L", len(data) * 2)
    return bytes(data)


def ole(*streams: str) -> bytes:
    """Return an OLE container whose directory names these streams (MS-CFB, 2.6.1)."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(10) + struct.pack("<LL", 0, 1) + bytes(512 - 52)
    entries = b""
    for name in ("Root Entry", *streams):
        text = name.encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<H", len(text) + 2) + bytes(62)
    return head[:512] + entries.ljust(4096, b"\0")


def _many_pages(count: int, page: str) -> Entries:
    """Return the entries of an OFD whose pages are all the same part."""
    entries = ofd_entries([page])
    name = "Doc_0/Document.xml"
    one = '<ofd:Page ID="20" BaseLoc="Pages/Page_0/Content.xml"/>'
    return entries | {name: entries[name].replace(one, one * count)}


def _without_text() -> Entries:
    entries = word(more={"word/media/image1.png": b""})
    del entries["word/document.xml"]
    return entries


def _noise(length: int) -> str:
    """Return letters that do not pack to a two-hundredth."""
    return random.Random(1).randbytes(length // 2).hex()


ENTITY = docx_paragraph("&i;")
WIDE = OUTSIDE.replace("?>", ' encoding="UTF-16"?>', 1)
OTHER_OFFICE = {"[Content_Types].xml": "<Types/>"}

HOSTILE: tuple[Hostile, ...] = (
    Hostile("空.docx", "0 字节", lambda: b"", EmptyFile),
    Hostile("扁平炸弹.docx", "压缩比", lambda: word(more={"word/media/a.bin": bytes(40 * MEGABYTE)})),
    Hostile("正文炸弹.docx", "压缩比", lambda: word(document(" " * 30 * MEGABYTE))),
    Hostile("嵌套炸弹.docx", "ZIP", _nested_zip, UnknownFormat),
    Hostile("条目太多.docx", "条目太多", lambda: word(more={f"a{number}": "" for number in range(20_001)})),
    Hostile("越界.docx", "包外", lambda: word(more={"../../../tmp/kb-slip.txt": "x"})),
    Hostile("绝对路径.docx", "包外", lambda: word(more={"/tmp/kb-slip.txt": "x"})),
    Hostile("盘符.docx", "包外", lambda: word(more={"C:\\kb-slip.txt": "x"})),
    Hostile("反斜杠.docx", "包外", lambda: word(more={"..\\..\\kb-slip.txt": "x"})),
    Hostile("符号链接.docx", "符号链接", _linked),
    Hostile("重名.docx", "重名", _repeated),
    Hostile("加密条目.docx", "密码", _locked, EncryptedFile),
    Hostile("截断.docx", "不完整", lambda: packed(word())[:-300]),
    Hostile("截断一半.docx", "不完整", lambda: packed(word())[:600]),
    Hostile("目录说谎.docx", "不完整", _lying_directory),
    Hostile("缺正文.docx", "缺少部件", _without_text),
    Hostile("坏的XML.docx", "XML", lambda: word("<w:document")),
    Hostile("实体炸弹.docx", "DOCTYPE", lambda: word(document(ENTITY, LAUGHS))),
    Hostile("外部实体.docx", "DOCTYPE", lambda: word(document(ENTITY, OUTSIDE))),
    Hostile("藏起的实体.docx", "DOCTYPE", lambda: word(document(ENTITY, WIDE).encode("utf-16"))),
    Hostile("关系实体.docx", "DOCTYPE", lambda: word(more={"word/_rels/document.xml.rels": OUTSIDE + "<x>&i;</x>"})),
    Hostile("万层标签.docx", "嵌套过深", lambda: word(document("<w:sdt>" * 10_000 + "</w:sdt>" * 10_000))),
    Hostile("巨大属性.docx", "过长", lambda: word(document(f'<w:p x="{_noise(12 * MEGABYTE)}"/>'))),
    Hostile("标签太多.docx", "标签", lambda: word(document("<w:p/>" * 3_000_001 + _noise(MEGABYTE)))),
    Hostile("加密文档.docx", "密码", lambda: ole("EncryptionInfo", "EncryptedPackage"), EncryptedFile),
    Hostile("工作簿.doc", "Excel", lambda: ole("Workbook"), UnknownFormat),
    Hostile("扁平炸弹.ofd", "压缩比", lambda: layout(more={"Doc_0/Res/a.bin": bytes(40 * MEGABYTE)})),
    Hostile("越界.ofd", "包外", lambda: layout(more={"../kb-slip.txt": "x"})),
    Hostile("外部实体.ofd", "DOCTYPE", lambda: layout(OUTSIDE + "<x>&i;</x>")),
    Hostile("实体炸弹.ofd", "DOCTYPE", lambda: layout(LAUGHS + "<x>&i;</x>")),
    Hostile("根里的实体.ofd", "DOCTYPE", lambda: layout(more={"OFD.xml": OUTSIDE + "<x>&i;</x>"})),
    Hostile("万层标签.ofd", "嵌套过深", lambda: layout("<a>" * 10_000 + "</a>" * 10_000)),
    Hostile("截断.ofd", "不完整", lambda: packed(layout())[:-200]),
    Hostile("页数太多.ofd", "页", lambda: ofd_root("Doc_0") | _many_pages(5001, TEXT)),
    Hostile("反复引用.ofd", "上限", lambda: ofd_root("Doc_0") | _many_pages(40, f"<x>{_noise(8 * MEGABYTE)}</x>")),
    Hostile(
        "缺页.ofd",
        "缺少部件",
        lambda: ofd_root("Doc_0") | {"Doc_0/Document.xml": _many_pages(2, "")["Doc_0/Document.xml"]},
    ),
    Hostile("压缩包.pdf", "ZIP", lambda: {"说明.txt": "第一条"}, UnknownFormat),
    Hostile("表格.docx", "Excel", lambda: OTHER_OFFICE | {"xl/workbook.xml": "<workbook/>"}, UnknownFormat),
    Hostile("演示.pdf", "PowerPoint", lambda: OTHER_OFFICE | {"ppt/presentation.xml": "<p/>"}, UnknownFormat),
    Hostile("空包.docx", "空的 ZIP", lambda: {}, UnknownFormat),
)
