"""Turning text into vectors: the bundled static model, or whatever model the user names.

Nothing named: the folder beside this file, read without torch. A folder or a hub name: sentence-transformers, unless
the folder holds a static model. A folder is never looked up on the hub; a hub name is taken from the local cache where
it is there, and only where it is not is the hub asked, once and with a time limit, before its client may download (it
would retry for minutes). Models that bring code of their own are refused. Questions and documents are encoded alike.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.embedding.static import StaticModel, is_static
from kb.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).with_name("model")
BUNDLED_LABEL = "policy-static"
# BAAI/bge-small-zh-v1.5 (owner/name; a path begins with . / or ~, or has more or fewer parts)
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
HUB_TIMEOUT_SECONDS = 5.0
BATCH = 32


class Encoder(Protocol):
    """Anything that turns texts into vectors; ``name`` changes whenever the vectors would."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 for each text (zeros where the model knows no word of it)."""
        ...


def load_encoder(setting: str = "") -> Encoder:
    """Return the encoder that the setting names: empty or ``bundled``, a folder, or a hub name.

    Raises:
        ModelUnavailable: the folder, the network or the ``neural`` extra is missing, or the files are damaged.
    """
    setting = setting.strip()
    if setting in ("", BUNDLED):
        return StaticModel.load(BUNDLED_FOLDER, label=BUNDLED_LABEL)
    folder = Path(setting).expanduser()
    if folder.is_dir():
        return StaticModel.load(folder) if is_static(folder) else _NeuralModel(folder.name, _from_folder(folder))
    if not HUB_NAME.fullmatch(setting):
        raise ModelUnavailable(f"找不到向量模型文件夹：{setting}；请检查 KB_EMBEDDING，留空则用随包模型")
    return _NeuralModel(setting, _from_hub(setting))


class _NeuralModel:
    """A model of sentence-transformers, run on the processor with its default prompt."""

    def __init__(self, label: str, model: SentenceTransformer) -> None:
        self._model = model
        digest = hashlib.blake2b(repr(model).encode(), digest_size=6)
        for name, tensor in sorted(model.state_dict().items()):
            digest.update(name.encode() + tensor.detach().float().numpy().tobytes())
        self.dimensions = int(model.encode(["节能"], show_progress_bar=False).shape[1])
        self.name = f"{label}-{self.dimensions}-{digest.hexdigest()}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 for each text."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        vectors = self._model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.nan_to_num(np.asarray(vectors, dtype=np.float32))


def _from_folder(folder: Path) -> SentenceTransformer:
    build = _sentence_transformer()
    try:
        return build(str(folder), local_files_only=True, device="cpu").float()
    except Exception as problem:  # the library raises many kinds: OSError, ValueError, KeyError, safetensors' own
        reason = _first_line(problem)
        raise ModelUnavailable(f"向量模型读取失败：{folder}（{reason}）；请检查文件夹是否完整") from problem


def _from_hub(name: str) -> SentenceTransformer:
    build = _sentence_transformer()
    try:
        return build(name, local_files_only=True, device="cpu").float()
    except Exception as problem:  # not in the cache, or damaged there: the hub is asked next
        logging.getLogger(__name__).info("本机没有向量模型 %s：%s", name, _first_line(problem))
    try:
        from huggingface_hub import HfApi

        HfApi().model_info(name, timeout=HUB_TIMEOUT_SECONDS)
        return build(name, device="cpu").float()
    except Exception as problem:
        reason = _first_line(problem)
        raise ModelUnavailable(
            f"无法取得向量模型：{name}（{reason}）；请检查名称和网络，或将 KB_EMBEDDING 设为文件夹，留空则用随包模型"
        ) from problem


def _sentence_transformer() -> type[SentenceTransformer]:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as problem:
        raise ModelUnavailable(
            "指定的向量模型需要 sentence-transformers；请安装 policy-kb[neural]，或把 KB_EMBEDDING 留空用随包模型"
        ) from problem
    library: type[SentenceTransformer] = SentenceTransformer
    return library


def _first_line(problem: Exception) -> str:
    return next(iter(str(problem).strip().splitlines()), type(problem).__name__)[:160]
