"""What an evaluator asks of a plan and its parent: what was dropped, relaxed, left to nobody. Each with its evidence.

A finding says what the documents print and do not print, never whether that is right: a child may drop what does not
concern it. Clauses are counted as without a body only where neither they, nor a clause above or below them, name one;
headings without words of their own, the front and what follows the last clause are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import Clause, Document, Span
from ingest.organ_table import read_name
from ingest.sentences import sentence_spans
from kb.ledger import Record
from kb.study.alignment import Similarity, align_targets, align_tasks
from kb.study.comparing import ABSENT, LAXER, NOT_COMPARABLE, STRICTER

KINDS = {
    "task_missing": "上级任务没有对应任务",
    "indicator_missing": "上级指标没有对应指标",
    "indicator_laxer": "指标宽于上级",
    "indicator_stricter": "指标严于上级",
    "indicator_not_comparable": "指标与上级无法比较",
    "body_without_counterpart": "单位在上级文件中没有对应",
    "clause_without_body": "没有写明责任单位",
}
_RELATIONS = {LAXER: "indicator_laxer", STRICTER: "indicator_stricter", NOT_COMPARABLE: "indicator_not_comparable"}
# 市水务局, 水利部 · 市生态环境局, 生态环境部: what is left names the business
_RANK = re.compile(r"^(?:国家|全国|中国|自治区|省|市|县|区|州|盟)+|(?:委员会|总局|办公室|服务中心|[部委厅局办])$")
_AFTER = re.compile(r"^(?:落款|附件|附录|抄送)")


def findings(document: Document, parent: Document | None, similarity: Similarity) -> list[Record]:
    """Return what stands out in a document, alone and against its parent; the most serious kinds first."""
    found: list[Record] = []
    if parent is not None:
        found += _tasks(document, parent, similarity)
        found += _indicators(document, parent, similarity)
        found += _bodies(document, parent)
    found += clauses_without_body(document)
    order = list(KINDS)
    return sorted(found, key=lambda f: order.index(f["finding"]))


def clauses_without_body(document: Document) -> list[Record]:
    """Return the clauses for which nobody is named; none where the document names no bodies at all."""
    if not document.duties:
        return []
    stated = {duty.path for duty in document.duties}
    by_path = {clause.path: clause for clause in document.clauses}
    carrying = set(stated)
    for path in stated:
        carrying |= set(_above(by_path[path], by_path))
    found = []
    for clause in document.clauses:
        governed = clause.path in carrying or any(path in stated for path in _above(clause, by_path))
        if clause.label and clause.level and not governed and not _AFTER.match(clause.path):
            own = _own_words(document, clause)
            if own is not None:
                words = f"{clause.path}{f'“{clause.heading}”' if clause.heading else ''}没有写明责任单位"
                found.append(_finding("clause_without_body", words, [_evidence(document, clause.path, own)]))
    return found


def _above(clause: Clause, by_path: dict[str, Clause]) -> list[str]:
    paths = []
    while clause.parent is not None:
        clause = by_path[clause.parent]
        paths.append(clause.path)
    return paths


def _own_words(document: Document, clause: Clause) -> Span | None:
    """Return the first sentence of a clause behind its heading, None where it has only a heading."""
    for span in sentence_spans(document.text, clause.span):
        words = document.slice(span).removeprefix(clause.label).strip("。 \n")
        if words and words != clause.heading.strip("。"):
            return span
    return None


def _tasks(document: Document, parent: Document, similarity: Similarity) -> list[Record]:
    found = []
    for row in align_tasks([parent, document], similarity):
        cell = row["cells"][0]
        if row["relation"] == ABSENT and cell:
            words = f"《{parent.source.title}》{cell['path']}“{row['indicator']}”没有对应任务"
            found.append(_finding("task_missing", words, [cell]))
    return found


def _indicators(document: Document, parent: Document, similarity: Similarity) -> list[Record]:
    found = []
    for row in align_targets([parent, document], similarity):
        cells = [cell for cell in row["cells"] if cell]
        if row["relation"] in _RELATIONS:
            found.append(_finding(_RELATIONS[row["relation"]], f"{row['indicator']}：{row['reason']}", cells))
        elif row["relation"] == ABSENT and row["cells"][0]:
            words = f"《{parent.source.title}》{cells[0]['path']}的“{row['indicator']}”没有对应指标"
            found.append(_finding("indicator_missing", words, cells))
    return found


def _bodies(document: Document, parent: Document) -> list[Record]:
    """Return the bodies of a document whose business no body of its parent has."""
    upper = {business(body.name) for duty in parent.duties for body in duty.bodies}
    if not upper:
        return []
    found: dict[str, Record] = {}
    for duty in document.duties:
        for body in duty.bodies:
            key = business(body.name)
            if body.kind == "department" and key and key not in upper and key not in found:
                words = f"“{body.name}”在《{parent.source.title}》的责任单位中没有名称相当的单位"
                found[key] = _finding(
                    "body_without_counterpart", words, [_evidence(document, duty.path, duty.span)]
                )  # fmt: skip
    return list(found.values())


def business(name: str) -> str:
    """Return what a body is in charge of, without its place and rank, so that bodies of two levels can be compared.

    >>> business("市水务局") == business("水利部"), business("市工信局") == business("工业和信息化部")
    (True, True)
    """
    organ = read_name(name).organ
    plain = (organ.above or organ.name) if organ else name
    while (cut := _RANK.sub("", plain)) != plain and len(cut) > 1:
        plain = cut
    return plain.replace("和", "")


def _finding(kind: str, words: str, cells: Sequence[Record]) -> Record:
    keys = ("doc_id", "doc_number", "title", "form", "path", "quote", "start", "end", "page")
    return {"finding": kind, "label": KINDS[kind], "text": words, "evidence": [{k: c[k] for k in keys} for c in cells]}


def _evidence(document: Document, path: str, span: Span) -> Record:
    return {
        "doc_id": document.source.doc_id,
        "doc_number": document.source.number,
        "form": document.source.form,
        "title": document.source.title,
        "path": path,
        "quote": document.slice(span),
        "start": span.start,
        "end": span.end,
        "page": document.page_of(span.start),
    }
