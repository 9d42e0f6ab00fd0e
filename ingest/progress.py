"""How far the reading of one file has got, told while it goes on.

A scan of three hundred pages is recognised for minutes. Whoever waits wants to see the page, and whoever guards the
time has to tell slow work from none. So readers of long files call ``tell`` after each page; without a listener it
does nothing. It is no log: a step that nobody listens to is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

CONVERTING, READING, RECOGNISING, PARSING, FILING = "转换", "读取", "识别", "解析", "入库"
EMBEDDING, INDEXING = "计算向量", "编入索引"
"""The stages of a file; recognising (OCR) is told per page, like reading, converting once, before it begins."""
DOWNLOADING = "下载"
"""Told in KB, by ``kb fetch``."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far an intake has got: ``done`` of ``total`` files are behind, ``file`` is at ``stage``.

    ``stage`` is one of the above; ``part`` of ``parts`` are the pages read
    or recognised, or the passages embedded. ``file`` is empty where the step is of all files.
    """

    file: str
    stage: str
    done: int
    total: int
    part: int = 0
    parts: int = 0


Listener = Callable[[str, int, int], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have ``listener(stage, done, total)`` told of every step during the block, in this thread.

    >>> heard = []
    >>> with listening(lambda *step: heard.append(step)):
    ...     tell(READING, 3, 12)
    >>> tell(READING, 4, 12)
    >>> heard
    [('读取', 3, 12)]
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(stage: str, done: int = 0, total: int = 0) -> None:
    """Tell the listener, if any, that ``done`` of ``total`` pages (characters, when parsing) are behind ``stage``."""
    if listener := _listener.get():
        listener(stage, done, total)
