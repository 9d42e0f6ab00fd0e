"""One measured task in a process of its own, so that memory peaks and warm caches of one system never reach the other.

A job comes as JSON on standard input: ``system``, ``task``, ``home`` and what the task needs; the result goes to
standard output as JSON. Wall time suffers when the machine is shared, so processor time stands beside it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from bench.assembled import Assembled
from bench.items import Item
from bench.ours import Ours
from bench.score import percentile, placed, recalls

K, DEPTH, WARM_UP = 10, 40, 3  # DEPTH units are asked for, the first K reported.


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    if job["task"] == "print":
        print_best(job)
        return
    wall, cpu = time.perf_counter(), processor_time()
    if job["system"] == "ours":
        system: Ours | Assembled = Ours(Path(job["home"]))
    else:
        system = Assembled(Path(job["home"]), library=job.get("library", False))
    result = TASKS[job["task"]](system, job)
    total = {"seconds": time.perf_counter() - wall, "cpu_seconds": processor_time() - cpu}
    rounded = {name: round(value, 2) for name, value in total.items()}
    json.dump({**rounded, "peak_rss_mb": peak_rss_mb(), **result}, sys.stdout)


def processor_time() -> float:
    """Return the seconds of processor time of this process and of those it started and awaited: ours parses in some."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def ingest(system: Ours | Assembled, job: Mapping[str, Any]) -> dict[str, Any]:
    """Read the folder into an empty home."""
    counts = system.ingest(Path(job["folder"]))
    system.close() if isinstance(system, Assembled) else None
    return counts


def search(system: Ours | Assembled, job: Mapping[str, Any]) -> dict[str, Any]:
    """Time every query and look where the right units stand."""
    items = [Item(**row) for row in job["items"]]
    started = time.perf_counter()
    system.open()
    opened = time.perf_counter() - started
    for item in items[:WARM_UP]:
        system.search(item.query, DEPTH)
    spent, cpu, found = [], time.process_time(), []
    for item in items:
        started = time.perf_counter()
        found.append(system.search(item.query, DEPTH))
        spent.append((time.perf_counter() - started) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / len(items)
    places = [(item.kind, placed(item, units)) for item, units in zip(items, found, strict=True)]
    sizes = [sum(len(unit.text) for unit in units[:K]) for units in found]
    kinds = dict.fromkeys(kind for kind, _ in places)
    scores = {kind: recalls([place for name, place in places if name == kind]) for kind in kinds}
    scores["all"] = recalls([place for _, place in places])
    shape = {"characters_of_10": round(fmean(sizes)), "open_s": round(opened, 2), "cpu_ms_mean": round(cpu, 1)}
    return {**latency(spent), **shape, "recall": scores}


def ask(system: Ours | Assembled, job: Mapping[str, Any]) -> dict[str, Any]:
    """Time whole answers; only ours composes any."""
    if not isinstance(system, Ours):
        raise TypeError("only ours answers")
    system.open()
    for question in job["questions"][:WARM_UP]:
        system.ask(question)
    spent, answered, cpu = [], 0, time.process_time()
    for question in job["questions"]:
        started = time.perf_counter()
        answered += system.ask(question)
        spent.append((time.perf_counter() - started) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / len(spent)
    return {**latency(spent), "cpu_ms_mean": round(cpu, 1), "questions": len(spent), "answered": answered}


def print_best(job: Mapping[str, Any]) -> None:
    """Open the recipe, search once and print three chunks: what a script does in place of ``kb ask``."""
    system = Assembled(Path(job["home"]), library=job.get("library", False))
    system.open()
    for unit in system.search(job["query"], 3):
        print(unit.file, unit.text)


def latency(milliseconds: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile."""
    return {"p50_ms": round(percentile(milliseconds, 0.5), 1), "p95_ms": round(percentile(milliseconds, 0.95), 1)}


def peak_rss_mb() -> int:
    """Return the largest resident size of this process so far, in MB.

    From the kernel's record of this program alone where there is one: ``ru_maxrss`` may also count the parent's.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 if sys.platform != "darwin" else 1024 * 1024)


TASKS = {"ingest": ingest, "search": search, "ask": ask}

if __name__ == "__main__":
    main()
