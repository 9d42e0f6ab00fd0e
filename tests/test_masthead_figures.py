"""Facts of real documents against those read by hand from the printed pages: title, 文号, issuers, date, level, region.

``golden/mastheads.csv`` holds what is printed and nothing else: a field is empty where the pages do not say it. A date
is the one under the text or title, else that of the dispatch or of the printing; a month alone is no date.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from ingest.cleaning import clean
from ingest.levels import level_of, region_of
from ingest.masthead import read_masthead
from ingest.readers import read
from ingest.tables import masked

GOLDEN = Path(__file__).parent / "golden" / "mastheads.csv"
POLICIES = Path(__file__).resolve().parents[2] / "shared" / "data" / "policies"
FIRST, LAST = 8, 2
SHARES = {"title": 0.98, "number": 0.95, "issuers": 0.95, "dated": 0.95, "level": 0.95, "region": 0.95}
"""The share of fields that must be right, of those that are printed; and of those that are not, to stay empty."""


@cache
def printed() -> dict[str, dict[str, str]]:
    """What was read by hand, by the number of the file."""
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        return {row.pop("file"): row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What is read today from the first and last pages; every file is opened once."""
    if not POLICIES.is_dir():
        pytest.skip("没有 ../shared/data/policies：手工核对的文件不在")
    folder = tmp_path_factory.mktemp("policies")
    facts = {}
    for path in sorted(POLICIES.glob("*.pdf")):
        cleaned = clean(read(outer_pages(path, folder / path.name)))
        head = read_masthead(masked(cleaned.text, cleaned.tables))
        facts[path.name[:3]] = {
            "title": head.title,
            "number": head.number,
            "issuers": "、".join(head.issuers),
            "dated": str(head.dated or ""),
            "level": level_of(head.issuers, head.title),
            "region": region_of(head.issuers, head.title),
        }
    return facts


def outer_pages(path: Path, copy: Path) -> Path:
    """Copy the first and last pages: masthead, cover notice and signatures stand there; the rest takes the time."""
    with PdfDocument(path) as whole, PdfDocument.new() as outer:
        count = len(whole)
        kept = sorted({*range(min(count, FIRST)), *range(max(0, count - LAST), count)})
        outer.import_pages(whole, kept)
        outer.save(copy)
    return copy


def test_every_file_was_read_by_hand() -> None:
    assert len(printed()) == 70
    if POLICIES.is_dir():
        assert sorted(printed()) == sorted(path.name[:3] for path in POLICIES.glob("*.pdf"))


@pytest.mark.parametrize("field", SHARES)
def test_share_of_fields_read_as_printed(field: str, found: dict[str, dict[str, str]]) -> None:
    pairs = {file: (row[field], found[file][field]) for file, row in printed().items()}
    misses = {file: pair for file, pair in pairs.items() if pair[0] != pair[1]}
    for group in (
        [file for file, (wanted, _) in pairs.items() if wanted],
        [file for file, (wanted, _) in pairs.items() if not wanted],
    ):
        right = sum(file not in misses for file in group)
        assert right >= SHARES[field] * len(group), misses
