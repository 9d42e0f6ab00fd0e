"""How much of one request, and how many requests at once: every number is here.

A thread that answers cannot be stopped, so a request that takes too long gives up waiting and keeps its place among
those that are answered until it is done: there are never more than ``AT_ONCE``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from ingest.errors import PolicyError

BODY = 64 * 1024  # bytes of a request
BATCH_BODY = 4 * 2**20  # bytes of a batch
BATCH_LINES = 2000
BODY_SECONDS = 20.0  # to receive a request
SECONDS = 60.0  # to answer one
AT_ONCE = 4  # answered at the same time
WAITING = 64  # answered or waiting; the next is refused
T = TypeVar("T")


class TooLarge(PolicyError):
    """A request has more bytes or lines than one may have."""


class TooBusy(PolicyError):
    """Too many requests wait."""


class TooSlow(PolicyError):
    """A request was not received, or not answered, in time."""


async def body_of(request: Request, most: int) -> bytes:
    """Return the body of a request.

    Raises:
        TooLarge: it is larger than ``most`` bytes. TooSlow: it does not arrive.
    """
    try:
        return await asyncio.wait_for(_received(request, most), BODY_SECONDS)
    except TimeoutError as error:
        raise TooSlow(f"请求正文没有在{BODY_SECONDS:.0f}秒内到齐。请重发。") from error


async def _received(request: Request, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise TooLarge(f"请求正文超过{most // 1024} KB。请分成几次。")
            chunks.append(chunk)
    except ClientDisconnect as error:
        raise TooSlow("请求没有发完就断开了。") from error
    return b"".join(chunks)


class Workers:
    """Threads that answer, and the count of those who wait for them."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, seconds: float = SECONDS) -> None:
        """Start no thread yet."""
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="kb-api")
        self._waiting, self._seconds = waiting, seconds
        self._taken = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns, done in a thread.

        Raises:
            TooBusy: too many wait already. TooSlow: it takes too long.
        """
        if self._taken >= self._waiting:
            raise TooBusy("同时进行的请求太多。请稍后再试。")
        self._taken += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        future.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(future), self._seconds)
        except TimeoutError as error:
            raise TooSlow(f"没有在{self._seconds:.0f}秒内答完。请缩小范围后重试。") from error

    def _done(self, future: Awaitable[Any]) -> None:
        self._taken -= 1
        if isinstance(future, asyncio.Future) and not future.cancelled():
            future.exception()  # seen, also where nobody waits any longer

    def close(self) -> None:
        """Let those being answered finish, and take no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def lines_of(body: bytes) -> Iterable[bytes]:
    """Return the lines of a batch.

    Raises:
        TooLarge: there are too many.
    """
    lines = body.splitlines()
    if len(lines) > BATCH_LINES:
        raise TooLarge(f"一次至多{BATCH_LINES}行，这里有{len(lines)}行。请分成几次。")
    return lines
