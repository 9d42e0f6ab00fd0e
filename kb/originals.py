"""The kept originals and what was corrected about them, as files beside the database.

``originals/<doc_id>/<its name>`` is the file as it was read; ``corrections/<doc_id>.json`` holds the fields of the card
that a person has set right (title, 文号, issuers, date …). Both outlive the database, so that a library whose database
is lost is read in anew as it was. A correction wins over what is declared and what is printed, on every reading, until
it is taken back. Nothing here looks into a file.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from ingest.document import Source
from ingest.manifest import ALLOWED
from ingest.names import visible
from kb.errors import BadInput, StoreUnusable

ORIGINALS = "originals"
CORRECTIONS = "corrections"
FIELDS = {
    "title": "title", "doc_number": "number", "issuers": "issuers", "date": "dated", "level": "level",
    "region": "region", "form": "form", "status": "status",
}  # fmt: skip
"""Names of the fields that can be corrected, as in ``kb docs --json``, and in ``Source``."""
LONGEST = 500
Fields = Mapping[str, object]


def keep(home: Path, source: Source) -> None:
    """Copy the original under its own name, in place of what the document had.

    Raises:
        StoreUnusable: disk or rights fail.
    """
    folder = home / ORIGINALS / source.doc_id
    kept, fresh = folder / source.path.name, folder.with_name(f"{source.doc_id}.new")
    try:
        if kept.exists() and kept.samefile(source.path):
            return
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        shutil.copyfile(source.path, fresh / source.path.name)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    except OSError as error:
        hint = "请检查磁盘空间和文件夹权限"
        raise StoreUnusable(f"原件不能存入知识库：{kept}（{error.strerror}）；{hint}") from error


def forget(home: Path, doc_id: str) -> None:
    """Delete the original and the corrections of a document."""
    shutil.rmtree(home / ORIGINALS / doc_id, ignore_errors=True)
    _file(home, doc_id).unlink(missing_ok=True)


def place(home: Path, doc_id: str, name: str) -> Path:
    """Return where the original of a document is kept.

    Raises:
        StoreUnusable: it is gone.
    """
    kept = home / ORIGINALS / doc_id / name
    if not kept.is_file():
        raise StoreUnusable(f"原件不在知识库中：{visible(str(kept))}；请重新导入这份文件")
    return kept


def every(home: Path) -> Iterator[Path]:
    """Yield the kept originals; the folder of each is named by its document's id."""
    found = sorted((home / ORIGINALS).glob("*/*"))
    yield from (path for path in found if path.is_file() and path.parent.suffix != ".new")


def corrections(home: Path, doc_id: str) -> dict[str, object]:
    """Return the corrected fields of a document, by their names in ``FIELDS``.

    Raises:
        BadInput: the file was damaged.
    """
    file = _file(home, doc_id)
    try:
        return checked(json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(f"更正记录读不出来：{file}；请改正或删去这个文件后重试") from error


def correct(home: Path, doc_id: str, fields: Fields) -> None:
    """Store the corrected fields of a document, in place of those it had."""
    file = _file(home, doc_id)
    if not fields:
        file.unlink(missing_ok=True)
        return
    written = {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(written, ensure_ascii=False, indent=1), "utf-8")
        fresh.replace(file)
    except OSError as error:
        raise StoreUnusable(f"更正不能存入知识库：{file}（{error.strerror}）；请检查磁盘空间和文件夹权限") from error


def merged(known: Fields, fields: Fields) -> dict[str, object]:
    """Return known corrections with new ones; None takes a correction back.

    >>> merged({"title": "甲", "level": "市"}, {"title": None, "doc_number": ""})
    {'level': '市', 'doc_number': ''}
    """
    return {name: value for name, value in {**known, **checked(fields)}.items() if value is not None}


def checked(fields: Fields) -> dict[str, object]:
    """Return fields in the types of ``Source``; empty means that the document has none.

    Raises:
        BadInput: an unknown field or a value that cannot be one.
    """
    if not isinstance(fields, Mapping):
        raise BadInput("更正应是字段名和值；请改正")
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise BadInput(f"不能更正的字段：{'、'.join(unknown)}；可以更正的有 {'、'.join(FIELDS)}")
    return {name: None if value is None else _value(name, value) for name, value in fields.items()}


def applied(source: Source, fields: Fields, *, empty: bool = True) -> Source:
    """Return the source with the corrected fields; without ``empty`` only those that hold something."""
    values = {FIELDS[name]: value for name, value in fields.items() if empty or value not in ("", ())}
    if "dated" in values:
        values["dated"] = values["dated"] or None
    return replace(source, **values)  # type: ignore[arg-type]  # checked field by field


def blank(source: Source, names: Iterable[str]) -> Source:
    """Return the source without what it holds in the fields of these names."""
    empty = Source(source.doc_id, source.path, source.sha256)
    return replace(source, **{FIELDS[name]: getattr(empty, FIELDS[name]) for name in names})


def _value(name: str, value: object) -> object:
    if name == "issuers":
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list | tuple) and all(isinstance(n, str) and len(n) <= LONGEST for n in names):
            return tuple(n.strip() for n in names if n.strip())
        raise BadInput("issuers 应是机关名称的列表；请改正")
    if name == "date" and isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) > LONGEST or any(ord(c) < 32 for c in value):
        raise BadInput(f"{name} 应是不超过 {LONGEST} 字的一行文字；请改正")
    text = value.strip()
    if name == "date" and text:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise BadInput(f"date 的值“{text}”不是日期；请写成 2023-08-05 的样子") from error
    if name in ALLOWED and text not in ALLOWED[name]:
        raise BadInput(f"{name} 的值“{text}”不对；只能是 {'、'.join(ALLOWED[name])}")
    if name == "title" and not text:
        raise BadInput("标题不能为空；请填写")
    return text


def _file(home: Path, doc_id: str) -> Path:
    return home / CORRECTIONS / f"{doc_id}.json"
