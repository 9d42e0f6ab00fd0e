"""The results of a run as tables: ``python -m bench.report bench/results/full.json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KINDS = {
    "number": "文号",
    "title": "title",
    "article": "《title》第N条",
    "indicator": "figure of an indicator",
    "words": "five words of a sentence",
    "all": "all",
}
# label, path into one system's record
COSTS = (
    ("ingest, CPU s per MB of text", ("ingest", "cpu_seconds_per_mb"), "ingest_cpu"),
    ("ingest, wall s", ("ingest", "seconds"), "ingest_wall"),
    ("ingest, peak memory MB", ("ingest", "peak_rss_mb"), "ingest_peak_rss"),
    ("disk MB", ("disk_mb",), "disk_mb"),
    ("search warm p50 ms", ("search", "p50_ms"), "search_p50"),
    ("search warm p95 ms", ("search", "p95_ms"), "search_p95"),
    ("the same, recipe through rank_bm25", ("search_library", "p50_ms"), "search_library_p50"),
    ("search, CPU ms a query", ("search", "cpu_ms_mean"), "search_cpu"),
    ("search, peak memory MB", ("search", "peak_rss_mb"), "search_peak_rss"),
    ("process start to printed result s", ("cold_s",), "cold_s"),
    ("the same, recipe through sentence-transformers", ("cold_library_s",), "cold_library"),
)


def table(result: Mapping[str, Any]) -> str:
    """Return all tables as Markdown."""
    parts = []
    for name, record in result["corpora"].items():
        counts = record["corpus"]
        head = f"### {name}: {counts['files']} files, {counts['text_mb']} MB of text, {counts['articles']} articles"
        parts += [head, costs(record), answers(record["ours"]["ask"]), recall(record)]
    return "\n\n".join(parts)


def costs(record: Mapping[str, Any]) -> str:
    """Return what both systems cost, and the ratio recipe / ours."""
    rows = ["| cost | ours | recipe | recipe / ours |", "|---|---|---|---|"]
    for label, path, ratio in COSTS:
        if ratio in record["ratios"]:
            ours, assembled = (_at(record[system], path) for system in ("ours", "assembled"))
            rows.append(f"| {label} | {'' if ours is None else ours} | {assembled} | {record['ratios'][ratio]} |")
    return "\n".join(rows)


def answers(ask: Mapping[str, Any]) -> str:
    """Return how long whole answers take."""
    shares = f"{ask['answered']} of {ask['questions']} answered, the others refused"
    return f"Whole cited answers (`ask`, warm): p50 {ask['p50_ms']} ms, p95 {ask['p95_ms']} ms; {shares}."


def recall(record: Mapping[str, Any]) -> str:
    """Return the recall of known items by kind."""
    systems = ("ours", "assembled")
    rows = [
        "| known item | n | ours @1 | recipe @1 | ours @10 | recipe @10 | ours, 4,000 chars | recipe, 4,000 chars |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind, scores in record["ours"]["search"]["recall"].items():
        both = [record[system]["search"]["recall"][kind] for system in systems]
        cells = [f"{score[key]:.2f}" for key in ("recall_1", "recall_10", "recall_context") for score in both]
        rows.append(f"| {KINDS[kind]} | {scores['items']} | {' | '.join(cells)} |")
    sizes = [record[system]["search"]["characters_of_10"] for system in systems]
    rows.append(f"\nTen clauses of ours are {sizes[0]} characters on average, ten chunks of the recipe {sizes[1]}.")
    return "\n".join(rows)


def _at(record: Mapping[str, Any], path: tuple[str, ...]) -> object:
    value: object = record
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
