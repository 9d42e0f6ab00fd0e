"""Which documents a question names by 文号 or title, the one most likely meant first.

A library of laws holds several versions of one law and many whose title contains another's (某省实施《…法》办法). Where
a document bears just the title given, it alone is meant, 中华人民共和国 left off or not; of versions the newest in
force comes first. Titles given in part name every document that has them, the closest first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kb.results import DocumentCard, Question
from kb.search.reading.addresses import SERIAL, SHORT_NUMBER
from kb.store.rows import number_key, title_key

COUNTRY = "中华人民共和国"
SHORTEST = 3  # characters of a title that is looked for in a question: 民法典


class Naming:
    """The names of a library's documents."""

    def __init__(self, cards: Sequence[DocumentCard]) -> None:
        """Index the cards by title and 文号."""
        self._cards = {card.doc_id: card for card in cards}
        self._titles: dict[str, list[str]] = {}
        self._numbers: dict[str, list[str]] = {}
        # The documents of the same title, newest in force first.
        self.versions = cache(self._versions)
        for card in cards:
            self._titles.setdefault(title_key(card.title).removeprefix(COUNTRY), []).append(card.doc_id)
            if card.doc_number:
                self._numbers.setdefault(number_key(card.doc_number), []).append(card.doc_id)

    def named(self, question: Question) -> list[str]:
        """Return the ids of the documents that the question names, the likeliest first."""
        numbers = [number_key(number) for number in question.numbers]
        short = [said for form in (SHORT_NUMBER, SERIAL) for said in form.findall(question.standalone)]
        by_number = [
            doc_id
            for number, ids in (self._numbers.items() if numbers or short else ())
            for doc_id in ids
            if any(given.endswith(number) for given in numbers) or any(_is_short_for(number, *said) for said in short)
        ]
        return list(dict.fromkeys([*by_number, *self._by_title(question)]))

    def newest(self, doc_ids: Sequence[str]) -> list[str]:
        """Return documents in force before others, then newer ones before older."""
        cards = [self._cards[doc_id] for doc_id in doc_ids if doc_id in self._cards]
        ordered = sorted(cards, key=lambda card: card.doc_id)
        ordered.sort(key=lambda card: card.date or "", reverse=True)
        return [card.doc_id for card in sorted(ordered, key=lambda card: card.standing not in ("in_force", "amended"))]

    def _versions(self, doc_id: str) -> list[str]:
        title = title_key(self._cards[doc_id].title).removeprefix(COUNTRY)
        return self.newest(self._titles[title]) if title else [doc_id]

    def _by_title(self, question: Question) -> list[str]:
        typed = title_key(question.standalone).removeprefix(COUNTRY)
        if typed in self._titles:
            return self.newest(self._titles[typed])
        read = list(dict.fromkeys(title_key(title).removeprefix(COUNTRY) for title in question.titles))
        longer = self._printed(typed, read) if read or question.clause_refs else []
        meant = [*longer, *(title for title in read if not any(title in other for other in longer))]
        whole = [title for title in meant if title in self._titles]
        found = [doc_id for title in whole for doc_id in self.newest(self._titles[title])]
        if parts := [part for part in meant if not any(part in other for other in whole)]:
            near = [t for t in self._titles if t and any(part in t or t in part for part in parts)]
            near.sort(key=lambda title: min(abs(len(title) - len(part)) for part in parts))
            found += [doc_id for title in near for doc_id in self.newest(self._titles[title])]
        return found

    def _printed(self, typed: str, read: Sequence[str]) -> list[str]:
        """Return titles printed whole that hold one that was read, or stand before an article; the longest of each.

        关于适用《民事诉讼法》的解释第五条, 劳动争议案件解释（二）第五条: more than can be told from the wording alone.
        """
        printed = [title for title in self._titles if len(title) >= SHORTEST and title in typed]
        held = [
            title
            for title in printed
            if any(part in title for part in read) or re.search(rf"{re.escape(title)}[》]?的?第", typed)
        ]
        return [title for title in held if not any(title != other and title in other for other in held)]


def _is_short_for(number: str, signs: str, serial: str) -> bool:
    """Tell whether 国发33号, or 33号文 without signs, may be short for a 文号: its serial, the year left out.

    >>> _is_short_for("国发〔2021〕33号", "据国发", "33"), _is_short_for("国发〔2021〕133号", "国发", "33")
    (True, False)
    >>> _is_short_for("国发〔2021〕33号", "", "33")
    True
    """
    own = re.fullmatch(r"(\D+)〔\d{4}〕(\d+)号", number)
    return bool(own) and (not signs or signs.endswith(own[1])) and own[2] == serial  # type: ignore[index]
