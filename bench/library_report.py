"""The results of ``bench.retrieval`` as tables: ``python -m bench.library_report bench/results/library.json``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COSTS = ("ready_s", "p50_ms", "p95_ms", "p99_ms", "peak_rss_mb")


def table(result: dict[str, Any]) -> str:
    """Return all tables as Markdown."""
    systems = {name: row for name, row in result.items() if isinstance(row, dict) and "figures" in row}
    return "\n".join((*_library(result), *_costs(systems), *_figures(systems)))


def _library(result: dict[str, Any]) -> Iterator[str]:
    """Yield what it costs to have the library, and how ours stands to LangChain."""
    yield "| the library | |\n|---|---|"
    groups = ("library", "build", "engine", "ask", "addition", "ratios")
    flat: dict[str, Any] = {
        f"{group}: {name}": value for group in groups for name, value in result.get(group, {}).items()
    }
    single = {name: result[name] for name in ("disk_mb", "first_answer_s") if name in result}
    for name, value in {**flat, **single}.items():
        said = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        yield f"| {name.replace('_', ' ')} | {said} |"


def _costs(systems: dict[str, Any]) -> Iterator[str]:
    yield "\n| system | " + " | ".join(COSTS) + " |\n" + "|---" * (len(COSTS) + 1) + "|"
    for name, row in systems.items():
        yield f"| {name} | " + " | ".join(str(row[cost]) for cost in COSTS) + " |"


def _figures(systems: dict[str, Any]) -> Iterator[str]:
    for kind, figures in next(iter(systems.values()), {"figures": {}})["figures"].items():
        yield f"\n| {kind} | " + " | ".join(figures) + " |\n" + "|---" * (len(figures) + 1) + "|"
        for name, row in systems.items():
            if kind in row["figures"]:
                yield f"| {name} | " + " | ".join(str(value) for value in row["figures"][kind].values()) + " |"


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text("utf-8"))))
