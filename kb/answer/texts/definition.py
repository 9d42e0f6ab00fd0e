"""What the documents say a term is: 本法所称循环经济，是指…, 下列单位为重点用能单位：….

A document that defines a term does so once, in a fixed form, far from most of what it says of it; that sentence is
looked for in every document found, whole. Where none defines the term, the glossary's explanation is shown as such,
with the sentences that say most of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found, documents_of
from kb.answer.laws.provisions import items_below
from kb.answer.measure import Measure
from kb.answer.ranking import rank_sentences
from kb.answer.refusal import refuse
from kb.answer.texts.passages import contents, sentence, telling_part
from kb.results import Concept, Draft, Question, Statement

PRINTED_CORE = 0.8  # A sentence tells what a term is only if it prints the term.
TELLING = re.compile(r"是指|指的是|定义为|简称|即[一-鿿]|所称")
# 什么叫贮存 · 再利用的定义 · 资源化指什么
TERM = re.compile(
    r"(?:请问)?(?:什么(?:是|叫)|何[谓为])?[“\"]?(?P<term>[一-鿿A-Za-z0-9.]{2,12}?)[”\"]?"
    r"(?:的(?:定义|含义|意思|概念).*|是什么(?:意思)?|是?指(?:的是)?(?:什么|哪些?).*|怎么定义.*)?[？?]?$"
)
DEFINES = re.compile(r"术语|定义")
EDGE = r"(?:^|(?<=[的里中是叫谓为个，。、：“\"《（(]))"  # a word begins here
AFTER = r"(?=[是指的怎]|什么|啥|含义|意思|[^一-鿿]|$)"  # and ends here
NEAR = 8  # clauses in whose sentences, and in whose documents' lists of terms, the term is looked for
MOST = 2  # sentences of an answer


def compose_definition(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found], explained: str
) -> Draft:
    """Return what the documents say a term is; ``explained`` is the glossary's explanation, shown as such."""
    core = measure.core
    if said := _quoted(question, clauses):
        return Draft("definition", tuple(sentence(found, question) for found in said), language=question.language)
    if listed := _listed(question, clauses):
        return Draft("definition", tuple(contents(listed, question)), language=question.language)
    asked = TERM.match(question.standalone)
    names = [*([asked["term"]] if asked else []), *(core.same if core else ())]
    if names and (defined := list(_defined(evidence, names))):
        return Draft("definition", tuple(_said(f, question) for f in defined[:MOST]), language=question.language)
    ranked = rank_sentences(question, clauses[:NEAR], evidence, measure)
    sentences = [f for f in ranked if asked and asked["term"] in f.text]
    sentences = sentences or [f for f in ranked if core and measure.found(core, f.text) >= PRINTED_CORE]
    defining = [f for f in sentences if TELLING.search(f.text)] or sentences
    if not defining:
        return refuse(question, evidence, clauses)
    english = question.language == "en"
    statements = []
    if explained and not re.search(r"\d", explained):
        label = "Glossary, not the documents' wording: " if english else "（术语表释义，非文件原文）"
        statements.append(Statement(f"{label}{explained.rstrip('。')}。", proved=False))
    statements += [sentence(telling_part(measure, found), question) for found in defining[:MOST]]
    return Draft("definition", tuple(statements), language=question.language)


def stands_alone(c: Concept, question: Question) -> bool:
    """Tell whether a word is asked about by itself, not as the tail of a longer one: 产品 in 高固碳率产品.

    >>> product = Concept("产品", ("产品",))
    >>> [stands_alone(product, Question("", text, "zh", "definition")) for text in ("高固碳率产品是什么", "什么是产品")]
    [False, True]
    """
    whole = rf"{EDGE}{re.escape(c.term)}{AFTER}"
    return question.language != "zh" or bool(re.search(whole, question.standalone))


def _quoted(question: Question, clauses: Sequence[Found]) -> list[Found]:
    """Return the sentences that print a wording which the question quotes."""
    found = []
    for phrase in question.phrases:
        for clause in clauses:
            spans = sentence_spans(clause.document.text, clause.span)
            if span := next((s for s in spans if phrase in clause.document.slice(s)), None):
                found.append(Found(clause.document, clause.path, span, 1.0))
                break
    return found


def _listed(question: Question, clauses: Sequence[Found]) -> Found | None:
    """Return the clause whose heading is the term asked about, of a part that defines terms (术语和定义)."""
    for document in documents_of(clauses[:NEAR]):
        parts = {c.path for c in document.clauses if DEFINES.search(c.heading)}
        terms = [c for c in document.clauses if c.parent in parts and c.heading and c.heading in question.standalone]
        if terms:
            best = max(terms, key=lambda c: (c.heading not in document.source.title, len(c.heading)))
            return Found(document, best.path, best.span, 1.0)
    return None


def _defined(evidence: Evidence, names: Sequence[str]) -> Iterator[Found]:
    """Yield the sentences that define a term by one of its names, of the documents found, the nearest first."""
    name = "|".join(map(re.escape, names))
    defines = re.compile(
        rf"(?:^|[，。；：\n）)]|所称的?|所指的?)[“\"]?(?:{name})[”\"]?(?:（[^）]{{1,40}}）)?，?(?:是|系)?指(?![标导挥引南数定])"
        rf"|（以下简?称[“\"]?(?:{name})[”\"]?），?(?:是|系)?指|[下以][列下][^，。；：]{{1,20}}[为是](?:{name})：$",
        re.I,
    )
    for document in evidence.near():
        for clause in document.clauses if re.search(name, document.text, re.I) else ():
            for span in sentence_spans(document.text, clause.span):
                if defines.search(document.slice(span)):
                    yield Found(document, clause.path, span, 1.0)


def _said(found: Found, question: Question) -> Statement:
    """Say a definition; one that ends in a colon together with its items."""
    said = sentence(found, question)
    items = items_below(found.document, found.path) if found.text.endswith("：") else []
    if not items:
        return said
    words = "".join(item.text for item in items).rstrip("；。")
    return Statement(
        f"{found.text.removeprefix(found.document.clause(found.path).label)}{words}。",
        (found.quote, *(i.quote for i in items)),
    )
