"""What can be asked for, and how: each path with its parameters, what it calls, and how it is logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.api.parameters import Parameter, Values
from kb.knowledge_base import KnowledgeBase
from kb.ledger import document_record, duty_record, target_record
from kb.study.lineage import lineage_record

DOC = Parameter("doc", "文件：编号、文号或标题")
DOCS = Parameter("doc", "只在这些文件中查：编号、文号或标题", "texts", default=())
LEVEL = Parameter("level", "只在这一级的文件中查", choices=("国", "省", "市", "县"), default="")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path: what it answers, its parameters, the schema of the answer, and the parameter that the log keeps.

    ``batch`` is the field of a line of JSON Lines that stands for the question, where many can be put at once.
    """

    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[KnowledgeBase, Values], Any]
    schema: str
    action: str = "call"
    subject: str = ""
    batch: str = ""


def ask(kb: KnowledgeBase, given: Values) -> dict[str, Any]:
    """Return a cited answer."""
    return kb.ask(given["question"], given["history"], docs=given["doc"], level=given["level"]).to_dict()


def search(kb: KnowledgeBase, given: Values) -> list[dict[str, Any]]:
    """Return ranked clauses."""
    hits = kb.search(given["query"], given["k"], docs=given["doc"], prefer=given["prefer"])
    return [hit.to_dict() for hit in hits]


def show(kb: KnowledgeBase, given: Values) -> dict[str, Any]:
    """Return a document with its outline, or one clause."""
    doc = given["doc"]
    if given["clause"]:
        record = kb.clause(doc, given["clause"]).to_dict()
        del record["score"], record["channels"]
        return record
    document, card = kb.document(doc), kb.card(doc)
    lineage = lineage_record(document, card, kb.current(doc), kb.resolve)
    return {**document_record(document), "lineage": lineage}


def duties(kb: KnowledgeBase, given: Values) -> list[dict[str, Any]]:
    """Return the ledger of duties."""
    return [duty_record(document, duty) for document, duty in kb.duties(given["doc"], given["organ"])]


def targets(kb: KnowledgeBase, given: Values) -> list[dict[str, Any]]:
    """Return the ledger of targets."""
    return [target_record(document, target) for document, target in kb.targets(given["doc"])]


ENDPOINTS = (
    Endpoint(
        "/ask", "回答一个问题，附出处；文件没有写的，说明没有写。",
        (
            Parameter("question", "问题", needed=True),
            Parameter("history", "此前的提问，由早到晚", "texts", default=()),
            DOCS, LEVEL,
        ),
        ask, "Answer", "ask", "question", batch="question",
    ),
    Endpoint(
        "/search", "检索条款，按相关程度排列。",
        (
            Parameter("query", "检索词或问题", needed=True), Parameter("k", "条数", "number", default=10), DOCS,
            Parameter("prefer", "排在前面的级别（国、省、市、县）或地区", "texts", default=()),
        ),
        search, "Hits", "search", "query", batch="query",
    ),
    Endpoint("/docs", "列出库中的文件。", (), lambda kb, given: [c.to_dict() for c in kb.documents()], "Documents"),
    Endpoint(
        "/show", "一份文件的全文、目录和它与其他文件的关系，或其中一条的原文。",
        (Parameter("doc", "文件：编号、文号或标题", needed=True), Parameter("clause", "条款，如 三（九）", default="")),
        show, "Shown", subject="doc",
    ),
    Endpoint("/duties", "责任分工台账。", (DOC, Parameter("organ", "只列这个单位")), duties, "Rows", subject="doc"),
    Endpoint("/targets", "量化目标台账。", (DOC,), targets, "Rows", subject="doc"),
    Endpoint(
        "/align", "并列几份文件中的同一指标、同一任务，与第一份相比。",
        (Parameter("doc", "至少两份文件，第一份为准", "texts", needed=True),),
        lambda kb, given: kb.align(given["doc"]), "Rows", subject="doc",
    ),
    Endpoint(
        "/findings", "一份文件与上级文件对照的发现。",
        (Parameter("doc", "文件：编号、文号或标题", needed=True), Parameter("parent", "上级文件")),
        lambda kb, given: kb.findings(given["doc"], given["parent"]), "Rows", subject="doc",
    ),
)  # fmt: skip


def notes_of(value: object) -> Mapping[str, object]:
    """Return what the log keeps of an answer."""
    if isinstance(value, dict) and "answered" in value:
        return {"answered": value["answered"], "kind": value["kind"]}
    return {"rows": len(value)} if isinstance(value, list) else {}
