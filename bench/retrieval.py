"""Retrieval over the whole library, against what one would assemble: ``python -m bench.retrieval``.

Builds the library of ``../shared/data`` with the product's own ``ingest`` (or takes the one in ``--home``), then puts
lay questions (``--half final`` only for figures that are reported) and made queries to each system in turn, in a
process of its own. Results are written after every step, so that a run that is stopped leaves what it has measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import library
from bench.corpora import ROOT
from bench.items import normalised
from bench.judging import CONTEXT, EQUAL, interval, mean, scored
from bench.lay import Query, lay_questions, made_queries
from bench.library import SEED
from bench.run import RESULTS, commit, disk, machine, say
from bench.score import percentile
from bench.systems import System, assembled
from bench.worker import peak_rss_mb

DEPTH, TOP, TOLD = 100, 10, 50
SYSTEMS = ("ours", "langchain", "dense", "bm25s", "fts5", "rank_bm25", "scan")
# How long these take does not depend on how many units are asked for, so each query is put to them once, and of the
# made queries of each kind only so many.
ONCE = {"langchain": 20, "rank_bm25": 10, "scan": 10}

Record = dict[str, Any]


def main() -> None:
    """Run the bench, or one system of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--home", type=Path, help="a library that is built already")
    parser.add_argument("--half", default="tuning", choices=("tuning", "final"), help="of the lay questions")
    parser.add_argument("--made", type=int, default=50, help="made queries of each kind")
    parser.add_argument("--documents", type=int, default=10**9, help="laws and policies at most, to try it out")
    parser.add_argument("--systems", nargs="*", default=list(SYSTEMS), choices=SYSTEMS)
    parser.add_argument("--minutes", type=float, default=600, help="systems that do not end in time are left out")
    parser.add_argument("--one", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, default=RESULTS / "library.json")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(options.one, options.home, options.work)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        run(options, Path(work))


def run(options: argparse.Namespace, work: Path) -> None:
    """Build the library, measure what it costs and every system on it, and write and print the results."""
    end = time.monotonic() + 60 * options.minutes
    result: Record = {"commit": commit(), "machine": machine()}
    result["settings"] = {"half": options.half, "made": options.made, "seed": SEED, "context": CONTEXT}

    def keep() -> None:
        options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")

    home = options.home or work / "home"
    if not options.home:
        result["build"] = told("build", library.built, home, work, options.documents)
    result["library"] = library.size(home, result.get("build", {}).get("seconds"))
    result["disk_mb"] = round(disk(home, exclude="originals") / 1e6)
    queries = told("queries", prepared, home, work, options.half, options.made)
    keep()
    if "ours" in options.systems:
        result["engine"] = noted("engine", library.engine_recall, home, queries)
        result["first_answer_s"] = noted("first answer", library.first_answer, home, queries[0].text)
        result["ask"] = noted("answers", library.answers, home, [query.text for query in queries])
        result["addition"] = noted("addition", library.addition, home, work)
        keep()
    for name in options.systems:
        result[name] = told(name, one, name, home, work, end - time.monotonic())
        result |= compared(result)
        keep()
    for name in options.systems:
        result[name].pop("equal", None)
    keep()
    from bench.library_report import table

    say(f"results: {options.output}")
    print(table(result))


def told(what: str, step: Any, *given: Any) -> Any:  # noqa: ANN401 - any step of the run
    """Do a step and say how long it took."""
    started = time.perf_counter()
    done = step(*given)
    say(f"{what}: {time.perf_counter() - started:.0f} s")
    return done


def noted(what: str, step: Any, *given: Any) -> Any:  # noqa: ANN401 - any step of the run
    """Do a step; what goes wrong is noted, and the rest of the run goes on."""
    try:
        return told(what, step, *given)
    except Exception as error:
        return {"failed": repr(error)}


def prepared(home: Path, work: Path, half: str, made: int) -> list[Query]:
    """Draw all queries from the library and leave them, with the texts of the right places, in the folder ``work``."""
    units, _ = library.units_of(home)
    queries = [*lay_questions(units, half), *made_queries(units, library.targets_of(home), made, SEED)]
    gold = {place for query in queries for group in query.gold for place in group}
    wanted = [(u.file, u.path, normalised(u.text)) for u in units if (u.file, u.path) in gold]
    rows = [{**asdict(query), "gold": [sorted(group) for group in query.gold]} for query in queries]
    (work / "queries.json").write_text(json.dumps({"queries": rows, "wanted": wanted}, ensure_ascii=False), "utf-8")
    return queries


def one(name: str, home: Path, work: Path, seconds: float) -> Record:
    """Measure one system in a process of its own; what fails or takes longer is noted, and the rest goes on."""
    command = [sys.executable, "-m", "bench.retrieval", "--home", str(home), "--work", str(work), "--one", name]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=max(1.0, seconds))
    except subprocess.TimeoutExpired:
        return {"failed": "out of time"}
    return {"failed": done.returncode} if done.returncode else json.loads(done.stdout.splitlines()[-1])


def measured(name: str, home: Path, work: Path) -> Record:
    """Build one system and put all queries to it."""
    given = json.loads((work / "queries.json").read_text("utf-8"))
    queries = [Query(q["id"], q["kind"], q["text"], _gold(q["gold"])) for q in given["queries"]]
    wanted = {(file, path): text for file, path, text in given["wanted"]}
    queries = _fewer(queries, ONCE[name]) if name in ONCE else queries
    started = time.perf_counter()
    system = assembled(name, home, work)
    system.search("农村饮用水水源保护", TOP)
    ready = time.perf_counter() - started
    say(f"  {name}: ready after {ready:.0f} s")
    spent, rows = put(name, system, queries, wanted)
    times = {f"p{round(100 * share)}_ms": round(percentile(spent, share), 1) for share in (0.5, 0.95, 0.99)}
    lay = [row for query, row in zip(queries, rows, strict=True) if query.kind.startswith("lay")]
    kinds = dict.fromkeys(query.kind for query in queries)
    figures = {"lay": mean(lay)} if lay else {}
    for kind in kinds:
        figures[kind] = mean([row for query, row in zip(queries, rows, strict=True) if query.kind == kind])
    equal = [row[EQUAL] for row in lay]
    return {"ready_s": round(ready, 2), **times, "peak_rss_mb": peak_rss_mb(), "figures": figures, "equal": equal}


def put(
    name: str, system: System, queries: Sequence[Query], wanted: dict[tuple[str, str], str]
) -> tuple[list[float], list[dict[str, float]]]:
    """Put all queries to a system; return the milliseconds and the measures of each."""
    spent, rows = [], []
    for number, query in enumerate(queries, start=1):
        started = time.perf_counter()
        found = system.search(query.text, DEPTH if name in ONCE else TOP)
        spent.append((time.perf_counter() - started) * 1000)
        rows.append(scored(query, found if name in ONCE else system.search(query.text, DEPTH), wanted))
        if number % TOLD == 0:
            say(f"  {name}: {number}/{len(queries)}, {sum(spent) / number:.0f} ms each")
    return spent, rows


def compared(result: Record) -> Record:
    """Return how ours stands to LangChain: how often as fast, and how much more is found at equal context."""
    ours, theirs = (result.get(name, {}) for name in ("ours", "langchain"))
    if not ours.get("equal") or not theirs.get("equal"):
        return {}
    recall = [system["figures"]["lay"][EQUAL] for system in (ours, theirs)]
    ratios = {
        "p50": round(theirs["p50_ms"] / ours["p50_ms"], 1),
        EQUAL: round(recall[0] / max(recall[1], 0.001), 2),
        f"{EQUAL} ours - langchain": interval(ours["equal"], theirs["equal"]),
    }
    return {"ratios": ratios}


def _gold(groups: Sequence[Sequence[Sequence[str]]]) -> tuple[frozenset[tuple[str, str]], ...]:
    return tuple(frozenset((file, path) for file, path in group) for group in groups)


def _fewer(queries: Sequence[Query], count: int) -> list[Query]:
    """Return all lay questions, and the first ``count`` made queries of each kind."""
    seen: dict[str, int] = {}
    kept = []
    for query in queries:
        seen[query.kind] = seen.get(query.kind, 0) + 1
        if query.kind.startswith("lay") or seen[query.kind] <= count:
            kept.append(query)
    return kept


if __name__ == "__main__":
    main()
