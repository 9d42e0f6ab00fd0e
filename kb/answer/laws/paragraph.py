"""The paragraph (款) of a law that answers.

People ask of laws in words that no provision prints, so the likeliest article (``nearest``) is not judged by the words
it covers but by the ``article`` line: how far it stands ahead of the next article, how like the question it is, and
how high words and vectors each put it. Far above that line it answers in whatever words it is asked
(``compose_surely``). Of that article the paragraph that comes nearest is said. Where a value is asked for, only a
paragraph that prints one of that kind, and names the thing, answers, be it of an article close behind; a fine is no
price. What laws say in one fixed form (who may report, how to appeal, who is in charge) is looked for in that form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Span
from ingest.words import part_of_speech
from kb.answer.evidence import Evidence, Found
from kb.answer.figures.stated import done
from kb.answer.laws.nearest import nearest_articles, printing
from kb.answer.laws.printed import prints
from kb.answer.laws.provisions import (
    Paragraph,
    article_of,
    asked_about,
    is_law,
    is_provision,
    with_item,
)
from kb.answer.likely import HINTED, unlikely
from kb.answer.measure import PRINTED, Measure
from kb.answer.texts.passages import sentence
from kb.results import Draft, Question, Statement

KINDS = ("measure", "target", "duty", "definition")
# What laws say in one fixed form somewhere: 任何单位和个人有权举报, 可以依法申请行政复议, 主管全国的…工作
FORMS = (
    (
        re.compile(r"举报|投诉|检举"),
        re.compile(r"(?:有权|可以|向)[^。；]{0,60}(?:举报|投诉|检举|控告)|(?:举报|投诉)(?:电话|渠道)"),
    ),
    (
        re.compile(r"不服|不满意|复议|起诉|打官司|告他|申诉|异议"),
        re.compile(r"复议|诉讼|起诉|申诉|复核|仲裁|不服|异议"),
    ),
    (
        re.compile(r"(?:谁|哪个(?:部门|单位)|什么部门)[来去]?(?:主管|监管|管)(?!理费)|主管(?:部门|机关)是"),
        re.compile(
            r"主管(?!部门|机关|人员|单位)|负责[^，。；]{0,24}(?:管理|监督|监管|检查)|监督管理|监督检查"
            r"|由[^，。；]{2,30}(?:部门|机关|机构|政府|组织)"
        ),
    ),
)
ABOUT = 0.15  # How far the article must cover what else the question says: people's words are others, but never all.
BESIDE = 0.85  # An article this near to the best one (as a share of its score) is looked at for the value asked for.
COVERS = 0.5  # What the words covered count beside the cosine, where the paragraph of an article is chosen.
CLOSE = 0.85
SHORT = 200  # Characters of a paragraph that is said whole.
ITEMS = 20
NAMED = 0.3  # How far each thing must be named whose amount or time is asked for, ...
VALUES = frozenset(("figure", "duration", "when", "count", "frequency"))
ATTRIBUTE = re.compile(r"年龄|岁数|时间|期限|天数|时限|金额|标准|比例")  # what a value is of: its thing is another word
RESULT = re.compile(r"[一-鿿]{1,2}(?:完|好|成|到|掉|[下出]来)|才能|必须|需要|可以")  # 批下来: no step of its own
AHEAD = 1.3  # How far one item must stand before the others and their lead, to be said alone with it.
ALIKE = 0.45  # ... unless a sentence of it is this much like the question.
ONE_OF = re.compile(r"之一|分为|按照下列规定|下列用语")


def compose_surely(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the paragraph of an article so far ahead that it answers in whatever words; None where none is.

    What follows from a deed is told by the offences, which are more than a paragraph.
    """
    if question.language != "zh" or "penalty" in question.asks or question.asserted or form_of(question):
        return None
    ranked = _asked_of_laws(question, evidence, measure, clauses)
    if not ranked or unlikely("article", question, evidence, measure, ranked, sure=True):
        return None
    told = printing(question, ranked[0])
    return _told(question, evidence, measure, told) if told and _hinted(question, measure, ranked[0]) else None


def _hinted(question: Question, measure: Measure, found: Found) -> bool:
    """Tell whether an article prints the names asked about, and hints at each noun whose value is asked for."""
    words = f"{found.document.source.title}\n{found.document.slice(article_of(found).extent)}"
    nouns = [c for c in measure.concepts if c.weight >= 1.0 and part_of_speech(c.term).startswith("n")]
    things = [c for c in nouns if not ATTRIBUTE.fullmatch(c.term)] if question.asks & VALUES else []
    return measure.names_in(words) and all(measure.found(c, words) >= HINTED for c in things)


def compose_provision(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return the paragraph of the article found first; None where it is not likely to answer what is asked for."""
    ranked = _asked_of_laws(question, evidence, measure, clauses)
    if not ranked or unlikely("article", question, evidence, measure, ranked):
        return None
    near = ranked[:1]
    if form_of(question):
        near = [found for found in ranked if found.document is ranked[0].document]
    elif question.asks:
        near = [found for found in ranked if found.score >= BESIDE * ranked[0].score]
    for found in near:
        told = _printing(question, measure, found)
        if told and _about(question, evidence, found, told):
            return _told(question, evidence, measure, told)
    return None


def _asked_of_laws(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Found]:
    """Return the articles found, the likeliest first; none where the question is not one that an article answers."""
    if not clauses or question.clause_refs or question.intent not in KINDS or not is_law(clauses[0].document):
        return []
    ranked = nearest_articles(question, evidence, measure)
    return ranked if ranked and is_provision(ranked[0].document, article_of(ranked[0])) else []


def _printing(question: Question, measure: Measure, found: Found) -> list[Paragraph]:
    """Return the paragraphs of an article that print what is asked for, of the step that is asked about."""
    form, step = form_of(question), [c for c in done(question, measure) if not RESULT.fullmatch(c.term)]
    told = [p for p in printing(question, found) if form is None or form.search(p.text)]
    return [p for p in told if all(measure.found(c, p.text) >= PRINTED for c in step)]


def _about(question: Question, evidence: Evidence, found: Found, told: Sequence[Paragraph]) -> bool:
    """Tell whether an article is about the same thing, by its words or by how like the question a sentence is.

    A thing whose amount, time or keeper is asked for is named, whatever else is alike; where a sanction is asked for,
    something that the title of the law does not name.
    """
    measure = Measure(replace(question, concepts=asked_about(question)), evidence)
    title = found.document.source.title
    words = f"{title}\n{found.document.slice(article_of(found).extent)}"
    things = measure.concepts if question.asks & VALUES or question.intent == "duty" else ()
    named = (measure.found(c, words) >= NAMED for c in things if c.weight >= 1.0 and not ATTRIBUTE.fullmatch(c.term))
    if not measure.names_in(words) or not all(named):
        return False
    sentences = [part.text for paragraph in told for part in (*paragraph.sentences, *paragraph.items)]
    if max(evidence.similarity(question.standalone, sentences)) >= ALIKE:
        return True
    own = [c for c in measure.concepts if not measure.found(c, title)] if "penalty" in question.asks else []
    return measure.coverage(words) >= ABOUT and (not own or any(measure.found(c, words) >= NAMED for c in own))


def form_of(question: Question) -> re.Pattern[str] | None:
    """Return the form in which laws say what is asked for, where they have one."""
    return next((said for asked, said in FORMS if asked.search(question.standalone)), None)


def _told(question: Question, evidence: Evidence, measure: Measure, told: Sequence[Paragraph]) -> Draft:
    """Say the paragraph that comes nearest to the question, and those beside it that come as near."""
    sentences = [f for p in told for f in (*p.sentences, *p.items)]
    near = evidence.similarity(question.standalone, [f.text for f in sentences])
    scores = {f.span: cosine + COVERS * measure.coverage(f.text) for f, cosine in zip(sentences, near, strict=True)}
    of = [max(scores[f.span] for f in (*p.sentences, *p.items)) for p in told]
    chosen = [p for p, score in zip(told, of, strict=True) if score >= CLOSE * max(of)]
    if sum(len(p.text) for p in chosen) > 2 * SHORT:
        chosen = [told[of.index(max(of))]]
    said = [statement for p in chosen for statement in _said(p, scores, question)]
    document = told[0].sentences[0].document
    place = "" if question.language == "en" else f"《{document.source.title}》{article_of(told[0].sentences[0]).path}："
    first = replace(said[0], text=place + said[0].text)
    kind = "duty" if question.intent == "duty" else "measure"
    return Draft(kind, (first, *said[1:]), language=question.language)


def _said(paragraph: Paragraph, scores: dict[Span, float], question: Question) -> list[Statement]:
    """Say a paragraph: whole where it is short, else its best sentence; with its items, or the one that is meant."""
    if not paragraph.items:
        whole = len(paragraph.text) <= SHORT
        best = max(paragraph.sentences, key=lambda f: scores[f.span])
        return [sentence(f, question) for f in (paragraph.sentences if whole else (best,))]
    lead = paragraph.sentences[-1]
    printing = [] if prints(question, lead.text) else [f for f in paragraph.items if prints(question, f.text)]
    meant = max(printing or paragraph.items, key=lambda f: scores[f.span])
    others = [scores[f.span] for f in (lead, *paragraph.items) if f is not meant]
    if printing or (ONE_OF.search(lead.text) and scores[meant.span] >= AHEAD * max(others)):
        return [with_item(lead, meant)]
    listed = [
        Statement(f"{f.path} {f.text[len(f.document.clause(f.path).label) :].strip()}", (f.quote,), item=True)
        for f in paragraph.items[:ITEMS]
    ]
    return [replace(sentence(lead, question), introduces=True), *listed]
