"""Many people on the page at once: ``python -m bench.sessions [--people 50] [--seconds 120] [--every 10]``.

Serves the bundled corpus with ``kb serve`` and speaks the page's own protocol over as many WebSockets as there are
people; each asks a question every ten seconds, at moments of its own, in one growing conversation. Measured from
sending a question to the end of the page's run, as the server tells it; a browser still has to draw. Before that, one
browser (Chromium, where there is one) measures the first paint and how soon an answer stands on the screen, and three
people, one after the other, how much processor time of the server a question costs as a conversation grows: that does
not depend on what else the machine does. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from bench.corpora import ROOT
from ingest.isolation.limits import resident

KB = [sys.executable, "-c", "from kb.cli import main; main()"]
ACCEPTED = ROOT / "eval" / "gold.jsonl"
START_SECONDS = 60
SEED = 20231
ALONE, TURNS = 3, 12  # conversations measured one after the other, questions in each
SETTLED = 0.2  # seconds after which what a run left to do is done


def main() -> None:
    """Serve, ask, report."""
    parser = argparse.ArgumentParser(prog="python -m bench.sessions", description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--every", type=float, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, serving(home) as (port, process):
        result = _browser(port) | asyncio.run(_alone(port, process))
        result |= asyncio.run(_crowd(port, process, options.people, options.seconds, options.every))
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _browser(port: int) -> dict[str, Any]:
    """Return when the page can be used and when answers stand on the screen, in milliseconds."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or find_spec("playwright") is None:
        return {"browser": "not installed"}
    from playwright.sync_api import sync_playwright

    paints, answers = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(3):
            page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
            started = time.monotonic()
            page.goto("/")
            box = page.locator("[data-testid=stChatInputTextArea]")
            box.wait_for()
            paints.append(round((time.monotonic() - started) * 1000))
            for question in ("VOC治理由谁负责？", "单位GDP能耗下降多少？", "市水务局负责哪些工作？"):
                page.locator("[data-test-script-state=notRunning]").wait_for()
                shown = page.locator(".marked:visible").count()
                box.fill(question)
                started = time.monotonic()
                box.press("Enter")
                page.locator(".marked:visible").nth(shown).wait_for()
                answers.append(round((time.monotonic() - started) * 1000))
            page.close()
        browser.close()
    return {"page_usable_ms": paints, "answer_on_screen_ms": answers}


@contextmanager
def serving(home: str) -> Iterator[tuple[int, int]]:
    """Serve the bundled corpus from a fresh home folder; give the port and the process."""
    environment = {**os.environ, "KB_HOME": home}
    subprocess.run([*KB, "ingest"], env=environment, cwd=ROOT, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*KB, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port)
            yield port, server.pid
        finally:
            server.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the page did not start")


async def _alone(port: int, process: int) -> dict[str, Any]:
    """Return the processor time of the server a question, in milliseconds, by its number in the conversation."""
    rng = random.Random(SEED)
    times: list[list[float]] = []
    for _ in range(ALONE):
        visitor = _Visitor(port, rng, _questions())
        await visitor.arrive()
        times.append([await visitor.cost(process) for _ in range(TURNS)])
        await visitor.leave()
    means = [round(1000 * sum(turn) / ALONE) for turn in zip(*times, strict=True)]
    return {"server_cpu_ms_by_turn": means}


def _cpu(process: int) -> float:
    """Return the processor time of another process in seconds; Linux makes a clock of its number."""
    return time.clock_gettime((~process << 3) | 2)


def _questions() -> list[str]:
    return [json.loads(line)["question"] for line in ACCEPTED.read_text("utf-8").splitlines()]


async def _crowd(port: int, process: int, people: int, seconds: float, every: float) -> dict[str, Any]:
    rng = random.Random(SEED)
    peak = 0

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, resident(process))
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(watch())
    visitors = [_Visitor(port, random.Random(rng.random()), _questions()) for _ in range(people)]
    arrived = time.monotonic()
    await asyncio.gather(*(visitor.arrive() for visitor in visitors))
    opened, before = time.monotonic() - arrived, _cpu(process)
    await asyncio.gather(*(visitor.stay(seconds, every) for visitor in visitors))
    spent = _cpu(process) - before
    watching.cancel()
    times = sorted(t for visitor in visitors for t in visitor.times)
    return {
        "people": people, "seconds": seconds, "asked": len(times),
        "errors": [error for visitor in visitors for error in visitor.errors][:5],
        "all_pages_open_s": round(opened, 2), **_quantiles(times), "server_mb": round(peak / 1e6),
        "server_cpu_ms_a_question": round(1000 * spent / len(times)),
    }  # fmt: skip


def _quantiles(times: list[float]) -> dict[str, float]:
    return {f"p{q}_ms": round(times[min(len(times) - 1, len(times) * q // 100)] * 1000) for q in (50, 95, 99)}


class _Visitor:
    """One browser tab, as far as the server can tell."""

    def __init__(self, port: int, rng: random.Random, questions: list[str]) -> None:
        self.times: list[float] = []
        self.errors: list[str] = []
        self._url = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._origin = f"http://127.0.0.1:{port}"
        self._rng = rng
        self._questions = questions
        self._box = ""

    async def arrive(self) -> None:
        from websockets.asyncio.client import connect

        self._socket = await connect(
            self._url, subprotocols=["streamlit"], origin=self._origin, max_size=None, open_timeout=START_SECONDS
        )  # type: ignore[arg-type]
        await self._run("")
        if not self._box:
            raise SystemExit("the page shows no box for questions")

    async def stay(self, seconds: float, every: float) -> None:
        until = time.monotonic() + seconds
        await asyncio.sleep(self._rng.uniform(0, every))
        while time.monotonic() < until:
            sent = time.monotonic()
            await self.ask()
            self.times.append(time.monotonic() - sent)
            await asyncio.sleep(max(0.0, every - (time.monotonic() - sent)))
        await self.leave()

    async def ask(self) -> None:
        await self._run(self._rng.choice(self._questions))

    async def cost(self, process: int) -> float:
        """Ask, and return the processor time that it cost the server, in seconds."""
        before = _cpu(process)
        await self.ask()
        await asyncio.sleep(SETTLED)
        return _cpu(process) - before

    async def leave(self) -> None:
        await self._socket.close()

    async def _run(self, question: str) -> None:
        """Have the page run, with a question in its box, and read until it is done."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = BackMsg()
        message.rerun_script.query_string = ""
        if question:
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id = self._box
            widget.chat_input_value.data = question
        await self._socket.send(message.SerializeToString())
        while True:
            reply = ForwardMsg()
            reply.ParseFromString(await self._socket.recv())  # type: ignore[arg-type]
            kind = reply.WhichOneof("type")
            if kind == "delta" and reply.delta.new_element.WhichOneof("type") == "chat_input":
                self._box = reply.delta.new_element.chat_input.id
            elif kind == "delta" and reply.delta.new_element.WhichOneof("type") == "exception":
                self.errors.append(reply.delta.new_element.exception.message[:200])
            elif kind == "script_finished" and reply.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return


if __name__ == "__main__":
    main()
