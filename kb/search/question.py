"""A typed question to a Question: what is searched, what is asked for, and of which documents.

Rule-based on purpose: it runs in a millisecond without a model and can be read. It knows the grammar of questions and
the tables of names; it knows nothing of any one document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from ingest.levels import places_in, provinces
from ingest.numerals import parse_year
from ingest.organs import find_bodies
from ingest.periods import PLAN_END
from ingest.words import NUMBER
from kb.errors import EmptyQuestion
from kb.results import Concept, Question
from kb.search import lexicon
from kb.search.reading.addresses import ADDRESS, SERIAL, SHORT_FORM, TITLE, clause_refs, paragraph_of, stepped, untitled
from kb.search.reading.english import english_bodies, english_concepts
from kb.search.reading.followup import standalone
from kb.search.reading.forms import form, says
from kb.search.reading.forms import levels as level_names
from kb.search.reading.intents import asks_of, intent_of, is_claim, is_contact, language_of, ordered_away
from kb.search.reading.quantities import CLAIMED, UNIT_EN, figures_in, unit_of
from kb.search.reading.selections import selection_of
from kb.search.reading.spelling import chinese_places, correct, is_pinyin, normalise
from kb.search.reading.wording import content_words

MAX_CHARS = 1000  # Longer questions are cut: nobody asks in a thousand characters.

# 劳动合同法第十条: a law named before its article
LAW = re.compile(
    r"(?<![一-鿿])([一-鿿]{1,30}?(?:法|条例|规定|办法|细则|解释|规则|决定))的?(?=第[一二三四五六七八九十百千零〇\d]+条)"
)
QUOTED = re.compile(r"[“\"]([^“”\"]{6,})[”\"]")
PLAN = re.compile(r"[“\"]?(十[二三四五六]五)[”\"]?(?:规划)?期?末")  # the last year of a five-year plan
YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?=年|(?![元万亿千吨个家户亩辆台座项条人名%％]|平方|公[里顷])\D|$)|二[〇零○]\S{2}年"
)
# 2024年6月底前 · 2025年内: a time of a question is no subject of it
TIME = re.compile(
    rf"(?:{YEAR.pattern})年?(?:\d{{1,2}}月)?(?:份|年?底|年?末|年?初)?(?:之前|以前|前|年?内)?"
    r"|[“\"]?十[一二三四五六七八九]五[”\"]?(?:时期|期间|期?末|以来|(?=[建新降提增减完]))"
)
# 请列出市水务局的任务: no part of the name; 国务院方案里: whose document, not who acts
LISTED = re.compile(r"请?(?:列出|列举|罗列|查一?下|说说|讲讲)|(?:方案|文件|规划|通知|意见|办法)(?=[给对向])")
OF_DOCUMENT = re.compile(r"的?(?:那[个份])?(?:方案|文件|规划|通知|意见|办法|计划|印发|发的|\d+号)")
OF_DOCUMENT_EN = re.compile(r"\b\w+['’]s (?:\w+ ){0,2}(?:plan|notice|scheme|programme|guide|measures)\b")
# 对各县（市、区）考核: the body is what is acted on, not who acts
OBJECT = frozenset("对向给把将")
# 给市水务局派了什么任务, 把市水务局名下的任务列出来: who has to act
RECEIVES = re.compile(r"(?:都|又|还)?(?:派|安排|布置|下达|交|分|摊|定)|(?:名下|负责|承担|牵头)")
# 国家遴选多少家，某市呢: beside a place the state is the other side
STATE = re.compile(r"(?:^|[，；、])国家(?=[一-鿿]{1,4}(?:多少|几|什么|啥|怎|哪))")
ROLE = {
    "牵头": "lead",
    "主办": "lead",
    "主责": "lead",
    "配合": "support",
    "协办": "support",
    "leads": "lead",
    "supports": "support",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the library knows, for spelling: its words (most frequent first) and whether it prints a stretch."""

    words: Callable[[], Iterable[str]] = field(default=lambda: ())
    prints: Callable[[str], bool] = field(default=lambda pair: True)


def understand(text: str, history: Sequence[str] = (), vocabulary: Vocabulary | None = None) -> Question:
    """Return the question understood; ``history`` holds the earlier user questions, oldest first.

    Raises:
        EmptyQuestion: there is no word in it.
    """
    vocabulary = vocabulary or Vocabulary()
    typed = normalise(text[:MAX_CHARS])
    if not re.search(r"\w", typed):
        raise EmptyQuestion("问题是空的。请写出要查的事项，例如：VOC治理由谁负责？")
    spelt = chinese_places(typed) if is_english(typed) else stepped(_spelt(typed, vocabulary))
    earlier = [normalise(turn[:MAX_CHARS]) for turn in history if turn.strip()]
    whole, carried, asked = standalone(spelt, earlier, subject=_subject)
    return replace(_read(text, whole, carried, asked), follows=whole != spelt)


def _spelt(text: str, vocabulary: Vocabulary) -> str:
    """Return the question with its spelling repaired; titles and addresses are taken as typed."""
    parts, at = [], 0
    for kept in sorted(m.span() for pattern in (TITLE, ADDRESS) for m in pattern.finditer(text)):
        if kept[0] >= at:
            parts += [correct(text[at : kept[0]], vocabulary.words, vocabulary.prints), text[slice(*kept)]]
            at = kept[1]
    return "".join([*parts, correct(text[at:], vocabulary.words, vocabulary.prints)])


def _read(text: str, whole: str, carried: str, asked: str) -> Question:
    """Read a whole question: its subject from all of it, what it wants from the part newly ``asked``."""
    english = is_english(whole)
    plain = ordered_away(whole)
    wanted = untitled(ordered_away(asked))
    said = untitled(plain)
    listed = LISTED.sub(lambda m: "，" * len(m.group()), said)
    bodies = tuple(find_bodies(listed))
    named = (
        name
        for name, start, end in bodies
        if (said[max(0, start - 1) : start] not in OBJECT or RECEIVES.match(said, end))
        and not OF_DOCUMENT.match(said, end)
    )
    organs = tuple(dict.fromkeys(named)) or (english_bodies(said) if english else tuple(form("chief").findall(said)))
    refs = clause_refs(said)
    claim = is_claim(said) or says("asserted_duty", said)
    levels = tuple(level for level, names in level_names().items() if names.search(plain))
    places = places_in(plain)
    if any(place in provinces() for place in places) and "省" not in levels:
        levels += ("省",)
    if places and "国" not in levels and STATE.search(plain):
        levels += ("国",)
    issuers = tuple(dict.fromkeys(name for name, _, end in bodies if OF_DOCUMENT.match(said, end)))
    concepts = _concepts(plain, (*organs, *issuers), english, carried)
    sides = _sides(levels, places)
    intent = intent_of(wanted, english=english, organ=bool(organs), clause_ref=bool(refs), sides=sides)
    return Question(
        text=text,
        standalone=plain,
        language="en" if english else "zh",
        intent=intent,
        concepts=concepts,
        organs=organs,
        numbers=tuple(re.findall(NUMBER, plain)),
        titles=tuple(dict.fromkeys((*TITLE.findall(plain), *LAW.findall(plain)))),
        clause_refs=refs,
        years=_years(said),
        levels=levels,
        places=places,
        asks=asks_of(wanted, intent),
        unit=unit_of(said),
        role=next((role for word, role in ROLE.items() if word in said), ""),
        asserted=_asserted(said),
        issuers=issuers or (english_bodies(said) if OF_DOCUMENT_EN.search(said) else ()),
        phrases=tuple(QUOTED.findall(plain)),
        claim=claim,
        misuse=says("misuse", whole),
        paragraph=paragraph_of(said),
        selection=None if refs or claim or intent == "compare" else selection_of(wanted, _years(said), concepts),
    )


def is_english(text: str) -> bool:
    """Tell whether a question is English; one typed in pinyin is Chinese."""
    return language_of(text) == "en" and not is_pinyin(text)


def _years(text: str) -> tuple[int, ...]:
    years = [parse_year(m.group()) for m in YEAR.finditer(re.sub(NUMBER, "", text))]
    years += [PLAN_END[m[1]] for m in PLAN.finditer(text)]
    return tuple(dict.fromkeys(year for year in years if year))


def _sides(levels: Sequence[str], places: Sequence[str]) -> int:
    """Count what a question sets beside each other: levels of government, and cities (a province is a level)."""
    cities = [place for place in places if place not in provinces()]
    return len({*levels} - ({"市"} if cities else set())) + len(cities)


def _asserted(text: str) -> tuple[str, ...]:
    """Return the figures put forward, years and addresses aside."""
    return figures_in(YEAR.sub("", _unnumbered(ADDRESS.sub("", text))))


def _unnumbered(text: str) -> str:
    """Return a question without the 文号 in it, in full or short: 国发〔2021〕33号, 晋市政发15号, 15号文."""
    return SERIAL.sub(" ", SHORT_FORM.sub(" ", re.sub(NUMBER, " ", text)))


def _concepts(text: str, organs: Sequence[str], english: bool, carried: str) -> tuple[Concept, ...]:
    """Return what the question is about: its words less those of grammar, bodies and addresses."""
    text = CLAIMED.sub(" ", ADDRESS.sub(" ", _unnumbered(text)))
    for name in organs:
        text = text.replace(name, " ")
    for place in places_in(text):
        text = re.sub(rf"{place}(?:省|市|自治区|自治州)?", " ", text)
    for names in level_names().values():
        text = names.sub(" ", text)
    if english:
        return english_concepts(UNIT_EN.sub(" ", TIME.sub(" ", text)))
    before = set(content_words(carried))
    terms = dict.fromkeys(word for word in content_words(TIME.sub(" ", text)) if not is_contact(word))
    return tuple(lexicon.concept(word, carried=word in before) for word in terms)


def _subject(text: str) -> list[str]:
    """Return the content words and bodies of an earlier question, for the follow-up rules."""
    return [*content_words(text), *(name for name, _, _ in find_bodies(text)), *clause_refs(text)]
