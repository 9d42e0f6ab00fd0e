"""The HTTP interface as an application: who calls, what is asked, the answer or the problem as JSON.

The same protections as the page's: the Host header is checked against the names that the server is reached by, a page
of another site may not call (it could not read the answer, but make the machine work), and where there are accounts
every call needs a token. Questions stand in no access log of the server, only in the audit log where there is one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ingest.errors import PolicyError
from kb import errors
from kb.api import limits
from kb.api.description import description
from kb.api.endpoints import ENDPOINTS, Endpoint, notes_of
from kb.api.limits import Workers, body_of, lines_of
from kb.api.parameters import Values, checked, from_json, from_query
from kb.batch import answer_lines
from kb.knowledge_base import KnowledgeBase
from kb.server import host_of
from kb.workspace.door import Door
from kb.workspace.roles import LOCAL, Account

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
LINES = "application/x-ndjson"
STATUSES: Mapping[type[PolicyError], int] = {
    errors.UnknownDocument: 404, errors.UnknownClause: 404, errors.NotSignedIn: 401, errors.NotAllowed: 403,
    errors.StoreLocked: 503, errors.StoreDamaged: 503, errors.StoreUnusable: 503, errors.ModelUnavailable: 503,
    limits.TooLarge: 413, limits.TooBusy: 429, limits.TooSlow: 504,
}  # fmt: skip
SAID = {404: "没有这个路径。可用的路径见 /openapi.json。", 405: "这个路径不接受这种请求方法。请用 GET 或 POST。"}


class Unwelcome(errors.NotAllowed):
    """A request by a name that is not ours, or from a page of another site."""


class Interface:
    """Answers requests from one knowledge base; ``hosts`` are the names by which the server is reached."""

    def __init__(self, kb: KnowledgeBase, door: Door, hosts: Sequence[str], workers: Workers | None = None) -> None:
        """Remember what answers; nothing is started yet."""
        self._kb, self._door = kb, door
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._workers = workers or Workers()

    def application(self) -> Starlette:
        """Return the application that a server runs."""
        routes = [Route("/health", _health), Route("/openapi.json", self._describe)]
        for endpoint in ENDPOINTS:
            routes.append(Route(endpoint.path, partial(self._one, endpoint), methods=["GET", "POST"]))
            if endpoint.batch:
                path = f"{endpoint.path}/batch"
                routes.append(Route(path, partial(self._many, endpoint), methods=["POST"]))
        handlers = {HTTPException: _unrouted, PolicyError: _problem, Exception: _fault}
        return Starlette(routes=routes, exception_handlers=handlers, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        self._workers.close()

    async def _describe(self, request: Request) -> Response:
        self._welcome(request)
        return _json(description(version("policy-kb")))

    async def _one(self, endpoint: Endpoint, request: Request) -> Response:
        """Answer one question."""
        self._welcome(request)
        caller = await self._workers.run(partial(self._caller, request))
        if request.method == "POST":
            given = from_json(endpoint.parameters, await body_of(request, limits.BODY))
        else:
            given = from_query(endpoint.parameters, request.query_params.multi_items())
        address = _address(request)
        return _json(await self._workers.run(partial(self._answer, endpoint, given, caller, address)))

    async def _many(self, endpoint: Endpoint, request: Request) -> Response:
        """Answer a line at a time, in order; a bad line costs the others nothing."""
        self._welcome(request)
        caller, address = await self._workers.run(partial(self._caller, request)), _address(request)
        lines = lines_of(await body_of(request, limits.BATCH_BODY))

        def respond(row: Mapping[str, Any]) -> Mapping[str, Any]:
            given = checked(endpoint.parameters, {name: value for name, value in row.items() if name != "id"})
            value = self._answer(endpoint, given, caller, address)
            return value if isinstance(value, dict) else {"hits": value}

        results = answer_lines(lines, respond, _complain)

        async def stream() -> AsyncIterator[bytes]:
            while True:
                try:
                    result = await self._workers.run(partial(next, results, None))
                except PolicyError as error:  # too busy or too slow: the rest is not answered
                    yield _encoded({"id": None, "error": str(error)}) + b"\n"
                    return
                if result is None:
                    return
                yield _encoded(result) + b"\n"

        return StreamingResponse(stream(), media_type=LINES, headers=HEADERS)

    def _answer(self, endpoint: Endpoint, given: Values, caller: Account, address: str) -> Any:  # noqa: ANN401 -- JSON
        said = given.get(endpoint.subject) or ""
        subject = said if isinstance(said, str) else "、".join(said)
        where = subject if endpoint.action != "call" else f"{endpoint.path} {subject}".strip()
        with self._door.asking(caller, endpoint.action, where, address) as notes:
            value = endpoint.answer(self._kb, given)
            notes.update(notes_of(value))
        return value

    def _caller(self, request: Request) -> Account:
        if not self._door.guarded:
            return LOCAL
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._door.bearer(token.strip() if scheme.casefold() == "bearer" else "", _address(request))

    def _welcome(self, request: Request) -> None:
        """Refuse a request by a name that is not ours (DNS rebinding), or made by a page of another site."""
        if host_of(request.headers.get("host", "")) not in self._hosts:
            raise Unwelcome("不认识的主机名。请用 kb api --allowed-host 写明。")
        origin = request.headers.get("origin", "")
        foreign = origin and host_of(urlsplit(origin).netloc) not in self._hosts
        if foreign or request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Unwelcome("不接受别的网站的网页发来的请求。")


async def _health(request: Request) -> Response:
    return _json({"status": "ok"})


async def _problem(request: Request, error: Exception) -> Response:
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 400)
    extra = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}}.get(status, {})
    return _json({"error": str(error)}, status, extra)


async def _unrouted(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return _json({"error": SAID.get(status, "请求有误。请对照 /openapi.json 改正。")}, status)


async def _fault(request: Request, error: Exception) -> Response:
    return _json({"error": f"程序内部错误（{type(error).__name__}）。请报告这个问题。"}, 500)


def _complain(what: str) -> None:
    print(what, file=sys.stderr, flush=True)  # noqa: T201


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


class Json(JSONResponse):
    """JSON in UTF-8, as the command line prints it; a lone surrogate becomes a question mark."""

    def render(self, content: object) -> bytes:
        """Return the bytes of the body."""
        return _encoded(content)


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _json(value: object, status: int = 200, extra: Mapping[str, str] | None = None) -> Response:
    return Json(value, status, {**HEADERS, **(extra or {})})
