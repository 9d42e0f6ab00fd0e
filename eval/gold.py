"""Gold questions: one JSON object a line.

Keys: id, type, question, history, answerable, doc (the document meant, where one is), gold_clauses (addresses, one of
which must be cited), departments (exactly these bodies), must_contain (each an alternation ``a|b``), must_not_contain,
evidence (words of the documents that make the answer right), split (``held_out``: kept apart while rules are tuned),
hidden (``doc_id#path`` of clauses that the question is asked without), within (the documents that the asker has chosen;
none: all). Documents are named by id, 文号 or title. Other keys are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.document import Document
from kb.errors import BadInput

LISTS = ("history", "gold_clauses", "departments", "must_contain", "must_not_contain", "evidence", "hidden", "within")
SHOWN = 50
"""Faults of a gold file that are listed; the rest is counted."""
BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what a right answer holds; ``line`` is where it stands in its file, from 1."""

    id: str
    type: str
    question: str
    history: tuple[str, ...] = ()
    answerable: bool = True
    gold_clauses: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    doc: str = ""
    split: str = ""
    line: int = 0


def read_gold(path: Path) -> list[GoldQuestion]:
    """Return the questions of a gold file in order.

    Raises:
        BadInput: the file cannot be read, or lines of it are wrong: every fault with its line, nothing is scored.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"无法读取题库：{path}。请给出 UTF-8 编码的 JSON Lines 文件。") from error
    faults: list[str] = []
    questions: list[GoldQuestion] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line), number))
            except ValueError as error:
                faults.append(f"第{number}行：{error}")
    first: dict[str, int] = {}
    for gold in questions:
        if first.setdefault(gold.id, gold.line) != gold.line:
            faults.append(f"第{gold.line}行：编号 {gold.id} 与第{first[gold.id]}行重复")
    _refuse(path, faults)
    return questions


def check_gold(path: Path, questions: Sequence[GoldQuestion], documents: Sequence[Document]) -> None:
    """Check that the library holds what the questions refer to.

    Raises:
        BadInput: an unknown document, a clause that no document has, evidence that no document prints.
    """
    library = _Library(documents)
    _refuse(path, [f"第{gold.line}行：{fault}" for gold in questions for fault in library.faults(gold)])


def _refuse(path: Path, faults: Sequence[str]) -> None:
    if faults:
        more = f"\n……另有{len(faults) - SHOWN}处" if len(faults) > SHOWN else ""
        listed = "\n".join(faults[:SHOWN])
        raise BadInput(f"题库有{len(faults)}处错误，没有评分：{path}。请改正后重试。\n{listed}{more}")


def _question(row: object, line: int) -> GoldQuestion:
    """Return one line's question.

    Raises:
        ValueError: it is not JSON (``json``), or a field is missing or of the wrong kind.
    """
    if not isinstance(row, dict):
        raise ValueError("不是 JSON 对象")
    for key in ("id", "question"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"缺少 {key}，或它不是文字")
    for key in LISTS:
        value = row.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{key} 应为文字的列表")
    if not isinstance(row.get("answerable", True), bool):
        raise ValueError("answerable 应为 true 或 false")
    fields: dict[str, Any] = {key: tuple(row.get(key) or ()) for key in LISTS}
    fields |= {key: str(row.get(key) or "") for key in ("type", "doc", "split")}
    return GoldQuestion(
        id=row["id"], question=row["question"], answerable=row.get("answerable", True), line=line, **fields
    )


class _Library:
    """The documents as the faults of a question are looked for."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._names = {
            name: document for document in documents
            for name in (document.source.doc_id, document.source.number, document.source.title) if name
        }  # fmt: skip
        self._texts = {document.source.doc_id: BLANKS.sub("", document.text) for document in documents}
        self._paths = {document.source.doc_id: {c.path for c in document.clauses} for document in documents}

    def faults(self, gold: GoldQuestion) -> Iterator[str]:
        """Yield what a question refers to and the library does not hold."""
        chosen = list(self._texts)
        unknown = [name for name in (gold.doc, *gold.within) if name and name not in self._names]
        yield from (f"库中没有文件 {name}" for name in unknown)
        if unknown:
            return
        if gold.doc:
            chosen = [self._names[gold.doc].source.doc_id]
        for path in gold.gold_clauses:
            if not any(path in self._paths[doc_id] for doc_id in chosen):
                yield f"没有条款 {path}"
        for words in gold.evidence:
            if not any(BLANKS.sub("", words) in self._texts[doc_id] for doc_id in chosen):
                yield f"文件中没有“{words}”"
        for key in gold.hidden:
            doc_id, _, path = key.partition("#")
            if path not in self._paths.get(doc_id, ()):
                yield f"没有条款 {key}"
