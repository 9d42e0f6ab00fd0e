"""Retrieval over the whole library, against what one would assemble: ``python -m bench.retrieval``.

Builds the library of ``../shared/data`` with the product's own ``ingest`` (or takes the one in ``--home``), then runs
each system in turn, in a process of its own, over lay questions (``--half final`` only for figures that are reported)
and made queries. A chunk shows an article if it prints 60 % of it in one piece. Recall is also given at equal context,
because ten chunks carry several times the text of ten articles. MRR and nDCG are those of ir-measures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.corpora import ROOT, laws, policies
from bench.items import normalised
from bench.lay import Place, Query, Unit, lay_questions, made_queries
from bench.run import RESULTS, commit, disk, machine
from bench.score import percentile
from bench.systems import System
from bench.worker import peak_rss_mb

CONTEXT, DEPTH, SHOWN = 4_300, 100, 0.6
SYSTEMS = ("ours", "langchain", "bm25s", "rank_bm25", "fts5", "dense", "scan")
SLOW = {"langchain": 1, "rank_bm25": 4, "scan": 8}  # every n-th made query only
SEED = 20231

_UNITS = """
SELECT c.doc_id, c.path, c.label, c.heading, c.start, c.end, c.extent_start, c.extent_end, d.title, d.number
FROM clauses c JOIN documents d ON d.doc_id = c.doc_id ORDER BY c.doc_id, c.ordinal
"""


def main() -> None:
    """Run the bench, or one system of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--home", type=Path, help="a library that is built already")
    parser.add_argument("--half", default="tuning", choices=("tuning", "final"), help="of the lay questions")
    parser.add_argument("--made", type=int, default=50, help="made queries of each kind")
    parser.add_argument("--systems", nargs="*", default=list(SYSTEMS), choices=SYSTEMS)
    parser.add_argument("--one", choices=SYSTEMS, help="measure one system and print JSON")
    parser.add_argument("--output", type=Path, default=RESULTS / "library.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        if options.one:
            print(json.dumps(measure(options.one, options.home, options.half, options.made, Path(work))))
            return
        result: dict[str, Any] = {"commit": commit(), "machine": machine()}
        result["settings"] = {"half": options.half, "made": options.made, "seed": SEED, "context": CONTEXT}
        home = options.home or Path(work) / "home"
        if not options.home:
            result["build"] = built(home, Path(work))
        result["disk_mb"] = round(disk(home, exclude="originals") / 1e6)
        command = [sys.executable, "-m", "bench.retrieval", "--home", str(home), "--half", options.half]
        command += ["--made", str(options.made), "--one"]
        for name in options.systems:
            print(name, file=sys.stderr, flush=True)
            run = subprocess.run([*command, name], cwd=ROOT, capture_output=True, text=True)
            failed = {"failed": run.stderr[-800:]}
            result[name] = failed if run.returncode else json.loads(run.stdout.splitlines()[-1])
            options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(table(result))


def built(home: Path, work: Path) -> dict[str, float]:
    """Build the library of all laws and PDFs with the product's own command; return its cost."""
    corpora = [laws(work, articles=10**9, seed=SEED), policies(work, limit=10**9, seed=SEED)]
    folders = [str(corpus.folder) for corpus in corpora if corpus]
    if not folders:
        raise SystemExit("../shared/data is not here: there is no library to build")
    started = time.perf_counter()
    ingest = [sys.executable, "-c", "from kb.cli import main; main()", "--home", str(home), "ingest", *folders]
    subprocess.run(ingest, cwd=ROOT, capture_output=True, text=True)
    return {"seconds": round(time.perf_counter() - started, 1)}


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
    return units, texts


def measure(name: str, home: Path, half: str, made: int, work: Path) -> dict[str, Any]:
    """Build one system and put all queries to it."""
    units, texts = units_of(home)
    queries = [*lay_questions(units, half), *made_queries(units, made, SEED)]
    if name in SLOW:
        queries = [q for n, q in enumerate(queries) if q.kind.startswith("lay") or n % SLOW[name] == 0]
    gold = {place for query in queries for group in query.gold for place in group}
    wanted = {(unit.file, unit.path): normalised(unit.text) for unit in units if (unit.file, unit.path) in gold}
    kept = units if name not in ("ours", "langchain") else []
    if name == "ours":
        del units, texts
        texts = {}
    started = time.perf_counter()
    system = assembled(name, home, kept, texts, work)
    system.search("农村饮用水水源保护", 10)
    ready = time.perf_counter() - started
    spent, rows = [], []
    for query in queries:
        started = time.perf_counter()
        system.search(query.text, 10)
        spent.append((time.perf_counter() - started) * 1000)
        rows.append(scored(query, system.search(query.text, DEPTH), wanted))
    times = {f"p{round(100 * share)}_ms": round(percentile(spent, share), 1) for share in (0.5, 0.95, 0.99)}
    kinds = dict.fromkeys(query.kind for query in queries)
    figures = {
        kind: mean([row for query, row in zip(queries, rows, strict=True) if query.kind == kind]) for kind in kinds
    }
    lay = [row for query, row in zip(queries, rows, strict=True) if query.kind.startswith("lay")]
    return {"ready_s": round(ready, 2), **times, "peak_rss_mb": peak_rss_mb(), "figures": {"lay": mean(lay), **figures}}


def assembled(name: str, home: Path, units: Sequence[Unit], texts: dict[str, str], work: Path) -> System:
    """Return a system, ready to search."""
    from bench import systems

    if name == "ours":
        return systems.Ours(home)
    if name == "langchain":
        return systems.LangChain(texts, work)
    if name == "dense":
        return systems.Dense(units)
    if name == "scan":
        return systems.Scan(units)
    words = [systems.cut(systems.whole(unit)) for unit in units]
    if name == "fts5":
        return systems.FullText(units, words, work / "fts.sqlite3")
    return systems.Bm25s(units, words) if name == "bm25s" else systems.RankBm25(units, words)


def scored(query: Query, found: Sequence[Unit], wanted: dict[tuple[str, str], str]) -> dict[str, float]:
    """Return the measures of one result list; a chunk may show several gold articles at one rank."""
    import ir_measures
    from ir_measures import RR, Qrel, ScoredDoc, nDCG

    groups = {f"gold{n}": group for n, group in enumerate(query.gold)}
    run, seen, read, inside = [ScoredDoc("q", "none", 0.0)], dict[str, int](), 0, 0
    for rank, unit in enumerate(found, start=1):
        read += len(unit.text)
        inside = rank if read <= CONTEXT or rank == 1 else inside
        new = [name for name, group in groups.items() if name not in seen and _shows(unit, group, wanted)]
        seen |= dict.fromkeys(new, rank)
        run += [ScoredDoc("q", name, 1.0 / rank - 1e-9 * n) for n, name in enumerate(new or [f"other{rank}"])]
    measured = ir_measures.calc_aggregate([RR @ 10, nDCG @ 10], [Qrel("q", name, 1) for name in groups], run)
    recalls = {f"R@{k}": sum(rank <= k for rank in seen.values()) / len(groups) for k in (5, 10, 20, 100)}
    context = {f"R@{CONTEXT}c": sum(rank <= inside for rank in seen.values()) / len(groups)}
    ranked = {"MRR@10": measured[RR @ 10], "nDCG@10": measured[nDCG @ 10]}
    return {"first": float(min(seen.values(), default=0) == 1), **recalls, **ranked, **context}


def _shows(unit: Unit, group: frozenset[Place], wanted: dict[Place, str]) -> bool:
    """Tell whether a unit is one of these places, or as a chunk prints most of one."""
    for file, path in group:
        if unit.file == file and (
            not path or unit.path == path or (not unit.path and _printed(unit.text, wanted.get((file, path), "")))
        ):
            return True
    return False


@lru_cache(maxsize=100_000)
def _printed(chunk: str, article: str) -> bool:
    text = normalised(chunk)
    if article in text:
        return True
    longest = SequenceMatcher(None, article, text, autojunk=False).find_longest_match().size
    return longest >= SHOWN * len(article)


def mean(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the means of the measures, and of how many.

    >>> mean([{"R@5": 1.0}, {"R@5": 0.0}])
    {'n': 2, 'R@5': 0.5}
    """
    return {"n": len(rows), **{name: round(sum(row[name] for row in rows) / len(rows), 3) for name in rows[0]}}


def table(result: dict[str, Any]) -> str:
    """Return the results as tables in Markdown."""
    return "\n".join(_lines({name: result[name] for name in SYSTEMS if "figures" in result.get(name, {})}))


def _lines(systems: dict[str, Any]) -> Iterator[str]:
    costs = ("ready_s", "p50_ms", "p95_ms", "p99_ms", "peak_rss_mb")
    yield "| system | " + " | ".join(costs) + " |\n" + "|---" * (len(costs) + 1) + "|"
    for name, row in systems.items():
        yield f"| {name} | " + " | ".join(str(row[cost]) for cost in costs) + " |"
    for kind, figures in next(iter(systems.values()), {"figures": {}})["figures"].items():
        yield f"\n| {kind} | " + " | ".join(figures) + " |\n" + "|---" * (len(figures) + 1) + "|"
        for name, row in systems.items():
            if kind in row["figures"]:
                yield f"| {name} | " + " | ".join(str(value) for value in row["figures"][kind].values()) + " |"


if __name__ == "__main__":
    main()
