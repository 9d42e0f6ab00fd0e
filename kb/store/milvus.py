"""Milvus, for libraries that outgrow one machine: the only room in which pymilvus lives (extra ``scale``).

Each passage is kept with its vector and its words; Milvus cuts the words with jieba, ranks them by BM25 itself, and
answers a question with both in one query, fused by position (Cormack, Clarke and Büttcher 2009). Milvus Lite behaves
like a cluster here (tried: 3.2.2, served on the loopback). Each build is a collection of its own name: what a broken
build left is dropped with the next. Reading is at strong consistency: a clause that was removed is not found again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kb.errors import StoreUnusable
from kb.store.engine import Sealed, unanswered

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

BATCH = 2_000
LONGEST_BYTES = 65_535
"""Milvus' limit for a text; a passage is far below it."""
CONNECT_SECONDS = 10
DEPTH = 200
"""Passages taken from each way of searching before they are fused."""
FUSION = 60
DENSE = {"index_type": "HNSW", "metric_type": "COSINE", "params": {"M": 32, "efConstruction": 200}}
SEARCH = {"metric_type": "COSINE", "params": {"ef": 400}}
WORDS = {"index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25"}


class Milvus(Sealed):
    """One collection on a Milvus server, shared by all who read the library of this name."""

    exclusive = False
    reads_text = True

    def __init__(self, host: str, port: int, *, library: str, model: str, dimensions: int) -> None:
        """Name the server; nothing is connected yet."""
        self._server, self._model, self._dimensions = f"{host}:{port}", model, dimensions
        self._prefix = f"kb_{library}_"
        self._client: Any = None
        self._build = ""

    def __str__(self) -> str:
        return f"milvus://{self._server}"

    @property
    def is_open(self) -> bool:
        """Tell whether a collection is open."""
        return self._client is not None and bool(self._build)

    def create(self) -> None:
        """Throw away what the server has of this library and open an empty collection."""
        build = uuid.uuid4().hex[:8]
        with self._translated():
            client, schema, indexes = self._connected(), *self._shape()
            for name in client.list_collections():
                if name.startswith(self._prefix):
                    client.drop_collection(name)
            name = self._prefix + build
            client.create_collection(name, schema=schema, index_params=indexes, consistency_level="Strong")
        self._build = build

    def _shape(self) -> tuple[Any, Any]:
        from pymilvus import DataType, Function, FunctionType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", DataType.INT64, is_primary=True)
        analyzer = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "jieba"}}
        schema.add_field("text", DataType.VARCHAR, max_length=LONGEST_BYTES, **analyzer)
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self._dimensions)
        schema.add_function(
            Function("bm25", FunctionType.BM25, input_field_names=["text"], output_field_names=["words"])
        )
        indexes = MilvusClient.prepare_index_params()
        indexes.add_index("vector", **DENSE)
        indexes.add_index("words", **WORDS)
        return schema, indexes

    def open(self, seal: str) -> bool:
        """Open the collection that the seal names; tell whether it is there.

        Raises:
            StoreUnusable: the server does not answer.
        """
        if not self.is_open and self.fits(seal):
            build = json.loads(seal)["build"]
            with self._translated():
                client = self._connected()
                if client.has_collection(self._prefix + build):
                    client.load_collection(self._prefix + build)
                    self._build = build
        return self.is_open

    def close(self) -> None:
        """Close the connection; the collection stays."""
        if self._client is not None:
            self._client.close()
        self._client = None

    def batch(self) -> int:
        """Return how many records one call may carry."""
        return BATCH

    def count(self) -> int:
        """Return the number of records."""
        with self._translated():
            found = self._client.query(self._name, filter="", output_fields=["count(*)"])
        return int(found[0]["count(*)"])

    def add(self, keys: Sequence[int], vectors: Array, texts: Sequence[str] = ()) -> None:
        """Add records of keys that are not there; at most ``batch()``."""
        rows = [
            {"key": key, "vector": vector, "text": text.encode()[:LONGEST_BYTES].decode("utf-8", "ignore")}
            for key, vector, text in zip(keys, vectors, texts, strict=True)
        ]
        with self._translated():
            self._client.insert(self._name, rows)

    def delete(self, keys: Sequence[int]) -> None:
        """Delete records; unknown keys are no error; at most ``batch()``."""
        with self._translated():
            self._client.delete(self._name, ids=list(keys))

    def query(self, vector: Array, limit: int, text: str = "") -> list[tuple[int, float]]:
        """Return ``(key, cosine)`` of the nearest records; with ``text``, fused with its words by position."""
        from pymilvus import AnnSearchRequest, RRFRanker

        with self._translated():
            if not text.strip():
                options = {"anns_field": "vector", "limit": limit, "search_params": SEARCH}
                found = self._client.search(self._name, data=[vector], **options)
            else:
                depth = max(limit, DEPTH)
                near = AnnSearchRequest(data=[vector], anns_field="vector", param=SEARCH, limit=depth)
                worded = AnnSearchRequest(data=[text], anns_field="words", param={"metric_type": "BM25"}, limit=depth)
                found = self._client.hybrid_search(self._name, [near, worded], ranker=RRFRanker(FUSION), limit=limit)
        ranked = [(int(hit["key"]), float(hit["distance"])) for hit in found[0]]
        return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))

    @property
    def _name(self) -> str:
        return self._prefix + self._build

    def _seal(self, build: str) -> str:
        return json.dumps({"build": build, "model": self._model, "server": str(self)}, sort_keys=True)

    def _connected(self) -> Any:  # noqa: ANN401 - pymilvus' client
        if self._client is None:
            from pymilvus import MilvusClient

            self._client = MilvusClient(uri=f"http://{self._server}", timeout=CONNECT_SECONDS)
        return self._client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            from pymilvus.exceptions import MilvusException
        except ImportError as error:
            hint = "请安装 policy-kb[scale]，或把 KB_STORE 留空"
            raise StoreUnusable(f"KB_STORE 用的是 Milvus，但没有安装 pymilvus；{hint}") from error
        try:
            yield
        except (MilvusException, OSError) as error:
            self._client = None
            raise unanswered(self) from error
