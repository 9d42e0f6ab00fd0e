"""What a folder costs, read by worker processes: seconds, processor time, the memory of all processes together.

``python -m bench.reading [folder]`` runs ``kb ingest`` twice into a library that is thrown away; without a folder, over
the PDFs of ../shared/data or else the bundled files. Memory is looked at five times a second where ``/proc`` shows it,
pages that processes share counted in each of them.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.corpora import DATA, ROOT
from ingest.isolation.limits import resident

LOOK_SECONDS = 0.2


def main() -> None:
    """Print one line a run."""
    policies = DATA / "policies"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else policies if policies.is_dir() else ROOT / "corpus"
    with tempfile.TemporaryDirectory() as home:
        for name in ("first run", "second run"):
            print(f"{name}: {_run(folder, home)}", flush=True)


def _run(folder: Path, home: str) -> str:
    command = [sys.executable, "-c", "from kb.cli import main; main()", "ingest", "--json", str(folder)]
    before, started, peak = _spent(), time.perf_counter(), 0
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, env={**os.environ, "KB_HOME": home}, stdout=out, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, sum(map(resident, _family(process.pid))))
            time.sleep(LOOK_SECONDS)
        out.seek(0)
        report = json.load(out)
    counts = ", ".join(f"{len(report[kind])} {kind}" for kind in ("added", "unchanged", "failed", "partial"))
    wall, spent = time.perf_counter() - started, _spent() - before
    return f"{counts}; {wall:.1f} s wall, {spent:.1f} s of processor time, {peak / 1e6:.0f} MB at most"


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> list[int]:
    """Return a process and all that it started, as far as they still run."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(number) for task in tasks for number in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(process for child in children for process in _family(child))]


if __name__ == "__main__":
    main()
