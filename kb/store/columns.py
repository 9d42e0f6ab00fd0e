"""Columns that tables share: spans, days and lists, to SQLite and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from ingest.document import Span
from kb.store.database import Row


def ends(span: Span | None) -> tuple[int | None, int | None]:
    """Return a span as two columns."""
    return (span.start, span.end) if span else (None, None)


def span_of(row: Row) -> Span:
    """Return the span of a row."""
    return Span(row["start"], row["end"])


def listed(values: Iterable[Any]) -> str:
    """Return values as a JSON list."""
    return json.dumps(list(values), ensure_ascii=False)


def iso(day: date | None) -> str | None:
    """Return a day as text."""
    return day.isoformat() if day else None


def day(written: str | None) -> date | None:
    """Return a day from text."""
    return date.fromisoformat(written) if written else None
