"""Train the bundled static model from scratch: ``python -m kb.embedding.train --laws … --policies … --out …``.

No pretrained weights and no questions by people: a Unigram tokenizer over jieba's words, a start from latent semantic
analysis, then contrastive learning on generated pairs (``learning``). What went in is written beside the result
(``training.json``): the recipe, hashes of texts, word tables and result, versions, instruction sets. Equal ones give
equal bytes. Needs torch, scipy and scikit-learn (the ``neural`` extra); the result needs none of them.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.errors import PolicyError
from kb.embedding.corpus import Unit, read_laws, read_policies
from kb.embedding.learning import Recipe, fit, held_out, instructions, require_libraries, save, write_json
from kb.embedding.material import gather
from kb.embedding.static import TABLE_FILE, TOKENIZER_FILE
from kb.embedding.vocabulary import build_tokenizer, count_words, read_words

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WORD_TABLES = (
    ROOT / "ingest" / "glossary.toml",
    ROOT / "kb" / "search" / "lexicon.toml",
    HERE / "lexicon.toml",
    HERE / "asked.jsonl",
)
RECORD = "training.json"
VERSIONS = ("jieba", "numpy", "scikit-learn", "scipy", "tokenizers", "torch")
DEFAULT = Recipe()


def train(units: Sequence[Unit], tables: Sequence[Path], recipe: Recipe) -> tuple[Tokenizer, NDArray[np.float32]]:
    """Return the tokenizer and the trained table."""
    words = read_words(*tables)
    tokenizer = build_tokenizer(count_words(_texts(units)), words.terms, min_count=recipe.min_count)
    _say(f"词表 {tokenizer.get_vocab_size()}，另名 {len(words.terms)} 组")
    _say(f"情境 {len(words.situations)} 组，问句 {len(words.asked)} 条")
    material, table = gather(units, words, tokenizer, seed=recipe.seed)
    _say(f"近似条款 {len(material.twins)} 对，引用 {len(material.citations)} 对")
    _, kept = held_out(len(units), seed=recipe.seed)
    return tokenizer, fit(material, table, kept, recipe, _say)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m kb.embedding.train", description="训练随包的静态向量模型")
    parser.add_argument("--laws", type=Path, required=True, help="法律文本：Markdown 文件夹或 tar 包")
    parser.add_argument("--policies", type=Path, help="政策文件夹（可省略）")
    parser.add_argument("--out", type=Path, required=True, help="模型写到这个文件夹")
    parser.add_argument("--seed", type=int, default=DEFAULT.seed)
    parser.add_argument("--steps", type=int, default=DEFAULT.steps)
    parser.add_argument("--batch", type=int, default=DEFAULT.batch)
    given = parser.parse_args(arguments)
    recipe = Recipe(seed=given.seed, steps=given.steps, batch=given.batch)
    started = time.perf_counter()
    try:
        require_libraries()
        units = read_laws(given.laws) + (read_policies(given.policies) if given.policies else [])
    except PolicyError as problem:
        _say(str(problem))
        return 1
    _say(f"条款 {len(units)} 条")
    with recipe.few_threads():
        tokenizer, table = train(units, WORD_TABLES, recipe)
    save(given.out, tokenizer, table)
    made = {name: _hash(given.out / name) for name in (TOKENIZER_FILE, TABLE_FILE)}
    seconds = round(time.perf_counter() - started)
    write_json(given.out / RECORD, record(units, recipe) | {"made": made, "seconds": seconds})
    return 0


def record(units: Sequence[Unit], recipe: Recipe) -> dict[str, object]:
    """Return what decides the result to the last byte: recipe, hashes of what was read, versions, instruction sets."""
    texts = hashlib.sha256()
    for unit in units:
        texts.update("\x1f".join((unit.kind, unit.title, unit.heading, unit.number, unit.text, "\n")).encode())
    tables = {path.relative_to(ROOT).as_posix(): _hash(path) for path in WORD_TABLES}
    return {
        "recipe": asdict(recipe),
        "units": {"laws": sum(u.kind == "law" for u in units), "policies": sum(u.kind == "policy" for u in units)},
        "sha256": {"units": texts.hexdigest(), **tables},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in VERSIONS}},
        "instructions": instructions(),
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _texts(units: Sequence[Unit]) -> list[str]:
    """Return every text once, and every title and heading once."""
    return list(dict.fromkeys(part for unit in units for part in (unit.title, unit.heading, unit.text)))


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
