"""The systems that the retrieval bench compares, behind one face: build from a library, then search.

Clause systems index the same articles as ours, with title and headings in front, and jieba's words; they show what each
engine gives with clauses taken as found. The LangChain recipe cuts whole files into chunks of 500 characters, as its
tutorials do, with the same embedding model as ours.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bench.lay import Unit
from bench.library import units_of
from kb import KnowledgeBase
from kb.embedding import load_encoder

CHUNK, OVERLAP, EACH = 500, 50, 20


class System(Protocol):
    """What is measured: results are units, best first."""

    def search(self, query: str, k: int) -> Sequence[Unit]:
        """Return the ``k`` best units."""
        ...


class Ours:
    """The product: ``KnowledgeBase.search``."""

    def __init__(self, home: Path) -> None:
        self._kb = KnowledgeBase.open(home)

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the best clauses."""
        return [Unit(h.doc.doc_id, h.path, h.doc.title, h.heading, h.text) for h in self._kb.search(query, k)]


def cut(text: str) -> list[str]:
    """Return jieba's words."""
    import jieba

    jieba.setLogLevel("WARNING")
    return [word for word in jieba.lcut(text) if not word.isspace()]


def words_of(units: Sequence[Unit], folder: Path) -> list[list[str]]:
    """Return the words of all units; cut once for all systems of a run, which find them in the folder."""
    kept = folder / "words.txt"
    if not kept.is_file():
        kept.write_text("\n".join(" ".join(cut(whole(unit))) for unit in units), "utf-8")
    return [line.split(" ") for line in kept.read_text("utf-8").split("\n")]


def whole(unit: Unit) -> str:
    """Return what clause systems index of a unit."""
    return f"{unit.title} {unit.headings} {unit.text}"


class RankBm25:
    """rank_bm25's Okapi over the words of clauses."""

    def __init__(self, units: Sequence[Unit], words: Sequence[list[str]]) -> None:
        from rank_bm25 import BM25Okapi

        self._units, self._index = units, BM25Okapi(words)

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the best clauses."""
        scores = self._index.get_scores(cut(query))
        return [self._units[i] for i in np.argsort(-scores, kind="stable")[:k]]


class Bm25s:
    """bm25s with its numpy backend over the words of clauses."""

    def __init__(self, units: Sequence[Unit], words: Sequence[list[str]]) -> None:
        import bm25s

        self._units, self._index = units, bm25s.BM25()
        self._index.index(list(words), show_progress=False)

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the best clauses."""
        found, _ = self._index.retrieve([cut(query)], k=k, show_progress=False)
        return [self._units[int(i)] for i in found[0]]


class FullText:
    """SQLite FTS5 with its own ranking over the words of clauses."""

    def __init__(self, units: Sequence[Unit], words: Sequence[list[str]], path: Path) -> None:
        self._units, self._database = units, sqlite3.connect(path)
        self._database.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize = 'unicode61')")
        rows = ((n, " ".join(row)) for n, row in enumerate(words))
        self._database.executemany("INSERT INTO t (rowid, body) VALUES (?, ?)", rows)
        self._database.commit()

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the best clauses."""
        asked = " OR ".join('"' + word.replace('"', '""') + '"' for word in cut(query))
        sql = "SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t) LIMIT ?"
        return [self._units[row[0]] for row in self._database.execute(sql, (asked, k))]


class Dense:
    """Our embedding alone, all vectors compared."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units, self._encoder = units, load_encoder()
        self._vectors = self._encoder.encode([whole(unit) for unit in units])

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the nearest clauses."""
        scores = self._vectors @ self._encoder.encode([query])[0]
        best = np.argpartition(-scores, k)[:k]
        return [self._units[i] for i in best[np.argsort(-scores[best], kind="stable")]]


class Scan:
    """Counting, in every clause, the words of the query that it prints."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units, self._texts = units, [whole(unit) for unit in units]

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the clauses that print most of the words."""
        words = {*cut(query)}
        counts = np.array([sum(word in text for word in words) for text in self._texts])
        return [self._units[i] for i in np.argsort(-counts, kind="stable")[:k]]


class LangChain:
    """RecursiveCharacterTextSplitter 500/50, Chroma, BM25Retriever with jieba, EnsembleRetriever; our embedding."""

    def __init__(self, texts: dict[str, str], folder: Path) -> None:
        from langchain_chroma import Chroma
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_core.documents import Document
        from langchain_core.embeddings import Embeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        class Encoder(Embeddings):
            model = load_encoder()

            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return self.model.encode(texts).tolist()

            def embed_query(self, text: str) -> list[float]:
                return self.embed_documents([text])[0]

        split = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_text
        chunks = [
            Document(page_content=c, metadata={"file": file}) for file, text in texts.items() for c in split(text)
        ]
        dense = Chroma(embedding_function=Encoder(), persist_directory=str(folder), collection_name="chunks")
        for start in range(0, len(chunks), 5_000):
            dense.add_documents(chunks[start : start + 5_000])
        lexical = BM25Retriever.from_documents(chunks, preprocess_func=cut, k=EACH)
        nearest = dense.as_retriever(search_kwargs={"k": EACH})
        self._retriever: Any = EnsembleRetriever(retrievers=[lexical, nearest], weights=[0.5, 0.5])

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the best chunks."""
        found = self._retriever.invoke(query)[:k]
        return [Unit(chunk.metadata["file"], "", "", "", chunk.page_content) for chunk in found]


def assembled(name: str, home: Path, work: Path) -> System:
    """Return a system, ready to search; what it keeps lies in the folder ``work``."""
    if name == "ours":
        return Ours(home)
    units, texts = units_of(home)
    if name == "langchain":
        del units
        return LangChain(texts, work / "langchain")
    del texts
    if name in ("dense", "scan"):
        return Dense(units) if name == "dense" else Scan(units)
    words = words_of(units, work)
    if name == "fts5":
        return FullText(units, words, work / "fts.sqlite3")
    return Bm25s(units, words) if name == "bm25s" else RankBm25(units, words)
