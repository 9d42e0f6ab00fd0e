"""What the first visitor would wait for, done while the server starts: modules, dictionary, model, questions."""

from __future__ import annotations

from threading import Thread

from ingest.errors import PolicyError


def warm() -> None:
    """Read it all in, in a thread of its own; what prevents it is said by the page that needs it."""
    Thread(target=_read_in, name="warm", daemon=True).start()


def _read_in() -> None:
    from kb.views import opinion, reply, scope, talk  # noqa: F401 -- the page finds them read
    from kb.views.session import knowledge_base
    from kb.views.suggestions import example_questions
    from kb.views.words import CHINESE

    try:
        kb = knowledge_base(guarded=False)
        if cards := kb.documents():
            kb.search(cards[0].title, 1)
            example_questions(kb, tuple(cards), CHINESE)
    except PolicyError:
        return
