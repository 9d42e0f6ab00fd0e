"""What a user would otherwise assemble: text splitter, Chroma, BM25 with jieba, reciprocal rank fusion.

The parts and settings of the usual LangChain recipe: RecursiveCharacterTextSplitter 500/50, an embedded Chroma
collection with documents and metadata, BM25 over jieba's words built again at each start (it has no file), twenty hits
of each, fused with equal weights as EnsembleRetriever does (c = 60). That class and BM25Retriever live in packages of
their own (langchain-classic, langchain-community) that the project does not install, so fusion and BM25 are written out
here; this BM25 keeps postings and does far less work for a query than rank_bm25, the library it stands for. Choices
that favour the recipe: Chinese separators, the same embedding model and the same fast loader as ours. With ``library``
the embedding is loaded by sentence-transformers, as HuggingFaceEmbeddings does, and rank_bm25 is used where installed.
"""

from __future__ import annotations

import math
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bench.corpora import plain_text
from bench.score import Unit
from kb.embedding import BUNDLED_FOLDER, load_encoder

CHUNK, OVERLAP = 500, 50
SEPARATORS = ["\n\n", "\n", "。", "；", "，", ""]
FETCH, RRF = 20, 60
COLLECTION = "chunks"


class Bm25:
    """Okapi BM25 (k1 1.5, b 0.75) over jieba's words, in memory."""

    def __init__(self, texts: list[str]) -> None:
        """Cut every text and keep its postings."""
        import jieba

        jieba.setLogLevel("WARNING")
        self._cut = jieba.lcut
        counts = [Counter(self._cut(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float32)
        self._norm = 1.5 * (0.25 + 0.75 * lengths / max(1.0, float(lengths.mean())))
        postings: dict[str, list[tuple[int, int]]] = {}
        for number, count in enumerate(counts):
            for word, times in count.items():
                postings.setdefault(word, []).append((number, times))
        self._postings = {word: np.array(rows, dtype=np.int32) for word, rows in postings.items()}

    def best(self, query: str, k: int) -> list[int]:
        """Return the numbers of the ``k`` best texts."""
        scores = np.zeros(len(self._norm), dtype=np.float32)
        for word in self._cut(query):
            rows = self._postings.get(word)
            if rows is not None:
                idf = math.log(1 + (len(scores) - len(rows) + 0.5) / (len(rows) + 0.5))
                where, times = rows[:, 0], rows[:, 1]
                scores[where] += idf * times * 2.5 / (times + self._norm[where])
        return [int(i) for i in np.argsort(-scores, kind="stable")[:k] if scores[i] > 0]


class RankBm25:
    """The same through rank_bm25, as LangChain's BM25Retriever does it."""

    def __init__(self, texts: list[str]) -> None:
        """Cut every text."""
        import jieba
        from rank_bm25 import BM25Okapi

        jieba.setLogLevel("WARNING")
        self._cut = jieba.lcut
        self._index = BM25Okapi([self._cut(text) for text in texts])

    def best(self, query: str, k: int) -> list[int]:
        """Return the numbers of the ``k`` best texts."""
        return [int(i) for i in np.argsort(-self._index.get_scores(self._cut(query)), kind="stable")[:k]]


class Assembled:
    """The recipe in ``home``; with ``library`` through the libraries that it stands for."""

    def __init__(self, home: Path, *, library: bool = False) -> None:
        """Load the embedding model and open the collection."""
        import chromadb
        from chromadb.config import Settings

        self._library = library
        home.mkdir(parents=True, exist_ok=True)
        settings = Settings(anonymized_telemetry=False)
        self._client: Any = chromadb.PersistentClient(path=str(home), settings=settings)
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        if library:
            from sentence_transformers import SentenceTransformer

            self._encode = SentenceTransformer(str(BUNDLED_FOLDER), device="cpu").float().encode
        else:
            self._encode = load_encoder().encode

    def ingest(self, folder: Path) -> dict[str, int]:
        """Read, split, embed and store the folder."""
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, separators=SEPARATORS, keep_separator="end"
        )
        paths = sorted(p for p in folder.rglob("*") if p.suffix in (".md", ".txt", ".pdf") and p.name != "README.md")
        chunks = [(path.name, chunk) for path in paths for chunk in splitter.split_text(plain_text(path))]
        size = self._client.get_max_batch_size()
        for start in range(0, len(chunks), size):
            batch = chunks[start : start + size]
            self._collection.add(
                ids=[str(start + i) for i in range(len(batch))],
                embeddings=self._encode([chunk for _, chunk in batch]),
                documents=[chunk for _, chunk in batch],
                metadatas=[{"source": name} for name, _ in batch],
            )
        return {"documents": len(paths), "units": len(chunks), "failed": 0}

    def open(self) -> None:
        """Build BM25 over the stored chunks."""
        found = self._collection.get(include=["documents", "metadatas"])
        rows = zip(found["ids"], found["metadatas"] or (), found["documents"] or (), strict=True)
        self._units = {id_: Unit(str(metadata["source"]), text) for id_, metadata, text in rows}
        self._ids = list(self._units)
        ranking: type[Bm25 | RankBm25] = RankBm25 if self._library and find_spec("rank_bm25") else Bm25
        self._bm25 = ranking([unit.text for unit in self._units.values()])

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the best chunks of both retrievers, fused by rank."""
        dense = self._collection.query(
            query_embeddings=self._encode([query]),
            n_results=min(FETCH, len(self._ids)),
            include=["documents", "metadatas"],
        )
        scores: dict[str, float] = {}
        for ids in (dense["ids"][0], [self._ids[i] for i in self._bm25.best(query, FETCH)]):
            for rank, id_ in enumerate(ids, start=1):
                scores[id_] = scores.get(id_, 0.0) + 0.5 / (RRF + rank)
        return [self._units[id_] for id_ in sorted(scores, key=lambda id_: -scores[id_])[:k]]

    def close(self) -> None:
        """Close the collection."""
        self._client.close()
