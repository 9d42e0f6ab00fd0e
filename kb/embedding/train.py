"""Train the bundled static model from scratch: ``python -m kb.embedding.train --laws … --policies … --out …``.

No pretrained weights and no questions by people: a Unigram tokenizer over jieba's words, a start from latent semantic
analysis, then contrastive learning on generated pairs (in-batch softmax as in MultipleNegativesRanking, Henderson et
al. 2017; nested heads of 64, 128 and 256 dimensions as in Matryoshka representation learning, Kusupati et al. 2022).
One seed gives one table on one machine and thread count. Needs torch, scipy and scikit-learn (the ``neural`` extra);
the result needs none of them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.errors import PolicyError
from kb.embedding.corpus import Unit, read_laws, read_policies
from kb.embedding.material import gather
from kb.embedding.pairs import Ids, Material, PairMaker
from kb.embedding.static import TABLE_FILE, TABLE_KEY, TOKENIZER_FILE
from kb.embedding.vocabulary import Term, build_tokenizer, count_words, read_terms

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WORD_TABLES = (ROOT / "ingest" / "glossary.toml", ROOT / "kb" / "search" / "lexicon.toml", HERE / "lexicon.toml")
HEADS = (64, 128, 256)
SCALE = 20.0
HELD_OUT = 1_000
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]
MODEL_CONFIG: dict[str, object] = {
    "model_type": "SentenceTransformer",
    "prompts": {},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training run may vary; the defaults made the bundled model."""

    seed: int = 15
    steps: int = 600
    batch: int = 2048
    rate: float = 0.05
    min_count: int = 6
    threads: int = 2


DEFAULT = Recipe()


def train(units: Sequence[Unit], terms: Sequence[Term], recipe: Recipe) -> tuple[Tokenizer, NDArray[np.float32]]:
    """Return the tokenizer and the trained table."""
    tokenizer = build_tokenizer(count_words(_texts(units)), terms, min_count=recipe.min_count)
    _say(f"词表 {tokenizer.get_vocab_size()}")
    material, table = gather(units, terms, tokenizer, seed=recipe.seed)
    _say(f"近似条款 {len(material.twins)} 对，引用 {len(material.citations)} 对")
    _, kept = held_out(len(units), seed=recipe.seed)
    return tokenizer, fit(material, table, kept, recipe)


def held_out(count: int, *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of ``count`` units are never the target of a training pair, and the rest; both in order."""
    order = np.random.default_rng(seed).permutation(count)
    share = min(HELD_OUT, count // 10)
    return np.sort(order[:share]), np.sort(order[share:])


def fit(
    material: Material, table: NDArray[np.float32], units: NDArray[np.int64], recipe: Recipe
) -> NDArray[np.float32]:
    """Train the table on pairs drawn from ``units``; row 0 (unknown words) stays zero."""
    import torch

    torch.set_num_threads(recipe.threads)
    weight = torch.nn.Parameter(torch.from_numpy(table.copy()))
    optimiser = torch.optim.Adam([weight], lr=recipe.rate, fused=True)
    maker = PairMaker(material, units, seed=recipe.seed)
    heads = sorted({min(head, table.shape[1]) for head in HEADS})
    started, total = time.perf_counter(), 0.0
    for step, (queries, documents, groups) in enumerate(_ahead(maker, recipe)):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (1 - step / recipe.steps)
        loss = _loss(_bags(weight, queries), _bags(weight, documents), torch.from_numpy(groups), heads)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += loss.item()
        if step % 50 == 49:
            _say(f"第 {step + 1} 步，损失 {total / 50:.3f}，{time.perf_counter() - started:.0f} 秒")
            total = 0.0
    trained: NDArray[np.float32] = weight.detach().numpy().copy()
    return trained


def save(folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
    """Write the folder that ``StaticModel`` and sentence-transformers read; the table in half precision."""
    from safetensors.numpy import save as to_bytes

    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    (folder / TABLE_FILE).write_bytes(to_bytes({TABLE_KEY: table.astype(np.float16)}))
    _write_json(folder / "modules.json", MODULES)
    _write_json(folder / "config_sentence_transformers.json", MODEL_CONFIG)
    _write_json(folder / "1_Normalize" / "config.json", {})


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
    try:
        units = read_laws(given.laws) + (read_policies(given.policies) if given.policies else [])
    except PolicyError as problem:
        _say(str(problem))
        return 1
    _say(f"条款 {len(units)} 条")
    terms = read_terms(*WORD_TABLES)
    tokenizer, table = train(units, terms, Recipe(seed=given.seed, steps=given.steps, batch=given.batch))
    save(given.out, tokenizer, table)
    return 0


def _texts(units: Sequence[Unit]) -> list[str]:
    """Return every text once, and every title and heading once."""
    return list(dict.fromkeys(part for unit in units for part in (unit.title, unit.heading, unit.text)))


def _ahead(maker: PairMaker, recipe: Recipe) -> Iterator[tuple[list[Ids], list[Ids], NDArray[np.int64]]]:
    """Yield the batches in order, each drawn while the one before is learnt from."""
    with ThreadPoolExecutor(1) as drawer:
        coming = drawer.submit(maker.batch, recipe.batch)
        for _ in range(recipe.steps):
            batch = coming.result()
            coming = drawer.submit(maker.batch, recipe.batch)
            yield batch


def _bags(weight: torch.Tensor, rows: Sequence[Ids]) -> torch.Tensor:
    import torch

    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])[:-1]])
    ids = torch.from_numpy(np.concatenate(rows).astype(np.int64))
    return torch.nn.functional.embedding_bag(ids, weight, torch.from_numpy(offsets), mode="mean")


def _loss(queries: torch.Tensor, documents: torch.Tensor, groups: torch.Tensor, heads: Sequence[int]) -> torch.Tensor:
    """Softmax over the batch at every head; documents of one group are not negatives of each other."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    labels = torch.arange(len(queries))
    same = groups[:, None] == groups[None, :]
    same.fill_diagonal_(False)
    total = queries.new_zeros(())
    for head in heads:
        scores = SCALE * normalize(queries[:, :head], dim=1) @ normalize(documents[:, :head], dim=1).T
        total = total + cross_entropy(scores.masked_fill(same, -torch.inf), labels)
    return total / len(heads)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
