"""Rows of ledgers on the page: where their words stand, and the button that opens them."""

from __future__ import annotations

from ingest.document import Span
from kb.ledger import Record
from kb.views.address import Place
from kb.views.source import place_button


def place_of_record(record: Record) -> Place:
    """Return where the words of a row, or of a piece of evidence, stand."""
    return Place(record["doc_id"], record["path"], Span(record["start"], record["end"]))


def record_button(label: str, record: Record, *, key: str) -> None:
    """Show a link that opens the words of a row."""
    place_button(label, place_of_record(record), key=key)
