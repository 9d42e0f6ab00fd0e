"""Answers from a document's record: 文号, issuer, date, title, what it implements, whom it addresses.

Each field is proved by the place in the text where it is printed; a field that is declared in the manifest but printed
nowhere is answered with the document's front page as its quote only where that front page prints it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from ingest.document import Document, Reference, Span
from ingest.numerals import parse_integer, parse_year
from ingest.words import bigrams
from kb.answer.evidence import Evidence, Found
from kb.answer.refusal import refuse
from kb.results import Draft, Question, Quote, Statement

NUMBER = re.compile(r"文号|字号|(?:几|多少)号文|document number", re.I)
BASIS = re.compile(r"依据|根据|贯彻|落实(?:的|了)?(?:哪|什么)|上位|上级|按照|based on|implement", re.I)
ISSUER = re.compile(
    r"谁(?:印|发|制)|(?:印发|发布|发文|制定|出台|下发)[^，。]{0,3}(?:单位|机关|的是)|"
    r"哪个?[^，。]{0,4}(?:印发|发布|发文|制定|下发|出台|发的|印的)|由[^，。]{0,12}(?:印发|发布)|什么(?:单位|"
    r"机关)|issued by|by whom|who issued|which (?:body|government|authority)",
    re.I,
)
DATED = re.compile(
    r"什么时候|何时|哪(?:一)?[年天]|几月|几号(?!文)|日期|时间|(?:19|20)\d\d年[^，。]{0,12}(?:印发|发布)|when|date", re.I
)
ADDRESSEES = re.compile(r"主送|(?:印发|发)给|addressed to|addressee")
URL = re.compile(r"网址|官网|网页|链接|网上|website|\burl\b", re.I)
OPEN = re.compile(r"公开|disclos")
TITLE = re.compile(r"标题|题目|全称|全名|名称|叫什么|title", re.I)
LINK = re.compile(r"https?://[\w./?=&%#:-]+")
DISCLOSURE = re.compile(r"[（(]此件[^）)]*[）)]|本文有删减")
ADDRESSED = re.compile(r"^[^。\n]{4,120}[：:]$", re.M)
DAY = re.compile(
    r"(?:(?:19|20)\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)

EFFECTIVE = re.compile(
    r"施行|实行|生效|(?:起|开始|何时|时候|[天日年])[^，。]{0,2}(?:实施|执行)|take effect|in force", re.I
)
TERM = re.compile(r"有效期|失效|到期|期限|expire|valid", re.I)
INTERPRETER = re.compile(r"解释|interpret", re.I)
EXPLAINED = re.compile(r"由[^，。；]{2,30}负责解释")
WHOLE = re.compile(r"(?:是不是|是|算)(?:全文|原文|摘编|摘要)|full text", re.I)
DIGEST = re.compile(r"[^。\n]*(?:摘编|摘要)[^。\n]*非原文[^。\n]*。?")
SEVERAL = re.compile(r"各|分别|都|两份|两个文件|\beach\b|\bboth\b", re.I)

FEW = 4

Field = Callable[[Document, Question], list[Statement]]


def compose_metadata(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> Draft:
    """Return the facts asked for about the document meant, or about each where several are named."""
    scope = _meant(question, evidence)
    if not scope:
        return refuse(question, evidence, clauses)
    document = scope[0]
    wanted = [say for pattern, say in FIELDS if pattern.search(question.standalone)]
    if _number_of_basis(question):
        wanted = [_basis]
    if _in_force in wanted:
        wanted = [say for say in wanted if say not in (_dated, _issuer, _identity)]
    if _interpreter in wanted:
        wanted = [say for say in wanted if say is not _issuer]
    statements = [s for each in scope for say in wanted or [_identity] for s in say(each, question)]
    if not statements:
        return refuse(question, evidence, clauses)
    if question.claim and not {_form, _in_force} & {*wanted} and (question.years or question.organs or question.levels):
        statements = [_verdict(document, question), *_identity(document, question)]
    unique = list({s.text: s for s in statements}.values())
    return Draft("metadata", tuple(unique), language=question.language)


def _meant(question: Question, evidence: Evidence) -> list[Document]:
    """Return the document whose title prints most of the question; all in scope where it asks of each of a few."""
    scope = evidence.scope()
    if SEVERAL.search(question.standalone) and 1 < len(scope) <= FEW:
        return scope

    def printed(document: Document) -> int:
        return sum(pair in document.source.title for pair in set(bigrams(question.standalone)))

    return sorted(scope, key=lambda document: -printed(document))[:1] if len(scope) <= FEW else scope[:1]


def _in_force(document: Document, question: Question) -> list[Statement]:
    """Return the sentences that say from when and until when the document is in force."""
    wanted = [p for p in (EFFECTIVE, TERM) if p.search(question.standalone)]
    quotes = [_quote(document, span.start, span.end) for span in document.validity.spans]
    chosen = [q for q in quotes if any(p.search(document.slice(q.span)) for p in wanted)] or quotes
    return [Statement(f"{_about(document)}：{_bare(document, q)}", (q,)) for q in chosen]


def _bare(document: Document, quote: Quote) -> str:
    clause = document.clause(quote.path)
    text = document.slice(quote.span).strip()
    text = text.removeprefix(clause.label).strip() if quote.span.start == clause.span.start else text
    return text if text.endswith("。") else f"{text}。"


def _interpreter(document: Document, question: Question) -> list[Statement]:
    found = EXPLAINED.search(document.text)
    return [Statement(f"{_about(document)}{found.group()}。", (_quote(document, *found.span()),))] if found else []


def _form(document: Document, question: Question) -> list[Statement]:
    """Say that a digest is none of the full text, in its own words."""
    found = DIGEST.search(document.text)
    return [Statement(f"{found.group().strip().rstrip('。')}。", (_quote(document, *found.span()),))] if found else []


def _number_of_basis(question: Question) -> bool:
    return bool(BASIS.search(question.standalone))


def _quote(document: Document, start: int, end: int) -> Quote:
    around = (c for c in reversed(document.clauses) if c.span.start <= start < max(c.span.end, c.span.start + 1))
    path = next(around, document.clauses[0]).path  # a hidden clause holds nothing: verification drops the quote
    return Quote(document.source.doc_id, path, Span(start, end))


def _printed(document: Document, needle: str) -> Quote | None:
    """Return where a field is printed first, blanks and kinds of bracket aside."""
    pattern = r"\s*".join(
        "[〔\\[［(（]" if c in "〔[" else "[〕\\]］)）]" if c in "〕]" else re.escape(c) for c in needle
    )
    found = re.search(pattern, document.text)
    return _quote(document, *found.span()) if found else None


def _about(document: Document) -> str:
    return f"《{document.source.title}》"


def _number(document: Document, question: Question) -> list[Statement]:
    number = document.source.number
    quote = _printed(document, number) if number else None
    if not quote:
        return []
    text = (
        f"The document number of {_about(document)} is {number}."
        if question.language == "en"
        else f"{_about(document)}的文号是{number}。"
    )
    return [Statement(text, (quote,))]


def _issuer(document: Document, question: Question) -> list[Statement]:
    names = document.source.issuers
    quotes = tuple(quote for name in names if (quote := _printed(document, name)))
    if not quotes:
        return []
    joined = "、".join(names)
    text = (
        f"{_about(document)} was issued by {joined}."
        if question.language == "en"
        else f"{_about(document)}由{joined}印发。"
    )
    return [Statement(text, quotes)]


def _dated(document: Document, question: Question) -> list[Statement]:
    day = document.source.dated
    quote = next(
        (_quote(document, *m.span()) for m in DAY.finditer(document.text) if day and _is_day(m.group(), day)), None
    )
    if not day or not quote:
        return []
    printed = f"{day.year}年{day.month}月{day.day}日"
    text = f"It is dated {printed} ({day.isoformat()})." if question.language == "en" else f"成文日期是{printed}。"
    return [Statement(text, (quote,))]


def _is_day(printed: str, day: date) -> bool:
    parts = re.findall(r"[\d〇○零一二三四五六七八九十]+", printed)
    return parse_year(printed) == day.year and [parse_integer(p) for p in parts[1:3]] == [day.month, day.day]


def _title(document: Document, question: Question) -> list[Statement]:
    quote = _printed(document, document.source.title)
    label = "The title is" if question.language == "en" else "文件标题是"
    return [Statement(f"{label}{_about(document)}。", (quote,))] if quote else []


def _identity(document: Document, question: Question) -> list[Statement]:
    return [*_issuer(document, question), *_dated(document, question), *_number(document, question)]


def _basis(document: Document, question: Question) -> list[Statement]:
    """Return the documents that this one implements; only those of the level or place that the question names."""
    found = [ref for ref in document.references if ref.kind == "implements"]
    named = [ref for ref in found if _of_level(document, ref, question)] or found
    verb = "It implements " if question.language == "en" else "依据的文件是"
    return [
        Statement(f"{verb}{document.slice(ref.span)}。", (_quote(document, ref.span.start, ref.span.end),))
        for ref in named
    ]


def _of_level(document: Document, ref: Reference, question: Question) -> bool:
    around = document.text[max(0, ref.span.start - 12) : ref.span.end]
    words = [
        *question.places,
        *(
            w
            for level, w in (("国", "国务院"), ("国", "国家"), ("国", "国发"), ("省", "省"))
            if level in question.levels
        ),
    ]
    return any(word in around for word in words)


def _addressees(document: Document, question: Question) -> list[Statement]:
    found = ADDRESSED.search(document.text, 0, document.clauses[0].span.end)
    label = "It is addressed to " if question.language == "en" else "主送"
    return [Statement(f"{label}{found.group().rstrip('：:')}。", (_quote(document, *found.span()),))] if found else []


def _url(document: Document, question: Question) -> list[Statement]:
    found = LINK.search(document.text)
    label = "Published at " if question.language == "en" else "公开网址是"
    return [Statement(f"{label} {found.group()} 。", (_quote(document, *found.span()),))] if found else []


def _open(document: Document, question: Question) -> list[Statement]:
    found = DISCLOSURE.search(document.text)
    label = "The disclosure note reads: " if question.language == "en" else "文件注明："
    return [Statement(f"{label}{found.group()}。", (_quote(document, *found.span()),))] if found else []


def _verdict(document: Document, question: Question) -> Statement:
    """Confirm or deny the year, issuer and level that the question puts forward."""
    source = document.source
    right = all(source.dated and year == source.dated.year for year in question.years)
    right = right and all(any(organ in name for name in source.issuers) for organ in question.organs)
    right = right and (not question.levels or source.level in question.levels)
    quote = _identity(document, question)
    quotes = tuple(q for s in quote for q in s.quotes)[:1]
    echoes = (*(str(year) for year in question.years), *question.organs)
    text = ("Yes." if right else "No.") if question.language == "en" else ("是的。" if right else "不是。")
    return Statement(text, quotes, echoes=echoes)


FIELDS: tuple[tuple[re.Pattern[str], Field], ...] = (
    (BASIS, _basis),
    (NUMBER, _number),
    (ISSUER, _issuer),
    (DATED, _dated),
    (ADDRESSEES, _addressees),
    (URL, _url),
    (OPEN, _open),
    (TITLE, _title),
    (EFFECTIVE, _in_force),
    (TERM, _in_force),
    (INTERPRETER, _interpreter),
    (WHOLE, _form),
)
