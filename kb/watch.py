"""A folder that is watched: what arrives or changes in it is filed, one file after another.

Files arrive in pieces: a download grows for minutes, an office program writes a lock file and a copy and renames it. A
file is taken when it has not changed for a while, and never by the names of such helpers. A file that is deleted stays
in the library: removing is a decision. Between events nothing is held, so that the page and other commands work.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from ingest.errors import PolicyError
from ingest.names import visible
from ingest.readers import SUFFIXES
from kb.errors import BadInput
from kb.library import Library
from kb.results import IngestReport

SETTLE_SECONDS = 2.0
"""A file is taken once its size and time have stood still for so long."""
LOOK_SECONDS = 0.5
Say = Callable[[str], None]
Counts = dict[str, int]


def passing(path: Path) -> bool:
    """Tell whether a file is a helper of another program, or of a kind that is not read.

    >>> [passing(Path(n)) for n in ("~$通知.docx", ".~通知.docx", "通知.pdf.part", "通知.crdownload", "通知.pdf")]
    [True, True, True, True, False]
    """
    return path.name.startswith(("~$", ".", "~")) or path.suffix.lower() not in SUFFIXES


def watch(
    library: Library, folder: Path, say: Say, stop: Event, counts: Counts, *, settle: float = SETTLE_SECONDS
) -> None:
    """File what is in the folder and what arrives until ``stop`` is set; ``say`` gets a line for each file.

    ``counts`` is kept of the files added, replaced and failed.

    Raises:
        BadInput: it is no folder.
    """
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    if not folder.is_dir():
        raise BadInput(f"不是文件夹：{visible(str(folder))}。请写一个已有的文件夹。")
    arrived: queue.SimpleQueue[Path] = queue.SimpleQueue()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if not event.is_directory and event.event_type in ("created", "modified", "moved", "closed"):
                arrived.put(Path(str(event.dest_path or event.src_path)))

    observer = Observer()
    observer.schedule(Handler(), str(folder), recursive=True)
    observer.start()
    try:
        for path in sorted(folder.rglob("*")):
            arrived.put(path)
        _file(arrived, lambda path: _take(library, path, counts, say), stop, settle)
    finally:
        observer.stop()
        observer.join()


def _file(arrived: queue.SimpleQueue[Path], take: Callable[[Path], None], stop: Event, settle: float) -> None:
    """Take each file that arrived once it stands still."""
    growing: dict[Path, tuple[tuple[int, int], float]] = {}  # size and time of each file, and since when
    taken: dict[Path, tuple[int, int]] = {}
    while not stop.wait(min(LOOK_SECONDS, settle)):
        while not arrived.empty():
            path = arrived.get()
            if not passing(path):
                growing.setdefault(path, ((-1, -1), 0.0))
        now = time.monotonic()
        for path, (seen, since) in list(growing.items()):
            state = _state(path)
            if state is None or taken.get(path) == state:
                del growing[path]
            elif state != seen:
                growing[path] = (state, now)
            elif now - since >= settle:
                del growing[path]
                taken[path] = state
                take(path)


def _take(library: Library, path: Path, counts: Counts, say: Say) -> None:
    """File one file and say so; nothing is said of one that is filed already."""
    try:
        report = library.ingest([path])
    except PolicyError as error:  # another process writes; the next change, or the next start, tries again
        report = IngestReport()
        counts["failed"] += 1
        say(f"未入库 {visible(path.name)}：{visible(str(error))}")
    for what, word in (("added", "已入库"), ("replaced", "已更新")):
        for doc_id in getattr(report, what):
            counts[what] += 1
            say(f"{word} {visible(path.name)}：《{visible(library.card(doc_id).title)}》")
    for failure in report.failed:
        counts["failed"] += 1
        say(f"未入库 {failure.reason}")


def _state(path: Path) -> tuple[int, int] | None:
    """Return size and time of a file, or None where it is gone or no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() else None
