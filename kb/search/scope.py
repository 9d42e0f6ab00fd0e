"""Which documents a question is put to, and what is left to ask of them.

A question that names a document, a level of government or a place is put to those. Any other question is put to the
documents held in full; digests stand beside them and are only cited where they are asked for, because a digest is not
the original wording. A place, title or five-year period that no document has, nor prints, is reported as missing rather
than answered with another city's figures or another law's article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.organs import body_key
from ingest.words import bigrams, part_of_speech
from kb.results import Concept, DocumentCard, Question
from kb.search import lexicon
from kb.search.reading.addresses import KINDS, SERIAL, SHORT_FORM
from kb.search.reading.wording import content_words

TITLED = 0.62  # Share of a title's character pairs that a question must print to name the document.
# What nearly every title has, and so names none: 关于印发…的通知, 实施方案
GENERIC = re.compile(
    r"中华人民共和国|关于|印发|的通知|实施方案|工作方案|行动方案|实施意见|指导意见|若干意见|[“”《》]|十四五|规划$|办法$|(?:20\d\d|[（(].*[）)])年?"
)
ISSUED = re.compile(r"^[^《》]{2,40}?(?=关于)")  # 某市农业农村局关于…: who issued it is no part of its name
ISSUING = re.compile(r".*关于(?:印发|发布|公布)《(.+)》的(?:通知|公告)")  # a notice is called by what it issues
HAN = re.compile(r"[一-鿿]{2,}")
# Asked of a document about others: 依据的山西省文件叫什么
BASIS = re.compile(r"依据|根据|上位|上级|贯彻|落实")
PERIOD = re.compile(r"十[一二三四五六七八九]五(?=[”\"]|时|期|以来|末|完|目|规|的|$)")  # of a five-year plan
EVERY_LEVEL = re.compile(r"[两三各]级|国省市|上级")
# 核查指南4.1.7 · 绿色消费方案里: a kind of document behind words of its title, before an address or a word of grammar
CALLED = re.compile(
    rf"([一-鿿]{{2,16}}?)({KINDS})(?=里|中|说|对|讲|写|的|第|提|要求|规定|附件|：|\d|[一二三四五六七八九十]+[（(])"
)
TELLING, SEVERAL, WORDED = 0.6, 3, 0.75  # Of so many telling words at least this share stands in the title.
FEW = 20  # Documents that are read to see whether they print a name.
LOCAL = ("省", "市", "县")
NEAREST_FIRST = "县市省国"  # Of equally fitting documents the most local one is asked first.


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents to ask, best first; the others of the library; places asked about that it does not hold."""

    cards: tuple[DocumentCard, ...]
    others: tuple[DocumentCard, ...]
    missing: tuple[str, ...] = ()
    named: bool = False


def choose_scope(
    question: Question,
    cards: Sequence[DocumentCard],
    named: Sequence[str],
    prints: Callable[[str], bool],
    *,
    fixed: bool = True,
    tells: Callable[[DocumentCard, str], bool] = lambda card, word: False,
) -> Scope:
    """Return the scope of a question; ``named`` are ids of documents it names or, ``fixed``, the user chose.

    ``prints`` tells whether any document prints a word, ``tells`` whether this one does.
    """
    chosen = [card for card in cards if card.doc_id in named]
    if chosen:
        beside = () if fixed else _beside(chosen, cards, question)
        return _scope([*chosen, *beside], cards, named=True)
    missing = tuple(p for p in question.places if not any(_belongs(card, p) for card in cards) and not prints(p))
    missing += tuple(f"“{period}”" for period in PERIOD.findall(question.standalone) if not prints(period))
    missing += tuple(f"《{title}》" for title in question.titles if not prints(_longest(title)))
    missing += tuple(number for number in _numbers(question) if not prints(number))
    if missing:
        return _scope(_full(cards), cards, missing)
    if question.intent == "compare" and (question.levels or EVERY_LEVEL.search(question.standalone)):
        return _scope(cards, cards)
    by_place = [card for card in cards if _local(card, question)]
    by_place += [card for card in cards if _nowhere(card) and any(tells(card, place) for place in question.places)]
    if question.intent == "compare" and len(question.places) > 1:
        sides = [[card for card in by_place if _is_of(card, place)] for place in question.places]
        picked = {doc_id for side in sides for doc_id in titled(question.standalone, side) or [c.doc_id for c in side]}
        return _scope([card for card in cards if card.doc_id in picked] or _full(cards), cards, named=True)
    if by_title := titled(question.standalone, by_place or cards):
        return _scope([card for card in cards if card.doc_id in by_title], cards, named=True)
    if by_words := _worded(question, by_place or cards) or _called(question, by_place or cards):
        return _scope([by_words], cards, named=True)
    if issued := _issued(question, by_place or cards):
        return _scope(issued, cards, named=True)
    if question.intent == "metadata" and (question.claim or BASIS.search(question.standalone)):
        meant = by_place if question.claim else []
        return _scope(meant or _full(cards), cards, named=bool(meant))
    by_level = [card for card in cards if _at_level(card, question) and not strange(question, cards)]
    return _scope(by_place or by_level or _full(cards), cards, named=bool(by_place))


def outside(
    question: Question, cards: Sequence[DocumentCard], others: Sequence[DocumentCard], named: Sequence[str]
) -> tuple[str, ...]:
    """Return what a question is about outside the ``cards`` that its asker chose: documents or levels of ``others``.

    Without them another document would answer for the one that is meant, or one side be missing from a comparison.
    """
    if named and not any(card.doc_id in named for card in cards):
        return tuple(f"《{card.title}》" for card in others if card.doc_id in named)
    held = {card.level for card in cards}
    absent = [level for level in question.levels if level not in held and f"{level}家级" not in question.standalone]
    known = [level for level in absent if any(card.level == level for card in others)]
    needed = question.intent == "compare" or len(absent) == len(question.levels)
    return tuple(f"{level}级" for level in known) if needed else ()


def _beside(chosen: Sequence[DocumentCard], cards: Sequence[DocumentCard], question: Question) -> list[DocumentCard]:
    """Return the documents of places named beside those given by number: 甲区的办法和乙发5号."""
    places = [p for p in question.places if not any(_belongs(card, p) for card in chosen)]
    others = without(cards, chosen)
    return [card for card in others if _county_named(card, question) or any(_is_of(card, p) for p in places)]


def _numbers(question: Question) -> list[str]:
    """Return the 文号 that a question gives as those of documents asked, in full or short: 国发33号, 33号文."""
    short = (m.group() for form in (SHORT_FORM, SERIAL) for m in form.finditer(question.standalone))
    about = question.intent == "metadata" and question.claim  # 文号是…吗: put forward, not given
    return [] if about or BASIS.search(question.standalone) else list(question.numbers or short)


def _longest(title: str) -> str:
    """Return the longest unbroken stretch of a title, as the full text can be asked for."""
    return max(HAN.findall(title), key=len, default="")


def widened(question: Question, scope: Scope, prints: Callable[[DocumentCard, str], bool]) -> Scope:
    """Return the digests where they alone print a name (a region, a code) or the keyword that is the whole question.

    ``prints`` tells whether a document prints a word. Only a scope that nothing in the question chose is widened.
    """
    asked = [c for c in question.concepts if not c.carried]
    alone = sum(len(c.term) for c in asked) >= len(question.standalone.rstrip("？?"))
    names = [c.same for c in asked if alone or c.required or lexicon.CODE.fullmatch(c.term)]
    if scope.named or scope.missing or question.levels or not names or len(scope.cards) > FEW:
        return scope

    def tells(card: DocumentCard) -> bool:
        return all(any(prints(card, name) for name in same) for same in names)

    beside = [card for card in scope.others if tells(card)]
    if not beside or any(map(tells, scope.cards)):
        return scope
    return _scope(beside, (*scope.cards, *scope.others))


def narrowed(question: Question, scope: Scope) -> Question:
    """Return the question without the words that only served to name the documents: their places and titles.

    Where nothing would be left, the question is about the document as a whole and stays as it is. A place of which no
    document is has to be printed where the answer stands: another place's figures are not its own.
    """
    away = () if scope.missing else strange(question, (*scope.cards, *scope.others))
    named = tuple(Concept(place, (place,), required=True, weight=0.5) for place in away)
    question = replace(question, concepts=(*question.concepts, *named))
    if not scope.named:
        return question
    titles = "\n".join(f"{card.title}\n{card.region}\n{card.doc_number}" for card in scope.cards)
    left = tuple(c for c in question.concepts if c.term not in titles)
    return replace(question, concepts=left) if left else question


def titled(text: str, cards: Sequence[DocumentCard]) -> list[str]:
    """Return the ids of the documents whose title the text gives, whole or but for its place and a word or two.

    >>> titled("徐汇区节能减排专项资金怎么用", [])
    []
    """
    asked = set(bigrams(text))
    found = []
    for card in cards:
        pairs = _title_pairs(card.title)
        share = sum(pair in asked for pair in pairs) / len(pairs) if pairs else 0.0
        if share >= (TITLED if len(pairs) >= 4 else 1.0 if card.title.endswith("法") else 2.0):
            found.append((share, card.doc_id))
    best = max((share for share, _ in found), default=0.0)
    return [doc_id for share, doc_id in found if share == best]


@lru_cache(maxsize=50_000)
def _title_pairs(title: str) -> tuple[str, ...]:
    return tuple(bigrams(GENERIC.sub(" ", ISSUED.sub("", title))))


def _worded(question: Question, cards: Sequence[DocumentCard]) -> DocumentCard | None:
    """Return the one document whose title prints nearly all that the question is about (绿道建设试点搞几年)."""
    asked = [c for c in question.concepts if c.weight >= TELLING and not c.carried]
    counts = {card.doc_id: sum(any(n in card.title for n in c.same) for c in asked) for card in cards}
    best = max(counts.values(), default=0)
    meant = [card for card in cards if counts[card.doc_id] == best]
    return meant[0] if len(meant) == 1 and len(cards) > 1 and best >= max(SEVERAL, WORDED * len(asked)) else None


def _called(question: Question, cards: Sequence[DocumentCard]) -> DocumentCard | None:
    """Return the one document that is called by its kind and words of its title: 核查指南4.1.7, 河北绿色消费方案里."""
    for said in CALLED.finditer(question.standalone):
        words = [word for word in content_words(said[1]) if word not in question.places]
        titles = [(card, re.sub(r"《.*》", "", ISSUING.sub(r"\1", card.title))) for card in cards]
        meant = [card for card, title in titles if said[2] in title and all(word in title for word in words)]
        if words and len(meant) == 1:
            return meant[0]
    return None


def _issued(question: Question, cards: Sequence[DocumentCard]) -> list[DocumentCard]:
    """Return the documents of the body that a question names as their issuer: 工信部的规划里."""
    wanted = {body_key(name) for name in question.issuers}
    return [card for card in cards if wanted & {body_key(name) for name in card.issuers}]


def _full(cards: Sequence[DocumentCard]) -> list[DocumentCard]:
    return [card for card in cards if card.form == "fulltext"] or list(cards)


def _belongs(card: DocumentCard, place: str) -> bool:
    """Tell whether a document is of this place, or of a place inside this province."""
    return place in card.region or place in card.title or any(place in issuer for issuer in card.issuers)


def _is_of(card: DocumentCard, place: str) -> bool:
    return card.region.startswith(place) or (not card.region and place in card.title)


def _local(card: DocumentCard, question: Question) -> bool:
    """Tell whether a question names the place of a document (its province or city, or its county as printed)."""
    return _county_named(card, question) or any(_is_of(card, place) for place in question.places)


def _at_level(card: DocumentCard, question: Question) -> bool:
    """Tell whether a document is of a level asked for; one that names no place may be the state's."""
    return card.level in question.levels or (not card.level and "国" in question.levels)


def strange(question: Question, cards: Sequence[DocumentCard]) -> tuple[str, ...]:
    """Return the places that a question names and of which no document is, though one may speak of them.

    A place may be what is put forward to be confirmed (设在…对吧).
    """
    if any(map(_nowhere, cards)) or (question.claim and not question.asserted):
        return ()
    return tuple(place for place in question.places if not any(_belongs(card, place) for card in cards))


def _nowhere(card: DocumentCard) -> bool:
    """Tell whether a document of a local government does not say in its front of which place (省生态环境厅…计划)."""
    return not card.region and card.level in LOCAL


def _county_named(card: DocumentCard, question: Question) -> bool:
    """Tell whether a question prints the county of a document, whole or, where that is no other word, without 区."""
    region, asked = card.region, question.standalone
    if len(region) > 2 and region in asked:
        return True
    short = region[:-1] if re.search(r"..[县区旗]$", region) else ""
    return bool(short) and short in asked and part_of_speech(short)[:2] in ("", "ns", "nr")


def _scope(
    chosen: Sequence[DocumentCard], cards: Sequence[DocumentCard], missing: tuple[str, ...] = (), *, named: bool = False
) -> Scope:
    ordered = sorted(chosen, key=_preference)
    return Scope(tuple(ordered), without(cards, chosen), missing, named)


def without(cards: Sequence[DocumentCard], taken: Sequence[DocumentCard]) -> tuple[DocumentCard, ...]:
    """Return the cards less those taken; libraries hold thousands, which are compared by their ids."""
    ids = {card.doc_id for card in taken}
    return tuple(card for card in cards if card.doc_id not in ids)


def _preference(card: DocumentCard) -> tuple[bool, int, str]:
    return (card.form != "fulltext", NEAREST_FIRST.find(card.level) % 5, card.doc_id)
