"""Ledgers to files that open in WPS, Excel and Word: .xlsx, .docx, .csv, .json, .md.

A file is written beside its place and put there when it is whole: what stood there before is replaced by success alone.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kb.errors import BadInput
from kb.export.columns import HEADINGS, Record
from kb.export.paper import to_docx
from kb.export.plain import to_csv, to_json, to_md
from kb.export.workbook import to_xlsx

__all__ = ["HEADINGS", "export", "to_csv", "to_docx", "to_json", "to_md", "to_xlsx"]

MAKERS: dict[str, Callable[[Sequence[Record]], bytes]] = {
    ".xlsx": to_xlsx,
    ".docx": to_docx,
    ".csv": to_csv,
    ".json": to_json,
    ".md": to_md,
}


def export(rows: Sequence[Record], path: Path) -> None:
    """Write the rows in the format of the suffix; an existing file is replaced.

    Raises:
        BadInput: another suffix, or the file cannot be written.
    """
    maker = MAKERS.get(path.suffix.lower())
    if maker is None:
        raise BadInput(f"不支持的导出格式：{path.name}。请用 .xlsx、.docx、.csv、.json 或 .md。")
    content = maker(rows)
    try:
        _replace(path.resolve(), content)
    except OSError as error:
        raise BadInput(f"无法写入：{path}（{error.strerror}）。请换一个可写的位置，或先关闭打开它的程序。") from error


def _replace(path: Path, content: bytes) -> None:
    """Put the content at ``path`` in one step, with the rights of the file that stood there or of a new one."""
    if path.is_dir():
        raise IsADirectoryError(21, os.strerror(21), str(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
