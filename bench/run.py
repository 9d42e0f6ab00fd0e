"""Measure both systems on every corpus there is and write one JSON file: ``python -m bench.run [--quick]``.

Each task runs in a fresh process, one after the other. Ratios are the recipe's cost divided by ours: above 1, ours
costs less. Absolute figures belong to the machine and its load at that hour; the ratios of one run can be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from bench.corpora import ROOT, Corpus, bundled, laws, policies
from bench.items import Item, known_items
from bench.report import table

RESULTS = Path(__file__).resolve().parent / "results"
LIBRARIES = ("chromadb", "jieba", "langchain-text-splitters", "numpy", "rank-bm25", "sentence-transformers")
ASK = [sys.executable, "-c", "from kb.cli import main; main()"]
WORKER = [sys.executable, "-m", "bench.worker"]

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    seed: int = 20231
    policies: int = 70
    articles: int = 20_000
    per_kind: int = 30
    questions: int = 40
    cold_runs: int = 5


QUICK = Plan(policies=6, articles=1_000, per_kind=12, questions=15, cold_runs=1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller samples, under a minute")
    parser.add_argument("--output", type=Path, help="where the JSON goes (default: bench/results/)")
    options = parser.parse_args(arguments)
    plan = QUICK if options.quick else Plan()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        result: Record = {"commit": commit(), "settings": asdict(plan), "machine": machine()}
        result["corpora"] = measure_all(plan, Path(work))
    result["seconds"] = round(time.perf_counter() - started)
    output = options.output or RESULTS / ("quick.json" if options.quick else "full.json")
    output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(table(result))


def measure_all(plan: Plan, work: Path) -> Record:
    """Measure every corpus that is present."""
    corpora = [
        bundled(),
        policies(work, limit=plan.policies, seed=plan.seed),
        laws(work, articles=plan.articles, seed=plan.seed),
    ]
    present = [corpus for corpus in corpora if corpus]
    if len(present) < len(corpora):
        print("../shared/data is not here: only the bundled corpus is measured", file=sys.stderr)
    return {corpus.name: measure(corpus, plan, work) for corpus in present}


def measure(corpus: Corpus, plan: Plan, work: Path) -> Record:
    """Measure both systems on one corpus; the homes are deleted afterwards."""
    items = known_items(corpus, per_kind=plan.per_kind, seed=plan.seed)
    random.Random(plan.seed).shuffle(items)
    record: Record = {"corpus": corpus.counts()}
    for system in ("ours", "assembled"):
        say(f"{corpus.name}: {system}")
        home = work / f"home-{corpus.name}-{system}"
        job = {"system": system, "home": str(home), "folder": str(corpus.folder), "items": [asdict(i) for i in items]}
        tasks: Record = {"ingest": done(job, "ingest"), "search": done(job, "search")}
        tasks["ingest"]["cpu_seconds_per_mb"] = round(tasks["ingest"]["cpu_seconds"] / corpus.megabytes, 2)
        tasks["ingest"]["seconds_per_mb"] = round(tasks["ingest"]["seconds"] / corpus.megabytes, 2)
        if system == "ours":
            tasks["ask"] = done({**job, "questions": questions(corpus, items, plan)}, "ask")
        tasks["cold_s"] = cold(system, home, items[0].query, plan.cold_runs)
        if system == "assembled" and find_spec("rank_bm25"):
            tasks["search_library"] = done({**job, "library": True}, "search")
        if system == "assembled" and corpus.name == "bundled":
            tasks["cold_library_s"] = cold(system, home, items[0].query, min(3, plan.cold_runs), library=True)
        tasks["disk_mb"] = round(disk(home, exclude="originals") / 1e6, 1)
        record[system] = tasks
        shutil.rmtree(home)
    record["ratios"] = ratios(record["ours"], record["assembled"])
    return record


def done(job: Mapping[str, Any], task: str) -> Record:
    """Run one task in a fresh process and return its result."""
    text = json.dumps({**job, "task": task}, ensure_ascii=False)
    run = subprocess.run(WORKER, input=text, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr)
    result: Record = json.loads(run.stdout)
    say(f"  {task}: {result['seconds']} s, CPU {result['cpu_seconds']} s")
    return result


def cold(system: str, home: Path, query: str, runs: int, *, library: bool = False) -> float:
    """Return the median seconds from process start to printed result."""
    job = json.dumps({"task": "print", "home": str(home), "query": query, "library": library})
    command, sent = ([*ASK, "--home", str(home), "ask", query], "") if system == "ours" else (WORKER, job)
    spent = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, input=sent, cwd=ROOT, capture_output=True, text=True, check=True)
        spent.append(time.perf_counter() - started)
    return round(median(spent), 2)


def questions(corpus: Corpus, items: Sequence[Item], plan: Plan) -> list[str]:
    """Return questions to answer: the project's own gold questions for the bundled corpus, else the known items."""
    if corpus.name != "bundled":
        return [item.query for item in items][: plan.questions]
    lines = (ROOT / "eval" / "gold.jsonl").read_text("utf-8").splitlines()
    alone = [row["question"] for row in map(json.loads, lines) if not row["history"]]
    return random.Random(plan.seed).sample(alone, min(plan.questions, len(alone)))


def ratios(ours: Record, assembled: Record) -> dict[str, float]:
    """Return the recipe's costs divided by ours."""
    pairs = {
        "ingest_cpu": ("ingest", "cpu_seconds"), "ingest_wall": ("ingest", "seconds"),
        "ingest_peak_rss": ("ingest", "peak_rss_mb"), "search_p50": ("search", "p50_ms"),
        "search_p95": ("search", "p95_ms"), "search_cpu": ("search", "cpu_ms_mean"),
        "search_peak_rss": ("search", "peak_rss_mb"),
    }  # fmt: skip
    found = {name: assembled[task][key] / max(ours[task][key], 0.01) for name, (task, key) in pairs.items()}
    found |= {name: assembled[name] / ours[name] for name in ("cold_s", "disk_mb")}
    if "search_library" in assembled:
        found["search_library_p50"] = assembled["search_library"]["p50_ms"] / ours["search"]["p50_ms"]
    if "cold_library_s" in assembled:
        found["cold_library"] = assembled["cold_library_s"] / ours["cold_s"]
    return {name: round(value, 2) for name, value in found.items()}


def disk(folder: Path, *, exclude: str = "") -> int:
    """Return the bytes of all files below a folder, one subfolder left out."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in paths if exclude not in path.relative_to(folder).parts)


def machine() -> Record:
    """Describe the machine without naming it."""
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 1),
        "versions": {name: version(name) for name in LIBRARIES if find_spec(name.replace("-", "_"))},
    }


def commit() -> str:
    """Return the commit that was measured, with a plus where files differ from it; empty outside a checkout."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def say(text: str) -> None:
    """Show progress."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
