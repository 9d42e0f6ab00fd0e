"""Tickets for a cookie: the page signs somebody in, only an answer to a request can give the browser a cookie.

The page cannot set one that scripts cannot read, so it hands its script a ticket, which the script exchanges for the
cookie at once. A ticket is good once and for a minute, in this process.
"""

from __future__ import annotations

import secrets
import threading
import time

LASTS = 60.0  # seconds
_TICKETS: dict[str, tuple[str, float]] = {}
_GUARD = threading.Lock()


def issue(secret: str) -> str:
    """Return a ticket for the secret of a session."""
    ticket = secrets.token_urlsafe(32)
    with _GUARD:
        now = time.monotonic()
        for old in [key for key, (_, ends) in _TICKETS.items() if ends < now]:
            del _TICKETS[old]
        _TICKETS[ticket] = (secret, now + LASTS)
    return ticket


def redeem(ticket: str) -> str:
    """Return the secret of a ticket, which is then used up; empty where there is none."""
    with _GUARD:
        secret, ends = _TICKETS.pop(ticket, ("", 0.0))
    return secret if ends >= time.monotonic() else ""


def waiting(ticket: str) -> bool:
    """Tell whether a ticket can still be exchanged."""
    with _GUARD:
        return _TICKETS.get(ticket, ("", 0.0))[1] >= time.monotonic()
