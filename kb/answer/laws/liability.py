"""What follows for those who break a rule of a law, regulation or measure: 责令改正, 罚款, 没收, 吊销.

Such texts say it in a few fixed shapes (立法技术规范（试行）): a sentence 「违反…，…的，由…处…罚款」, whose behaviour
stands before 的; a lead 「有下列行为之一，由…处…」 over items, with a paragraph below that may fix the amount for each
(有前款第一项行为之一); a rule broken that is named by its article alone (违反本条例第五条规定). The question is
compared with the behaviour, never with the sanction: all sanctions read alike. Documents that state no sanction are
left to the other composers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document import Document, Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found, Measure, documents_of
from kb.answer.laws.paragraph import compose_provision
from kb.answer.laws.provisions import ITEM, SANCTION, articles, asked_about, place_of, with_item
from kb.answer.refusal import lacks, refuse
from kb.answer.texts.passages import sentence
from kb.results import Draft, Question, Statement

# 未按规定清运的，由…责令 · 擅自开工，处… : where the behaviour ends
CASE = re.compile(r"的，|的(?=由|处|依|给予)|，(?=由[^，。；]{2,40}(?:责令|处|给予|没收|吊销|依))")
LIST = re.compile(r"有(?:下列|以下)(?:行为|情形|情况)之一")
NTH = re.compile(r"第([一二三四五六七八九十]+)项")
# 情节严重的 · 逾期不改正的: goes on about the same behaviour
GRADE = re.compile(
    r"^(?:情节|逾期|拒不|造成|构成|再次|两次以上|仍不|经责令|其中|对(?:单位|个人|直接负责)|并|给[^，]*造成)"
)
BROKEN = re.compile(r"违反(?:本[一-鿿]{1,4})?(第[一二三四五六七八九十百零〇]+条)(?:第([一二三四五六七八九十]+)款)?")
COVERED = 0.5  # Share of the question's weight, such words left out, that the behaviour must cover, ...
ENOUGH = 1.05  # ... and what that share and the cosine of question and behaviour must come to.
REFERRED = 0.9  # What is said of the behaviour in the article that is broken counts a little less.
OWN = 0.3  # ... and only where the behaviour itself covers this much, or names nothing but the article.
BARE = re.compile(r"违反[^，。；]*规定$")
DOCUMENTS = 3
CLOSE = 0.9  # Behaviours this near to the best one (as a share of its score) are told as well.
MOST = 3


@dataclass(frozen=True, slots=True)
class Offence:
    """A behaviour with the sentences that state it and what follows, in printed order; ``path`` is the article's."""

    document: Document
    path: str
    behaviour: str
    spans: tuple[Span, ...]


def compose_liability(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return what follows from the behaviour that the question describes; None where no sanction is stated for it."""
    if "penalty" not in question.asks or question.clause_refs:
        return None
    if not (concepts := asked_about(question)):
        return None
    near = documents_of(clauses)[:DOCUMENTS]
    stated = [offence for document in near for offence in offences(document)]
    if not stated:
        return None
    asked = Measure(replace(question, concepts=concepts), evidence)
    scored = [(_likeness(question, evidence, asked, offence), offence) for offence in stated]
    ranked = sorted(((s, offence) for s, offence in scored if s is not None), key=lambda row: -row[0])
    if not ranked:
        of_best = stated[0].document is near[0]
        if provision := compose_provision(question, evidence, measure, clauses):
            return provision
        return refuse(question, evidence, clauses, lacks("penalty", question)) if of_best else None
    best, first = ranked[0]
    chosen = [o for score, o in ranked if score >= CLOSE * best][:MOST]
    told = sorted((o for o in chosen if o.document is first.document), key=lambda o: o.spans[1:] + o.spans[:1])
    said: dict[tuple[Span, ...], Statement] = {}
    for n, offence in enumerate(told):
        named = n == 0 or told[n - 1].path != offence.path
        for statement in _said(offence, question, named=named):
            said.setdefault(tuple(quote.span for quote in statement.quotes), statement)
    return Draft("measure", tuple(said.values()), language=question.language)


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


def _likeness(question: Question, evidence: Evidence, asked: Measure, offence: Offence) -> float | None:
    """Return how far the behaviour is the one asked about; None where it is not."""
    text = offence.behaviour
    bare = bool(BARE.search(text))
    own = asked.coverage(text)
    if (own >= OWN or bare) and (broken := _broken(offence)):
        own = max(own, REFERRED * asked.coverage(f"{text}\n{broken}"))
        text = broken if bare else text
    if own < COVERED:
        return None
    score = own + evidence.similarity(question.standalone, [text])[0]
    return score if score >= ENOUGH else None


def _broken(offence: Offence) -> str:
    """Return the words of the article that is broken, or of the paragraph of it that is named."""
    named = BROKEN.search(offence.behaviour)
    document = offence.document
    rule = next((c for c in document.clauses if named and c.path == named[1]), None)
    if not named or rule is None:
        return ""
    paragraphs = [line for line in document.slice(rule.extent).split("\n") if line and not ITEM.match(line)]
    nth = "一二三四五六七八九十".find(named[2]) if named[2] and len(named[2]) == 1 else -1
    return paragraphs[nth] if 0 <= nth < len(paragraphs) else document.slice(rule.extent)


def _said(offence: Offence, question: Question, *, named: bool) -> list[Statement]:
    """Say the behaviour and what follows in the article's own words; a lead and its item make one sentence."""
    document = offence.document
    found = [Found(document, place_of(document, offence.path, span), span, 1.0) for span in offence.spans]
    first, *rest = (sentence(f, question) for f in found)
    if rest:
        first = with_item(found[0], found[1])
    place = f"《{document.source.title}》{offence.path}：" if named and question.language == "zh" else ""
    return [replace(first, text=place + first.text), *rest[1:]]
