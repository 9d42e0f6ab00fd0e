"""What a command shows on standard error: messages, and progress where it lasts long enough for any."""

from __future__ import annotations

import re

from ingest.progress import EMBEDDING, INDEXING

PROGRESS = re.compile(rf"\d+/\d+ |(?:{EMBEDDING}|{INDEXING}) ")


def messages(stderr: str) -> list[str]:
    """Return the lines that are no progress; how long a command lasts is the machine's matter."""
    return [line for line in stderr.splitlines() if not PROGRESS.match(line)]
