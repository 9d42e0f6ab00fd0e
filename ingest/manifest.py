"""corpus/manifest.jsonl: what is declared about the bundled documents, checked before anything is read.

One JSON object a line. A wrong line stops the whole manifest, with its number: a library with a silently dropped or
altered document would give wrong answers. Unknown keys are errors, so that a misspelt ``dated`` cannot pass unseen.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ingest.document import Source
from ingest.errors import ManifestError, UnreadableFile

REQUIRED = ("doc_id", "file", "sha256", "title")
TEXTS = ("number", "level", "region", "form", "status", "url")
KEYS = (*REQUIRED, *TEXTS, "issuers", "dated")
# The first of each is the default.
ALLOWED = {
    "level": ("", "国", "省", "市", "县"),
    "form": ("fulltext", "digest"),
    "status": ("in_force", "amended", "superseded"),
}
CHUNK = 1 << 20
DOC_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")


def read_manifest(path: Path) -> tuple[Source, ...]:
    """Read and check a manifest; files are named relative to its folder.

    Raises:
        ManifestError: a line is wrong, or a file is missing or changed; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path.name}：读不出清单；请检查文件是否存在、是否为 UTF-8") from error
    return tuple(_sources(path, lines))


def _sources(path: Path, lines: list[str]) -> Iterator[Source]:
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            source = _source(line, path.parent)
            for key in (source.doc_id, str(source.path)):
                if key in seen:
                    raise ValueError(f"{key} 与第 {seen[key]} 行重复；请删去其中一行")
                seen[key] = number
        except ValueError as error:
            raise ManifestError(f"{path.name} 第 {number} 行：{error}") from error
        yield source


def _source(line: str, folder: Path) -> Source:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"不是合法的 JSON（第 {error.colno} 列）；请修正这一行") from error
    if not isinstance(entry, dict):
        raise ValueError("应是一个 JSON 对象；请修正这一行")
    return _checked(entry, folder)


def _checked(entry: dict[str, Any], folder: Path) -> Source:
    """Check the fields of one entry and the file it names."""
    unknown = sorted(set(entry) - set(KEYS))
    if unknown:
        raise ValueError(f"不认识的字段 {'、'.join(unknown)}；可用的字段有 {'、'.join(KEYS)}")
    missing = [key for key in REQUIRED if not entry.get(key)]
    if missing:
        raise ValueError(f"缺少字段 {'、'.join(missing)}；请补上")
    wrong = [key for key in (*REQUIRED, *TEXTS) if not isinstance(entry.get(key, ""), str)]
    if wrong:
        raise ValueError(f"字段 {'、'.join(wrong)} 应是字符串；请改正")
    for key, allowed in ALLOWED.items():
        if entry.get(key, allowed[0]) not in allowed:
            raise ValueError(f"{key} 的值“{entry[key]}”不对；只能是 {'、'.join(allowed)}")
    if not DOC_ID.fullmatch(entry["doc_id"]):
        raise ValueError(f"doc_id“{entry['doc_id']}”不对；只能用字母、数字、点、横线、下划线，不超过 64 个字符")
    path = _inside(folder, entry["file"])
    _compare(path, entry["sha256"].lower())
    return Source(
        doc_id=entry["doc_id"],
        path=path,
        sha256=entry["sha256"].lower(),
        title=entry["title"],
        issuers=_issuers(entry.get("issuers", [])),
        dated=_date(entry.get("dated")),
        **{key: entry[key] for key in TEXTS if key in entry},
    )


def _inside(folder: Path, name: str) -> Path:
    """Return the file of that name; it must lie in the manifest's folder."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"文件 {name} 不在清单所在的文件夹里；只能写文件夹内的相对路径")
    return path


def _compare(path: Path, expected: str) -> None:
    """Check that the file holds what the manifest says."""
    try:
        found = _sha256(path)
    except OSError as error:
        raise ValueError(f"打不开文件 {path.name}（{error.strerror}）；请检查 file 字段") from error
    if found != expected:
        raise ValueError(f"文件 {path.name} 的内容与 sha256 不符（实际为 {found}）；若是有意更新，请改 sha256")


def _issuers(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise ValueError("issuers 应是机关名称的列表；请改正")
    return tuple(value)


def _date(value: object) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"dated 的值“{value}”不是日期；请写成 2023-08-05 的样子") from error


def source_of(path: Path) -> Source:
    """Return the Source of a bare file; its id depends on the place, its sha256 on the content.

    Raises:
        UnreadableFile: the file cannot be opened.
    """
    place = unicodedata.normalize("NFC", str(path.resolve()))
    try:
        digest = _sha256(path)
    except OSError as error:
        raise UnreadableFile(f"{path.name}：打不开文件（{error.strerror}）；请检查路径和权限") from error
    return Source("d" + hashlib.sha256(place.encode()).hexdigest()[:12], path, digest)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
