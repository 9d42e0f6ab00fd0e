"""The build of a law, regulation or measures: articles (条), their paragraphs (款), the items (项) of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ingest.document import Clause, Document, Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Found
from kb.results import Concept, Question, Statement

ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇]+条(?:之[一二三四五六七八九十]+)?")
ITEM = re.compile(r"[（(]([一二三四五六七八九十]+)[）)]")
FEWEST = 5  # A document of at least so many articles is a law, a regulation or measures.
SANCTION = re.compile(
    r"罚款|责令|没收|吊销|暂扣|拘留|警告|通报批评|处分|依照[^，。]*处罚|追究[^，。]*责任|限制[^，。]{0,6}从业"
)
# Words of a question that any provision answers, those of sanctions first of all.
SAYING = re.compile(r"罚|惩|后果|责任|违反|违规|违法|规定|下场|追究")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A 款 of an article: its sentences, and the items that they introduce."""

    sentences: tuple[Found, ...]
    items: tuple[Found, ...] = ()

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(found.text for found in (*self.sentences, *self.items))


def articles(document: Document) -> Iterator[Clause]:
    """Yield the articles of a document, in printed order."""
    return (clause for clause in document.clauses if ARTICLE.fullmatch(clause.label.strip()))


def is_law(document: Document) -> bool:
    """Tell whether a document is built of articles."""
    return len(list(islice(articles(document), FEWEST))) == FEWEST


def items_below(document: Document, path: str) -> list[Found]:
    """Return the first sentence of each item below a clause, in printed order."""
    children = (clause for clause in document.clauses if clause.parent == path)
    firsts = ((clause, next(iter(sentence_spans(document.text, clause.span)), None)) for clause in children)
    return [Found(document, c.path, span, 1.0) for c, span in firsts if span and ITEM.match(document.slice(span))]


def place_of(document: Document, path: str, span: Span) -> str:
    """Return the address of words of a clause: of the item, or of the paragraph below its items, that prints them."""
    extent = document.clause(path).extent
    return next(c.path for c in document.clauses if c.span.holds(span) and extent.holds(c.span))


def article_of(found: Found) -> Clause:
    """Return the article in which a clause stands; a clause of no article itself."""
    clause = own = found.document.clause(found.path)
    while not ARTICLE.fullmatch(clause.label.strip()):
        if clause.parent is None:
            return own
        clause = found.document.clause(clause.parent)
    return clause


def is_provision(document: Document, article: Clause) -> bool:
    """Tell whether an article is built as laws are: its items are mostly one sentence each, with none below them.

    Measures (办法) that put headings and whole texts under （一） are read by their clauses, as plans are.
    """
    below = [clause for clause in document.clauses if article.extent.holds(clause.span) and clause is not article]
    items = [clause for clause in below if ITEM.match(clause.label)]
    parents = {clause.parent for clause in below}
    texts = sum(len(sentence_spans(document.text, item.span)) > 1 for item in items)
    return 2 * texts <= len(items) and not any(item.path in parents for item in items)


def paragraphs(document: Document, article: Clause) -> list[Paragraph]:
    """Return the paragraphs of an article, in printed order."""
    found: list[Paragraph] = []
    for clause in document.clauses:
        if not article.extent.holds(clause.span):
            continue
        said = [Found(document, clause.path, span, 0.0) for span in sentence_spans(document.text, clause.span)]
        if found and clause.label and clause is not article:
            found[-1] = replace(found[-1], items=(*found[-1].items, *said[:1]))
            continue
        for sentence_ in said:
            begins = "\n" in document.text[found[-1].sentences[-1].span.end : sentence_.span.start] if found else True
            if begins or found[-1].items:
                found.append(Paragraph((sentence_,)))
            else:
                found[-1] = replace(found[-1], sentences=(*found[-1].sentences, sentence_))
    return found


def asked_about(question: Question) -> tuple[Concept, ...]:
    """Return what a question is about, without the words that any provision answers."""
    return tuple(concept for concept in question.concepts if not SAYING.search(concept.term))


def with_item(lead: Found, item: Found) -> Statement:
    """Say a lead and one of its items as one sentence."""
    words = lead.text.removeprefix(article_of(lead).label).strip()
    return Statement(f"{words}{item.text.rstrip('；。')}。", (lead.quote, item.quote))
