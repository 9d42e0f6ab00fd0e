"""Learn which clause answers, and where it stops being an answer: ``python -m eval.learn HOME LAWS``.

HOME holds other documents than the bundled ones; from these nothing is learned. The questions are written from its
ledgers (``eval.make``) and by hand (``SETS``); each is asked as it stands and with its clauses hidden, those by hand
of another document as well. Learned are the weights that put the clause of a question before the others (logistic
regression over the clauses found) and, for each kind of question, those that tell an answer from what is only near,
with a line that refuses no more than ``MISSED`` of the written questions whose clause comes first, and no more than
``MISSED_BY_HAND`` of those by hand. What the lines do is measured on documents left out.

LAWS holds laws. Everyday questions about them (``laws.jsonl``, the tuning half of ``lay.jsonl``) are asked as they
stand and with the articles that answer hidden. Learned are the weights that put the right article first, and two lines
for the first one, of those that print what is asked for: one refuses ``MISSED_OF_LAWS`` of the right ones, above the
other ``SURE`` are right.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.gold import read_gold
from eval.make import make_gold
from ingest.document import Document
from ingest.manifest import read_manifest
from kb.answer.duties.duty import ranked_duties
from kb.answer.evidence import Evidence
from kb.answer.laws.nearest import ARTICLES, nearest_articles, printing, speaking_for_articles
from kb.answer.laws.provisions import article_of
from kb.answer.likely import ARTICLE_FEATURES, FEATURES, features, of_article
from kb.answer.lines import STORED, lines
from kb.answer.measure import Measure
from kb.answer.ranking import CLAUSE, rank_clauses, speaking
from kb.knowledge_base import KnowledgeBase
from kb.results import Question

BUNDLED = Path(__file__).resolve().parents[1] / "corpus" / "manifest.jsonl"
SETS = ("others.jsonl", "others2.jsonl", "others3.jsonl")  # questions by hand, about documents that HOME may hold
TYPES = ("duty", "keywords", "everyday_duty", "measure", "everyday")  # of those written from ledgers
MISSED = 0.03  # share of the right ones that may fall below the line, of those written from ledgers
MISSED_BY_HAND = {"duty": 0.03, "measure": 0.015}  # the same by hand; to name the wrong bodies is worse than none
KINDS = tuple(MISSED_BY_HAND)
MISSED_OF_LAWS = 0.15
SURE = 0.8  # share of articles above the line ``sure`` that are right, half of the questions asked without theirs
LIMIT = 2  # written questions of a type and document
BY_HAND = 4.0  # what a question by hand counts against a written one, whose wording is simpler
FOLDS = 5
Rows = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """A question of one document, asked ``within`` documents (none: all); ``paths`` answer it, none where hidden."""

    text: str
    doc: str
    paths: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    within: tuple[str, ...] = ()
    by_hand: bool = False


Asked = tuple[Case, Question, Evidence, Measure]


@dataclass(frozen=True, slots=True)
class Table:
    """What was seen of the questions of one kind: a row of features each, and whether its best clause answers it."""

    values: Rows
    right: Flags
    by_hand: Flags
    docs: tuple[str, ...]


def main() -> None:
    """Learn from the knowledge base in the folder given, and store the result with its provenance."""
    with KnowledgeBase.open(Path(sys.argv[1])) as kb:
        cases = [*_written(kb), *_by_hand(kb)]
        documents = len({case.doc for case in cases} - {*SETS})
        head = f"# Written by python -m eval.learn on {date.today()}: {documents} documents other than the bundled.\n"
        kept = {name: table for name, table in lines().items() if name != "clause"}
        asked = [_asked(kb, case) for case in cases]
        first = _toml("clause", clause_weights(asked))
        STORED.write_text(head + first + "".join(_toml(*item) for item in kept.items()), encoding="utf-8")
        lines.cache_clear()  # clauses are ranked by the new weights from here
        learned = [_toml(kind, line_of(table, MISSED_BY_HAND[kind])) for kind, table in seen(asked).items()]
    with KnowledgeBase.open(Path(sys.argv[2])) as kb:
        first += _toml("articles", article_weights(kb))
        STORED.write_text(head + first + "".join(_toml(*item) for item in kept.items()), encoding="utf-8")
        lines.cache_clear()
        table = articles_seen(kb)
        learned.append(_toml("article", line_of(table, MISSED_OF_LAWS, ARTICLE_FEATURES) | {"sure": sure_line(table)}))
    STORED.write_text(head + first + "".join(learned), encoding="utf-8")


def _toml(name: str, table: dict[str, float]) -> str:
    return f"\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())


def _written(kb: KnowledgeBase) -> Iterator[Case]:
    bundled = {source.doc_id for source in read_manifest(BUNDLED)}
    documents = [kb.document(card.doc_id) for card in kb.documents() if card.doc_id not in bundled]
    for row in make_gold(documents, limit=LIMIT):
        if row["type"].removesuffix("_hidden") in TYPES:
            hidden = tuple((doc, path) for doc, _, path in (key.partition("#") for key in row.get("hidden", ())))
            yield Case(row["question"], row["doc"], tuple(row.get("gold_clauses", ())), hidden)


def _by_hand(kb: KnowledgeBase) -> Iterator[Case]:
    """Yield the questions of the sets: as they stand, without their clauses, and put to another document."""
    ids = {name: c.doc_id for c in kb.documents() for name in (c.doc_id, c.doc_number, c.title) if name}
    for name in SETS:
        questions = [q for q in read_gold(Path(__file__).with_name(name)) if not q.history]
        every = tuple(sorted({ids[q.doc] for q in questions if q.doc in ids}))
        for q in questions:
            if not {q.doc, *q.within} - {""} <= ids.keys():
                continue
            doc, within = ids.get(q.doc, name), tuple(ids[n] for n in q.within) or every
            yield Case(q.question, doc, q.gold_clauses, (), within, by_hand=True)
            if q.gold_clauses and q.doc:
                hidden, another = tuple((doc, path) for path in q.gold_clauses), every[every.index(doc) - 1]
                yield Case(q.question, doc, (), hidden, within, by_hand=True)
                yield Case(q.question, doc, (), (), (another,), by_hand=True)


def _asked(kb: KnowledgeBase, case: Case) -> Asked:
    question, evidence = kb.inquiry(hidden=case.hidden).evidence(case.text, case.within)
    return case, question, evidence, Measure(question, evidence)


def clause_weights(asked: Sequence[Asked]) -> dict[str, float]:
    """Return what each of ``CLAUSE`` weighs: softmax over the clauses found, where one of them answers."""
    found: list[tuple[Rows, Flags, float]] = []
    for case, question, evidence, measure in asked:
        there = np.array([(hit.doc.doc_id, hit.path) in {(case.doc, p) for p in case.paths} for hit in evidence.hits])
        if there.any() and not case.hidden and question.concepts and not question.clause_refs:
            rows = np.array(speaking(question, evidence, measure, evidence.hits))
            found.append((rows, there, BY_HAND if case.by_hand else 1.0))
    weights = _chosen(found)
    scaled = weights / weights[:2].sum() * 0.8  # a clause that covers a question whole scores 0.8 for that
    return {**dict(zip(CLAUSE, scaled.round(3).tolist(), strict=True)), "questions": len(found)}


def article_weights(kb: KnowledgeBase) -> dict[str, float]:
    """Return what each of ``ARTICLES`` weighs: softmax over the articles found, where one of them answers."""
    found: list[tuple[Rows, Flags, float]] = []
    for text, places in _of_laws(kb):
        question, evidence = kb.inquiry().evidence(text)
        seen_ = speaking_for_articles(question, evidence, Measure(question, evidence))
        there = np.array([(f.document.source.doc_id, article_of(f).path) in places for f, _ in seen_])
        if there.any() and question.concepts:
            found.append((np.array([shares for _, shares in seen_]), there, 1.0))
    weights = _chosen(found)
    scaled = weights / weights.max()  # the heaviest counts 1
    return {**dict(zip(ARTICLES, scaled.round(3).tolist(), strict=True)), "questions": len(found)}


def _chosen(found: Sequence[tuple[Rows, Flags, float]]) -> Rows:
    """Return the weights under which the right rows of each question are likeliest to be chosen among its rows."""
    weights = np.zeros(found[0][0].shape[1])
    for _ in range(400):
        slope = np.zeros(len(weights))
        for rows, there, counts in found:
            share = np.exp(rows @ weights - (rows @ weights).max())
            share /= share.sum()
            slope += counts * (share * there / (share * there).sum() - share) @ rows
        weights += 5.0 * slope / sum(counts for _, _, counts in found)
    return weights


def seen(asked: Sequence[Asked]) -> dict[str, Table]:
    """Return the features of the best clause of every question, by kind of question."""
    rows: dict[str, list[tuple[tuple[float, ...], bool, bool, str]]] = {kind: [] for kind in KINDS}
    for case, question, evidence, measure in asked:
        clauses = rank_clauses(question, evidence, measure)
        if question.intent == "duty":
            clauses = [found for found, _ in ranked_duties(measure, clauses)]
        if question.intent not in KINDS or question.clause_refs or not clauses or not question.concepts:
            continue
        best = clauses[0]
        right = best.document.source.doc_id == case.doc and best.path in case.paths
        rows[question.intent].append((features(question, evidence, measure, clauses), right, case.by_hand, case.doc))
    return {kind: _table(found) for kind, found in rows.items()}


def articles_seen(kb: KnowledgeBase) -> Table:
    """Return the features of the article that comes first, for the everyday questions whose laws the library holds."""
    rows: list[tuple[tuple[float, ...], bool, bool, str]] = []
    for text, places in _of_laws(kb):
        inside = tuple(
            (doc, clause.path)
            for doc, path in places
            for clause in kb.document(doc).clauses
            if kb.document(doc).clause(path).extent.holds(clause.span)
        )
        for hidden in ((), inside) if places else ((),):
            question, evidence = kb.inquiry(hidden=hidden).evidence(text)
            clauses = nearest_articles(question, evidence, Measure(question, evidence))
            if clauses and question.concepts and printing(question, clauses[0]):
                best = clauses[0].document.source.doc_id, article_of(clauses[0]).path
                about = min(doc for doc, _ in places) if places else best[0]
                rows.append((of_article(question, evidence, clauses), not hidden and best in places, True, about))
    return _table(rows)


def _of_laws(kb: KnowledgeBase) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    """Yield each everyday question with the articles that answer it, as document and address; none of a near miss."""
    here = Path(__file__).parent
    lay = map(json.loads, (here / "lay.jsonl").read_text("utf-8").splitlines())
    asked = [
        (row["query"], [(g["title"], g["article"]) for g in row["gold"]]) for row in lay if row["half"] == "tuning"
    ]
    asked += [(g.question, [(g.doc, path) for path in g.gold_clauses]) for g in read_gold(here / "laws.jsonl")]
    titled: dict[str, list[str]] = {}  # a code in several volumes has several documents
    for card in kb.documents():
        titled.setdefault(card.title, []).append(card.doc_id)
    for text, gold in asked:
        if all(title in titled for title, _ in gold):
            places = {(doc, path) for title, path in gold for doc in titled[title]}
            yield text, frozenset((doc, path) for doc, path in places if _has(kb.document(doc), path))


def _has(document: Document, path: str) -> bool:
    return any(clause.path == path for clause in document.clauses)


def _table(found: Sequence[tuple[tuple[float, ...], bool, bool, str]]) -> Table:
    values, right, by_hand, docs = zip(*found, strict=True)
    return Table(np.array(values), np.array(right), np.array(by_hand), docs)


def line_of(table: Table, missed: float, names: Sequence[str] = FEATURES) -> dict[str, float]:
    """Return weights and line of one kind of question, and what they do on documents not learned from.

    ``missed`` is the share of the right questions by hand that may fall below the line.
    """
    docs = sorted(set(table.docs))
    fold = np.array([docs.index(doc) % FOLDS for doc in table.docs])
    below = np.zeros(len(fold), dtype=bool)
    for at in range(FOLDS):
        weights, line = fit(table, fold != at, missed)
        below[fold == at] = table.values[fold == at] @ weights < line
    weights, line = fit(table, np.ones(len(fold), dtype=bool), missed)
    found = {**dict(zip(names, weights.round(3).tolist(), strict=True)), "line": round(line, 3)}
    found |= {"documents": len(docs)}
    for name, of in (("written", ~table.by_hand), ("by_hand", table.by_hand)):
        if not of.any():
            continue
        found |= {
            name: int(of.sum()),
            f"{name}_refused": round(float(below[of & ~table.right].mean()), 3),
            f"{name}_missed": round(float(below[of & table.right].mean()), 3),
        }
    return found


def sure_line(table: Table) -> float:
    """Return the lowest score above which ``SURE`` of the articles are right, by weights learned on all."""
    weights, _ = fit(table, np.ones(len(table.right), dtype=bool), MISSED_OF_LAWS)
    scores = table.values @ weights
    order = np.argsort(-scores)
    right = np.cumsum(table.right[order]) / np.arange(1, len(order) + 1)
    return round(float(scores[order][np.flatnonzero(right >= SURE)[-1]]), 3)


def fit(table: Table, among: Flags, missed: float, *, steps: int = 50) -> tuple[Rows, float]:
    """Return weights by logistic regression (Newton's method, a small ridge) and the line below which is refused."""
    rows, right = table.values[among], table.right[among]
    counts = np.where(table.by_hand[among], BY_HAND, 1.0)
    design = np.column_stack([rows, np.ones(len(rows))])
    beta = np.zeros(design.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (counts * (right - p)) - 1e-2 * beta
        curve = (design * (counts * p * (1 - p))[:, None]).T @ design + 1e-2 * np.eye(len(beta))
        beta = beta + np.linalg.solve(curve, slope)
    scores, by_hand = rows @ beta[:-1], table.by_hand[among]
    if by_hand.all():
        return beta[:-1], float(np.quantile(scores[right], missed))
    lowest = (np.quantile(scores[right & ~by_hand], MISSED), np.quantile(scores[right & by_hand], missed))
    return beta[:-1], float(min(lowest))


if __name__ == "__main__":
    main()
