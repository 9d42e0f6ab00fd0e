"""Answers in the document's own sentences: measures, what a clause says.

At most five sentences are chosen and kept in printed order; nothing dumps a clause. Where the best clause covers too
little of the question, or lacks the type of value asked for, the answer is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Clause, Document, Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.figures.target import spaced
from kb.answer.kinds import asked_for, kinds_wanted, lists_members
from kb.answer.likely import HINTED, unheard, unlikely
from kb.answer.matching import NEAR, matched
from kb.answer.measure import Measure
from kb.answer.ranking import LONG, is_heading, rank_sentences
from kb.answer.refusal import lacks, refuse
from kb.results import Draft, Question, Quote, Statement

MOST = 5
CLOSE = 0.72  # A sentence this near to the best one (as a share of its score) belongs to the answer.
WHOLLY = 0.8  # Covered share at which a heading names the question's subject.
INTRODUCES = re.compile(r"以下|下列|如下|[：:]$")
BRIEF = 30  # Characters of a first sentence that names what its paragraph says: 坚持节约优先，因地制宜。
ITEMS = 20  # Items that are listed after the sentence that introduces them.
PART = re.compile(r"[^，；]+[，；]?")
WHOLE = re.compile(r"原文|全文|全部内容|逐字|摘录|\bfull text\b")
ENUMERATOR = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]\s*")


def compose_measure(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return the sentences that answer, at most five, in printed order."""
    if unlikely("measure", question, evidence, measure, clauses):
        return refuse(question, evidence, clauses)
    untyped = question.language == "zh" and not kinds_wanted(question)
    if untyped and (word := unheard(question, measure, clauses)):
        return refuse(question, evidence, clauses, f"库中文件没有提到“{word}”。")
    sentences = rank_sentences(question, clauses[:4], evidence, measure)
    chosen = choose(measure, sentences)
    together = "\n".join([*(f.text for f in chosen), *(heading_of(f.document, f.path) for f in chosen[:1])])
    if not question.asks - {"figure"} and _overview(measure, clauses[0], chosen):
        return Draft("measure", tuple(contents(clauses[0], question)), language=question.language)
    if not chosen or not measure.names_in(together):
        return refuse(question, evidence, clauses)
    for kind in kinds_wanted(question):
        if not asked_for(kind, together):
            said = _clip(chosen[0].text) if kind == "reason" else ""
            return refuse(question, evidence, clauses, lacks(kind, question, said))
    if not lists_members(question, together):
        return refuse(question, evidence, clauses, lacks("members", question, _clip(chosen[0].text)))
    statements = [s for found in chosen for s in _with_items(found, telling_part(measure, found), question)]
    titles = "".join(f.document.source.title for f in chosen)
    unsaid = _unsaid(question, measure, together + titles, statements[0])
    return Draft("measure", (*unsaid, *statements), language=question.language)


def _unsaid(question: Question, measure: Measure, together: str, first: Statement) -> list[Statement]:
    """Say first what the answer does not print of the question: its chief word, or the year of a claim."""
    core, english = measure.core, question.language == "en"
    left_out = [str(year) for year in question.years if question.claim and str(year) not in together]
    years = left_out if english else [f"{year}年" for year in left_out]
    foreign = core and not english and not core.carried and measure.found(core, together) < HINTED
    words = [*years, *([core.term] if core and foreign else [])]
    if not words:
        return []
    text = f"原文没有“{'、'.join(words)}”的说法，与此最接近的规定是："
    if english:
        text = f"The text does not say {', '.join(words)}; what comes nearest:"
    return [Statement(text, first.quotes, unmarked=True, echoes=tuple(map(str, question.years)))]


def _with_items(found: Found, part: Found, question: Question) -> list[Statement]:
    """Return a sentence, and the items of its clause where it introduces them: 有以下情形之一的, 条件如下."""
    document, said = found.document, sentence(part, question)
    items = [c for c in document.clauses if c.parent == found.path and c.label] if INTRODUCES.search(found.text) else []
    if not 1 < len(items) <= ITEMS:
        return [said]
    quotes = tuple(Quote(found.quote.doc_id, c.path, first_sentence(c, document)) for c in items)
    lines = (document.slice(quote.span).removeprefix(c.label) for c, quote in zip(items, quotes, strict=True))
    listed = [Statement(f"{c.path} {text}", (q,), item=True) for c, text, q in zip(items, lines, quotes, strict=True)]
    return [replace(said, introduces=True), *listed]


def telling_part(measure: Measure, found: Found) -> Found:
    """Return the part of a long sentence, from comma to comma, that is about the question; a short one as it is."""
    if len(found.text) <= LONG:
        return found
    text = found.document.text
    parts = [Span(*m.span()) for m in PART.finditer(text, found.span.start, found.span.end)]
    covers = [measure.coverage(text[part.start : part.end]) for part in parts]
    first = last = covers.index(max(covers))
    while True:
        left = covers[first - 1] if first and parts[last].end - parts[first - 1].start <= LONG else -1.0
        right = covers[last + 1] if last + 1 < len(parts) and parts[last + 1].end - parts[first].start <= LONG else -1.0
        if max(left, right) < 0:
            return Found(found.document, found.path, Span(parts[first].start, parts[last].end), found.score)
        first, last = (first - 1, last) if left > right else (first, last + 1)


def choose(measure: Measure, sentences: Sequence[Found]) -> list[Found]:
    """Return the best sentence and those of its clause near to it in score, else one that adds what it leaves open.

    Where the best one prints what the question is chiefly about, those near to it have to.
    """
    if not sentences:
        return []
    best = sentences[0]
    chosen = [best]
    core = measure.core
    named = core if core and any(name in best.text for name in core.same) else None
    for found in sentences[1:]:
        left = measure.uncovered("\n".join(f.text for f in chosen))
        adds = [c for c in left if c not in measure.uncovered(found.text)]
        names = not named or matched(named, found.text.lower()) >= NEAR
        more = names or any(c.weight >= 1.0 for c in adds)  # 处理 alone, of another thing, adds nothing
        near = found.path == best.path and found.score >= CLOSE * best.score
        near = near and names and measure.coverage(found.text) > 0
        if len(chosen) < MOST and (near or (adds and more and found.score >= 0.5 * best.score)):
            chosen.append(found)
    return sorted(chosen, key=lambda f: (f.document.source.doc_id != best.document.source.doc_id, f.span))


def _overview(measure: Measure, clause: Found, chosen: Sequence[Found]) -> bool:
    """Tell whether the question is about a clause as a whole: its heading covers it, and no sentence does as well."""
    best = max((measure.coverage(found.text) for found in chosen), default=0.0)
    return measure.coverage(heading_of(clause.document, clause.path)) >= max(WHOLLY, best + 0.2)


def _clip(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[:limit] + "……"


def at_addresses(question: Question, clauses: Sequence[Found]) -> list[Found]:
    """Return the clauses at the addresses that the question names."""
    return [found for found in clauses if found.path in question.clause_refs]


def compose_address(question: Question, clauses: Sequence[Found]) -> Draft:
    """Return what the clauses at the addresses named say: their sentences, whole where the wording is asked for."""
    wanted = at_addresses(question, clauses)
    first = {found.path: found for found in reversed(wanted)}
    statements = [s for path in question.clause_refs if path in first for s in contents(first[path], question)]
    return Draft("address", tuple(statements), language=question.language)


def contents(found: Found, question: Question) -> list[Statement]:
    """Return the heading and the sentences of a clause; of a part without own words, its children's headings."""
    document, clause = found.document, found.document.clause(found.path)
    children = [c for c in document.clauses if c.parent == clause.path]
    spans = sentence_spans(document.text, clause.span)
    doc_id = document.source.doc_id
    name = f"{clause.path}“{clause.heading}”" if clause.heading else clause.path
    english = question.language == "en"
    if children and sum(s.end - s.start for s in spans) < 80:
        count = f"{name} has {len(children)} items:" if english else f"{name}下设{len(children)}条："
        return headings(document, children, count, question, under=clause)
    spans = tuple(s for s in spans if not is_heading(document, clause.path, s)) or spans
    shown = spans if WHOLE.search(question.standalone) else _shown(document, spans)
    label = f"《{document.source.title}》 {clause.heading}. " if english else f"《{document.source.title}》{name}："
    quotes = [Quote(doc_id, clause.path, s) for s in shown]
    said = [sentence(Found(document, clause.path, q.span, 1.0), question) for q in quotes]
    first = (
        Statement(label + said[0].text, said[0].quotes)
        if said
        else Statement(label, (Quote(doc_id, clause.path, clause.span),))
    )
    return [first, *said[1:]]


def _shown(document: Document, spans: Sequence[Span]) -> Sequence[Span]:
    """Return the first sentences of a clause; of one in paragraphs that each begin with a brief one, those."""
    heads = [s for s in spans if s.start == 0 or document.text[s.start - 1] == "\n"]
    brief = len(spans) > MOST and len(heads) > 1 and all(s.end - s.start <= BRIEF for s in heads)
    return heads[:ITEMS] if brief else spans[:MOST]


def headings(
    document: Document, clauses: Sequence[Clause], said: str, question: Question, *, under: Clause | None = None,
    echoes: tuple[str, ...] = (),
) -> list[Statement]:  # fmt: skip
    """List clauses of one document by their headings, in printed order, after a sentence that counts them."""
    doc_id, title = document.source.doc_id, f"《{document.source.title}》"

    def head(clause: Clause) -> Quote:
        return Quote(doc_id, clause.path, first_sentence(clause, document))

    lead = f"{title}: {said}" if question.language == "en" else f"{title}{said}"
    own = (head(under),) if under else ()
    counted = Statement(lead, own, introduces=True, derived=(str(len(clauses)),), echoes=echoes)
    names = [c.heading or _clip(document.slice(head(c).span).removeprefix(c.label)) for c in clauses]
    return [counted, *(Statement(f"{c.path} {n}", (head(c),), item=True) for c, n in zip(clauses, names, strict=True))]


def first_sentence(clause: Clause, document: Document) -> Span:
    """Return the first sentence of a clause."""
    return next(iter(sentence_spans(document.text, clause.span)), clause.span)


def sentence(found: Found, question: Question) -> Statement:
    """Say a sentence of a clause in its own words, without the clause's label."""
    if question.language == "en":
        return Statement(f"Clause {found.path} says: “{spaced(found.text)}”", (found.quote,))
    clause = found.document.clause(found.path)
    text = found.text.strip().removeprefix(clause.label if found.span.start == clause.span.start else "")
    text = ENUMERATOR.sub("", text).rstrip("；，：")
    return Statement(text if text.endswith(("。", "！", "？", "”", "〕", "）")) else f"{text}。", (found.quote,))
