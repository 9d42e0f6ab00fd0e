"""Invented documents for the store's tests; words are cut every two characters, vectors drawn from a seed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from ingest.changes import Amendment, Validity
from ingest.document import (
    Body,
    Clause,
    Document,
    Duty,
    Passage,
    Reference,
    Repair,
    Source,
    Span,
    Table,
    TableCell,
    Target,
    Unread,
)
from kb.store.registry import Registry
from kb.store.vectors import VectorIndex

DIMENSIONS = 16
MODEL = "seeded"
BODIES = (Body("市绿道局", "lead", "department", "云河市绿道局"), Body("各镇", "support", "local"))


def cut(text: str) -> list[str]:
    """Cut words: runs of two characters without punctuation."""
    bare = "".join(c if c.isalnum() else " " for c in text)
    return [run[i : i + 2] for run in bare.split() for i in range(0, len(run), 2)]


def build(doc_id: str, *paragraphs: str, references: tuple[Reference, ...] = (), **source: Any) -> Document:
    """Build a document with one clause and one passage for each paragraph, and one record of every other kind."""
    text = "\n".join(paragraphs)
    spans, at = [], 0
    for paragraph in paragraphs:
        spans.append(Span(at, at + len(paragraph)))
        at += len(paragraph) + 1
    whole = Span(0, len(text))
    fields = {"title": f"云河市{doc_id}方案", "sha256": f"{doc_id}:{text}"} | source
    return Document(
        source=Source(doc_id, Path(f"文件/{doc_id}.txt"), **fields),
        text=text,
        page_starts=(0, len(text) // 2),
        clauses=tuple(Clause(i, 1, f"{i}、", f"{i}", f"第{i}项", span, span) for i, span in enumerate(spans)),
        passages=tuple(Passage(i, f"{i}", span, f"方案 第{i}项") for i, span in enumerate(spans)),
        duties=(Duty("0", 0, whole, whole, BODIES, "由市绿道局牵头，各镇配合", proofs=(whole, whole)),),
        targets=(Target("0", whole, "绿道里程", "达到", Decimal("12.50"), unit="公里", proofs=(whole,)),),
        unread=(Unread("0", whole, "没有认出机构名称"),),
        references=references,
        tables=(
            Table("0", whole, Span(0, 1), (TableCell(Span(0, 1), 0, 0, 2), TableCell(whole, 0, 1, columns=3))),
            Table("0", whole, None, (TableCell(Span(1, 1), 0, 0),)),
        ),
        amendments=(Amendment("0", whole, "words", "云发〔2020〕1号", "", "二（一）", None, whole, Span(0, 1)),),
        validity=Validity(date(2021, 1, 1), None, (whole,)),
        uncertain=(Span(0, 1), whole),
        repairs=(Repair("joined_line", 1, "绿\n道", "绿道"),),
    )


def encode(texts: list[str]) -> np.ndarray[Any, Any]:
    """Give each text a vector of its own, the same each time."""
    seeds = [[ord(c) for c in text] or [0] for text in texts]
    return np.stack([np.random.default_rng(seed).normal(size=DIMENSIONS) for seed in seeds])


def embed(index: VectorIndex, limit: int = 1000) -> None:
    """Give every passage that lacks one its vector."""
    while batch := index.pending(limit):
        index.add([p.key for p in batch], encode([p.text for p in batch]))


def records(registry: Registry) -> dict[str, int]:
    """Count the rows of every table that documents fill."""
    found = registry.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = {row["name"] for row in found if not row["name"].startswith("sqlite_")}
    kept = names - {"migrations", "settings"}
    return {name: registry.database.rows(f"SELECT count(*) FROM {name}")[0][0] for name in sorted(kept)}
