"""A cross-encoder that reads question and clause together, for users who have one: ``KB_RERANKER`` (a folder).

None is bundled. Only a folder on this machine is read, without code of its own; it needs sentence-transformers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from kb.errors import ModelUnavailable

Reranker = Callable[[str, Sequence[str]], list[float]]


def load_reranker(setting: str) -> Reranker | None:
    """Return what scores texts for a question, 0 to 1; None where the setting is empty.

    Raises:
        ModelUnavailable: the folder or the ``neural`` extra is missing, or the files are no such model.
    """
    if not setting.strip():
        return None
    folder = Path(setting).expanduser()
    if not folder.is_dir():
        raise ModelUnavailable(f"找不到重排模型文件夹：{setting}；请检查 KB_RERANKER，留空则不重排")
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as problem:
        hint = "请安装 policy-kb[neural]，或把 KB_RERANKER 留空"
        raise ModelUnavailable(f"重排模型需要 sentence-transformers；{hint}") from problem
    try:
        model = CrossEncoder(str(folder), device="cpu", local_files_only=True, num_labels=1)
    except Exception as problem:  # the library raises many kinds
        reason = next(iter(str(problem).strip().splitlines()), type(problem).__name__)[:160]
        raise ModelUnavailable(f"重排模型读取失败：{folder}（{reason}）；请检查文件夹是否完整") from problem

    def scores(question: str, texts: Sequence[str]) -> list[float]:
        found = model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [_between_0_and_1(float(score)) for score in found]

    return scores


def _between_0_and_1(score: float) -> float:
    """Squash what is no probability yet; the order stays.

    >>> _between_0_and_1(0.0), _between_0_and_1(float("nan"))
    (0.5, 0.0)
    """
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score)))) if score == score else 0.0
