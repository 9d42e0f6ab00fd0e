"""ZIP archives of XML parts, the container of DOCX and OFD: the only room in which zipfile and lxml live.

Such a file can lie about everything: sizes, names, where an entity leads. So nothing is written to disk, the directory
is judged before any entry is unpacked, every cap has a name, and a part with a DOCTYPE is refused (ISO/IEC 29500-2,
7.2.3 forbids it, and a policy document has no use for entities). Archives inside the archive are never opened. What a
part says is told by the readers of its format.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ingest.errors import EncryptedFile, UnreadableFile

if TYPE_CHECKING:
    from typing import TypeAlias

    from lxml import etree

    Element: TypeAlias = etree._Element

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
MAX_ENTRIES = 20_000
MAX_DIRECTORY = 4 * 1024 * 1024
"""Bytes of the directory at the end of the archive."""
MAX_UNPACKED = 1024 * 1024 * 1024
"""Bytes of all entries together, pictures included; only those of the parts that are read are ever unpacked."""
MAX_PART = 32 * 1024 * 1024
"""Bytes of one part that is read."""
MAX_READ = 256 * 1024 * 1024
"""Bytes of all parts that are read, each as often as it is."""
MAX_RATIO = 200
LEAST_RATED = 8 * 1024 * 1024
"""From this size on, an entry may not unpack to more than ``MAX_RATIO`` times its packed size."""
MAX_MARKS = 3_000_000
"""Tags and attributes of one part: each costs some 100 bytes of memory, however short it is written."""
MAX_NAME = 60
"""Characters of the name of a part that a message shows."""
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
END, END_SIZE, MAX_COMMENT = b"PK\x05\x06", 22, 65535
END64 = b"PK\x06\x07"
DAMAGED = "ZIP 压缩包（docx、ofd 也是）不完整或已损坏；请重新下载或另存一份"
RESOURCE_LIMIT = 114
"""libxml2's XML_ERR_RESOURCE_LIMIT: 256 levels of tags, 10 MB in one text or attribute."""


def recognises(head: bytes) -> bool:
    r"""Tell whether the first bytes belong to a ZIP archive.

    >>> recognises(b"PK\x03\x04..."), recognises(b"%PDF-1.7")
    (True, False)
    """
    return head.startswith(SIGNATURES)


def directory(stream: BinaryIO, name: str) -> bytes:
    """Return the directory at the end of a ZIP, which names its entries.

    Raises:
        UnreadableFile: cut short, or larger than ``MAX_DIRECTORY``.
    """
    size = stream.seek(0, io.SEEK_END)
    tail_start = max(0, size - END_SIZE - MAX_COMMENT)
    stream.seek(tail_start)
    tail = stream.read()
    at = tail.rfind(END) if not tail[-END_SIZE:].startswith(END) else len(tail) - END_SIZE
    if at < 0 or at + END_SIZE > len(tail):
        raise UnreadableFile(f"{name}：{DAMAGED}（缺少压缩包结尾）")
    entries, length, start = struct.unpack("<HLL", tail[at + 10 : at + 20])
    if entries > MAX_ENTRIES or length > MAX_DIRECTORY or tail[max(0, at - 20) : at].startswith(END64):
        raise UnreadableFile(f"{name}：压缩包内的条目太多（上限 {MAX_ENTRIES} 个）；这不是正常的文档，请另存后再导入")
    if start + length > tail_start + at:
        raise UnreadableFile(f"{name}：{DAMAGED}（压缩包目录与内容不符）")
    stream.seek(tail_start + at - length)
    return stream.read(length)


@dataclass(slots=True)
class Archive:
    """An open archive whose directory has been checked; ``entries`` are looked up whatever their case."""

    file: str
    zip: zipfile.ZipFile
    entries: dict[str, zipfile.ZipInfo]
    spent: int = 0

    def holds(self, part: str) -> bool:
        """Tell whether the archive has this part."""
        return _key(part) in self.entries

    def read(self, part: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            UnreadableFile: missing, damaged, larger than ``MAX_PART``, or one too many (``MAX_READ``).
        """
        info = self.entries.get(_key(part))
        if info is None:
            raise UnreadableFile(f"{self.file}：缺少部件 {_shown(part)}，文件不完整；请重新下载或另存一份")
        self.spent += info.file_size
        if info.file_size > MAX_PART or self.spent > MAX_READ:
            limits = f"单个部件 {MAX_PART // 2**20} MB、合计 {MAX_READ // 2**20} MB"
            raise UnreadableFile(f"{self.file}：部件 {_shown(part)} 使解开的内容超过上限（{limits}）；请拆分后再导入")
        try:
            return self.zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise UnreadableFile(f"{self.file}：部件 {_shown(part)} 已损坏，读不出来；请重新下载或另存一份") from error

    def xml(self, part: str) -> Element:
        """Parse a part: no entities, no network, no DOCTYPE, at most 256 levels of tags.

        Raises:
            UnreadableFile: missing, too large, too deep, not well-formed, or with a DOCTYPE.
        """
        return _parsed(self.read(part), _shown(part), self.file)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive and check its directory.

    Raises:
        EncryptedFile: an entry is encrypted.
        UnreadableFile: damaged, too many or too large entries, or entries that name places outside the archive.
    """
    with path.open("rb") as stream:
        directory(stream, path.name)
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            raise UnreadableFile(f"{path.name}：{DAMAGED}") from error
        with archive:
            yield Archive(path.name, archive, _checked(archive.infolist(), path.name))


def _checked(infos: list[zipfile.ZipInfo], name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name, or refuse the archive."""
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        key = _key(info.filename)
        if reason := _refusal(info) or ("有重名的条目" if key in entries else ""):
            raise UnreadableFile(f"{name}：压缩包{reason}，不予打开；请用办公软件另存一份再导入")
        if info.flag_bits & ENCRYPTED:
            raise EncryptedFile(f"{name}：文件加了密码；请用密码打开后另存为不加密的文件再导入")
        entries[key] = info
    if len(entries) > MAX_ENTRIES or sum(info.file_size for info in infos) > MAX_UNPACKED:
        limits = f"{MAX_ENTRIES} 个条目、{MAX_UNPACKED // 2**20} MB"
        raise UnreadableFile(f"{name}：压缩包解开后超过 {limits} 的上限，不予打开；请拆分后再导入")
    return entries


def _refusal(info: zipfile.ZipInfo) -> str:
    """Say what is wrong with an entry; empty if nothing is."""
    name = info.orig_filename.replace("\\", "/")
    if name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/"):
        return "里有指向包外的路径"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "里有符号链接"
    if info.compress_type not in METHODS and not info.flag_bits & ENCRYPTED:
        return "用了不支持的压缩方法"
    if info.file_size > LEAST_RATED and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"的压缩比超过 {MAX_RATIO} 倍（疑似压缩炸弹）"
    return ""


def _key(name: str) -> str:
    """Return the name under which an entry is looked up: some writers use backslashes, or another case."""
    return name.replace("\\", "/").strip("/").lower()


def _shown(part: str) -> str:
    r"""Return the name of a part for a message: it comes out of the file, so it may hold anything.

    >>> _shown("Doc_0/Document.xml"), _shown("a\n\u202eb" + "c" * 100)
    ('Doc_0/Document.xml', 'a??bcccccccccccccccccccccccccccccccccccccccccccccccccccccccc…')
    """
    text = "".join(character if character.isprintable() else "?" for character in part)
    return text if len(text) <= MAX_NAME else text[:MAX_NAME] + "…"


def _parsed(data: bytes, part: str, name: str) -> Element:
    from lxml import etree

    bare = data.replace(b"\0", b"")  # UTF-16 too; a DOCTYPE hidden by another encoding is found after parsing
    if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        raise UnreadableFile(f"{name}：部件 {part} 带有 DOCTYPE 声明，可能引用外部内容，不予读取；请另存一份再导入")
    if data.count(b"<") + data.count(b"=") > MAX_MARKS:
        raise UnreadableFile(f"{name}：部件 {part} 的标签多于 {MAX_MARKS} 个；请拆分后再导入")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        limited = error.code == RESOURCE_LIMIT
        why = "嵌套过深或单个内容过长" if limited else "不是完整的 XML，文件可能已损坏"
        raise UnreadableFile(f"{name}：部件 {part} {why}，读不出来；请另存一份再导入") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFile(f"{name}：部件 {part} 带有 DOCTYPE 声明，不予读取；请另存一份再导入")
    return root


def local(node: Element) -> str:
    """Return the name of an element without its namespace: writers disagree on namespaces, strict and old ones."""
    return str(node.tag).rpartition("}")[2]


def child(node: Element | None, *path: str) -> Element | None:
    """Return the first descendant along a path of local names, or None."""
    for name in path:
        node = next(node.iterchildren("{*}" + name), None) if node is not None else None
    return node


def children(node: Element | None, name: str) -> list[Element]:
    """Return the children with this local name."""
    return list(node.iterchildren("{*}" + name)) if node is not None else []


def attribute(node: Element | None, name: str, default: str = "") -> str:
    """Return an attribute by its local name."""
    if node is not None:
        for key, value in node.attrib.items():
            if key.rpartition("}")[2] == name:
                return str(value)
    return default
