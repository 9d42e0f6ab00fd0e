"""A segment as one file: a line that describes it, then its arrays as they are, mapped into memory when read.

The file is written beside its place, flushed to disk and renamed, so it is the old one or the new one and never half
of one. Its digest is kept by the database it was made from: a file that is older, newer or another library's does not
fit and is not read. A file that cannot be replaced because another process reads it (Windows) stays as it is. Nothing
in it is executed, and its sizes are checked before they are believed.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.store.segment import Segment

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MAGIC = b"policy-kb segment 1\n"  # Another layout, another field weight or another term is another number.
ALIGNED = 64
ARRAYS = {
    "keys": "<i8", "owners": "<i4", "words": "|u1", "word_ends": "<i8", "pairs": "<u4", "starts": "<i8", "rows": "<i4",
    "impacts": "|u1", "text": "<u2", "text_ends": "<i8",
}  # fmt: skip
HEADER_BYTES = 16  # of the number that says how long the description is


def write(path: Path, segment: Segment) -> str:
    """Write the segment in place of what is there; return its digest.

    Raises:
        OSError: the disk is full, or the file cannot be replaced; what was there stays.
    """
    import numpy as np

    arrays = {name: np.ascontiguousarray(getattr(segment, name), dtype=kind) for name, kind in ARRAYS.items()}
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays.values():
        digest.update(array.data if array.size else b"")
    described = json.dumps({
        "digest": digest.hexdigest(), "names": segment.names, "averages": segment.averages,
        "sizes": {name: int(array.size) for name, array in arrays.items()},
    }).encode()  # fmt: skip
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        with beside.open("wb") as file:
            file.write(MAGIC + b"%016d" % len(described) + described)
            for array in arrays.values():
                file.write(b"\0" * (-file.tell() % ALIGNED))
                file.write(array.data if array.size else b"")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return digest.hexdigest()


def read(path: Path, digest: str) -> Segment | None:
    """Map the file into memory if it has this digest and all its bytes; else return None."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # ValueError: the file is empty
        return None
    return _segment(mapped, digest)


def sound(path: Path, digest: str) -> bool:
    """Read the whole file; tell whether its arrays are those that the digest was made of."""
    segment = read(path, digest)
    if segment is None:
        return False
    found = hashlib.blake2b(digest_size=16)
    for name in ARRAYS:
        part = getattr(segment, name)
        found.update(part.data if part.size else b"")
    return found.hexdigest() == digest


def _segment(mapped: mmap.mmap, digest: str) -> Segment | None:
    import numpy as np

    at = len(MAGIC) + HEADER_BYTES
    if len(mapped) < at or mapped[: len(MAGIC)] != MAGIC:
        return None
    try:
        end = at + int(mapped[len(MAGIC) : at])
        described = json.loads(mapped[at:end])
        if described["digest"] != digest:
            return None
        arrays: dict[str, Array] = {}
        for name, kind in ARRAYS.items():
            end += -end % ALIGNED
            size = described["sizes"][name]
            # frombuffer refuses to read nothing from the end of a file.
            arrays[name] = np.frombuffer(mapped, kind, size, end) if size else np.zeros(0, dtype=kind)
            end += arrays[name].nbytes
    except (ValueError, LookupError, TypeError):
        return None
    names, averages = tuple(described["names"]), tuple(described["averages"])
    return Segment(names=names, averages=averages, **arrays) if end == len(mapped) else None
