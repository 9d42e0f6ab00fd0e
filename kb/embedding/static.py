"""Static embedding models without torch: a table of word vectors, averaged and normalised.

Reads the folder that sentence-transformers writes for ``StaticEmbedding`` (and the one model2vec writes) and gives the
same vectors to 1e-6 as that library computes in single precision, in a tenth of the start-up time. Text of any length
is averaged whole. Text without a known word (empty text, punctuation) gives the zero vector, whose cosine with
everything is zero. Folders that hold a transformer are refused here; ``load_encoder`` hands those to
sentence-transformers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TABLE_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
TABLE_KEY = "embedding.weight"
KINDS = {("StaticEmbedding",), ("StaticEmbedding", "Normalize")}
BATCH = 1_000


class StaticModel:
    """A tokenizer and a table of vectors; safe to share between threads."""

    def __init__(self, name: str, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
        """Keep the parts; ``name`` must change whenever the vectors do."""
        self.name, self.dimensions = name, int(table.shape[1])
        self.tokenizer, self.table = tokenizer, table

    @classmethod
    def load(cls, folder: Path, *, label: str = "") -> StaticModel:
        """Read the folder; the name is its label and dimensions and a hash of its tokenizer and table.

        Raises:
            ModelUnavailable: a file is missing or damaged, or the folder holds another kind of model.
        """
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        if not is_static(folder):
            raise ModelUnavailable(f"不是静态词向量模型：{folder}；请检查其中的 modules.json")
        try:
            tokenizer_bytes, table_bytes = (folder / TOKENIZER_FILE).read_bytes(), (folder / TABLE_FILE).read_bytes()
            tokenizer = Tokenizer.from_str(tokenizer_bytes.decode("utf-8"))
            table = _table(load(table_bytes))
        except Exception as problem:  # safetensors and tokenizers raise bare Exceptions of their own
            raise ModelUnavailable(f"向量模型读取失败：{folder}（{problem}）；请重新取得完整的模型文件夹") from problem
        if table.ndim != 2 or len(table) < tokenizer.get_vocab_size():
            raise ModelUnavailable(f"向量模型的词表与向量表不符：{folder}；请重新取得完整的模型文件夹")
        tokenizer.no_padding()
        content = hashlib.blake2b(tokenizer_bytes + table_bytes, digest_size=6).hexdigest()
        return cls(f"{label or folder.name}-{table.shape[1]}-{content}", tokenizer, table)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 for each text (a row of zeros where no word is known)."""
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]  # lone surrogates from a terminal
        vectors = np.zeros((len(clean), self.dimensions), dtype=np.float32)
        for start in range(0, len(clean), BATCH):
            encodings = self.tokenizer.encode_batch_fast(clean[start : start + BATCH], add_special_tokens=False)
            for row, encoding in enumerate(encodings, start):
                if encoding.ids:
                    vectors[row] = self.table[encoding.ids].mean(axis=0)
        norms: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(norms, 1e-12)).astype(np.float32, copy=False)

    def truncated(self, dimensions: int) -> StaticModel:
        """Return the model of the first ``dimensions`` (training made prefixes of 64 and 128 usable by themselves)."""
        table = np.ascontiguousarray(self.table[:, :dimensions])
        return StaticModel(f"{self.name}:{dimensions}", self.tokenizer, table)


def is_static(folder: Path) -> bool:
    """Tell whether ``modules.json`` names a static table, perhaps normalised, and nothing else."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return tuple(module["type"].rpartition(".")[2] for module in modules) in KINDS
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _table(tensors: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """Return one row for each token; model2vec may store fewer rows, a mapping to them and a weight for each token."""
    if TABLE_KEY in tensors:
        return tensors[TABLE_KEY].astype(np.float32)
    rows = tensors["embeddings"].astype(np.float32)
    if "mapping" in tensors:
        rows = rows[tensors["mapping"]]
    return rows * tensors["weights"].astype(np.float32)[:, None] if "weights" in tensors else rows
