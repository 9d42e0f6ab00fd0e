"""Gold questions: one JSON object a line.

Keys: id, type, question, history, answerable, gold_clauses (addresses, one of which must be cited), departments
(exactly these bodies), must_contain (each an alternation ``a|b``), must_not_contain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import BadInput


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what a right answer holds."""

    id: str
    type: str
    question: str
    history: tuple[str, ...] = ()
    answerable: bool = True
    gold_clauses: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()


def read_gold(path: Path) -> list[GoldQuestion]:
    """Return the questions of a gold file in order; unknown keys are ignored.

    Raises:
        BadInput: the file or a line of it cannot be read, naming the line.
    """
    questions: list[GoldQuestion] = []
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"无法读取题库：{path}。请给出 UTF-8 编码的 JSON Lines 文件。") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise BadInput(
                    f"题库第{number}行有误（{error}）：{path}。每行须是含 id、question 的 JSON 对象。"
                ) from error
    return questions


def _question(row: dict[str, Any]) -> GoldQuestion:
    lists = ("history", "gold_clauses", "departments", "must_contain", "must_not_contain")
    return GoldQuestion(
        id=str(row["id"]),
        type=str(row.get("type", "")),
        question=str(row["question"]),
        answerable=bool(row.get("answerable", True)),
        **{key: tuple(row.get(key) or ()) for key in lists},
    )
