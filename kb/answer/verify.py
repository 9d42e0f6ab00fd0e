"""The only door from a Draft to an Answer: what its quotes do not prove is withheld.

Each quote is sliced from the document and kept verbatim. A statement that names what its quotes do not prove
(``proof``) is left out and listed in ``checks``; when nothing is left, the answer is a refusal with the nearest
clauses. Both composers pass through here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answer.evidence import Evidence
from kb.answer.proof import Fault, faults_of
from kb.results import Answer, Check, Citation, Draft, Question, Quote, Related, Statement, cite

CLOSING = re.compile(r"[。！？；：，.!?;:,]+$")
MARKERS = 4  # A sentence proved by more quotes shows this many markers and says how many there are.


def verify(draft: Draft, question: Question, evidence: Evidence) -> Answer:
    """Return the draft as an Answer, without the statements that fail; a refusal when no proved statement is left."""
    kept: list[Statement] = []
    checks: list[Check] = []
    for statement, faults in _checked(draft, evidence) if draft.answered else [(s, []) for s in draft.statements]:
        checks += [Check(f.kind, False, f"“{f.what}”不在所引原文中，该句不予显示。") for f in faults]
        if not faults:
            kept.append(statement)
    answered = draft.answered and any(s.quotes for s in kept)
    if draft.answered and not answered:
        kept = [Statement(_nothing(question), proved=False)]
    citations = _citations(kept, evidence) if answered else ()
    checks += _passed(citations, evidence)
    complete = answered and len(kept) == len(draft.statements)
    return Answer(
        question=question.text,
        standalone_question=question.standalone,
        answered=answered,
        kind=draft.kind if answered else "refusal",
        text=_text(kept, citations),
        departments=draft.departments if complete else (),
        inherited=draft.inherited if complete else (),
        citations=citations,
        checks=tuple(checks),
        related=_related(draft.related, evidence),
        composer=draft.composer,
        language=draft.language,
    )


def _checked(draft: Draft, evidence: Evidence) -> list[tuple[Statement, list[Fault]]]:
    """Pair each statement with its faults; the sentence before a list is judged by the quotes of the whole list.

    One that brings the rows it counts (``unmarked``) is judged by them alone.
    """
    items = [s for s in draft.statements if s.item]
    listed = tuple(quote for s in items for quote in s.quotes)
    judged = []
    for said in draft.statements:
        whole = replace(said, quotes=(*said.quotes, *listed)) if said.introduces and not said.unmarked else said
        judged.append((said, faults_of(whole, evidence, items)))
    return judged


def _citations(statements: Sequence[Statement], evidence: Evidence) -> tuple[Citation, ...]:
    """Return one citation per distinct quote, numbered in order of first use."""
    quotes = dict.fromkeys(quote for statement in statements for quote in statement.quotes)
    return tuple(
        cite(evidence.documents[quote.doc_id], evidence.card(quote.doc_id), quote.path, quote.span, marker)
        for marker, quote in enumerate(quotes, start=1)
    )


def _passed(citations: Sequence[Citation], evidence: Evidence) -> list[Check]:
    """Return the checks of what is shown: quotes verbatim, and documents that are no longer in force as printed."""
    if not citations:
        return []
    checks = [
        Check("verbatim", True, f"{len(citations)}处引文均与原文逐字一致；所列数字、日期、文号、单位均见于引文。")
    ]
    for doc_id in dict.fromkeys(c.doc_id for c in citations):
        card = evidence.card(doc_id)
        if card.standing == "expired":
            checks.append(Check("status", False, f"《{card.title}》有效期至{card.expires}，已经届满，请核对现行规定。"))
        elif card.standing != "in_force":
            by = "、".join(card.amended_by) or "后文"
            how = "修改" if card.standing == "amended" else "废止或替代"
            checks.append(Check("status", False, f"《{card.title}》已被{by}{how}，请核对现行规定。"))
        if card.form == "digest":
            checks.append(
                Check("form", True, f"《{card.title}》为要点摘编，非原文；引用前请核对{card.doc_number or '原文'}。")
            )
    return checks


def _text(statements: Sequence[Statement], citations: Sequence[Citation]) -> str:
    """Join the statements, each with its markers before the closing punctuation; items stand on lines of their own."""
    marker = {(c.doc_id, c.path, c.start, c.end): c.marker for c in citations}
    text, listing, number = "", False, 0
    for statement in statements:
        number = number + 1 if statement.item else 0
        shown = statement.quotes if marker and not statement.unmarked else ()
        numbers = [marker[(q.doc_id, q.path, q.span.start, q.span.end)] for q in shown]
        words = f"{number}. {statement.text}" if statement.item else statement.text
        line = _marked(words, _markers(tuple(dict.fromkeys(numbers))))
        apart = statement.item or statement.introduces or listing
        text += ("\n" if text and apart else "" if _cjk_end(text) else " ") + line
        listing = statement.item
    return text.strip()


def _markers(numbers: Sequence[int]) -> str:
    """Return the markers of a sentence; of many only the first, with their number.

    >>> _markers((1, 2)), _markers((1, 2, 3, 4, 5, 9))
    ('〔1〕〔2〕', '〔1〕〔2〕〔3〕〔4〕等6处')
    """
    marked = "".join(f"〔{n}〕" for n in numbers[:MARKERS])
    return f"{marked}等{len(numbers)}处" if len(numbers) > MARKERS else marked


def _marked(text: str, markers: str) -> str:
    closing = CLOSING.search(text)
    at = closing.start() if closing else len(text)
    return text[:at] + markers + text[at:]


def _cjk_end(text: str) -> bool:
    return not text or text[-1] in "。！？；：\n"


def _related(quotes: Sequence[Quote], evidence: Evidence) -> tuple[Related, ...]:
    found: dict[tuple[str, str], Related] = {}
    for quote in quotes:
        if quote.doc_id in evidence.documents:
            clause = evidence.documents[quote.doc_id].clause(quote.path)
            title = evidence.card(quote.doc_id).title
            found.setdefault((quote.doc_id, clause.path), Related(quote.doc_id, clause.path, clause.heading, title))
    return tuple(found.values())


def _nothing(question: Question) -> str:
    if question.language == "en":
        return "The documents in the library do not say."
    return "库中文件没有写明。"


def with_check(answer: Answer, check: Check) -> Answer:
    """Return the answer with a further check, for what happened on the way (a language model that failed)."""
    return replace(answer, checks=(*answer.checks, check))
