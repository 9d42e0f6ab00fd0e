"""The page's server: Streamlit with a door before it. Started by ``kb serve`` as ``python -m kb.views.site``.

Adds what Streamlit's own server does not have: the cookie of a sign-in, which scripts cannot read and other sites do
not send along; uploads and downloads only for those signed in; a check of the Host header of every request; headers
that keep the page out of frames of others; an answer of our own to an address that is no page; a page that is in
Chinese from the first moment and knows where its server is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.errors import PolicyError
from kb.server import host_of
from kb.settings import PROJECT
from kb.views import tickets
from kb.views.account import COOKIE, door
from kb.views.pages import ADDRESSES
from kb.views.warm import warm
from kb.views.words import CHINESE, said

SIGN_IN = "/sign-in"
GUARDED = ("/_stcore/upload_file", "/media/")
# What is answered by others than the pages: Streamlit's own routes and files, and ours.
ELSEWHERE = ("/_stcore/", "/media/", "/static/", "/auth/")
KNOWN = ADDRESSES | {"/favicon.png", "/oauth2callback", SIGN_IN}
EMPTY = Path(st.__file__).with_name("static") / "index.html"
IN_EMPTY = {  # what Streamlit's page says before its scripts run, and what it says with us
    '<html lang="en">': '<html lang="zh">',
    "<title>Streamlit</title>": f"<title>{said(CHINESE, 'app.title')}</title>"
    '<script>window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href }</script>',
    "You need to enable JavaScript to run this app.": said(CHINESE, "app.no_script"),
}
MISSING = Path(__file__).with_name("missing.html")
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
        path = request.url.path

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if host_of(request.headers.get("host", "")) not in self.hosts:
            answer: ASGIApp = PlainTextResponse("不认识的主机名。请用 kb serve --allowed-host 写明。", 400)
        elif path.startswith(GUARDED) and not _known(request):
            answer = PlainTextResponse("请先登录。", 403)
        elif path in ADDRESSES and request.method == "GET":
            answer = HTMLResponse(_empty(), headers={"Cache-Control": "no-cache"})
        elif path in KNOWN or path.startswith(ELSEWHERE):
            answer = self.app
        elif path.rstrip("/") in ADDRESSES:
            answer = RedirectResponse(request.url.replace(path=path.rstrip("/")))
        else:
            answer = HTMLResponse(MISSING.read_text("utf-8"), 404)
        await answer(scope, receive, send_with_headers)


def _known(request: Request) -> bool:
    try:
        return not door().guarded or door().sessions.account(request.cookies.get(COOKIE, ""), used=False) is not None
    except PolicyError:
        return False


@cache
def _empty() -> str:
    """Return Streamlit's page, as it comes before its scripts fill it.

    Left alone they take the last part of the address for a folder, and ask for their server there first, in vain.
    """
    page = EMPTY.read_text("utf-8")
    for theirs, ours in IN_EMPTY.items():
        page = page.replace(theirs, ours)
    return page


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
            "server.enableAgentApi": False,
        }
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
