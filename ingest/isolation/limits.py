"""What one file may cost: time, memory, size of the answer.

A time limit that suits a notice kills the reading of a long scan, and one that suits a scan lets a hostile file hang
for an hour. So time is granted as work is seen to be done: 30 s for every file, more for each page. Memory is
held twice: the kernel refuses what goes over (``RLIMIT_DATA`` on Linux; macOS has no limit of that kind that holds,
Windows none at all), and the parent looks at what is resident where ``/proc`` shows it. Where neither is to be had,
only time is limited.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from ingest.progress import CONVERTING, PARSING, READING, RECOGNISING

WALL_SECONDS = 30.0
"""Granted to every file."""
PAGE_SECONDS = {READING: 0.1, RECOGNISING: 30.0}
"""Granted more for each page read from a text layer, and for each page that is recognised (OCR), as it begins."""
CONVERSION_SECONDS = 120.0
"""Granted more where an office program has to convert the file first."""
CHARACTER_SECONDS = 20e-6
"""Granted more for each character to be parsed: 20 s for a million."""
LONGEST_SECONDS = 4 * 3600.0
"""No file takes longer, whatever it reports."""
MEMORY_BYTES = 1 << 30
FILE_BYTES = 1 << 30
"""Largest file that a child may write (conversion by an office program needs some)."""
ANSWER_BYTES = 256 << 20
"""Largest answer taken from a child."""
RETIRE_BYTES = 600 << 20
"""A child that has grown to this is replaced before the next file."""


@dataclass(slots=True)
class Allowance:
    """Seconds granted to a file so far, by what it has reported."""

    seconds: float = WALL_SECONDS
    _seen: dict[str, int] = field(default_factory=dict)

    def grant(self, stage: str, done: int, total: int) -> None:
        """Grant more for pages that are done, for text that has been read, and for a conversion that begins.

        >>> allowance = Allowance()
        >>> for page in (1, 2, 2, 1):
        ...     allowance.grant("识别", page, 80)
        >>> allowance.seconds
        90.0
        """
        ahead = {PARSING: CHARACTER_SECONDS, CONVERTING: CONVERSION_SECONDS}
        count, each = (total, ahead[stage]) if stage in ahead else (done, PAGE_SECONDS.get(stage, 0.0))
        more = max(0, count - self._seen.get(stage, 0))
        self._seen[stage] = self._seen.get(stage, 0) + more
        self.seconds = min(LONGEST_SECONDS, self.seconds + more * each)


def impose() -> None:
    """Set the limits of this process and of what it starts; without effect where the platform has none."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": FILE_BYTES, "RLIMIT_DATA": MEMORY_BYTES}
    for name, value in wanted.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # not known here, or already lower
            resource.setrlimit(getattr(resource, name), (value, value))


def queued(pid: int) -> float:
    """Return the seconds that a process was ready to run and had no processor, 0 where the platform does not show it.

    On a busy machine that is most of the time, and no fault of the file (``/proc/<pid>/schedstat``, second figure).
    """
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def resident(pid: int) -> int:
    """Return the bytes of memory that a process holds, or 0 where the platform does not show it."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
