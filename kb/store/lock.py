"""One owner at a time for a folder that two processes would ruin, with a note saying who it is.

Two processes writing one Chroma folder lose records without an error, so whoever opens it holds this lock until it is
closed. The operating system frees the lock when its holder dies; the note beside it may then be stale and is believed
only while the lock is held. It waits a bounded time and never breaks a lock.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import filelock

from kb.errors import StoreLocked


class OwnerLock:
    """The lock file ``path`` and, beside it, ``path.owner.json`` with the holder's pid, host and time."""

    def __init__(self, path: Path) -> None:
        """Name the files; nothing is created yet."""
        self.path = path
        self._note = path.with_name(path.name + ".owner.json")
        # Not thread-local: the thread that closes the folder need not be the one that opened it.
        self._lock = filelock.FileLock(path, thread_local=False)

    def acquire(self, wait: float) -> None:
        """Take the lock, waiting at most ``wait`` seconds.

        Raises:
            StoreLocked: somebody else kept it all that time (the message says who), or the file cannot be made.
        """
        try:
            self._lock.acquire(timeout=max(0.0, wait))
        except filelock.Timeout as error:
            hint = "请等它结束，或关闭那个进程后重试"
            raise StoreLocked(f"向量索引正被{self.holder() or '另一个进程'}占用：{self.path.parent}；{hint}") from error
        except OSError as error:
            hint = "请检查文件夹是否存在、可写"
            raise StoreLocked(f"向量索引的锁文件不能建立：{self.path}（{error.strerror}）；{hint}") from error
        note = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now().isoformat(timespec="seconds")}
        with suppress(OSError):  # a full disk, which what is written next will say
            self._note.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")

    def release(self) -> None:
        """Give the lock back."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._note.unlink()
            self._lock.release()

    @property
    def held(self) -> bool:
        """Tell whether this object holds the lock."""
        return bool(self._lock.is_locked)

    def holder(self) -> str:
        """Return who holds the lock according to the note, in Chinese; empty where there is none."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return f"进程 {note['pid']}（主机 {note['host']}，自 {note['since']} 起）"
        except (OSError, ValueError, KeyError, TypeError):
            return ""
