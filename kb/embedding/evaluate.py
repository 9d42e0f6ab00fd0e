"""Score a static model on the training corpus: ``python -m kb.embedding.evaluate --laws … --policies … [--model …]``.

Sets that training never sees: everyday questions with the articles that answer them (written by hand, checked by
reading the articles; those whose articles training knows other questions to are scored apart; ``--lay`` adds those of
``eval/lay.jsonl``, one half at a time), everyday and English questions to single policies, and five random words of
units held out of training. Recall is the share of right units among the first k; a text that stands in several laws
counts as found wherever it stands. The dense channel is scored alone: the lexical channel and fusion are not seen here.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import PolicyError
from kb.embedding.corpus import Unit, read_laws, read_policies, read_policy
from kb.embedding.learning import held_out
from kb.embedding.static import TOKENIZER_FILE, StaticModel
from kb.embedding.train import DEFAULT, WORD_TABLES
from kb.embedding.vocabulary import WORD_START, read_words

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions.jsonl"
COMMONEST = 200
PSEUDO_WORDS = 5
BLOCK = 64


def ranks(
    model: StaticModel, queries: Sequence[str], right: Sequence[Sequence[int]], units: NDArray[np.float32]
) -> list[list[int]]:
    """Return for each query how many units lie nearer than each right one (0: first place)."""
    found: list[list[int]] = []
    for start in range(0, len(queries), BLOCK):
        scores = model.encode(queries[start : start + BLOCK]) @ units.T
        for row, own in zip(scores, right[start : start + BLOCK], strict=True):
            found.append([int((row > row[unit]).sum()) for unit in own])
    return found


def recall(found: Sequence[Sequence[int]], k: int) -> float:
    """Return the mean share of right units among the first ``k``.

    >>> recall([[0, 12], [3]], 10)
    0.75
    """
    return sum(sum(rank < k for rank in own) / len(own) for own in found) / len(found)


def reciprocal_rank(found: Sequence[Sequence[int]]) -> float:
    """Return the mean reciprocal rank of the first right unit.

    >>> reciprocal_rank([[0, 12], [3]])
    0.625
    """
    return sum(1 / (1 + min(own)) for own in found) / len(found)


def everyday(
    model: StaticModel, questions: Sequence[dict[str, Any]], units: Sequence[Unit], vectors: NDArray[np.float32]
) -> dict[str, float]:
    """Score everyday questions over all units."""
    place: dict[tuple[str, str], list[int]] = {}
    for index, unit in enumerate(units):
        place.setdefault((unit.title, unit.number), []).append(index)
    asked = [q for q in questions if "law" in q]
    right = [[i for number in q["articles"] for i in place.get((q["law"], number), [])] for q in asked]
    return _scored(model, [(q["question"], own) for q, own in zip(asked, right, strict=True) if own], vectors)


def lay(
    model: StaticModel, path: Path, half: str, units: Sequence[Unit], vectors: NDArray[np.float32]
) -> dict[str, float]:
    """Score one half of a file of lay questions (query, half, gold: title and article) over all units.

    The civil code lies in the corpus book by book, each under its own title, which begins with the code's.
    """
    place: dict[str, dict[str, list[int]]] = {}
    for index, unit in enumerate(units):
        place.setdefault(unit.number, {}).setdefault("".join(unit.title.split()), []).append(index)
    asked: list[tuple[str, list[int]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        own = [i for gold in question["gold"] for i in _articles(place, gold["title"], gold["article"])]
        if question["half"] == half and own:
            asked.append((question["query"], sorted(set(own))))
    return _scored(model, asked, vectors)


def _articles(place: dict[str, dict[str, list[int]]], title: str, article: str) -> list[int]:
    titled, name = place.get(article.removeprefix("第").split("条")[0], {}), "".join(title.split())
    return titled.get(name) or [i for own, found in titled.items() if own.startswith(name) for i in found]


def _scored(
    model: StaticModel, kept: Sequence[tuple[str, Sequence[int]]], vectors: NDArray[np.float32]
) -> dict[str, float]:
    found = ranks(model, [question for question, _ in kept], [own for _, own in kept], vectors)
    middle = sum(math.log10(1 + min(own)) for own in found) / len(found)
    return {
        "questions": len(kept),
        **{f"recall@{k}": recall(found, k) for k in (10, 20, 100)},
        "reciprocal rank": reciprocal_rank(found),
        "mean log10 rank": middle,
    }


def within_policies(
    model: StaticModel, questions: Sequence[dict[str, Any]], folder: Path, *, english: bool
) -> dict[str, float]:
    """Score questions to one policy each, among that policy's items only."""
    found: list[list[int]] = []
    for question in questions:
        paths = sorted(folder.glob(f"{question['policy']}*")) if "policy" in question else []
        if not paths or question["question"].isascii() != english:
            continue
        texts = [f"{unit.heading} {unit.text}" for unit in read_policy(paths[0])]
        flat = ["".join(text.split()) for text in texts]
        right = [i for i, text in enumerate(flat) if any(start in text[:60] for start in question["items"])]
        if right:
            found.extend(ranks(model, [question["question"]], [right], model.encode(texts)))
    best = [[min(own)] for own in found]
    return {"questions": len(found), "recall@3": recall(best, 3), "reciprocal rank": reciprocal_rank(found)}


def pseudo(
    model: StaticModel, tokenizer: Tokenizer, units: Sequence[Unit], vectors: NDArray[np.float32], *, seed: int
) -> dict[str, float]:
    """Score five random words, the commonest left out, of each unit held out of training.

    ``tokenizer`` says which words there are and how common: its ids are ranks, the commonest first.
    """
    random = np.random.default_rng(seed)
    queries: list[str] = []
    own: list[list[int]] = []
    for unit in held_out(len(units), seed=seed)[0].tolist():
        ids = sorted({i for i in tokenizer.encode(units[unit].text).ids if i > COMMONEST})
        if len(ids) >= PSEUDO_WORDS:
            chosen = random.choice(ids, PSEUDO_WORDS, replace=False).tolist()
            queries.append(" ".join(str(tokenizer.id_to_token(i)).lstrip(WORD_START) for i in chosen))
            own.append([unit])
    found = ranks(model, queries, own, vectors)
    return {"questions": len(found), "recall@1": recall(found, 1), "recall@10": recall(found, 10)}


def described(units: Sequence[Unit]) -> list[str]:
    """Return what is encoded of each unit: its title, heading and text in one piece, as training pairs them."""
    return [f"{unit.title} {unit.heading} {unit.text}" for unit in units]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m kb.embedding.evaluate", description="测量静态向量模型")
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--policies", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=HERE / "model")
    parser.add_argument("--lay", type=Path, help="日常问题文件（eval/lay.jsonl）")
    parser.add_argument("--half", choices=["tuning", "final"], default="tuning", help="其中的哪一半")
    parser.add_argument("--dimensions", type=int, default=0, help="只用前几维（0 为全部）")
    parser.add_argument("--seed", type=int, default=DEFAULT.seed)
    given = parser.parse_args(arguments)
    try:
        model = StaticModel.load(given.model)
        model = model.truncated(given.dimensions) if given.dimensions else model
        units = read_laws(given.laws) + read_policies(given.policies)
    except PolicyError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    fresh, known = _apart(questions)
    vectors = model.encode(described(units))
    report = {
        "model": model.name,
        "units": len(units),
        "everyday questions": everyday(model, fresh, units, vectors),
        "everyday questions to articles learnt": everyday(model, known, units, vectors),
        **({f"lay, {given.half}": lay(model, given.lay, given.half, units, vectors)} if given.lay else {}),
        "policies, Chinese": within_policies(model, questions, given.policies, english=False),
        "policies, English": within_policies(model, questions, given.policies, english=True),
        "held-out words": pseudo(model, _tokenizer(given.model), units, vectors, seed=given.seed),
    }
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0


def _apart(questions: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the everyday questions to articles that no question of training asks for, and the others."""
    learnt = {(row.law, article) for row in read_words(*WORD_TABLES).asked for article in row.articles}
    asked = [q for q in questions if "law" in q]
    known = [q for q in asked if any((q["law"], article) in learnt for article in q["articles"])]
    return [q for q in asked if q not in known], known


def _tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / TOKENIZER_FILE))


if __name__ == "__main__":
    sys.exit(main())
