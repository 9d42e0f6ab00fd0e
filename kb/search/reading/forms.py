"""The forms of questions of ``forms.toml``, ready to be looked for in a question.

A form is what a question says when it asks for something: 谁负责, 几个工作日内, Who is in charge. Each is made of small
patterns with a sample beside it; here they become one expression, Chinese and English together, for a question may mix
them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_suffix(".toml")
NAMED = re.compile(r"\{([a-z_]+)\}")


@cache
def stored() -> dict[str, Any]:
    """Return the table as written: ``words``, ``forms``, ``asks``, ``record`` and ``levels``."""
    return tomllib.loads(STORED.read_text("utf-8"))


@cache
def form(name: str) -> re.Pattern[str]:
    """Return what finds a form in a question, in capitals or not.

    >>> bool(form("duty").search("绿道由谁管")), bool(form("duty").search("绿道多长"))
    (True, False)
    """
    return _compiled(stored()["forms"][name])


@cache
def levels() -> Mapping[str, re.Pattern[str]]:
    """Return, for each level of government, what names its documents."""
    return {level: _compiled(entry) for level, entry in stored()["levels"].items()}


@cache
def asking() -> Mapping[str, re.Pattern[str]]:
    """Return, for each type of value, what finds that it is asked for."""
    return {name: _compiled(entry) for name, entry in stored()["asks"].items()}


@cache
def record() -> Mapping[str, re.Pattern[str]]:
    """Return, for each field of a document's record, what finds that it is asked for."""
    return {name: _compiled(entry) for name, entry in stored()["record"].items()}


def says(name: str, text: str) -> bool:
    """Tell whether a question is of a form."""
    return bool(form(name).search(text))


def spelt_out(pattern: str) -> str:
    """Return a pattern with its named lists of words put in; their words may name lists in turn.

    >>> spelt_out("第{day}")
    '第(?:什么时候|何时|哪一?年|哪一?天|几月|几号)'
    """
    return NAMED.sub(lambda m: f"(?:{'|'.join(map(spelt_out, stored()['words'][m[1]]))})", pattern)


def _compiled(entry: Mapping[str, Sequence[Any]]) -> re.Pattern[str]:
    patterns = [re.escape(word) for word in entry.get("words", ())]
    patterns += [spelt_out(pattern) for pattern, _ in entry.get("says", ())]
    return re.compile("|".join(patterns), re.IGNORECASE)
