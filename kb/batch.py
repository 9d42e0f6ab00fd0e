"""JSON Lines in, one result per line out, in input order: many questions in one process.

A line that is not what it should be, or a question that fails, gives its error and the rest goes on.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.errors import PolicyError
from kb.errors import BadInput

Row = Mapping[str, Any]


def run_batch(path: Path, respond: Callable[[Row], Row], complain: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """Yield ``respond(row)`` with the row's ``id`` for each line that holds something, else ``{"id", "error"}``.

    A fault of the program on one line is told to ``complain`` with its traceback.

    Raises:
        BadInput: the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadInput(f"无法读取批量文件：{path}（{error.strerror}）。请检查路径和权限。") from error
    yield from answer_lines(lines, respond, complain)


def answer_lines(
    lines: Iterable[bytes], respond: Callable[[Row], Row], complain: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Yield what becomes of each line that holds something, as ``run_batch`` does of those of a file."""
    for number, line in ((n, line) for n, line in enumerate(lines, start=1) if line.strip()):
        row: Row = {}
        try:
            row = _row(number, line)
            yield {**respond(row), "id": row.get("id")}
        except PolicyError as error:
            yield {"id": row.get("id"), "error": str(error)}
        except Exception as error:  # one line's fault must not cost the others their answers
            complain(f"第{number}行：\n{traceback.format_exc()}")
            yield {"id": row.get("id"), "error": f"程序内部错误（{type(error).__name__}）。请报告这个问题。"}


def text_of(row: Row, key: str) -> str:
    """Return a text field of a row.

    Raises:
        BadInput: it is missing or no text.
    """
    if not isinstance(row.get(key), str):
        raise BadInput(f"缺少文字字段 {key}。请补上。")
    return str(row[key])


def turns_of(row: Row) -> list[str]:
    """Return the earlier questions of a row, oldest first.

    Raises:
        BadInput: ``history`` is not a list of texts.
    """
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise BadInput("history 应为文字列表。请改正。")
    return history


def _row(number: int, line: bytes) -> Row:
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError) as error:  # wrong bytes or marks, a number or a nesting without end
        raise BadInput(f"第{number}行不是 UTF-8 编码的 JSON。请改正这一行。") from error
    if not isinstance(row, dict):
        raise BadInput(f"第{number}行不是 JSON 对象。请改正这一行。")
    return row
