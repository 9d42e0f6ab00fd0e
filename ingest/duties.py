"""Responsibility of a document: brackets, labelled lines, task tables and prose sentences to duties.

A bracket governs the text since the previous one in its clause, wherever it stands; a full stop may follow it. Lines
such as 牵头单位：… are read without brackets, rows of task tables by their header. Prose counts only in clauses without
any of these, and only where a body is the subject of 负责, 牵头, 会同 or the like. Standing rules said once are
inherited by the duties they bind, never from one annex into another. Brackets that explain, abbreviate, name a year or
a 文号 are left alone; one that speaks of responsibility and names nobody is kept with the reason. No body is ever
supplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.brackets import bracket_pairs
from ingest.document import FRONT, Clause, Duty, Span, Table, Unread
from ingest.organs import body_key, is_body, is_known
from ingest.phrases import LABEL, Phrase, claims_duty, read_phrase
from ingest.prose import prose_duties
from ingest.standing import AFTER, ALL, StandingRule, fuller_names, standing_rules
from ingest.task_tables import table_duties

SENTENCE_END = "。；！？”\n"
# 牵头单位：甲局；配合单位：乙局
LABELLED = re.compile(f"(?:{LABEL.pattern})[^。\n\t]*")
BLANKS = " 　"
MARKS = " 　\n\t.．、。；;，"


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase with its place in the text, brackets included; ``task`` where it is not simply the text before."""

    span: Span
    phrase: Phrase
    words: str
    task: Span | None = None
    proofs: tuple[Span, ...] = ()


def extract_duties(
    text: str, clauses: tuple[Clause, ...], *, tables: tuple[Table, ...] = (), place: str = ""
) -> tuple[tuple[Duty, ...], tuple[Unread, ...]]:
    """Return the duties of a document in printed order, and what speaks of responsibility but could not be read.

    ``ordinal`` counts from 1 within a clause. ``place`` is the place of the issuer (石门市), by which names with and
    without it are joined.

    >>> clause = Clause(1, 1, "（一）", "（一）", "节水", Span(0, 28), Span(0, 28))
    >>> [duty], unread = extract_duties("（一）节水。推广节水器具。（市水务局牵头，市教育局配合）", (clause,))
    >>> duty.named(role="lead"), duty.named(role="support"), unread
    (('市水务局',), ('市教育局',), ())
    """
    rules: list[tuple[str, StandingRule]] = []
    duties: list[tuple[str, Duty]] = []
    unread: list[Unread] = []
    for clause, annex in zip(clauses, _annexes(clauses), strict=True):
        own = [table for table in tables if clause.span.holds(table.span)]
        found = [*_tabled(text, own, place, unread)]
        found += _bracketed(text, clause, place, taken=found, unread=unread)
        found += _labelled_lines(text, clause, place, found)
        said = _rules(text, clause, found)
        if not found and clause.path != FRONT:
            found = [*_in_prose(text, clause, place, [*(rule.span for rule in said), *(table.span for table in own)])]
        rules += [(annex, rule) for rule in said]
        duties += [(annex, duty) for duty in _duties(text, clause, sorted(found, key=lambda item: item.span))]
    bound = (_inherit(duty, [rule for where, rule in rules if where == annex]) for annex, duty in duties)
    return tuple(bound), tuple(unread)


def _annexes(clauses: tuple[Clause, ...]) -> list[str]:
    """Return for each clause the path of the annex it stands in, empty for the document itself."""
    annexes: dict[str, str] = {}
    for clause in clauses:
        is_annex = clause.label.startswith("附件")
        annexes[clause.path] = clause.path if is_annex else annexes.get(clause.parent or "", "")
    return [annexes[clause.path] for clause in clauses]


def _tabled(text: str, tables: Sequence[Table], place: str, unread: list[Unread]) -> Iterator[_Found]:
    """Yield the rows of task tables; what they print and cannot be read is added to ``unread``."""
    for table in tables:
        rows, left = table_duties(text, table, place=place)
        unread += left
        for row in rows:
            yield _Found(row.span, row.phrase, row.words, row.task, row.proofs)


def _bracketed(
    text: str, clause: Clause, place: str, *, taken: Sequence[_Found], unread: list[Unread]
) -> Iterator[_Found]:
    """Yield the responsibility brackets among the clause's own words; a bracket inside one is part of it."""
    rows = [item.span for item in taken]
    end = clause.span.start
    for pair in bracket_pairs(text, clause.span):
        words = text[pair.start + 1 : pair.end - 1]
        if pair.start < end or len(words) < 3 or any(row.holds(pair) for row in rows):
            continue
        phrase = read_phrase(words, place=place)
        if phrase and (phrase.stated or _bare_list(text, pair, phrase)):
            end = pair.end
            yield _Found(pair, phrase, words)
            if phrase.unread:
                unread.append(Unread(clause.path, pair, f"未能认作机构名称：{'、'.join(phrase.unread)}"))
        elif phrase is None and claims_duty(words) and _closes(text, pair):
            unread.append(Unread(clause.path, pair, "括号写有责任用语，但没有认出机构名称"))


def _closes(text: str, pair: Span) -> bool:
    """Tell whether a bracket stands where responsibility stands: after a sentence or at the end of one."""
    before = text[max(0, pair.start - 4) : pair.start].rstrip(BLANKS)[-1:]
    after = text[pair.end : pair.end + 4].lstrip(BLANKS)[:1]
    return before in SENTENCE_END or after in ("", "\n", "。")


def _bare_list(text: str, pair: Span, phrase: Phrase) -> bool:
    """Tell whether names without a verb are a duty: bodies only, after a full stop or at the end of a paragraph."""
    before = text[max(0, pair.start - 4) : pair.start].rstrip(BLANKS)[-1:]
    after = text[pair.end : pair.end + 4].lstrip(BLANKS + "。")[:1]
    closes = before in SENTENCE_END or (len(phrase.bodies) > 1 and after in ("", "\n"))
    names = [body.name for body in phrase.bodies]
    return closes and all(map(is_body, names)) and any(map(is_known, names))


def _labelled_lines(text: str, clause: Clause, place: str, taken: list[_Found]) -> Iterator[_Found]:
    """Yield 牵头单位：… 配合单位：… 完成时限：… outside brackets, labels that follow each other read as one."""
    blocks: list[Span] = []
    for found in LABELLED.finditer(text, clause.span.start, clause.span.end):
        if any(item.span.start < found.end() and found.start() < item.span.end for item in taken):
            continue
        leads = "牵头" in (found["role"], found["brief"])
        joins = blocks and not leads and not text[blocks[-1].end : found.start()].strip(MARKS)
        start = blocks.pop().start if joins else found.start()
        blocks.append(Span(start, found.end()))
    for block in blocks:
        words = text[block.start : block.end]
        phrase = read_phrase(words, place=place)
        if phrase and phrase.stated and all(is_body(body.name) for body in phrase.bodies):
            yield _Found(block, phrase, words)


def _in_prose(text: str, clause: Clause, place: str, elsewhere: list[Span]) -> Iterator[_Found]:
    """Yield the sentences that give a duty; standing rules and tables are read elsewhere."""
    for duty in prose_duties(text, clause.words(text), place):
        if not any(duty.span.start < other.end and other.start < duty.span.end for other in elsewhere):
            yield _Found(duty.span, duty.phrase, text[duty.span.start : duty.span.end], duty.span)


def _rules(text: str, clause: Clause, found: list[_Found]) -> list[StandingRule]:
    """Return the rules said in the clause's brackets and sentences, with the fuller printed names."""
    rules: list[StandingRule] = []
    for item in found:
        printed = tuple(body.name for body in item.phrase.bodies)
        for rule in standing_rules(text, item.span, bracketed=True):
            rules.append(replace(rule, names=fuller_names(rule, printed, item.words)))
    outside = standing_rules(text, clause.span)
    return rules + [rule for rule in outside if not any(item.span.holds(rule.span) for item in found)]


def _duties(text: str, clause: Clause, found: list[_Found]) -> Iterator[Duty]:
    start = clause.words(text).start
    task = Span(clause.span.start, start)
    for ordinal, item in enumerate(found, start=1):
        before = _trimmed(text, start, item.span.start)
        task = item.task or (before if before.start < before.end else task)
        yield Duty(
            path=clause.path,
            ordinal=ordinal,
            span=item.span,
            task_span=task,
            bodies=item.phrase.bodies,
            phrase="".join(item.words.split()),
            shared=item.phrase.shared,
            open_ended=item.phrase.open_ended,
            deadline=item.phrase.deadline,
            proofs=item.proofs,
        )
        start = item.span.end


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in MARKS:
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _inherit(duty: Duty, rules: list[StandingRule]) -> Duty:
    """Add the bodies of the standing rules that bind this duty, except those its own bracket names."""
    named = {body_key(body.name) for body in duty.bodies}
    inherited: dict[str, None] = {}
    spans: list[Span] = []
    for rule in rules:
        new = [name for name in rule.names if body_key(name) not in named]
        if new and _binds(rule, duty):
            inherited.update(dict.fromkeys(new))
            spans.append(rule.span)
    return replace(duty, inherited=tuple(inherited), rule_span=spans[0]) if spans else duty


def _binds(rule: StandingRule, duty: Duty) -> bool:
    if rule.scope == ALL or duty.span.holds(rule.span):
        return True
    after = duty.span.start >= rule.span.end
    return after if rule.scope == AFTER else not after
