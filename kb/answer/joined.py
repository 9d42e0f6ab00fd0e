"""One answer out of several, to the questions that stood in one: their texts in turn, one list of citations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from kb.results import Answer, Citation

T = TypeVar("T")
MARKER = re.compile(r"〔(\d{1,3})〕")  # a 文号 has the four digits of a year there


def joined(text: str, answers: Sequence[Answer], named: Sequence[bool]) -> Answer | None:
    """Return the answer to ``text`` made of verified answers to its parts; None where all are refusals.

    A part that only repeats what was cited before is left out. One that is refused says of what, unless it names no
    subject of its own (``named``): its answer then stands in that of the part before.
    """
    cited: dict[tuple[str, int, int], Citation] = {}
    said: list[str] = []
    for answer, own in zip(answers, named, strict=True):
        if not (own if not answer.answered else _adds(answer, cited)):
            continue
        markers = [cited.setdefault(_place(c), replace(c, marker=len(cited) + 1)).marker for c in answer.citations]
        said.append(_renumbered(_told(answer), markers))
    if not cited:
        return None
    first = next(answer for answer in answers if answer.answered)
    return replace(
        first,
        question=text,
        standalone_question="；".join(answer.standalone_question.rstrip("？?") for answer in answers) + "？",
        text="\n\n".join(said),
        departments=_once(name for answer in answers for name in answer.departments),
        inherited=_once(name for answer in answers for name in answer.inherited),
        citations=tuple(cited.values()),
        checks=tuple(check for answer in answers for check in answer.checks),
        related=_once(related for answer in answers for related in answer.related),
    )


def _renumbered(text: str, markers: Sequence[int]) -> str:
    """Return the text with marker n become the n-th of ``markers``.

    >>> _renumbered("见〔1〕〔2〕，云政发〔2023〕1号", [3, 1])
    '见〔3〕〔1〕，云政发〔2023〕1号'
    """
    return MARKER.sub(lambda marker: f"〔{markers[int(marker[1]) - 1]}〕", text)


def _adds(answer: Answer, cited: Iterable[tuple[str, int, int]]) -> bool:
    """Tell whether an answer cites a place that overlaps none of those cited."""
    known = list(cited)
    return any(
        all(c.doc_id != doc_id or c.end <= start or end <= c.start for doc_id, start, end in known)
        for c in answer.citations
    )


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.doc_id, citation.start, citation.end


def _told(answer: Answer) -> str:
    return answer.text if answer.answered else f"“{answer.question}”：{answer.text}"


def _once(things: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(things))
