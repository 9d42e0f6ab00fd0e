"""The offences that the articles of a law, regulation or measure state a sanction for: a deed, and what follows.

Such texts say it in a few fixed shapes (立法技术规范（试行）): a sentence 「违反…，…的，由…处…罚款」, whose behaviour
stands before 的; a lead 「有下列行为之一，由…处…」 over items, with a paragraph below that may fix the amount for each
(有前款第一项行为之一).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document import Document, Span
from ingest.sentences import sentence_spans
from kb.answer.laws.provisions import ITEM, SANCTION, articles

# 未按规定清运的，由…责令 · 擅自开工，处… : where the behaviour ends
CASE = re.compile(r"的，|的(?=由|处|依|给予)|，(?=由[^，。；]{2,40}(?:责令|处|给予|没收|吊销|依))")
LIST = re.compile(r"有(?:下列|以下)(?:行为|情形|情况)之一")
NTH = re.compile(r"第([一二三四五六七八九十]+)项")
# 情节严重的 · 逾期不改正的 · 尚不构成犯罪的: goes on about the same behaviour
GRADE = re.compile(
    r"^(?:(?:其他)?法律、(?:行政)?法规(?:未|没有)|情节|尚(?:不|未)|逾期|拒不|造成|构成|再次|两次以上|仍不|经责令|其中|对(?:单位|个人|直接负责)|并|给[^，]*造成)"
)


@dataclass(frozen=True, slots=True)
class Offence:
    """A behaviour with the sentences that state it and what follows, in printed order; ``path`` is the article's."""

    document: Document
    path: str
    behaviour: str
    spans: tuple[Span, ...]


def offences(document: Document) -> Iterator[Offence]:
    """Yield the behaviours for which the articles of a document state a sanction."""
    for clause in articles(document):
        if SANCTION.search(document.slice(clause.extent)):
            yield from _of_article(document, clause.path, clause.extent)


def _of_article(document: Document, path: str, extent: Span) -> Iterator[Offence]:
    """Yield the offences of one article: of its sentences, and of the items below a lead."""
    sentences = sentence_spans(document.text, extent)
    at = 0
    while at < len(sentences):
        words = document.slice(sentences[at])
        if LIST.search(words) and words.endswith("："):
            items, tail = _listed(document, sentences, at + 1)
            yield from _of_items(document, path, sentences[at], items, tail)
            at += 1 + len(items) + len(tail)
        else:
            yield from _of_sentence(document, path, sentences[at])
            at += 1


def _listed(document: Document, sentences: Sequence[Span], at: int) -> tuple[list[Span], list[Span]]:
    """Return the items from ``at`` on, and the sentences below that speak of them (有前款第一项行为)."""
    items: list[Span] = []
    tail: list[Span] = []
    for span in sentences[at:]:
        words = document.slice(span)
        if not tail and ITEM.match(words):
            items.append(span)
        elif "前款" in words or NTH.search(words):
            tail.append(span)
        else:
            break
    return items, tail


def _of_items(
    document: Document, path: str, lead: Span, items: Sequence[Span], tail: Sequence[Span]
) -> Iterator[Offence]:
    for item in items:
        words = document.slice(item)
        numbered = ITEM.match(words)
        own = [span for span in tail if numbered and numbered[1] in NTH.findall(document.slice(span))]
        general = [span for span in tail if not NTH.search(document.slice(span))]
        yield Offence(document, path, words, (lead, item, *(own or general)))


def _of_sentence(document: Document, path: str, span: Span) -> Iterator[Offence]:
    """Yield the offences of a sentence; from semicolon to semicolon where each part states a behaviour of its own."""
    parts: list[list[Span]] = []
    for part in sentence_spans(document.text, span, semicolons=True):
        words = document.slice(part)
        case = CASE.search(words)
        if not parts or (case and not GRADE.match(words)):
            parts.append([])
        parts[-1].append(part)
    for group in parts:
        whole = Span(group[0].start, group[-1].end)
        words = document.slice(whole)
        sanction = SANCTION.search(words)
        cases = [case.start() for case in CASE.finditer(words, 0, sanction.start())] if sanction else []
        if cases:
            yield Offence(document, path, words[: cases[-1]], (whole,))
