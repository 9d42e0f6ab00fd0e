"""The whole library for the retrieval bench: built by the product's own command, read back as units, and looked after.

What it costs to have it is measured here: building, the first answer, adding one document, and how much of what an
exact scan finds the engine finds too.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.corpora import ROOT, laws, policies
from bench.lay import Query, Unit
from bench.score import percentile
from ingest.document import Target

KB = [sys.executable, "-c", "from kb.cli import main; main()", "--home"]
SEED = 20231
NEAREST, SAMPLE = 50, 200  # recall@50 of so many questions
FIRST_RUNS = 3
WARMING, ASKED_OF_ALL = 5, 60
WANTED_SECONDS = 30.0  # a document that is not found by then is not found
# A subject that no library has, so that finding it means finding what was just added.
ADDED = "# 星槎巡检办法（试行）\n\n第一条 为了规范星槎巡检，制定本办法。\n\n第二条 星槎每逢朔日巡检一次，由槎工记录。\n"
ASKED = "星槎多久巡检一次"

_UNITS = """
SELECT c.doc_id, c.path, c.label, c.heading, c.start, c.end, c.extent_start, c.extent_end, d.title, d.number
FROM clauses c JOIN documents d ON d.doc_id = c.doc_id ORDER BY c.doc_id, c.ordinal
"""


def built(home: Path, work: Path, documents: int) -> dict[str, Any]:
    """Build the library of all laws and PDFs, ``documents`` at most of each, with ``kb ingest``; return its cost."""
    corpora = [laws(work, articles=10**9, seed=SEED, limit=documents), policies(work, limit=documents, seed=SEED)]
    folders = [str(corpus.folder) for corpus in corpora if corpus]
    if not folders:
        raise SystemExit("../shared/data is not here: there is no library to build")
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run([*KB, str(home), "ingest", "--json", *folders], cwd=ROOT, capture_output=True, text=True)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if not run.stdout:
        raise SystemExit(run.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report = json.loads(run.stdout)
    failed = len(report["failed"])
    return {"seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1), "failed_files": failed}


def size(home: Path, seconds: float | None) -> dict[str, Any]:
    """Return how many documents, clauses and passages the library has, and clauses a second if it was just built."""
    from kb.store.registry import Registry

    registry = Registry.open(home)
    tables = ("documents", "clauses", "passages")
    counts = {table: int(registry.database.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}  # noqa: S608
    registry.close()
    return counts | ({"clauses_a_second": round(counts["clauses"] / seconds)} if seconds else {})


def units_of(home: Path) -> tuple[list[Unit], dict[str, str]]:
    """Return the library's articles with their items, its other clauses, and the texts of its documents."""
    from ingest.splitting import ARTICLE
    from kb.store.registry import Registry

    database = Registry.open(home).database
    texts = {row["doc_id"]: row["text"] for row in database.rows("SELECT doc_id, text FROM documents")}
    units, end, owner = [], 0, ""
    for row in database.rows(_UNITS):
        if row["doc_id"] == owner and row["start"] < end:
            continue  # an item of the article before
        article = ARTICLE.fullmatch(row["label"].strip())
        owner, end = row["doc_id"], row["extent_end"] if article else 0
        text = texts[owner][row["start"] : row["extent_end"] if article else row["end"]].strip()
        if text:
            units.append(Unit(owner, row["path"], row["title"], row["heading"], text, row["number"]))
    database.close()
    return units, texts


def targets_of(home: Path) -> list[tuple[str, Target]]:
    """Return the target ledger as printed, with the file of each row."""
    from kb.store.registry import Registry

    registry = Registry.open(home)
    targets = registry.targets()
    registry.close()
    return targets


def first_answer(home: Path, question: str) -> float:
    """Return the median seconds from the start of ``kb ask`` to its printed answer."""
    spent = []
    for _ in range(FIRST_RUNS):
        started = time.perf_counter()
        subprocess.run([*KB, str(home), "ask", question], cwd=ROOT, capture_output=True)
        spent.append(time.perf_counter() - started)
    return round(median(spent), 2)


def answers(home: Path, questions: Sequence[str]) -> dict[str, float]:
    """Return the milliseconds of whole cited answers, warm, one question at a time."""
    from kb import KnowledgeBase

    spent = []
    with KnowledgeBase.open(home) as kb:
        for question in [*questions[:WARMING], *questions[:ASKED_OF_ALL]]:
            started = time.perf_counter()
            kb.ask(question)
            spent.append((time.perf_counter() - started) * 1000)
    spent = spent[WARMING:]
    times = {f"p{round(100 * share)}_ms": round(percentile(spent, share), 1) for share in (0.5, 0.95)}
    return {"questions": len(spent), **times}


def addition(home: Path, work: Path) -> dict[str, float]:
    """Add one document to the open library, search until it comes first, and take it out again; return the seconds."""
    from kb import KnowledgeBase

    path = work / "added.md"
    path.write_text(ADDED, "utf-8")
    with KnowledgeBase.open(home) as kb:
        kb.search(ASKED, 1)
        started = time.perf_counter()
        [doc_id] = kb.ingest([path]).added
        added = time.perf_counter() - started
        while (found := kb.search(ASKED, 1)) and found[0].doc.doc_id != doc_id:
            if time.perf_counter() - started > WANTED_SECONDS:
                raise RuntimeError("what was added is not found")
        visible = time.perf_counter() - started
        started = time.perf_counter()
        kb.search("农村饮用水水源保护", 10)
        again = time.perf_counter() - started
        kb.remove(doc_id)
    return {"added_s": round(added, 2), "visible_s": round(visible, 2), "next_search_s": round(again, 2)}


def engine_recall(home: Path, queries: Sequence[Query]) -> dict[str, Any]:
    """Return which share of the nearest passages of an exact scan the engine finds, and what both take."""
    from kb.embedding import load_encoder
    from kb.store.registry import Registry
    from kb.store.vectors import VectorIndex

    encoder, registry = load_encoder(), Registry.open(home)
    index = VectorIndex.open(home, registry, dimensions=encoder.dimensions, model=encoder.name)
    step = max(1, len(queries) // SAMPLE)
    vectors = [v for v in encoder.encode([query.text for query in queries[::step]][:SAMPLE]) if v.any()]
    index.search(vectors[0], limit=NEAREST)
    index.scan(vectors[0], limit=NEAREST)
    spent, shares = {"engine": [0.0] * 0, "scan": [0.0] * 0}, []
    for vector in vectors:
        found = {}
        for name, search in (("engine", index.search), ("scan", index.scan)):
            started = time.perf_counter()
            found[name] = {key for key, _ in search(vector, limit=NEAREST)}
            spent[name].append((time.perf_counter() - started) * 1000)
        shares.append(len(found["engine"] & found["scan"]) / len(found["scan"]))
    index.close()
    registry.close()
    times = {f"{name}_p50_ms": round(median(values), 1) for name, values in spent.items()}
    return {"questions": len(vectors), f"recall@{NEAREST}": round(sum(shares) / len(shares), 4), **times}
