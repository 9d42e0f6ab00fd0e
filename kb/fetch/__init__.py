"""Official texts into the library: the only room that uses the network, and only when a user says ``kb fetch``.

A digest stands in for a text that nobody had at hand; its card names where the official one is. What is downloaded
must be that document (its 文号 or title is printed in it), is read like any other file and takes the digest's place
under the same id. The digest stays as a former version, so that what was cited from it can still be shown. A failure is
one line, changes nothing in the library, and the rest goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.document import Document, Source
from ingest.errors import PolicyError
from ingest.progress import DOWNLOADING, Step
from kb.errors import FetchFailed
from kb.fetch.download import Downloader
from kb.intake import Intake, silent
from kb.intake.embedding import Progress
from kb.results import DocumentCard, Failure
from kb.store.rows import number_key, title_key

FOLDER = "fetch"  # in the home folder: what is being downloaded


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What one ``fetch`` did: ids of documents whose official text came, unchanged, without an address; failures."""

    fetched: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    without_url: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of ``kb fetch``."""
        return asdict(self)


def fetch(
    cards: Sequence[DocumentCard],
    intake: Intake,
    downloader: Downloader,
    writing: Callable[[], AbstractContextManager[object]],
    progress: Progress = silent,
) -> FetchReport:
    """Download the official text of each card that has an address, and put it in the card's place.

    ``writing`` owns the library; it is asked for only when a text has come, not while a portal stalls.
    """
    started = time.perf_counter()
    fetched: list[str] = []
    unchanged: list[str] = []
    without: list[str] = []
    failed: list[Failure] = []
    for card in cards:
        if not card.url:
            without.append(card.doc_id)
            continue
        try:
            changed = _one(card, intake, downloader, writing, progress)
            (fetched if changed else unchanged).append(card.doc_id)
        except PolicyError as error:
            failed.append(Failure(card.doc_id, str(error)))
    seconds = round(time.perf_counter() - started, 3)
    return FetchReport(tuple(fetched), tuple(unchanged), tuple(without), tuple(failed), seconds)


def _one(
    card: DocumentCard,
    intake: Intake,
    downloader: Downloader,
    writing: Callable[[], AbstractContextManager[object]],
    progress: Progress,
) -> bool:
    """Download one text and take it in; tell whether it is another than the one held."""

    def told(size: int, expected: int) -> None:
        progress(Step(card.title[:20], DOWNLOADING, 0, 1, size >> 10, max(size, expected) >> 10))

    got = downloader.get(card.url, card.doc_id, told)
    try:
        with got.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        held = intake.registry.document(card.doc_id).source
        if held.sha256 == digest:
            return False
        document = _read(replace(held, path=got.path, sha256=digest, form="fulltext"), intake)
        _same(card, document, got.url)
        with writing():
            intake.take(document, datetime.now(UTC).isoformat(timespec="seconds"))
        return True
    finally:
        got.path.unlink(missing_ok=True)


def _read(source: Source, intake: Intake) -> Document:
    """Read a downloaded file.

    Raises:
        FetchFailed: no reader takes it; the reason names the address's document, not a temporary file.
    """
    try:
        return intake.parse(source)
    except PolicyError as error:
        raise FetchFailed(f"{source.url}：下载的内容读不了（{error}）") from error


def _same(card: DocumentCard, document: Document, url: str) -> None:
    """Refuse a text that is not this document: portals answer 200 with an error page or a list.

    Raises:
        FetchFailed: neither the 文号 nor the title of the card is printed in it.
    """
    printed = title_key(document.text)
    number, title = number_key(card.doc_number), title_key(card.title)
    if not (number and number in number_key(document.text)) and not (len(title) > 4 and title in printed):
        raise FetchFailed(f"{url}：下载的内容里没有《{card.title}》的标题或文号，没有替换；请核对网址")


def folder_of(home: Path) -> Path:
    """Return where downloads of a library stand until they are whole."""
    return home / FOLDER
