"""Several workers over many files: parsed side by side, handed back in the order in which they were asked for.

The order in which documents are filed decides the keys of their passages, so results are handed over in order, whatever
finishes first; at most ``AHEAD`` files per worker are parsed ahead, so that a long scan does not fill the memory with
what comes after it. Threads only wait for their child; everything else, the listener included, runs in the caller's
thread. Idle children wait for the next file until ``close``.
"""

from __future__ import annotations

import os
import queue
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from threading import Lock
from types import TracebackType

from ingest.document import Document, Source
from ingest.errors import PolicyError
from ingest.isolation.worker import Worker

AHEAD = 8
TOGETHER = 64
"""Files at most that are handed over together."""
MOST = 8
"""Workers at most when the number is left to the machine; each may use up to ``limits.MEMORY_BYTES``."""

Outcome = Document | PolicyError
Step = tuple[Source, str, int, int]
Steps = queue.SimpleQueue[Step]
Waiting = tuple[Source, Future[Outcome]]
Told = Callable[[Source, str, int, int], None]


def unheard(source: Source, stage: str, done: int, total: int) -> None:
    """Listen to nothing."""


class Pool:
    """Workers that parse files; call ``close`` in the end. ``workers`` 0: as many as there are cores."""

    def __init__(self, *, max_chars: int, workers: int = 0) -> None:
        """Start nothing yet."""
        self._max_chars = max_chars
        self._count = workers or min(MOST, cores())
        self._workers: list[Worker] = []
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._guard = Lock()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse(self, source: Source, told: Told = unheard) -> Document:
        """Parse one file.

        Raises:
            PolicyError: it cannot become a document.
        """
        [[(_, outcome)]] = self.parse_all([source], told)
        if isinstance(outcome, PolicyError):
            raise outcome
        return outcome

    def parse_all(self, sources: Sequence[Source], told: Told = unheard) -> Iterator[list[tuple[Source, Outcome]]]:
        """Yield each source with its document, or with what was wrong, in order; ``told`` hears of every step.

        What has been parsed by the time it is asked for comes in one list, so that it can be kept in one go. The
        children begin at once, not when the first result is asked for.
        """
        threads, steps, left = self._hire(min(self._count, len(sources))), Steps(), iter(sources)
        waiting: deque[Waiting] = deque()

        def submit(count: int) -> None:
            waiting.extend((source, threads.submit(self._run, source, steps)) for source in islice(left, count))

        submit(AHEAD * self._count)
        return _in_order(waiting, steps, told, lambda: submit(1))

    def close(self) -> None:
        """End all children, also in the middle of a file; the next file gets new ones."""
        with self._guard:
            workers, threads = self._workers, self._threads
            self._workers, self._idle, self._threads = [], queue.SimpleQueue(), None
        for worker in workers:
            worker.shut()
        if threads:
            threads.shutdown(cancel_futures=True)
        for worker in workers:
            worker.close()

    def _hire(self, count: int) -> ThreadPoolExecutor:
        """Have at least ``count`` workers at hand."""
        with self._guard:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="parse")
            while len(self._workers) < count:
                self._workers.append(Worker(max_chars=self._max_chars))
                self._idle.put(self._workers[-1])
            return self._threads

    def _run(self, source: Source, steps: Steps) -> Outcome:
        idle = self._idle
        worker = idle.get()
        try:
            return worker.parse(source, lambda stage, done, total: steps.put((source, stage, done, total)))
        except PolicyError as error:
            return error
        finally:
            idle.put(worker)


def _in_order(
    waiting: deque[Waiting], steps: Steps, told: Told, more: Callable[[], None]
) -> Iterator[list[tuple[Source, Outcome]]]:
    try:
        while waiting:
            ready: list[tuple[Source, Outcome]] = []
            while waiting and (not ready or waiting[0][1].done()) and len(ready) < TOGETHER:
                source, future = waiting.popleft()
                end = (source, "", 0, 0)  # comes after all the steps of this file
                future.add_done_callback(partial(_put, steps, end))
                while (step := steps.get()) is not end:
                    told(*step)
                more()
                ready.append((source, future.result()))
            yield ready
    finally:
        for _, future in waiting:
            future.cancel()


def _put(steps: Steps, end: Step, _: Future[Outcome]) -> None:
    steps.put(end)


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
