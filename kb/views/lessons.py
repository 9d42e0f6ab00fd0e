"""Page: practise on what the documents print, look up terms, read a plan beside its parents, see one's record."""

from __future__ import annotations

import streamlit as st

from kb.views.address import look_away, looked_at
from kb.views.learning.practice import show_practice
from kb.views.learning.reading import show_reading
from kb.views.learning.record import show_record
from kb.views.learning.terms import show_terms
from kb.views.session import begin
from kb.views.source import source_panel
from kb.views.words import word

VIEWS = {"practice": show_practice, "terms": show_terms, "reading": show_reading, "record": show_record}


def main() -> None:
    """Lay out the page: the view chosen, and beside it the clause looked at."""
    kb, cards = begin(word("lessons.title"), word("lessons.empty"), ":material/school:")
    if not cards:
        return
    view = st.segmented_control(
        word("lessons.view"), list(VIEWS), format_func=lambda key: word(f"lessons.{key}"), default="practice",
        required=True, key="lessons_view", label_visibility="collapsed", persist_state="session", on_change=look_away,
    )  # fmt: skip
    VIEWS[view](kb, cards)
    if place := looked_at():
        source_panel(kb, place)


main()
