"""One child process seen from its parent: start it, hand it a file, watch time and memory, kill it when it oversteps.

A file that hangs, crashes the reader or eats memory becomes one ``UnreadableFile`` that says what happened; the next
file gets a new child. The child is a group of processes of its own, so that an office program it started dies with it
and Ctrl-C in a terminal reaches the parent alone, which then ends its children in order. Where the child cannot even
start, the installation is broken, and that stays loud.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from ingest import errors
from ingest.document import Document, Source
from ingest.errors import PolicyError, UnreadableFile
from ingest.isolation import limits
from ingest.isolation.wire import WireError, document_from, plain
from ingest.progress import RECOGNISING, Listener

LOOK_SECONDS = 0.1
"""Time and memory are looked at this often."""
START_SECONDS = 60.0
CHUNK = 1 << 20
COMMAND = (sys.executable, "-P", "-m", "ingest.isolation.child")
"""Without ``-P`` a module in the folder that the user stands in would be run."""
ROOT = Path(errors.__file__).resolve().parent.parent
LONGEST_MESSAGE = 1000
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE")
"""Of the environment a child gets no more: no keys, no settings."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""There are as many children as cores already; each further thread of numpy would cost memory."""
KINDS: Mapping[str, type[PolicyError]] = {
    name: kind for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PolicyError)
}
_LOG = logging.getLogger(__name__)


class Worker:
    """A child process that is started when first needed and again after it was lost; for one thread at a time."""

    def __init__(
        self, *, max_chars: int, command: Sequence[str] = COMMAND, seconds: float = limits.WALL_SECONDS
    ) -> None:
        """Remember the size of passages, the child's command line and the seconds granted to every file."""
        self._max_chars, self._command, self._seconds = max_chars, tuple(command), seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None
        self._closed = False

    def parse(self, source: Source, listener: Listener) -> Document:
        """Parse a file in the child; ``listener(stage, done, total)`` is told of its steps.

        Where the child is lost over a page that it was recognising, the file is read again without that page and the
        pictures behind it: what has a text layer is not lost for a picture.

        Raises:
            UnreadableFile: the file cannot become a document, or the child was lost over it.
        """
        last = ("", 0)

        def heard(stage: str, done: int, total: int) -> None:
            nonlocal last
            last = stage, done
            listener(stage, done, total)

        try:
            return self._parse(source, heard, 0)
        except UnreadableFile:
            if self._process or self._closed or last[0] != RECOGNISING:
                raise
            with contextlib.suppress(UnreadableFile):
                return self._parse(source, listener, last[1])
            raise

    def _parse(self, source: Source, listener: Listener, left_out: int) -> Document:
        name = source.path.name
        process = self._ready(name)
        try:
            _write(process, json.dumps([plain(source), self._max_chars, left_out]).encode("ascii") + b"\n")
            allowance = limits.Allowance(self._seconds)
            for answer in self._answers(process, name, allowance):
                kind, *rest = answer
                if kind == "step":
                    stage, done, total = str(rest[0]), int(rest[1]), int(rest[2])
                    allowance.grant(stage, done, total)
                    listener(stage, done, total)
                elif kind == "document":
                    return document_from(rest[0], source)
                elif kind == "refused":
                    raise KINDS.get(str(rest[0]), UnreadableFile)(str(rest[1])[:LONGEST_MESSAGE])
                else:
                    raise self._fault(name, *map(str, rest))
            raise self._lost(process, name)
        except (WireError, TypeError, ValueError, IndexError, OverflowError, RecursionError) as error:
            self.close()
            raise UnreadableFile(f"{name}：解析进程交回的结果不合规（{error}），没有采用；请报告这个问题") from error
        except PolicyError:
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Kill the child and what it started."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            for stream in (process.stdin, process.stdout):
                if stream:
                    with contextlib.suppress(OSError):
                        stream.close()
        if self._complaints:
            self._complaints.close()
            self._complaints = None

    def shut(self) -> None:
        """Close for good, from whatever thread: a file that is being parsed fails."""
        self._closed = True
        process = self._process
        if process is not None:
            _kill(process)

    def _ready(self, name: str) -> subprocess.Popen[bytes]:
        """Return a child that takes a request; one that has grown large is replaced."""
        if self._process and (self._process.poll() is not None or _resident(self._process) > limits.RETIRE_BYTES):
            self.close()
        if self._process is None:
            self._process = self._start(name)
        return self._process

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | ONE_THREAD
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, env=environment,
            bufsize=0, start_new_session=True,
        )  # fmt: skip
        self._process = process
        if self._closed or next(self._answers(process, name, limits.Allowance(START_SECONDS)), None) != ["ready"]:
            tail = self._tail()
            self.close()
            raise RuntimeError(f"the parsing process does not start: {tail}")
        return process

    def _answers(self, process: subprocess.Popen[bytes], name: str, allowance: limits.Allowance) -> Iterator[list[Any]]:
        """Yield the child's answers until it ends; look at time and memory in between."""
        assert process.stdout is not None
        descriptor, gathered = process.stdout.fileno(), bytearray()
        started = time.monotonic() - limits.queued(process.pid)  # the wait before this file is not its own
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            looked = started
            while True:
                ready = selector.select(LOOK_SECONDS)
                if (now := time.monotonic()) - looked >= LOOK_SECONDS or not ready:
                    looked = now
                    self._look(process, name, now - started - limits.queued(process.pid), allowance)
                if not ready:
                    continue
                chunk = os.read(descriptor, CHUNK)
                if not chunk:
                    return
                gathered += chunk
                if len(gathered) > limits.ANSWER_BYTES:
                    raise self._killed(name, f"解析结果超过 {limits.ANSWER_BYTES >> 20} MB 的上限")
                while (end := gathered.find(b"\n", max(0, len(gathered) - len(chunk)))) >= 0:
                    line, gathered = bytes(gathered[:end]), gathered[end + 1 :]
                    chunk = bytes(gathered)
                    answer = json.loads(line)
                    if not isinstance(answer, list) or not answer:
                        raise WireError("no answer")
                    yield answer

    def _look(self, process: subprocess.Popen[bytes], name: str, elapsed: float, allowance: limits.Allowance) -> None:
        if elapsed > allowance.seconds:
            raise self._killed(name, f"{allowance.seconds:.0f} 秒内没有读完")
        if _resident(process) > limits.MEMORY_BYTES:
            raise self._killed(name, f"占用内存超过 {limits.MEMORY_BYTES >> 30} GB 的上限")

    def _killed(self, name: str, reason: str) -> UnreadableFile:
        self.close()
        return UnreadableFile(f"{name}：{reason}，已停止读取；请检查文件是否损坏，或拆分后再导入")

    def _fault(self, name: str, kind: str = "", trace: str = "") -> UnreadableFile:
        """Return what to say of an error in the child; an error of the program is logged whole."""
        self.close()
        if kind == "MemoryError":
            return self._killed(name, f"占用内存超过 {limits.MEMORY_BYTES >> 30} GB 的上限")
        _LOG.error("%s\n%s", ascii(name), trace)
        return UnreadableFile(f"{name}：程序内部错误（{kind[:80]}），这个文件没有读成；请报告这个问题")

    def _lost(self, process: subprocess.Popen[bytes], name: str) -> UnreadableFile:
        """Return what to say of a child that ended without an answer."""
        code = process.wait()
        _LOG.debug("%s", self._tail())
        self.close()
        try:
            how = signal.Signals(-code).name if code < 0 else f"退出码 {code}"
        except ValueError:
            how = f"信号 {-code}"
        return UnreadableFile(f"{name}：读取这个文件的进程崩溃了（{how}），其余文件不受影响；请检查文件是否损坏")

    def _tail(self) -> str:
        if not self._complaints:
            return ""
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, size - 2000))
        return self._complaints.read().decode("utf-8", "replace")


def _write(process: subprocess.Popen[bytes], request: bytes) -> None:
    """Send a request; a child that is gone is noticed when its answer is read."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(request)


def _resident(process: subprocess.Popen[bytes]) -> int:
    return limits.resident(process.pid)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a child's whole group, where there are groups, and wait for the child."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
