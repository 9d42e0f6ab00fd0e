"""Quantified goals of a plan: which indicator, how much, against which year, by when.

One goal is one figure with its relation and indicator, read from running text. Deadlines stand in the same clause, in
front of a whole sentence, one sentence earlier or in the heading above; subjects and verbs are elided along a list;
分别 shares names out over values. Left out are thresholds and classes of size, accounts of the past (已, 截至, a year
before the document's own, chapters on achievements), what is merely possible (可降低), fines, subsidies and prices, and
figures that only count what exists. Articles of regulations set rules, so only their dated figures are goals. Rows of
indicator tables are read by their header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.document import Clause, Span, Table, Target, Unread
from ingest.figures import Flat, flatten
from ingest.goals import Goal, Scope, read_goals, scope_after
from ingest.indicator_tables import table_targets
from ingest.indicators import indicator_key
from ingest.periods import DEADLINE, find_periods, year_dated, year_written
from ingest.sentences import sentence_spans

__all__ = ["extract_targets", "indicator_key"]

# Chapters that tell of the past or of others: their figures are no goals of this document
_BACKGROUND = re.compile(
    r"现状|回顾|成效|成就|成绩|取得.{0,6}进展|主要进展|形势(?:$|与|和|、|严峻)|挑战(?:$|与|和|、)|机遇(?:$|与|和|、)|面临|"
    r"(?:存在|主要|突出)(?:的)?(?:困难|问题|短板)|完成情况|实施情况|进展情况|背景|概况|前言|(?:发展|工作|建设|现实)基础$|编制依据|投资估算|名词解释|术语|"
    r"(?:申报|申请|入库|准入|享受|认定|支持)条件|税[收费].{0,2}优惠|导则|大纲|模板"
)
# 强化水环境治理，巩固治理成效 is work to do; 推进减排取得成效 is done
_WORK_AHEAD = re.compile(
    r"强化|开展|推进|加强|实施|巩固|提升|稳固|完善|建立|健全|推动|深化|优化|构建|加快|防范|解决|破解|补齐|严格|规范|落实|制定|管理"
)
_ACHIEVED = re.compile(r"取得|显著|明显|显现")
_GENERAL_AIMS = re.compile(r"总体要求|总体思路|总体目标|指导思想|规划总则|总则$")
_GOALS = re.compile(r"目标|指标|愿景")
# A longer sentence is a table that lost its lines
_MAX_SENTENCE = 4000
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零0-9]{1,6}条")


def extract_targets(
    text: str, clauses: tuple[Clause, ...], *, tables: tuple[Table, ...] = ()
) -> tuple[tuple[Target, ...], tuple[Unread, ...]]:
    """Return the quantified goals of a document in printed order, and values of tables that could not be read.

    Takes time linear in the text. A deadline that was taken over from an earlier sentence or a heading is named in
    ``carried``.

    >>> text = "到2025年，用水量比2020年下降百分之十，新增林地2000亩。"
    >>> whole = Span(0, len(text))
    >>> found, unread = extract_targets(text, (Clause(0, 0, "", "0", "", whole, whole),))
    >>> [(t.indicator, t.relation, str(t.value), t.unit, t.baseline_year, t.deadline_year) for t in found]
    [('用水量', '下降', '10', '%', 2020, 2025), ('新增林地', '新增', '2000', '亩', None, 2025)]
    """
    written, dated = year_written(text), year_dated(text)
    begin = _first_aims(clauses)
    scopes: dict[str | None, Scope] = {None: Scope()}
    background: dict[str | None, bool] = {None: False}
    found: list[Target] = []
    unread: list[Unread] = []
    for clause in clauses:
        background[clause.path] = background.get(clause.parent, False) or _is_background(clause.heading)
        background[clause.path] |= clause.parent is None and bool(clause.label) and clause.ordinal < begin
        if background[clause.path]:
            continue
        scope = _scope_of_heading(clause, scopes.get(clause.parent, Scope()), written=written)
        targets, scopes[clause.path] = _read_clause(text, clause, above=scope, written=written)
        for table in (table for table in tables if clause.span.holds(table.span)):
            rows, left = table_targets(text, table, written=written, dated=dated)
            targets, unread = [*targets, *rows], [*unread, *left]
        found.extend(sorted(targets, key=lambda target: target.span.start))
    return tuple(found), tuple(unread)


def _first_aims(clauses: tuple[Clause, ...]) -> int:
    """Return the ordinal of the part that states the general aims; the one or two before it tell how things stand."""
    parts = [clause for clause in clauses if clause.parent is None and clause.label]
    aims = [clause.ordinal for clause in parts[:3] if _GENERAL_AIMS.search(clause.heading)]
    return aims[0] if aims else 0


def _is_background(heading: str) -> bool:
    if _WORK_AHEAD.match(heading) and not _ACHIEVED.search(heading):
        return False
    return bool(_BACKGROUND.search(heading)) and not _GOALS.search(heading)


def _scope_of_heading(clause: Clause, above: Scope, *, written: int | None) -> Scope:
    """Return what the heading announces: 到2025年主要目标."""
    if not _GOALS.search(clause.heading):
        return above
    heading = flatten(clause.heading, Span(0, len(clause.heading))).text
    years = [period.year for period in find_periods(heading, written=written) if period.kind == DEADLINE]
    scope = replace(above, is_goal=True)
    return replace(scope, deadline=years[-1], is_carried=True) if years else scope


def _read_clause(text: str, clause: Clause, *, above: Scope, written: int | None) -> tuple[list[Target], Scope]:
    """Read one clause's own words; also return the scope that a lead-in (…如下：) leaves to what stands under it."""
    found: list[Target] = []
    base = scope = above
    paragraph_end = clause.span.start
    for sentence in sentence_spans(text, clause.words(text)):
        if "\n" in text[paragraph_end : sentence.start]:
            leads_in = text.endswith(("：", ":"), 0, paragraph_end) or scope.is_goal
            base = scope if leads_in and scope.deadline else base
            scope = replace(base, counted=scope.counted)
        if "\t" in text[sentence.start : sentence.end] or sentence.end - sentence.start > _MAX_SENTENCE:
            continue
        flat = flatten(text, sentence)
        goals = read_goals(flat.text, scope, written=written)
        found.extend(_targets(flat, goals, clause=clause))
        scope = scope_after(flat.text, scope, written=written)
        if goals:
            scope = replace(scope, counted=goals[-1].scope.counted)
        paragraph_end = sentence.end
    leads_in = text[clause.span.start : clause.span.end].rstrip()[-1:] in ("：", ":") or base.is_goal
    return found, replace(scope if leads_in and not scope.is_past else above, counted=("", ""))


def _targets(flat: Flat, goals: tuple[Goal, ...], *, clause: Clause) -> Iterator[Target]:
    is_article = _ARTICLE.search(clause.path) is not None
    for goal in goals:
        if is_article and goal.scope.deadline is None:
            continue
        carried = goal.scope.is_carried and goal.scope.deadline is not None
        yield Target(
            path=clause.path,
            span=flat.span(goal.start, goal.end),
            indicator=goal.indicator,
            relation=goal.relation,
            value=goal.figure.value,
            value_max=goal.figure.value_max,
            unit=goal.figure.unit,
            baseline_year=goal.baseline,
            deadline_year=goal.scope.deadline,
            nature=goal.nature,
            carried=("deadline_year",) if carried else (),
        )
