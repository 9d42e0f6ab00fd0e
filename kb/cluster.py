"""Parsing and embedding over a Dask cluster (``kb ingest --dask ADDRESS``, extra ``scale``): one writer, many readers.

Only what costs time leaves this machine: the bytes of a file go out and a checked document comes back (``wire``, as
from a child process), texts go out and vectors come back. What is filed, in which order and under which ids is decided
here, so the library is the one that a single machine would make. On each worker a file is parsed in a child process
with limits, as everywhere. Workers must have the same policy-kb installed, and the model under the same setting. Dask
carries pickles and has no sign-in of its own: private networks only.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ingest.document import Source
from ingest.errors import PolicyError, UnreadableFile
from ingest.isolation.pool import TOGETHER, Outcome, Pool, Told, unheard
from ingest.isolation.wire import WireError, document_from, plain, source_from
from ingest.isolation.worker import KINDS, Worker
from ingest.progress import READING
from kb.embedding import Encoder, load_encoder
from kb.errors import BadInput

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

CONNECT_SECONDS = 5
AHEAD = 4
"""Files sent out ahead for each thread of the cluster."""
TEXTS = 256
"""Texts embedded in one task."""
_here = threading.local()


@contextmanager
def cluster(
    address: str, pool: Pool, encoder: Encoder, *, setting: str, max_chars: int
) -> Iterator[tuple[Pool, Encoder]]:
    """Yield what parses and what embeds: over the cluster at ``address``, or, where that is empty, what was given.

    Raises:
        BadInput: Dask is not installed, or nobody answers there.
    """
    if not address:
        yield pool, encoder
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise BadInput("--dask 需要 distributed；请安装 policy-kb[scale]，或去掉 --dask") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise BadInput(f"Dask 调度器没有应答：{address}；请检查地址和网络，或去掉 --dask") from error
    try:
        yield _ClusterPool(client, max_chars=max_chars), _ClusterEncoder(client, encoder, setting)
    finally:
        client.close()


class _ClusterPool(Pool):
    """Parses on the workers of a cluster, and hands back in order."""

    def __init__(self, client: Any, *, max_chars: int) -> None:  # noqa: ANN401 - distributed's client
        super().__init__(max_chars=max_chars)
        self._client = client

    def parse_all(self, sources: Sequence[Source], told: Told = unheard) -> Iterator[list[tuple[Source, Outcome]]]:
        """Yield each source with its document, or with what was wrong, in order, as many as are ready together."""
        left, waiting = iter(sources), deque[tuple[Source, Any]]()
        ahead = AHEAD * max(1, sum(self._client.nthreads().values()))

        def submit(count: int) -> None:
            for source in islice(left, count):
                waiting.append((source, self._sent(source)))

        submit(ahead)
        while waiting:
            ready: list[tuple[Source, Outcome]] = []
            while waiting and (not ready or waiting[0][1].done()) and len(ready) < TOGETHER:
                source, future = waiting.popleft()
                told(source, READING, 0, 0)
                ready.append((source, _outcome(source, future.result())))
                submit(1)
            yield ready

    def _sent(self, source: Source) -> Any:  # noqa: ANN401 - distributed's future
        try:
            data = source.path.read_bytes()
        except OSError as error:
            reason = f"{source.path.name}：打不开文件（{error.strerror}）；请检查路径和权限"
            return self._client.submit(_refused, "UnreadableFile", reason, pure=False)
        return self._client.submit(parse_here, plain(source), data, self._max_chars, pure=False)


class _ClusterEncoder:
    """Computes vectors on the workers of a cluster, with the model that each loads for itself."""

    def __init__(self, client: Any, encoder: Encoder, setting: str) -> None:  # noqa: ANN401 - distributed's client
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self._client, self._setting = client, setting

    def encode(self, texts: Sequence[str]) -> Array:
        """Return one row for each text.

        Raises:
            BadInput: a worker's model is another one.
        """
        import numpy as np

        parts = [list(texts[start : start + TEXTS]) for start in range(0, len(texts), TEXTS)]
        found = self._client.gather([self._client.submit(encode_here, self._setting, p, pure=False) for p in parts])
        if names := {name for name, _ in found} - {self.name}:
            raise BadInput(f"Dask 工作机上的向量模型不同：{'、'.join(names)}，这里是 {self.name}；请统一后重试")
        rows = [np.frombuffer(data, dtype="<f4").reshape(-1, self.dimensions) for _, data in found]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)


def parse_here(source: Any, data: bytes, max_chars: int) -> str:  # noqa: ANN401 - a source in its plain form
    """Parse a file, on a worker, from its bytes; return as JSON the document or what was wrong."""
    named = source_from(source)
    worker = getattr(_here, "worker", None)
    if worker is None:
        worker = _here.worker = Worker(max_chars=max_chars)
    with TemporaryDirectory(prefix="kb-") as folder:
        path = Path(folder) / named.path.name
        path.write_bytes(data)
        try:
            return json.dumps(["document", plain(worker.parse(replace(named, path=path), lambda *_: None))])
        except PolicyError as error:
            return _refused(type(error).__name__, str(error))


def encode_here(setting: str, texts: Sequence[str]) -> tuple[str, bytes]:
    """Embed texts on a worker; return the model's name and the rows."""
    encoder = _encoder(setting)
    return encoder.name, encoder.encode(texts).astype("<f4").tobytes()


@cache
def _encoder(setting: str) -> Encoder:
    return load_encoder(setting)


def _refused(kind: str, message: str) -> str:
    return json.dumps(["refused", kind, message])


def _outcome(source: Source, answer: str) -> Outcome:
    """Return the checked document, or the error, that a worker sent."""
    try:
        kind, *rest = json.loads(answer)
        if kind == "document":
            return document_from(rest[0], source)
        return KINDS.get(str(rest[0]), UnreadableFile)(str(rest[1])[:1000])
    except (WireError, ValueError, TypeError, IndexError) as error:
        return UnreadableFile(f"{source.path.name}：解析机交回的结果不合规（{error}），没有采用；请报告这个问题")
