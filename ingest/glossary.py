"""The glossary: official terms with the names that stand for them, an explanation in our own words, and a heading."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True, slots=True)
class Term:
    """One entry: official name, interchangeable aliases, everyday and English names, explanation, heading."""

    zh: str
    aliases: tuple[str, ...]
    lay: tuple[str, ...]
    en: tuple[str, ...]
    related: tuple[str, ...]
    explain: str
    category: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names that mean the term and nothing else."""
        return (self.zh, *self.aliases)


@cache
def glossary() -> tuple[Term, ...]:
    """Return the glossary in file order.

    >>> glossary()[0].zh
    '能耗双控'
    """
    return tuple(map(_term, tomllib.loads(TABLE.read_text("utf-8"))["term"]))


def _term(row: dict[str, Any]) -> Term:
    names = {key: tuple(row.get(key, ())) for key in ("aliases", "lay", "en", "related")}
    return Term(zh=row["zh"], explain=row.get("explain", ""), category=row.get("category", ""), **names)
