"""Follow-up questions made whole: 「那它的2025年目标呢？」 after 「VOC治理谁负责？」.

Four shapes are told apart. A place, a level or a year alone takes the place of the earlier one (晋城的呢, 2030年呢); a
pronoun stands for the earlier subject; ``…呢`` swaps the subject and keeps what was asked; a question with hardly a
subject of its own borrows the earlier one. The whole question is shown, so that a wrong reading can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ingest.levels import places_in
from kb.search.reading.addresses import clause_refs, stepped
from kb.search.reading.forms import form, says, spelt_out

Whole = tuple[str, str, str]  # the question as it stands on its own, the part carried over, the part newly asked

TRAILING = re.compile(r"(?:又|还)?呢[？?]*$")
QUESTION_TAIL = re.compile(r"[？?。.\s]+$")
EDGES = "的 ，,"
ALONE = "的是由要应需该"
ASPECT = re.compile(spelt_out("的?{aspect}$"))
ASPECT_NAMED = re.compile(spelt_out("{aspect}"))
YEAR = re.compile(r"(?:19|20)\d\d年?")
# 国家的 · 省里 · 全市: whose document
LEVEL = re.compile(r"国家|全国|国务院|省里|全省|省级|省(?=的)|市里|全市|市级")
WHOSE = re.compile(rf"(?:{LEVEL.pattern})(?:层面|方案)?")
# Who is responsible for | green buildings
SUBJECT_EN = re.compile(
    r"(.*?\b(?:for|of|about|deals? with|looks? after|takes? care of|handles?|oversees?|manages?|regulates?|runs?)\s+)"
    r"(?:the\s+)?(.+)$",
    re.I,
)
LEADING_EN = re.compile(r"^(?:and|what about|how about)\s+(?:for|of|about)?\s*", re.I)
OWNED_EN = re.compile(r"\b(?:its|their)\b", re.I)
PRONOUN_EN = re.compile(r"\b(?:it|that|this|them|those|these)\b", re.I)


def standalone(text: str, history: Sequence[str], *, subject: Callable[[str], list[str]]) -> Whole:
    """Return the question as it stands on its own, the part carried over from ``history``, and the part newly asked.

    ``subject`` gives the words of a question that carry meaning.

    >>> standalone("那它的2025年目标呢？", ["VOC治理谁负责？"], subject=lambda t: ["VOC", "治理"] if "VOC" in t else [])
    ('VOC治理的2025年目标是什么？', 'VOC治理', '2025年目标是什么？')
    """
    if not history or says("this_document", text):
        return text, "", text
    if moved := _moved(text, history[-1]):
        return moved, "", moved
    before = _last_with_subject(history, subject)
    topic = _topic(before)
    if not topic:
        return text, "", text
    follow_up = _english_follow_up(text, before) if _english(text) else _swapped(text, before)
    if follow_up:
        return follow_up, "", follow_up
    return _chinese_follow_up(text, before, topic, subject) or (text, "", text)


def _moved(text: str, before: str) -> str:
    """Return a question for the clause beside the one asked about before, by its address; empty for other questions.

    >>> _moved("下一条讲什么", "三（九）讲什么"), _moved("下一条讲什么", "绿道由谁管")
    ('三（十）讲什么', '')
    """
    refs = clause_refs(before)
    name = next((name for name in ("next", "previous") if says(name, text)), "")
    if not name or len(refs) != 1 or clause_refs(text):
        return ""
    return stepped(form(name).sub(lambda m: refs[0] + m.group(), text, count=1))


def _chinese_follow_up(text: str, before: str, topic: str, subject: Callable[[str], list[str]]) -> Whole | None:
    """Return a question made whole with the earlier ``topic`` or with what was asked of it; None where it is whole."""
    pronoun = form("pronoun")
    own = subject(WHOSE.sub("", pronoun.sub("", text)))
    if _whose(text) and (other := _whose(topic)):  # 省里的目标呢: of another than before
        topic = (topic[: other.start()] + topic[other.end() :]).strip(EDGES)
    if pronoun.search(text) and len(own) < 4:  # four words are a subject beside the pronoun
        rest = _complete(pronoun.sub("", _unled(text), count=1).strip(EDGES))
        link = "" if rest.startswith(("，", "的")) else ": " if _english(text) else "的"
        return topic + link + rest, topic, rest
    if own and (TRAILING.search(text) or says("leading", text)):
        bare = QUESTION_TAIL.sub("", TRAILING.sub("", _unled(text)))
        asked = form("asked_last").search(QUESTION_TAIL.sub("", before))
        if asked and not says("asked_last", bare):
            return f"{bare}{asked.group()}？", "", f"{bare}{asked.group()}？"
        return f"{topic}：{_complete(bare)}", topic, _complete(bare)
    if len(own) <= 1 or says("again", text):
        rest = _complete(_unled(text))
        return f"{topic}：{rest}", topic, rest
    return None


def _swapped(text: str, before: str) -> str:
    """Put a place, a level or a year that stands alone into the earlier question; nothing where more is said.

    >>> _swapped("晋城的呢？", "国家的绿道目标是多少？"), _swapped("那2030年呢", "绿道目标是多少？")
    ('晋城的绿道目标是多少？', '2030年绿道目标是多少？')
    >>> _swapped("国家层面是多少", "晋城市绿道长度目标？"), _swapped("绿廊呢", "绿道目标是多少？")
    ('国家层面的绿道长度目标？', '')
    >>> _swapped("2025年有什么目标", "绿道由谁管")
    ''
    """
    bare = QUESTION_TAIL.sub("", TRAILING.sub("", _unled(text)))
    if (asked := ASPECT_NAMED.search(bare)) and asked.group() not in before:
        return ""  # 2025年有什么目标, after a question who is responsible: something else is asked
    bare = ASPECT.sub("", form("asked_last").sub("", bare)).strip(EDGES)
    if YEAR.fullmatch(bare):
        return YEAR.sub(bare, before, count=1) if YEAR.search(before) else bare + before
    if not (WHOSE.fullmatch(bare) or _is_place(bare)):
        return ""
    earlier = _whose(before)
    rest = before[earlier.end() :] if earlier else before
    return (before[: earlier.start()] if earlier else "") + bare + ("" if rest.startswith("的") else "的") + rest


def _whose(text: str) -> re.Match[str] | None:
    """Return where a text says whose document it means, by a level or a place."""
    return WHOSE.search(text) or next(map(_printed(text), places_in(text)), None)


def _is_place(text: str) -> bool:
    return any(re.fullmatch(rf"{place}[省市区县]?", text) for place in places_in(text))


def _printed(text: str) -> Callable[[str], re.Match[str] | None]:
    return lambda place: re.search(rf"{place}[省市]?", text)


def _english_follow_up(text: str, before: str) -> str:
    """Put a new subject into the earlier English question, or the earlier subject into the new one.

    >>> _english_follow_up("And for rural toilets?", "Who is responsible for green buildings?")
    'Who is responsible for rural toilets?'
    >>> _english_follow_up("Who is in charge of that?", "What is the target for non-fossil energy?")
    'Who is in charge of non-fossil energy?'
    >>> _english_follow_up("And its target?", "Who is responsible for river dredging?")
    'river dredging: target?'
    """
    earlier = SUBJECT_EN.match(before)
    if not earlier:
        return ""
    topic, rest = earlier[2].rstrip("?. "), LEADING_EN.sub("", text)
    if OWNED_EN.search(text):
        return f"{topic}: {OWNED_EN.sub('', rest).strip()}"
    if LEADING_EN.match(text):
        return earlier[1] + rest
    return PRONOUN_EN.sub(topic, text, count=1) if PRONOUN_EN.search(text) else ""


def _last_with_subject(history: Sequence[str], subject: Callable[[str], list[str]]) -> str:
    """Return the latest earlier question that has a subject of its own, else the latest."""
    for turn in reversed(history):
        if not says("pronoun", turn) and len(subject(turn)) > 0 and not TRAILING.search(turn):
            return turn
    return history[-1]


def _topic(question: str) -> str:
    """Return what the earlier question was about: its words before what it asked.

    >>> _topic("农村卫生厕所普及率的目标是多少？"), _topic("能耗双控谁负责？")
    ('农村卫生厕所普及率', '能耗双控')
    """
    bare = QUESTION_TAIL.sub("", _unled(question))
    if _english(bare):
        return bare
    if leading := form("asked_first").search(bare):
        return bare[leading.end() :].strip(EDGES)
    return form("asked_last").sub("", bare).strip(EDGES + ALONE) or bare


def _unled(text: str) -> str:
    return form("leading").sub("", text)


def _complete(rest: str) -> str:
    """Give a clipped question its verb: 2025年目标呢 → 2025年目标是什么？"""
    return TRAILING.sub("", rest) + "是什么？" if TRAILING.search(rest) else rest


def _english(text: str) -> bool:
    return len(re.findall(r"[A-Za-z]", text)) > len(re.findall(r"[一-鿿]", text))
