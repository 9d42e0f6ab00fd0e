"""The fields of a document's record as sentences, each proved by the place where the text prints it.

文号, issuer, date, title, what it implements or repeals, whom it addresses, when it is in force, who interprets it. A
field that is declared beside the file but printed nowhere gives no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from ingest.document import Document, Reference, Span
from ingest.numerals import parse_integer, parse_year
from kb.results import Question, Quote, Statement

Field = Callable[[Document, Question], list[Statement]]

LINK = re.compile(r"https?://[\w./?=&%#:-]+")
DISCLOSURE = re.compile(r"[（(]此件[^）)]*[）)]|本文有删减")
ADDRESSED = re.compile(r"^[^。\n]{4,120}[：:]$", re.M)
NUMERALS = r"[\d一二三四五六七八九十]{1,3}"
DAY = re.compile(rf"(?:(?:19|20)\d\d|二[〇○零][〇○零一二三四五六七八九]{{2}})\s*年\s*{NUMERALS}\s*月\s*{NUMERALS}\s*日")
MONTH = re.compile(r"^[ \u3000]*((?:19|20)\d\d年\d{1,2}月)[ \u3000]*$", re.M)  # of a plan whose cover bears no day
# 2022年1月24日公开发布: when a document was made public, which is not when it was signed
PUBLISHED = re.compile(rf"{DAY.pattern}(?:对外|公开|向社会)(?:发布|公布|公开)")
EXPLAINED = re.compile(r"由[^，。；]{2,30}负责解释")
DIGEST = re.compile(r"[^。\n]*(?:摘编|摘要)[^。\n]*非原文[^。\n]*。?")
EFFECTIVE = re.compile(r"施行|实行|生效|实施|执行|take effect|in force", re.I)
TERM = re.compile(r"有效期|失效|到期|期限|expire|valid", re.I)
OF_LEVEL = {"国": ("国务院", "国家", "国发"), "省": ("省",), "市": ()}
BEFORE = 12  # Characters before a reference that say whose document it is.


def number(document: Document, question: Question) -> list[Statement]:
    """Return its 文号."""
    printed = document.source.number
    zh, en = f"{about(document)}的文号是{printed}。", f"The document number of {about(document)} is {printed}."
    return _said(question, zh, en, _printed(document, printed) if printed else None)


def issuer(document: Document, question: Question) -> list[Statement]:
    """Return who issued it."""
    quotes = [quote for name in document.source.issuers if (quote := _printed(document, name))]
    joined = "、".join(document.source.issuers)
    return _said(question, f"{about(document)}由{joined}印发。", f"{about(document)} was issued by {joined}.", *quotes)


def dated(document: Document, question: Question) -> list[Statement]:
    """Return the day that it bears, or the month that its cover does."""
    day = document.source.dated
    if not day:
        month = MONTH.search(document.text, 0, document.clauses[0].span.end)
        said = month[1] if month else ""
        return _said(question, f"封面印的时间是{said}。", f"Its cover bears {said}.", _quote_of(document, month))
    found = next((m for m in DAY.finditer(document.text) if _is_day(m.group(), day)), None)
    printed = f"{day.year}年{day.month}月{day.day}日"
    quote = quote_at(document, *found.span()) if found else None
    return _said(question, f"成文日期是{printed}。", f"It is dated {printed} ({day.isoformat()}).", quote)


def published(document: Document, question: Question) -> list[Statement]:
    """Return the day on which it was made public, or failing that the day that it bears."""
    found = PUBLISHED.search(document.text)
    if not found:
        return dated(document, question)
    return _said(question, f"{found.group()}。", f"It reads: “{found.group()}”.", quote_at(document, *found.span()))


def title(document: Document, question: Question) -> list[Statement]:
    """Return its title."""
    quote = _printed(document, document.source.title)
    return _said(question, f"文件标题是{about(document)}。", f"The title is {about(document)}.", quote)


def basis(document: Document, question: Question) -> list[Statement]:
    """Return the documents that it implements; only those of the level or place that the question names."""
    found = [ref for ref in document.references if ref.kind == "implements"]
    chosen = [ref for ref in found if _of_level(document, ref, question)] or found
    return [s for ref in chosen for s in _named(document, ref, question, "依据的文件是", "It implements ")]


def repealed(document: Document, question: Question) -> list[Statement]:
    """Return the documents that it repeals or replaces."""
    found = [ref for ref in document.references if ref.kind in ("repeals", "replaces")]
    label = f"{about(document)}废止的文件是"
    return [s for ref in found for s in _named(document, ref, question, label, f"{about(document)} repeals ")]


def addressees(document: Document, question: Question) -> list[Statement]:
    """Return whom it is addressed to."""
    found = ADDRESSED.search(document.text, 0, document.clauses[0].span.end)
    whom = found.group().rstrip("：:") if found else ""
    return _said(question, f"主送{whom}。", f"It is addressed to {whom}.", _quote_of(document, found))


def url(document: Document, question: Question) -> list[Statement]:
    """Return where it is published, where the text prints that."""
    found = LINK.search(document.text)
    link = found.group() if found else ""
    return _said(question, f"公开网址是 {link} 。", f"Published at {link} .", _quote_of(document, found))


def disclosure(document: Document, question: Question) -> list[Statement]:
    """Return the note that says how public it is."""
    found = DISCLOSURE.search(document.text)
    note = found.group() if found else ""
    return _said(question, f"文件注明：{note}。", f"The disclosure note reads: {note}.", _quote_of(document, found))


def in_force(document: Document, question: Question) -> list[Statement]:
    """Return the sentences that say from when and until when it is in force."""
    wanted = [p for p in (EFFECTIVE, TERM) if p.search(question.standalone)]
    quotes = [quote_at(document, span.start, span.end) for span in document.validity.spans]
    chosen = [q for q in quotes if any(p.search(document.slice(q.span)) for p in wanted)] or quotes
    return [Statement(f"{about(document)}：{_bare(document, q)}", (q,)) for q in chosen]


def interpreter(document: Document, question: Question) -> list[Statement]:
    """Return who interprets it."""
    found = EXPLAINED.search(document.text)
    said = f"{about(document)}{found.group() if found else ''}。"
    return _said(question, said, said, _quote_of(document, found))


def form(document: Document, question: Question) -> list[Statement]:
    """Say that a digest is none of the full text, in its own words."""
    found = DIGEST.search(document.text)
    said = f"{found.group().strip().rstrip('。') if found else ''}。"
    return _said(question, said, said, _quote_of(document, found))


def identity(document: Document, question: Question) -> list[Statement]:
    """Return who issued it, when and as what: what tells it from any other."""
    return [*issuer(document, question), *dated(document, question), *number(document, question)]


FIELDS: Mapping[str, Field] = {
    "basis": basis,
    "number": number,
    "issuer": issuer,
    "dated": dated,
    "published": published,
    "addressees": addressees,
    "url": url,
    "disclosure": disclosure,
    "title": title,
    "in_force": in_force,
    "interpreter": interpreter,
    "form": form,
    "repealed": repealed,
}


def about(document: Document) -> str:
    """Return the title in its brackets."""
    return f"《{document.source.title}》"


def quote_at(document: Document, start: int, end: int) -> Quote:
    """Return the quote of a stretch with the clause that holds it."""
    around = (c for c in reversed(document.clauses) if c.span.start <= start < max(c.span.end, c.span.start + 1))
    path = next(around, document.clauses[0]).path  # a hidden clause holds nothing: verification drops the quote
    return Quote(document.source.doc_id, path, Span(start, end))


def _said(question: Question, zh: str, en: str, *quotes: Quote | None) -> list[Statement]:
    """Return one sentence in the language of the question, nothing where no quote proves it."""
    proof = tuple(quote for quote in quotes if quote)
    return [Statement(en if question.language == "en" else zh, proof)] if proof else []


def _named(document: Document, ref: Reference, question: Question, zh: str, en: str) -> list[Statement]:
    name = document.slice(ref.span)
    return _said(question, f"{zh}{name}。", f"{en}{name}.", quote_at(document, ref.span.start, ref.span.end))


def _quote_of(document: Document, found: re.Match[str] | None) -> Quote | None:
    return quote_at(document, *found.span()) if found else None


def _printed(document: Document, needle: str) -> Quote | None:
    """Return where a field is printed first, blanks and kinds of bracket aside."""
    brackets = {"〔": "[〔\\[［(（]", "[": "[〔\\[［(（]", "〕": "[〕\\]］)）]", "]": "[〕\\]］)）]"}
    pattern = r"\s*".join(brackets.get(c, re.escape(c)) for c in needle)
    return _quote_of(document, re.search(pattern, document.text))


def _bare(document: Document, quote: Quote) -> str:
    clause = document.clause(quote.path)
    text = document.slice(quote.span).strip()
    text = text.removeprefix(clause.label).strip() if quote.span.start == clause.span.start else text
    return text if text.endswith("。") else f"{text}。"


def _is_day(printed: str, day: date) -> bool:
    parts = re.findall(r"[\d〇○零一二三四五六七八九十]+", printed)
    return parse_year(printed) == day.year and [parse_integer(p) for p in parts[1:3]] == [day.month, day.day]


def _of_level(document: Document, ref: Reference, question: Question) -> bool:
    around = document.text[max(0, ref.span.start - BEFORE) : ref.span.end]
    named = (name for level in question.levels for name in OF_LEVEL.get(level, ()))
    return any(word in around for word in (*question.places, *named))
