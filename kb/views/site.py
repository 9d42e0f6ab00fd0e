"""The page's server: Streamlit with a door before it. Started by ``kb serve`` as ``python -m kb.views.site``.

Adds what Streamlit's own server does not have: the cookie of a sign-in, which scripts cannot read and other sites do
not send along; uploads and downloads only for those signed in; a check of the Host header of every request; headers
that keep the page out of frames of others; the language of the page, for readers of screens.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.errors import PolicyError
from kb.server import host_of
from kb.settings import PROJECT
from kb.views import tickets
from kb.views.account import COOKIE, door
from kb.views.warm import warm

SIGN_IN = "/sign-in"
GUARDED = ("/_stcore/upload_file", "/media/")
ENGLISH, CHINESE = b'<html lang="en">', b'<html lang="zh">'  # of one length, which the response has announced
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Lets a request through that names a host of ours and, for files, comes from somebody signed in."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.casefold() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)  # Streamlit checks Host and Origin of its WebSocket itself
            return

        request = Request(scope)
        page = "." not in scope["path"] and not scope["path"].startswith(("/_stcore", "/media"))
        page = page and request.query_params.get("lang") != "en"
        if page:  # eight kilobytes that are not to be compressed before their language is written
            headers = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
            scope = {**scope, "headers": headers}

        async def send_with_headers(message: Message) -> None:
            nonlocal page
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
                page = page and MutableHeaders(scope=message).get("content-type", "").startswith("text/html")
            elif page and message["type"] == "http.response.body":
                message["body"] = message.get("body", b"").replace(ENGLISH, CHINESE)
            await send(message)

        if host_of(request.headers.get("host", "")) not in self.hosts:
            answer: ASGIApp = PlainTextResponse("不认识的主机名。请用 kb serve --allowed-host 写明。", 400)
        elif scope["path"].startswith(GUARDED) and not _known(request):
            answer = PlainTextResponse("请先登录。", 403)
        else:
            answer = self.app
        await answer(scope, receive, send_with_headers)


def _known(request: Request) -> bool:
    try:
        return not door().guarded or door().sessions.account(request.cookies.get(COOKIE, ""), used=False) is not None
    except PolicyError:
        return False


async def sign_in(request: Request) -> Response:
    """Exchange a ticket for the cookie, or delete the cookie."""
    answer = Response(status_code=204, headers={"Cache-Control": "no-store"})
    secure = urlsplit(request.headers.get("origin", "")).scheme == "https"
    if request.method == "DELETE":
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure)
        return answer
    secret = tickets.redeem(request.headers.get("x-ticket", ""))
    if not secret:
        return PlainTextResponse("登录凭据已失效。", 403)
    answer.set_cookie(COOKIE, secret, httponly=True, samesite="strict", secure=secure)
    return answer


def main(address: str, port: str, *hosts: str) -> None:
    """Serve the page until stopped."""
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    app = st.App(
        PROJECT / "app.py",
        routes=[Route(SIGN_IN, sign_in, methods=["POST", "DELETE"])],
        middleware=[Middleware(Guard, hosts=hosts)],
    )
    warm()
    app.run(
        config={
            "server.address": address, "server.port": int(port), "server.headless": True,
            "server.allowedHosts": list(hosts), "server.corsAllowedOrigins": origins, "server.enableCORS": True,
            "server.enableXsrfProtection": True, "browser.gatherUsageStats": False,
        }
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
