"""The build of a law, regulation or measures: articles (条), and items (项) below a sentence that introduces them."""

from __future__ import annotations

import re

from ingest.document import Clause, Document
from ingest.sentences import sentence_spans
from kb.answer.evidence import Found

ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇]+条(?:之[一二三四五六七八九十]+)?")
ITEM = re.compile(r"[（(]([一二三四五六七八九十]+)[）)]")
FEWEST = 5  # A document of at least so many articles is a law, a regulation or measures.


def articles(document: Document) -> list[Clause]:
    """Return the articles of a document, in printed order."""
    return [clause for clause in document.clauses if ARTICLE.fullmatch(clause.label.strip())]


def is_law(document: Document) -> bool:
    """Tell whether a document is built of articles."""
    return len(articles(document)) >= FEWEST


def items_below(document: Document, path: str) -> list[Found]:
    """Return the first sentence of each item below a clause, in printed order."""
    children = (clause for clause in document.clauses if clause.parent == path)
    firsts = ((clause, next(iter(sentence_spans(document.text, clause.span)), None)) for clause in children)
    return [Found(document, c.path, span, 1.0) for c, span in firsts if span and ITEM.match(document.slice(span))]
