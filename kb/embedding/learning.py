"""Contrastive learning of a table of word vectors from generated pairs, and the folder that holds the result.

In-batch softmax as in MultipleNegativesRanking (Henderson et al. 2017), over the whole width at every step and over its
prefixes of 64 and 128 dimensions in turn, as in Matryoshka representation learning (Kusupati et al. 2022). Every other
document of the batch is a negative, except those of the same text. One seed gives one table, to the byte, with one set
of versions, one number of threads and one kind of processor. Needs torch (the ``neural`` extra); the result none of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.embedding.pairs import Ids, Material, PairMaker
from kb.embedding.static import TABLE_FILE, TABLE_KEY, TOKENIZER_FILE
from kb.errors import ModelUnavailable

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

Say = Callable[[str], None]
LIBRARIES = ("torch", "scipy", "sklearn")
ADDING = ("torch", "scipy.linalg", "sklearn.utils.extmath")
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
    steps: int = 450
    batch: int = 2048
    rate: float = 0.05
    min_count: int = 7
    threads: int = 1

    def few_threads(self) -> AbstractContextManager[object]:
        """Keep numpy, scipy and torch to so many threads: how a sum is shared out decides how it is rounded."""
        from threadpoolctl import threadpool_limits

        for name in ADDING:  # what is loaded only later would not be limited
            import_module(name)
        limited: AbstractContextManager[object] = threadpool_limits(self.threads)
        return limited


def require_libraries() -> None:
    """Check that what training needs is installed.

    Raises:
        ModelUnavailable: a library is missing.
    """
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise ModelUnavailable(f"训练向量模型需要 {'、'.join(missing)}，本机没有；请安装 policy-kb[neural]")


def instructions() -> dict[str, str]:
    """Return the instruction sets of this processor that sums are made with: others round them otherwise."""
    import torch
    from threadpoolctl import threadpool_info

    blas = {str(pool["architecture"]) for pool in threadpool_info() if pool["user_api"] == "blas"}
    return {"blas": " ".join(sorted(blas)), "torch": torch.backends.cpu.get_cpu_capability()}


def held_out(count: int, *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of ``count`` units are never the target of a training pair, and the rest; both in order."""
    order = np.random.default_rng(seed).permutation(count)
    share = min(HELD_OUT, count // 10)
    return np.sort(order[:share]), np.sort(order[share:])


def fit(
    material: Material, table: NDArray[np.float32], units: NDArray[np.int64], recipe: Recipe, say: Say
) -> NDArray[np.float32]:
    """Train the table on pairs drawn from ``units``; row 0 (unknown words) stays zero."""
    import torch

    torch.set_num_threads(recipe.threads)
    weight = torch.nn.Parameter(torch.from_numpy(table.copy()))
    optimiser = torch.optim.Adam([weight], lr=recipe.rate, fused=True)
    maker = PairMaker(material, units, seed=recipe.seed)
    heads = sorted({min(head, table.shape[1]) for head in HEADS})
    started, total, every = time.perf_counter(), 0.0, min(50, -(-recipe.steps // 4))
    for step, (queries, documents, groups) in enumerate(_ahead(maker, recipe)):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (1 - step / recipe.steps)
        widths = sorted({heads[step % len(heads)], heads[-1]})
        loss = _loss(_bags(weight, queries), _bags(weight, documents), torch.from_numpy(groups), widths)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += loss.item()
        if (step + 1) % every == 0:
            left = (time.perf_counter() - started) / (step + 1) * (recipe.steps - step - 1)
            say(f"第 {step + 1}/{recipe.steps} 步，损失 {total / every:.3f}，约剩 {left:.0f} 秒")
            total = 0.0
    trained: NDArray[np.float32] = weight.detach().numpy().copy()
    return trained


def save(folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
    """Write the folder that ``StaticModel`` and sentence-transformers read; the table in half precision."""
    from safetensors.numpy import save as to_bytes

    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    (folder / TABLE_FILE).write_bytes(to_bytes({TABLE_KEY: table.astype(np.float16)}))
    write_json(folder / "modules.json", MODULES)
    write_json(folder / "config_sentence_transformers.json", MODEL_CONFIG)
    write_json(folder / "1_Normalize" / "config.json", {})


def write_json(path: Path, value: object) -> None:
    """Write one JSON file for people to read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _ahead(maker: PairMaker, recipe: Recipe) -> Iterator[tuple[list[Ids], list[Ids], NDArray[np.int64]]]:
    """Yield the batches in order, each drawn while the one before is learnt from."""
    with ThreadPoolExecutor(1) as drawer:
        coming = drawer.submit(maker.batch, recipe.batch)
        for step in range(recipe.steps):
            batch = coming.result()
            if step + 1 < recipe.steps:
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
