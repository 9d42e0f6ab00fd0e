"""One indicator in the documents of several levels: what each states, and how it stands to its parent.

The parent of a document is, of those that state the indicator, the lowest that it implements, else that of the state.
Figures are drawn together only where they can be compared: same kind of figure, same unit after exact conversion, same
base year and year of the target; the others are named with the reason, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.document import Document, Target
from ingest.indicators import indicator_key
from ingest.levels import LEVELS
from ingest.words import bigrams
from kb.ledger import Record, target_record
from kb.study.alignment import ALIKE, Similarity, align_targets
from kb.study.comparing import ABSENT, in_base, is_change
from kb.study.sheets import RELATIONS, place


@dataclass(frozen=True, slots=True)
class Rung:
    """What one document states of the indicator.

    ``relation`` and ``reason`` say how it stands to its ``parent`` (an id, empty for none). ``value`` is in the unit of
    the first rung; ``apart`` says why it is not drawn with the others, empty where it is.
    """

    record: Record
    level: str
    region: str
    parent: str = ""
    relation: str = ""
    reason: str = ""
    value: Decimal | None = None
    apart: str = ""


def ladder(
    base: Document, target: Target, others: Sequence[Document], parents: Mapping[str, Sequence[str]],
    similarity: Similarity,
) -> list[Rung]:  # fmt: skip
    """Return the indicator of ``target`` in ``base`` and in the others that state it, from the state down.

    ``parents`` maps ids to the documents that they implement.
    """
    own = replace(base, targets=(target,))
    held = [own, *(found for other in others if (found := _only(other, target, similarity)))]
    paired = [own, *(one for one in held[1:] if _row([own, one], similarity)["cells"].count(None) == 0)]
    paired.sort(key=lambda d: LEVELS.find(d.source.level) % (len(LEVELS) + 1))
    return [_rung(document, paired, own, parents, similarity) for document in paired]


def _only(document: Document, target: Target, similarity: Similarity) -> Document | None:
    """Return the document with the one target that is most like the one sought; None where none is."""
    key = indicator_key(target.indicator)
    named = [t for t in document.targets if not (t.change and t.change.gone)]
    keys = [indicator_key(t.indicator) for t in named]
    cosines = similarity(key, keys) if keys else ()
    scored = [
        (1.0 if other == key else 0.5 * cosine + 0.5 * _shared(key, other), t.deadline_year == target.deadline_year, t)
        for other, cosine, t in zip(keys, cosines, named, strict=True)
    ]
    best = max(scored, key=lambda s: s[:2], default=None)
    return replace(document, targets=(best[2],)) if best and best[0] >= ALIKE else None


def _shared(a: str, b: str) -> float:
    first, second = set(bigrams(a)), set(bigrams(b))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else float(a == b)


def _row(pair: Sequence[Document], similarity: Similarity) -> Record:
    return align_targets(pair, similarity)[0]


def _rung(
    document: Document, paired: Sequence[Document], own: Document, parents: Mapping[str, Sequence[str]],
    similarity: Similarity,
) -> Rung:  # fmt: skip
    upper = _parent(document, paired, parents)
    row = _row([upper, document], similarity) if upper else None
    target, first = document.targets[0], own.targets[0]
    value, apart = _drawn(first, target)
    stands = row and row["relation"] != ABSENT
    return Rung(
        target_record(document, target), document.source.level, document.source.region,
        upper.source.doc_id if upper and stands else "", row["relation"] if row and stands else "",
        row["reason"] if row and stands else "", value, apart,
    )  # fmt: skip


def _parent(document: Document, paired: Sequence[Document], parents: Mapping[str, Sequence[str]]) -> Document | None:
    level = LEVELS.find(document.source.level)
    above = [d for d in paired if -1 < LEVELS.find(d.source.level) < level]
    implemented = [d for d in above if d.source.doc_id in parents.get(document.source.doc_id, ())]
    national = [d for d in above if d.source.level == "国"]
    return max(implemented, key=lambda d: LEVELS.find(d.source.level), default=next(iter(national), None))


def _drawn(first: Target, target: Target) -> tuple[Decimal | None, str]:
    """Return the figure in the unit of the first, and why it cannot stand beside it."""
    (unit, factor), (wanted, divisor) = in_base(target.unit), in_base(first.unit)
    if unit != wanted:
        return None, f"单位不同：{target.unit or '无单位'}"
    value = target.value * factor / divisor
    if is_change(target) != is_change(first):
        return value, "一个是变化幅度，一个是要达到的水平"
    for name, one, other in (("基期", target.baseline_year, first.baseline_year),
                             ("目标年", target.deadline_year, first.deadline_year)):  # fmt: skip
        if one != other and one and other:
            return value, f"{name}不同：{one}年"
    return value, ""


def figure_of(rung: Rung) -> str:
    """Return the figure as printed, a range with both ends."""
    most = rung.record["value_max"]
    return f"{rung.record['value']}{f'—{most}' if most else ''}"


def ladder_sheet(rungs: Sequence[Rung]) -> list[Record]:
    """Return one row for each document, for files."""
    return [
        {
            "层级": rung.level, "地区": rung.region, "指标": rung.record["indicator"], "要求": rung.record["relation"],
            "数值": figure_of(rung), "单位": rung.record["unit"], "基期": rung.record["baseline_year"],
            "目标年": rung.record["deadline_year"], "与上级相比": RELATIONS.get(rung.relation, ""), "理由": rung.reason,
            "不能并列的原因": rung.apart, "依据": place(rung.record), "原文": rung.record["quote"],
        }
        for rung in rungs
    ]  # fmt: skip
