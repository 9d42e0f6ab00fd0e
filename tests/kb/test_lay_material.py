"""What training learns of everyday wording: rows of the right shape, and no question that an evaluation asks."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EMBEDDING = ROOT / "kb" / "embedding"
EVALUATED = [EMBEDDING / "questions.jsonl", *sorted((ROOT / "eval").glob("*.jsonl"))]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def asked() -> list[dict[str, Any]]:
    return rows(EMBEDDING / "asked.jsonl")


def test_a_question_to_learn_names_a_law_and_its_articles(asked: list[dict[str, Any]]) -> None:
    for row in asked:
        assert set(row) == {"question", "law", "articles"}, row
        assert 5 <= len(row["question"]) <= 60, row
        assert row["law"] not in row["question"], row
        assert row["articles"], row
        assert set("".join(row["articles"])) <= set("一二三四五六七八九十百千零"), row


def test_a_question_is_learnt_once(asked: list[dict[str, Any]]) -> None:
    repeated = [q for q, count in Counter(row["question"] for row in asked).items() if count > 1]
    assert repeated == []


@pytest.mark.parametrize("path", EVALUATED, ids=lambda path: path.name)
def test_no_question_of_an_evaluation_is_learnt(asked: list[dict[str, Any]], path: Path) -> None:
    evaluated = {row.get("question") or row.get("query") for row in rows(path)}
    assert evaluated.isdisjoint(row["question"] for row in asked)
