"""Answers to 比省里更严的指标有哪些: the indicators of one document that are stricter or laxer than another's.

They come from the alignment of the two documents, whole. How many could not be compared is said with the list.
"""

from __future__ import annotations

import re

from ingest.document import Document, Span
from ingest.levels import LEVELS
from kb.answer.evidence import Evidence
from kb.answer.lists.subject import topic_of
from kb.ledger import Record
from kb.results import Draft, Question, Quote, Statement
from kb.study.alignment import align_targets
from kb.study.comparing import LAXER, NOT_COMPARABLE, SAME, STRICTER

# 比省里更严的指标 · 哪些指标宽于国家 · 与国家相同的目标; not 比2020年更低
ASKED = re.compile(
    r"(?:比|较|严于|宽于|高于|低于|[和与同跟])[^，。？]{1,12}?(?:更|要|还)?(?P<how>严|宽|松|一致|相同|一样)[^，。？]{0,6}(?:指标|目标|要求)"
    r"|(?:指标|目标|要求)[^，。？]{0,8}(?:比[^，。？]{1,10}?(?:更|要|还)?(?P<how2>严|宽|松)|(?P<how3>严|宽|松)于)"
)
LIST = re.compile(r"哪些|哪几|有什么|有没有|列出|几[个项]|多少")
WORDS = {STRICTER: "更严", LAXER: "更宽", SAME: "相同"}


def compose_stricter(question: Question, evidence: Evidence) -> Draft | None:
    """Return the indicators asked for, counted and proved by both documents; None where one indicator is named."""
    asked = ASKED.search(question.standalone)
    if topic_of(question, evidence, least=1.0):
        return None
    pair = _pair(question, evidence) if asked and LIST.search(question.standalone) else None
    if not asked or pair is None:
        return None
    how = asked["how"] or asked["how2"] or asked["how3"]
    relation = STRICTER if how == "严" else LAXER if how in "宽松" else SAME
    upper, document = pair
    rows = align_targets([upper, document], evidence.similarity)
    found = [row for row in rows if row["relation"] == relation]
    open_rows = sum(row["relation"] == NOT_COMPARABLE for row in rows)
    head = f"《{document.source.title}》比《{upper.source.title}》{WORDS[relation]}的指标"
    if relation == SAME:
        head = f"《{document.source.title}》与《{upper.source.title}》相同的指标"
    if not found:
        quotes = _quotes(next((row for row in rows if None not in row["cells"]), None))
        return Draft("compare", (Statement(f"没有找到{head}。", quotes),)) if quotes else None
    count = str(len(found))
    note = f"另有{open_rows}项因基期、单位、范围或地区不同无法比较" if open_rows else ""
    lead = Statement(
        f"{head}共{count}项{f'（{note}）' if note else ''}：", introduces=True, derived=(count, str(open_rows)),
        echoes=(note,) if note else (),
    )  # fmt: skip
    items = [Statement(_item(row), _quotes(row), item=True) for row in found]
    return Draft("compare", (lead, *items), language=question.language)


def _pair(question: Question, evidence: Evidence) -> tuple[Document, Document] | None:
    """Return the document compared with and the one asked about: the level named, and the most local one below it."""
    cards = [card for card in evidence.cards if card.doc_id in evidence.documents and card.level in LEVELS]
    wanted = [level for level in LEVELS if level in question.levels] or (
        ["省", "国"] if "上级" in question.text else []
    )
    upper = next((card for level in wanted for card in cards if card.level == level), None)
    below = [card for card in cards if upper and LEVELS.find(card.level) > LEVELS.find(upper.level)]
    named = [card for card in below if any(p in card.region or p in card.title for p in question.places)]
    other = max(named or below, key=lambda card: (card.form == "fulltext", LEVELS.find(card.level)), default=None)
    if upper is None or other is None:
        return None
    return evidence.documents[upper.doc_id], evidence.documents[other.doc_id]


def _item(row: Record) -> str:
    first, other = row["cells"]
    return f"{other['indicator']}：{_words(other)}（《{first['title']}》为{_words(first)}）"


def _words(cell: Record) -> str:
    return str(cell["quote"]).strip("，；。、 \n")


def _quotes(row: Record | None) -> tuple[Quote, ...]:
    cells = row["cells"][::-1] if row else ()
    return tuple(Quote(cell["doc_id"], cell["path"], Span(cell["start"], cell["end"])) for cell in cells if cell)
