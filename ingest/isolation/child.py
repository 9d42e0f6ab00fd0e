"""The child: one request a line on standard input, its answers a line each on what was standard output.

Requests are ``[source, max_chars, left_out]``: pictures from page ``left_out`` on are not recognised, 0 for all to be.
Answers are ``["ready"]`` once, then for each request steps
``["step", stage, done, total]`` and one of ``["document", …]``, ``["refused", kind, message]`` (a file that cannot be
read) and ``["fault", kind, traceback]`` (an error of the program). Native libraries print where they like: standard
output leads to standard error before anything else is loaded. When the parent is gone, the child ends.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from typing import BinaryIO

from ingest.isolation import limits


def main() -> None:
    """Answer requests until the parent closes the line."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limits.impose()
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    _send(out, ["ready"])
    while True:
        _answer(requests.get(), out)


def _listen(requests: queue.SimpleQueue[bytes]) -> None:
    """Pass requests on; the end of the line ends the process, even in the middle of a file."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _answer(line: bytes, out: BinaryIO) -> None:
    from ingest.errors import PolicyError
    from ingest.isolation.wire import plain, source_from
    from ingest.pipeline import parse
    from ingest.progress import listening
    from ingest.readers.ocr import leaving_out

    source, max_chars, left_out = json.loads(line)
    try:
        with listening(lambda *step: _send(out, ["step", *step])), leaving_out(left_out):
            document = parse(source_from(source), max_chars=max_chars)
        _send(out, ["document", plain(document)])
    except PolicyError as error:
        _send(out, ["refused", type(error).__name__, str(error)])
    except MemoryError:
        _send(out, ["fault", "MemoryError", ""])
    except Exception as error:  # one file's fault must not cost the others
        _send(out, ["fault", type(error).__name__, traceback.format_exc()])


def _send(out: BinaryIO, answer: list[object]) -> None:
    # Escaped to ASCII: half a surrogate pair from a damaged file must not stop the answer.
    out.write(json.dumps(answer).encode("ascii") + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
