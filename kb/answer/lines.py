"""What was learned on questions about other documents than the bundled ones: ``python -m eval.learn`` writes it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("lines.toml")


@cache
def lines() -> dict[str, Any]:
    """Return each table with its weights, its line, and the numbers of questions it was learned on."""
    return tomllib.loads(STORED.read_text("utf-8"))
