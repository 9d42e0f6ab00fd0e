"""The same indicators and tasks of several documents side by side, and how each document relates to the first.

Indicators are one where their normalised names are equal; failing that, where the names are much alike, measure the
same (率 is not 量) and speak of the same scope (规模以上, 城市, 农村 make other indicators). Tasks are paired by their
titles and texts. Every pair has a confidence from 0 to 1 and its reason; what has no counterpart is kept as absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ingest.document import Clause, Document, Duty, Span, Target
from ingest.indicators import METRIC_END, indicator_key
from ingest.sentences import sentence_spans
from ingest.words import bigrams
from kb.ledger import Record, target_record
from kb.study.comparing import ABSENT, NOT_COMPARABLE, SAME, Judgement, in_base, judge

Similarity = Callable[[str, Sequence[str]], Sequence[float]]

ALIKE = 0.72  # Names of indicators alike to this degree are one.
TASK = 0.45  # Tasks alike to this degree are one.
TITLE, TEXT = 0.65, 0.35  # What the likeness of titles and of texts counts.
ADDRESS = 0.05  # Children keep the order of their parents, mostly.
NORMALISED = 0.95
TEXT_CHARS = 400
MIXED = "mixed"
# Words that narrow an indicator; names that differ in them are different indicators.
_SCOPE = re.compile(
    r"规模以上|规上|重点行业|重点领域|重点|城市|县城|城镇|农村|乡镇|公共机构|公共建筑|建筑|工业|农业|钢铁|电解铝|水泥|化工|煤电|煤炭|数据中心|"
    r"地级及以上|地级|县级|新建|既有|大型|规模化|京津冀|长三角|国控|省控|地表水|地下水|化肥|农药|高耗能|一次|二次|再生|生活|垃圾|污泥|污水|余热"
)
_TITLE_NOISE = re.compile(r"(?:实施|推进|开展|加强|加快|强化|推动|深入|全面|大力|重点)|工程$|行动$|工作$")


@dataclass(slots=True)
class _Row:
    """One indicator: the target of each document; how sure the pairing is, and why; what its scope forbids."""

    key: str
    cells: list[Target | None]
    sure: float = 1.0
    reasons: list[str] = field(default_factory=list)
    scope: str = ""
    nearest: float = 0.0


def align(documents: Sequence[Document], similarity: Similarity) -> list[Record]:
    """Return one record for each indicator, then for each task; those with a counterpart first, in printed order."""
    return [*align_targets(documents, similarity), *align_tasks(documents, similarity)]


def align_targets(documents: Sequence[Document], similarity: Similarity) -> list[Record]:
    """Return the indicators of the documents side by side."""
    rows: list[_Row] = []
    for at, document in enumerate(documents):
        for target in document.targets:
            if not (target.change and target.change.gone):
                _place(target, rows, at, len(documents))
    for other_scope in (False, True):
        rows = _merged(rows, similarity, other_scope=other_scope)
    records = [_target_row(documents, row) for row in rows]
    return sorted(records, key=lambda r: sum(cell is None for cell in r["cells"]))


def _place(target: Target, rows: list[_Row], at: int, count: int) -> None:
    """Put a target into the row of its name and years, or begin a new one."""
    key = indicator_key(target.indicator)
    free = [row for row in rows if row.key == key and row.cells[at] is None]
    best = max(free, key=lambda row: _fits(_first(row), target), default=None)
    if best is None:
        best = _Row(key, [None] * count)
        rows.append(best)
    else:
        printed = _first(best).indicator == target.indicator
        best.sure = min(best.sure, 1.0 if printed else NORMALISED)
        best.reasons.append("指标名称相同" if printed else "名称写法不同，是同一项指标")
    best.cells[at] = target


def _merged(rows: Sequence[_Row], similarity: Similarity, *, other_scope: bool) -> list[_Row]:
    """Join rows of different documents whose names are much alike, the most alike first."""
    scored: list[tuple[float, int, int]] = []
    for i, row in enumerate(rows):
        others = [j for j in range(i + 1, len(rows)) if _may_join(row, rows[j], other_scope=other_scope)]
        cosines = similarity(row.key, [rows[j].key for j in others]) if others else ()
        for j, cosine in zip(others, cosines, strict=True):
            score = 0.5 * cosine + 0.5 * _shared(row.key, rows[j].key)
            scored.append((score, i, j))
            for one in (row, rows[j]):
                one.nearest = max(one.nearest, min(score, 1.0))
    joined: set[int] = set()
    for score, i, j in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if score >= ALIKE and not {i, j} & joined:
            _join(rows[i], rows[j], score, other_scope=other_scope)
            joined |= {i, j}
            rows[j].key = ""
    return [row for row in rows if row.key]


def _may_join(a: _Row, b: _Row, *, other_scope: bool) -> bool:
    """Tell whether two rows hold different documents and measure the same thing, in the same scope or in another."""
    if a.key == b.key or any(x and y for x, y in zip(a.cells, b.cells, strict=True)):
        return False
    first, other = _first(a), _first(b)
    ends = [METRIC_END.search(row.key) for row in (a, b)]
    measures = [end[0] if end else "" for end in ends]
    same_scope = set(_SCOPE.findall(a.key)) == set(_SCOPE.findall(b.key))
    return measures[0] == measures[1] and in_base(first.unit)[0] == in_base(other.unit)[0] and same_scope != other_scope


def _join(row: _Row, other: _Row, score: float, *, other_scope: bool) -> None:
    row.cells = [x or y for x, y in zip(row.cells, other.cells, strict=True)]
    row.sure = min(row.sure, other.sure, round(score, 2))
    row.reasons.append(f"指标名称相近（{score:.2f}）")
    if other_scope:
        row.scope = f"范围不同：{_first(row).indicator}，{_first(other).indicator}"


def _first(row: _Row) -> Target:
    return next(target for target in row.cells if target is not None)


def _fits(first: Target, other: Target) -> int:
    """Return how well two targets of one name belong together: the same year, the same unit."""
    years = (first.deadline_year, other.deadline_year)
    return 2 * (None in years or years[0] == years[1]) + (first.unit == other.unit)


def _shared(a: str, b: str) -> float:
    """Return the share of character pairs that two names have in common (Dice)."""
    first, second = set(bigrams(a)), set(bigrams(b))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else float(a == b)


def _target_row(documents: Sequence[Document], row: _Row) -> Record:
    judged = [_judged(documents, row, at) for at in range(1, len(documents))]
    paired = sum(cell is not None for cell in row.cells) > 1
    doubt = max((j.doubt for j in judged), default=0.0)
    confidence = row.sure - doubt if paired else 1 - row.nearest / 2
    return {
        "indicator": _first(row).indicator,
        "kind": "target",
        "relation": _one([j.relation for j in judged]),
        "relations": [j.relation for j in judged],
        "confidence": round(max(0.0, confidence), 2),
        "reason": "；".join(dict.fromkeys([*row.reasons, *(j.reason for j in judged)])),
        "cells": [None if t is None else target_record(d, t) for d, t in zip(documents, row.cells, strict=True)],
    }


def _judged(documents: Sequence[Document], row: _Row, at: int) -> Judgement:
    first, other = row.cells[0], row.cells[at]
    if first is None:
        return Judgement(ABSENT, f"《{documents[0].source.title}》没有这项指标")
    if other is None:
        return Judgement(ABSENT, f"《{documents[at].source.title}》没有这项指标")
    if row.scope:
        return Judgement(NOT_COMPARABLE, row.scope)
    return judge((documents[0], first), (documents[at], other))


def _one(relations: Sequence[str]) -> str:
    present = {relation for relation in relations if relation != ABSENT} or {ABSENT}
    return present.pop() if len(present) == 1 else MIXED


# tasks


@dataclass(frozen=True, slots=True)
class Task:
    """A clause that gives somebody something to do: its title, its text and its responsibilities."""

    document: Document
    clause: Clause
    duties: tuple[Duty, ...]

    @property
    def title(self) -> str:
        """The heading, else the first sentence."""
        if self.clause.heading:
            return self.clause.heading
        first = next(iter(sentence_spans(self.document.text, self.clause.span)), self.clause.span)
        return self.document.slice(first)[:60]

    @property
    def text(self) -> str:
        """The beginning of the clause's own words."""
        return self.document.slice(self.clause.span)[:TEXT_CHARS]


def tasks_of(document: Document) -> list[Task]:
    """Return the clauses that state a responsibility; where none does, the numbered clauses without children."""
    by_path: dict[str, list[Duty]] = {}
    for duty in document.duties:
        if not (duty.change and duty.change.gone):
            by_path.setdefault(duty.path, []).append(duty)
    parents = {clause.parent for clause in document.clauses}
    stated = [c for c in document.clauses if c.path in by_path and c.label]
    leaves = [c for c in document.clauses if c.label and c.heading and c.path not in parents]
    return [Task(document, clause, tuple(by_path.get(clause.path, ()))) for clause in stated or leaves]


def align_tasks(documents: Sequence[Document], similarity: Similarity) -> list[Record]:
    """Return the tasks of the first document with their counterparts, then those that only others have."""
    lists = [tasks_of(document) for document in documents]
    pairs = [pair_tasks(lists[0], tasks, similarity) for tasks in lists[1:]]
    rows: list[Record] = []
    for index, task in enumerate(lists[0]):
        found = [pair.get(index) for pair in pairs]
        cells = [task, *(tasks[f[0]] if f else None for f, tasks in zip(found, lists[1:], strict=True))]
        rows.append(_task_row(cells, [f[1] if f else None for f in found], documents))
    for at, (pair, tasks) in enumerate(zip(pairs, lists[1:], strict=True), start=1):
        taken = {other for other, _ in pair.values()}
        for index, task in enumerate(tasks):
            if index not in taken:
                alone: list[Task | None] = [None] * len(documents)
                alone[at] = task
                rows.append(_task_row(alone, [None] * (len(documents) - 1), documents))
    return sorted(rows, key=lambda r: sum(cell is None for cell in r["cells"]))


def pair_tasks(first: Sequence[Task], second: Sequence[Task], similarity: Similarity) -> dict[int, tuple[int, float]]:
    """Pair tasks one to one, the most alike first; map indices in ``first`` to those in ``second`` and the likeness."""
    scored: list[tuple[float, int, int]] = []
    titles, texts = [_bare(t.title) for t in second], [t.text for t in second]
    for i, task in enumerate(first):
        if not second:
            break
        by_title, by_text = similarity(_bare(task.title), titles), similarity(task.text, texts)
        for j in range(len(second)):
            title = 0.5 * by_title[j] + 0.5 * _shared(_bare(task.title), titles[j])
            same_place = ADDRESS if task.clause.path == second[j].clause.path else 0.0
            scored.append((TITLE * title + TEXT * by_text[j] + same_place, i, j))
    found: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for score, i, j in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if score >= TASK and i not in found and j not in taken:
            found[i] = (j, round(min(score, 1.0), 2))
            taken.add(j)
    return found


def _bare(title: str) -> str:
    return _TITLE_NOISE.sub("", title) or title


def _task_row(cells: Sequence[Task | None], scores: Sequence[float | None], documents: Sequence[Document]) -> Record:
    first = next(task for task in cells if task is not None)
    relations = [SAME if cells[0] and task else ABSENT for task in cells[1:]]
    absent = [d.source.title for d, task in zip(documents, cells, strict=True) if task is None]
    sure = [score for score in scores if score is not None]
    reasons = [f"标题与内容相近（{score:.2f}）" for score in sure] + [f"《{title}》没有对应任务" for title in absent]
    return {
        "indicator": first.title,
        "kind": "task",
        "relation": _one(relations),
        "relations": relations,
        "confidence": min(sure, default=1.0),
        "reason": "；".join(dict.fromkeys(reasons)),
        "cells": [None if task is None else task_record(task) for task in cells],
    }


def task_record(task: Task) -> Record:
    """Return a task as a cell: where it stands, its bodies and its printed words."""
    document, clause = task.document, task.clause
    span = next(iter(sentence_spans(document.text, clause.span)), Span(clause.span.start, clause.span.end))
    names = dict.fromkeys(name for duty in task.duties for name in duty.named())
    return {
        "doc_id": document.source.doc_id,
        "title": document.source.title,
        "doc_number": document.source.number,
        "form": document.source.form,
        "path": clause.path,
        "heading": clause.heading,
        "bodies": list(names),
        "quote": document.slice(span),
        "start": span.start,
        "end": span.end,
        "page": document.page_of(span.start),
    }
