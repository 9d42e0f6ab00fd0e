"""A chat model on loopback for tests: OpenAI-compatible and Ollama, with scripted replies; keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

HANG = "hang"  # accept the request and never answer
TRICKLE = "trickle"  # begin to answer and send blanks for ever, as gateways do to keep a connection open
PATHS = ("/v1/chat/completions", "/api/chat")


class ChatServer:
    """``reply`` says what is answered to every request: a function from the request body to the model's words, a status
    code, raw bytes in place of a chat reply, HANG or TRICKLE. ``requests`` holds ``(path, body)`` in order,
    ``keys`` the keys that came with them.
    """

    def __init__(self, reply: Callable[[dict], str] | int | bytes | str):
        self.reply = reply
        self.requests: list[tuple[str, dict]] = []
        self.keys: list[str] = []
        self.closing = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"chat": self}))
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.requests.append((self.path, body))
        self.chat.keys.append(self.headers.get("Authorization", ""))
        reply = self.chat.reply
        if reply in (HANG, TRICKLE):
            self._stall(trickle=reply == TRICKLE)
        elif isinstance(reply, int) or self.path not in PATHS:
            self._send(reply if isinstance(reply, int) else 404, b'{"error": {"message": "scripted"}}')
        else:
            self._send(200, reply if isinstance(reply, bytes) else self._chat(body["model"], reply(body)))

    def _chat(self, model: str, words: str) -> bytes:
        message = {"role": "assistant", "content": words}
        if self.path == "/api/chat":
            return (
                json.dumps({"model": model, "message": message, "done": True, "done_reason": "stop"}).encode() + b"\n"
            )
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return json.dumps(
            {"id": "1", "object": "chat.completion", "created": 0, "model": model, "choices": [choice]}
        ).encode()

    def _send(self, status: int, content: bytes):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stall(self, *, trickle: bool):
        if trickle:
            self.send_response(200)
            self.end_headers()
        while not self.chat.closing.wait(0.05):
            if trickle:
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

    def log_message(self, *arguments):
        pass
