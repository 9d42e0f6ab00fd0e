"""A typed question to a Question: what is searched, what is asked for, and of which documents.

Rule-based on purpose: it runs in a millisecond without a model and can be read. It knows the grammar of questions and
the tables of names; it knows nothing of any one document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ingest.levels import places_in, provinces
from ingest.numerals import parse_year
from ingest.organs import find_bodies
from ingest.words import NUMBER, domain_segmenter, part_of_speech
from kb.errors import EmptyQuestion
from kb.results import Concept, Question
from kb.search import lexicon
from kb.search.addresses import ADDRESS, SHORT_FORM, TITLE, clause_refs, untitled
from kb.search.english import english_bodies, english_concepts
from kb.search.followup import standalone
from kb.search.intents import ASSERTED_DUTY, CONFIRM, MISUSE, ORDER, REASON, asks_of, intent_of, language_of
from kb.search.quantities import ASKED_IN, unit_of
from kb.search.selections import selection_of
from kb.search.spelling import chinese_places, correct, is_pinyin, normalise

MAX_CHARS = 1000  # Longer questions are cut: nobody asks in a thousand characters.

# 劳动合同法第十条: a law named before its article
LAW = re.compile(
    r"(?<![一-鿿])([一-鿿]{1,30}?(?:法|条例|规定|办法|细则|解释|规则|决定))的?(?=第[一二三四五六七八九十百零〇\d]+条)"
)
QUOTED = re.compile(r"[“\"]([^“”\"]{6,})[”\"]")
YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?=年|(?![元万亿千吨个家户亩辆台座项条人名%％]|平方|公[里顷])\D|$)|二[〇零○]\S{2}年"
)
# 2024年6月底前 · 2025年内: a time of a question is no subject of it
TIME = re.compile(rf"(?:{YEAR.pattern})年?(?:\d{{1,2}}月)?(?:份|年?底|年?末|年?初)?(?:之前|以前|前|年?内)?")
# A figure that a question puts forward, with its unit: 1.8以上, 30%, 20万千瓦
FIGURE = re.compile(
    r"(?<![A-Za-z\d.〔])(?!\d+号)\d+(?:\.\d+)?\s*(?:%|％|个百分点|[万亿]?(?:千瓦|吨|元|户|家|座|公里|立方米|蒸吨|个|辆|台)[一-鿿/]{0,3}|年(?![\d底末前初均])|天|日内)?"
)
# 请列出市水务局的任务: no part of the name; 国务院方案里: whose document, not who acts
LISTED = re.compile(r"请?(?:列出|列举|罗列|查一?下|说说|讲讲)")
OF_DOCUMENT = re.compile(r"的?(?:那[个份])?(?:方案|文件|规划|通知|意见|办法|计划|印发|发的|\d+号)")
# 对各县（市、区）考核: the body is what is acted on, not who acts
OBJECT = frozenset("对向给把将")
ROLE = {
    "牵头": "lead",
    "主办": "lead",
    "主责": "lead",
    "配合": "support",
    "协办": "support",
    "leads": "lead",
    "supports": "support",
}
# 全国碳市场, 全国妇联: a name that begins so is no level
OF_STATE = (
    r"(?:统一的?)?(?:碳|用能权|排污权|人大|人民代表|政协|妇联|总工会|节能宣传|低碳日|生态日|节水|"
    r"[人经][口济]普查|文明|重点|互联互通|性)"
)
# The document's own level or another's, as people name it.
AGAINST = r"(?<=比|于|与|同|较){}(?=更|要|还|严|宽|松|相同|一致|一样|$|[？?])"  # 比省里更严, 严于国家
LEVELS = {
    "国": AGAINST.format("国家")
    + r"|国务院|国家(?:方案|层面|级|的|和|与|、|目标|要求|规定|文件|对|是|由|归|下降|有|省)|国发|国家(?:\d|，|"
    rf"、)|中央文件|全国(?!{OF_STATE})|\bnational\b|state council|上位文件",
    "省": AGAINST.format("(?:全?省|省[里级])")
    + r"|全省|省(?:[级里](?=方案|文件|规划|目标|指标|政策|层面|规定|的|和|与|跟|、|，|是|有|要|对|比|定|$|[？?])|"
    r"方案|政府|层面|的(?!辖)|和|与|、|目标|市)|"
    r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新]政办?发(?=\s*[〔\[［（(])|\bprovinc|自治区(?:级|的|方案)",
    "市": r"全市|市(?:级|里|方案|层面)|本市|(?:我|咱)们?市|\bmunicipal|\bcity\b",
}
# What is left out before the remaining words are taken for concepts.
FUNCTION = frozenset("是来去给这那搞管卡压换到把被让在归抓些么个要该时能会得应需可")
STOP = frozenset(lexicon.tables()["stop"]["zh"].split())
# 控制目标, 治理工作: what is asked of a thing is not part of its name
ATTRIBUTE = re.compile(r"(?<=..)(?:目标|指标|工作|情况|要求|问题|任务)$")
# Question phrases that jieba would cut wrongly: 各多大规模, 列出来, 哪三样, 不能
# 调整后, 改成: of what changed a thing, which every answer says
ASKING = re.compile(
    r"(?:牵头|配合|责任|参与|对口|主责|承办)(?:[、和](?:牵头|配合|责任|参与))*的?(?:单位|部门)(?:名单|清单|一览表?)?|"
    r"(?:国省市)?三级(?=的?[^，。]{2,14}(?:对比|比较|对照|目标|指标|分别))|(?:调整|修改|修订|变更)(?:后|前)的?|(?:把|将)?(?<=.)(?:调整|修改|变更|改)(?:成|为|到)(?:了)?(?=多少|几|什么|谁|哪)|现行的?|"
    r"各(?:定|是|为|有|要)?|(?:请)?(?:把|将)(?=[^，。]{2,12}(?:报|列|说|讲))|按(?:文件|印发|"
    rf"原文)?顺序|报一遍|(?:有|占|是|为|要)?(?:{ASKED_IN}|多(?:少|大|高|低|长|久|远)|"
    r"几(?:成|个|户|家|座|台|条|项|类|样|种|次))(?:个|吨|户|家|元)?|百分之[几多]少?|"
    r"哪[一二两三四五六几]?(?:些|个|里|儿|家|年|样|"
    r"项|种|类|方面)?|"
    r"(?:全部|都|逐一|逐条)?列(?:举|出)?(?:出来|一下)?|[一二两三四五六](?:样|项|个|种|类|条)|"
    r"(?:可不可以|能不能|要不要|是不是|有没有|用不用|行不行)|什么样?的?|怎么(?:样|办)?|怎样|如何|"
    r"为(?:什么|何|啥)|"
    r"(?:是|由|归)?谁|由哪|(?:这|那|该)(?:一)?(?:条|项|块|部分|章)|请问|告诉我|含不含|算不算"
)


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
    spelt = chinese_places(typed) if is_english(typed) else _spelt(typed, vocabulary)
    earlier = [normalise(turn[:MAX_CHARS]) for turn in history if turn.strip()]
    whole, carried, asked = standalone(spelt, earlier, subject=_subject)
    return _read(text, whole, carried, asked)


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
    plain = ORDER.sub("", whole) or whole
    wanted = untitled(ORDER.sub("", asked) or asked)
    said = untitled(plain)
    listed = LISTED.sub(lambda m: "，" * len(m.group()), said)
    named = (
        name
        for name, start, end in find_bodies(listed)
        if said[max(0, start - 1) : start] not in OBJECT and not OF_DOCUMENT.match(said, end)
    )
    organs = tuple(dict.fromkeys(named)) or (english_bodies(said) if english else ())
    refs = clause_refs(said)
    claim = bool(CONFIRM.search(said) or REASON.search(said) or ASSERTED_DUTY.search(said))
    levels = tuple(level for level, names in LEVELS.items() if re.search(names, plain, re.I))
    places = places_in(plain)
    if any(place in provinces() for place in places) and "省" not in levels:
        levels += ("省",)
    others = [name for name, _, end in find_bodies(listed) if OF_DOCUMENT.match(said, end)]
    concepts = _concepts(plain, (*organs, *others), english, carried)
    return Question(
        text=text,
        standalone=whole,
        language="en" if english else "zh",
        intent=intent_of(
            wanted, english=english, organ=bool(organs), clause_ref=bool(refs), sides=_sides(levels, places)
        ),
        concepts=concepts,
        organs=organs,
        numbers=tuple(re.findall(NUMBER, plain)),
        titles=tuple(dict.fromkeys((*TITLE.findall(plain), *LAW.findall(plain)))),
        clause_refs=refs,
        years=_years(said),
        levels=levels,
        places=places,
        asks=asks_of(wanted, english=english),
        unit=unit_of(said),
        role=next((role for word, role in ROLE.items() if word in said), ""),
        asserted=_asserted(said),
        phrases=tuple(QUOTED.findall(plain)),
        claim=claim,
        misuse=bool(MISUSE.search(whole)),
        selection=None if refs or claim else selection_of(wanted, _years(said), concepts),
    )


def is_english(text: str) -> bool:
    """Tell whether a question is English; one typed in pinyin is Chinese."""
    return language_of(text) == "en" and not is_pinyin(text)


def _years(text: str) -> tuple[int, ...]:
    years = [parse_year(m.group()) for m in YEAR.finditer(re.sub(NUMBER, "", text))]
    return tuple(dict.fromkeys(year for year in years if year))


def _sides(levels: Sequence[str], places: Sequence[str]) -> int:
    """Count what a question sets beside each other: levels of government, and cities (a province is a level)."""
    cities = [place for place in places if place not in provinces()]
    return len({*levels} - ({"市"} if cities else set())) + len(cities)


def _asserted(text: str) -> tuple[str, ...]:
    """Return the figures put forward, years and addresses aside."""
    bare = YEAR.sub("", _unnumbered(ADDRESS.sub("", text)))
    return tuple(re.sub(r"\s", "", m.group()) for m in FIGURE.finditer(bare))


def _unnumbered(text: str) -> str:
    """Return a question without the 文号 in it, in full or short: 国发〔2021〕33号, 晋市政发15号."""
    return SHORT_FORM.sub(" ", re.sub(NUMBER, " ", text))


def _concepts(text: str, organs: Sequence[str], english: bool, carried: str) -> tuple[Concept, ...]:
    """Return what the question is about: its words less those of grammar, bodies and addresses."""
    text = ADDRESS.sub(" ", _unnumbered(text))
    for name in organs:
        text = text.replace(name, " ")
    for place in places_in(text):
        text = re.sub(rf"{place}(?:省|市|自治区|自治州)?", " ", text)
    if english:
        return english_concepts(TIME.sub(" ", text))
    before = set(content_words(carried))
    terms = dict.fromkeys(content_words(TIME.sub(" ", text)))
    return tuple(lexicon.concept(word, carried=word in before) for word in terms)


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning: expressions of the tables whole, then jieba's words, grammar left out.

    >>> content_words("养殖场的粪便要怎么处理，各多少吨")
    ['养殖场', '粪便', '处理']
    """
    found: list[str] = []
    phrases = lexicon.known_phrases()
    words = [w for w, _, _ in domain_segmenter().spans(ASKING.sub(" ", text)) if any(map(str.isalnum, w))]
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + 6), at, -1):
            joined = "".join(words[at:end])
            if end == at + 1 or lexicon.fold(joined) in phrases:
                joined = joined if lexicon.fold(joined) in phrases else _trimmed(ATTRIBUTE.sub("", joined))
                if (
                    joined not in STOP
                    and (len(joined) > 1 and not _scrap(joined) or lexicon.fold(joined) in phrases)
                    and not joined[0].isdigit()
                ):
                    found.append(joined)
                at = end
                break
    return found


def _scrap(word: str) -> bool:
    """Tell whether a word is none, but a function word with what stood beside it (来管, 压给, 局管, 时该).

    >>> _scrap("来管"), _scrap("来源"), _scrap("散煤"), _scrap("要省")
    (True, False, False, True)
    """
    return len(word) == 2 and bool(FUNCTION & {*word}) and not part_of_speech(word)


def _trimmed(word: str) -> str:
    """Return a word that no dictionary knows without the function words that were cut off with it.

    >>> _trimmed("能治好"), _trimmed("可再生能源"), _trimmed("要害")
    ('治好', '可再生能源', '要害')
    """
    if len(word) != 3 or part_of_speech(word):
        return word
    return word[1:] if word[0] in FUNCTION else word[:-1] if word[-1] in FUNCTION else word


def _subject(text: str) -> list[str]:
    """Return the content words and bodies of an earlier question, for the follow-up rules."""
    return [*content_words(text), *(name for name, _, _ in find_bodies(text)), *clause_refs(text)]
