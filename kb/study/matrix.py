"""Who answers for which task: the duties of documents as a matrix of tasks by bodies, with each body's load.

Rows are duties in printed order (a clause with two brackets has two), columns the bodies in the order in which they are
first named. Printed names that mean one body (市发改委, 市发展和改革委员会) share a column, whose heading is the name
printed first; a bare 市水务局 is the body of the document's own place, so that two cities keep two columns. Local
governments are joined only where their names are equal: 各县（市、区）政府 is not any one county. A body named
twice in one duty has the stronger role. What a later document deleted is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from ingest.document import Body, Document, Duty, Target
from ingest.organ_table import bare, read_name, split_place
from ingest.organs import body_key, kind_of
from kb.ledger import Record, duty_record, target_record
from kb.study.sheets import place, said

# The strongest first.
ROLES = {"lead": "牵头", "support": "配合", "responsible": "责任", "local": "地方", "inherited": "通用"}
ORDERS = ("printed", "load", "name")


@dataclass(frozen=True, slots=True)
class Task:
    """One duty: its record, the role of each body in it by key, the figures in the words that it governs.

    ``rule`` proves the bodies that a standing rule binds: the record of the words that state it.
    """

    record: Record
    roles: Mapping[str, str]
    figures: tuple[Record, ...] = ()
    rule: Record | None = None

    @property
    def due(self) -> str:
        """By when: as printed with the duty, else the years of its figures (2025年)."""
        years = sorted({year for figure in self.figures if (year := figure["deadline_year"])})
        return str(self.record["deadline"] or "、".join(f"{year}年" for year in years))


@dataclass(frozen=True, slots=True)
class Party:
    """A body: ``name`` as first printed, every ``printed`` name, and how many duties it has in each role."""

    key: str
    name: str
    printed: tuple[str, ...]
    load: Mapping[str, int]

    @property
    def own(self) -> int:
        """How many duties name it; those that only a standing rule gives it do not count."""
        return sum(count for role, count in self.load.items() if role != "inherited")


@dataclass(frozen=True, slots=True)
class Matrix:
    """Tasks by bodies, both in printed order unless sorted."""

    tasks: tuple[Task, ...]
    parties: tuple[Party, ...]

    def party(self, key: str) -> Party | None:
        """Return the body with this key."""
        return next((party for party in self.parties if party.key == key), None)

    def find(self, name: str) -> Party | None:
        """Return the body with this key or one of these printed names."""
        return self.party(name) or next((party for party in self.parties if name in party.printed), None)


def matrix_of(documents: Sequence[Document]) -> Matrix:
    """Return the duties of documents by bodies, as they stand."""
    apart = frozenset(key for document in documents for key in _apart(document))
    names: dict[str, dict[str, None]] = {}
    tasks = []
    for document in documents:
        for duty in sorted(document.duties, key=lambda duty: (duty.span, duty.ordinal)):
            if not (duty.change and duty.change.gone):
                tasks.append(_task(document, duty, names, apart))
    return Matrix(tuple(tasks), _parties(tasks, names))


def _apart(document: Document) -> Iterator[str]:
    """Yield the keys under which one duty lists two names: 市园林绿化局 beside 市林业局 is another body."""
    for duty in document.duties:
        listed = Counter(party_key(joining, document) for joining, _ in {(b.joining, b.name) for b in duty.bodies})
        yield from (key for key, count in listed.items() if count > 1)


def _task(document: Document, duty: Duty, names: dict[str, dict[str, None]], apart: Set[str]) -> Task:
    roles: dict[str, str] = {}
    named = [(body.joining, body.name, _role(body)) for body in duty.bodies]
    for joining, printed, role in [*named, *((name, name, "inherited") for name in duty.inherited)]:
        key = party_key(joining, document)
        key = f"{key}:{printed}" if key in apart else key
        names.setdefault(key, {}).setdefault(printed)
        roles[key] = min(role, roles.get(key, role), key=list(ROLES).index)
    figures = tuple(target_record(document, target) for target in _figures(document, duty))
    return Task(duty_record(document, duty), roles, figures, _rule(document, duty))


def _role(body: Body) -> str:
    """Return lead and support as said, else whether it is a department or a local government or zone.

    >>> _role(Body("县政府", "lead", "local")), _role(Body("各开发区", "responsible", "zone"))
    ('lead', 'local')
    """
    if body.role in ("lead", "support"):
        return body.role
    return "responsible" if body.kind == "department" else "local"


def party_key(name: str, document: Document) -> str:
    """Return the key by which printed names are joined: place, level and generic name; a local government's own name.

    A name without a place is of the document's, unless it is a body of the state.
    """
    if kind_of(name) != "department":
        return f"{document.source.region}:{bare(name).replace('人民政府', '政府')}"
    read = read_name(name)
    where = read.place or ("" if read.level == "国" else split_place(document.source.region)[0])
    return f"{where}:{body_key(name)}"


def _figures(document: Document, duty: Duty) -> list[Target]:
    """Return the targets printed in the words that a duty governs, those deleted later left out."""
    return [t for t in document.targets if duty.task_span.holds(t.span) and not (t.change and t.change.gone)]


def _rule(document: Document, duty: Duty) -> Record | None:
    if not duty.inherited or duty.rule_span is None:
        return None
    span = duty.rule_span
    path = next((c.path for c in reversed(document.clauses) if c.span.start <= span.start), duty.path)
    source = document.source
    return {
        "doc_id": source.doc_id, "title": source.title, "doc_number": source.number, "form": source.form, "path": path,
        "quote": document.slice(span), "start": span.start, "end": span.end, "page": document.page_of(span.start),
    }  # fmt: skip


def _parties(tasks: Sequence[Task], names: Mapping[str, Mapping[str, None]]) -> tuple[Party, ...]:
    loads: dict[str, Counter[str]] = {}
    for task in tasks:
        for key, role in task.roles.items():
            loads.setdefault(key, Counter())[role] += 1
    return tuple(Party(key, next(iter(names[key])), tuple(names[key]), dict(load)) for key, load in loads.items())


def narrowed(
    matrix: Matrix, *, parties: Collection[str] = (), roles: Collection[str] = (), words: str = "",
    inherited: bool = True,
) -> Matrix:  # fmt: skip
    """Return the tasks that name one of ``parties`` in one of ``roles`` and contain all ``words``; empty means any.

    Only these bodies and roles are kept, and loads are counted anew.
    """
    kept = {role for role in ROLES if (not roles or role in roles) and (inherited or role != "inherited")}
    sought = words.split()
    tasks = []
    for task in matrix.tasks:
        marks = {k: role for k, role in task.roles.items() if role in kept and (not parties or k in parties)}
        if marks and all(word in _searched(task.record) for word in sought):
            tasks.append(replace(task, roles=marks))
    names = {party.key: dict.fromkeys(party.printed) for party in matrix.parties}
    found = {party.key: party for party in _parties(tasks, names)}
    return Matrix(tuple(tasks), tuple(found[party.key] for party in matrix.parties if party.key in found))


def _searched(record: Record) -> str:
    return "\n".join(str(record[key]) for key in ("path", "heading", "task", "quote", "title", "doc_number"))


def ordered(matrix: Matrix, by: str) -> Matrix:
    """Return the matrix with its bodies (``load``, ``name``) and tasks (``load``) in another order."""
    keys: dict[str, Callable[[Party], Any]] = {"load": lambda p: -p.own, "name": lambda p: p.name}
    parties = sorted(matrix.parties, key=keys[by]) if by in keys else matrix.parties
    tasks = sorted(matrix.tasks, key=lambda task: -len(task.roles)) if by == "load" else matrix.tasks
    return Matrix(tuple(tasks), tuple(parties))


def tasks_of(matrix: Matrix, key: str) -> list[tuple[str, Task]]:
    """Return the tasks of one body with its role in each, the strongest role first, then as printed."""
    found = [(task.roles[key], task) for task in matrix.tasks if key in task.roles]
    return sorted(found, key=lambda pair: list(ROLES).index(pair[0]))


# sheets


def matrix_sheet(matrix: Matrix) -> list[Record]:
    """Return one row for each task and one column for each body, for files."""
    headings = _unique([party.name for party in matrix.parties])
    columns = dict(zip((party.key for party in matrix.parties), headings, strict=True))
    several = len({task.record["doc_id"] for task in matrix.tasks}) > 1
    return [
        {
            **({"文件": task.record["doc_number"] or task.record["title"]} if several else {}),
            "条款": task.record["path"],
            "任务": task.record["task"],
            "完成时限": task.due,
            **{heading: ROLES.get(task.roles.get(key, ""), "") for key, heading in columns.items()},
        }
        for task in matrix.tasks
    ]


def _unique(names: Sequence[str]) -> list[str]:
    """Number the names that occur twice, as those of two cities' 市水务局 do.

    >>> _unique(["市水务局", "市住建局", "市水务局"])
    ['市水务局', '市住建局', '市水务局（2）']
    """
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return found


def load_sheet(matrix: Matrix) -> list[Record]:
    """Return how many tasks each body has in each role, for files."""
    return [
        {
            "单位": party.name,
            "文中写法": "、".join(party.printed),
            "任务数": party.own,
            **{name: party.load.get(role, 0) for role, name in ROLES.items()},
        }
        for party in matrix.parties
    ]


def tasks_sheet(matrix: Matrix, key: str) -> list[Record]:
    """Return the task list of one body: its role, task, time, figures, grounds and the printed words, for files."""
    return [
        {
            "角色": ROLES[role],
            "任务": task.record["task"],
            "完成时限": task.due,
            "指标": "\n".join(f"{figure['indicator']} {said(figure)}" for figure in task.figures),
            "依据": "\n".join(place(proof) for proof in proofs(role, task)),
            "原文": "\n".join(str(proof["quote"]) for proof in proofs(role, task)),
        }
        for role, task in tasks_of(matrix, key)
    ]


def proofs(role: str, task: Task) -> list[Record]:
    """Return the words that give a body this role in a task: the standing rule too where only that binds it."""
    return [task.rule, task.record] if role == "inherited" and task.rule else [task.record]
