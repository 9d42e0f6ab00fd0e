"""Duties in running prose: 县节能主管部门负责…, 由市水务局牵头…, 市财政局会同…制定…, 由市水务局组织评审.

Only a sentence whose subject is a body, or a list of bodies, directly before 负责, 牵头, 会同, 主管, 组织实施 or
按程序落实 (a plain 落实 mostly exhorts: 要落实责任) is a duty, with no more between than 按照各自职责 or
作为主管部门; or before 配合 where the body it helps is named; or one that gives a deed of office to a body by 由.
What bodies should do otherwise, what was done in the past (会同…制定了), what is quoted, and what companies or
persons answer for (负责人) is not: a false duty is worse than a missed one. Bodies after 会同 are taken as far as they
read as names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.document import Body, Span
from ingest.mentions import body_end
from ingest.organs import canonical, kind_of, prefix_of, split_names
from ingest.phrases import LEAD, RESPONSIBLE, SUPPORT, Phrase

SENTENCE = re.compile("[^。；\n]+[。；]?")
# 市水务局要按照职责分工负责 · 应当会同 · 共同牵头
TRIGGER = re.compile(
    "(?:要|应当|应|须|将|依法|按照?(?:各自)?(?:职责|职能)(?:分工|范围)?|共同|统一|统筹|具体|组织|分别)*"
    "(?:(?P<lead>牵头)|(?P<joint>会同)|(?P<support>配合|协助)|分工负责|(?P<charge>负责|主管)|组织实施|按照?(?:规定)?程序落实(?!.{0,8}(?:责任|要求|精神|政策|部署)))"
)
# What a sentence without a duty has nothing of
SIGN = re.compile("由|牵头|会同|配合|协助|负责|主管|组织实施|落实")
# 由市水务局组织评审 · 由县财政局依法收回
OFFICE_DEED = re.compile(
    "(?:依法|依规|按(?:照)?(?:规定|程序|有关规定)|统一|具体|予以|及时|定期|联合|共同|参照)*"
    "(?:组织|安排|制定|编制|拟定|审批|审核|审查|审定|核准|核定|认定|评审|受理|办理|批准|备案|下达|拨付|收回|追缴|监督|检查|查处|"
    "处罚|处理|责令|管理|发布|公布|确定|建立|授予|颁发|统筹|协调|承担|指导|实施|执行|落实|考核|解释)(?!的|人员|机构|部门|方案|办法)"
)
# 各项目主管部门，按照各自职责，负责… · 县水利局作为主管部门，负责…
ASIDE = re.compile(
    "，(?:按照?|依照|根据|依据)(?:各自|其|本)?(?:的)?(?:法定)?(?:职责|职能|分工|权限|规定)[^，。；]{0,6}，$"
)
AS_OFFICE = re.compile("作为[^，。；（(]{2,24}(?:部门|机关|单位|机构)(?:[（(][^）)]*[）)])?，$")
# 负责人, 负责任, 主管部门, 牵头单位 are nouns; 负责， has no object
NOUN = re.compile("人(?!民|力|口|才|防|工)|任[的地，。]|部门|单位|机关|机构|领导|制|方")
# 负责节能工作的部门 is a noun too
OFFICE = re.compile("的|[^，。；]{0,30}的(?:[^，。；的]{0,4})(?:部门|机构|单位|人员|组织|企业|行政机关)")
EMPTY_CHARGE = re.compile(f"[，、。；）)]|$|{OFFICE.pattern}")
HISTORY = re.compile("了(?:《|“|一|多|相关|本)|已经|已于|经.{0,12}同意")
# 市、区（市）人民政府 · 设区的市级
AREA = "(?:(?:省|市|州|设区的市|区)、)*(?:省|市|州|区|县|旗)(?:（[市区县旗、]{1,5}）)?(?:级|级以上)?(?:人民政府)?"
# 节能主管部门 · 各领域主管部门 · 住房和城乡建设部门 · 主管部门
SECTOR = re.compile(
    f"(?:{AREA})?"
    "(?:(?![的了要应将把被由向对或并、，。；：！？“”《》（）()0-9局厅委办]|会同|牵头|配合|负责|加强|推进|开展)[^\\s]){0,24}?"
    "(?<!牵头)(?<!配合)(?:部门|主管机关)(?!和单位)"
)
# 工业和信息化、商务、教育等部门
LISTED = re.compile("(?P<names>[一-鿿]{2,14}(?:、[一-鿿]{2,14}){0,30}?)等(?:[^，、；。等]{0,6})(?:部门|单位|方面)")
# 会同有关部门和单位 · 会同市财政局等部门
OPEN_TAIL = re.compile(
    "(?P<etc>等)?(?P<name>(?:各有关|各相关|有关|相关|其他|各)(?:主管)?(?:部门和单位|部门|单位|方面|地区))|"
    "(?P<bare>等部门)"
)
BOUNDARY = "，：；。“”！？"
# 第二十六条 · （二）, where a clause was not recognised
LABEL = re.compile(
    "^[ \\n　]*(?:第[一二三四五六七八九十百零〇0-9]+[条章节款][ 　]*|[（(][一二三四五六七八九十0-9]+[)）])"
)
MAX_SUBJECT = 120


@dataclass(frozen=True, slots=True)
class ProseDuty:
    """A sentence that gives bodies a duty; ``span`` is the sentence."""

    span: Span
    phrase: Phrase


@dataclass(slots=True)
class _Reading:
    """Bodies of one sentence as they are found."""

    place: str
    bodies: dict[str, Body] = field(default_factory=dict)
    prefix: str = ""
    open_ended: bool = False

    def add(self, names: tuple[str, ...], role: str) -> None:
        for name in names:
            self.prefix = prefix_of(name) or self.prefix
            known = canonical(name, prefix=self.prefix, place=self.place)
            self.bodies.setdefault(name, Body(name, role, kind_of(name), known))


def prose_duties(text: str, span: Span, place: str = "") -> tuple[ProseDuty, ...]:
    """Return the prose duties among the sentences of ``span``, in order.

    >>> words = "县水利局会同县财政局编制年度预算。企业负责人应当签字。"
    >>> [duty] = prose_duties(words, Span(0, len(words)))
    >>> [b.name for b in duty.phrase.bodies]
    ['县水利局', '县财政局']
    """
    duties = []
    for sentence in SENTENCE.finditer(text, span.start, span.end):
        words = LABEL.sub("", sentence.group())
        reading = _read_sentence(words, place)
        if reading.bodies:
            start = sentence.end() - len(words.lstrip(" \n　.．、"))
            shared = "职责分工" in words or "分工负责" in words
            phrase = Phrase(tuple(reading.bodies.values()), shared, reading.open_ended, None, True)
            duties.append(ProseDuty(Span(start, sentence.end()), phrase))
    return tuple(duties)


def _read_sentence(sentence: str, place: str) -> _Reading:
    reading = _Reading(place)
    if not SIGN.search(sentence) or HISTORY.search(sentence):
        return reading
    for giving in re.finditer("由", sentence):
        if not _quoted(sentence, giving.start()):
            reading.add(_doers(sentence, giving.end()), RESPONSIBLE)
    for found in TRIGGER.finditer(sentence):
        if NOUN.match(sentence, found.end()) or _quoted(sentence, found.start()):
            continue
        before = sentence[max(0, found.start() - MAX_SUBJECT) : found.start()]
        before = AS_OFFICE.sub("", ASIDE.sub("", before))
        names, by = _subject(before)
        carried = bool(reading.bodies) and before.endswith("，")
        if found["charge"] and (OFFICE if by else EMPTY_CHARGE).match(sentence, found.end()):
            continue
        helps = bool(found["support"]) and _name_end(sentence, found.end()) > found.end()
        if names and (not found["support"] or reading.bodies or helps):
            reading.add(names, LEAD if found["lead"] else SUPPORT if found["support"] else RESPONSIBLE)
        if found["joint"] and (names or carried):
            partners, open_ended = _partners(sentence, found.end())
            reading.add(partners, RESPONSIBLE)
            reading.open_ended |= open_ended
    return reading


def _doers(sentence: str, at: int) -> tuple[str, ...]:
    """Return the bodies after 由 that a deed of office follows; none where anything else follows."""
    names: list[str] = []
    at += sentence.startswith("其", at)
    while (end := _name_end(sentence, at)) > at:
        names += split_names(sentence[at:end])
        if sentence[end : end + 1] not in ("、", "和", "及", "与"):
            return tuple(names) if OFFICE_DEED.match(sentence, end) else ()
        at = end + 1
    return ()


def _subject(before: str) -> tuple[tuple[str, ...], bool]:
    """Return the bodies that end exactly at the verb, and whether 由 introduces them.

    None where anything but bodies stands between the last mark and the verb.
    """
    start = max(before.rfind(mark) for mark in BOUNDARY) + 1
    words = "".join(before[start:].split())
    by = words.rfind("由") + 1
    by += words.startswith("其", by)
    names: list[str] = []
    at = by
    while at < len(words):
        end = _name_end(words, at)
        if end <= at or (end < len(words) and words[end] not in "、和及与"):
            return (), False
        names += split_names(words[at:end])
        at = end + 1
        if at == len(words):
            return (), False
    return tuple(names), by > 0


def _partners(sentence: str, at: int) -> tuple[tuple[str, ...], bool]:
    """Return the bodies after 会同, up to the first words that are none, and whether 等 leaves them open."""
    if listed := LISTED.match(sentence, at):
        return split_names(listed["names"]), True
    names: list[str] = []
    while at < len(sentence):
        if tail := OPEN_TAIL.match(sentence, at):
            return (*names, *((tail["name"],) if tail["name"] else ())), bool(tail["etc"] or tail["bare"])
        end = _name_end(sentence, at)
        if end <= at:
            break
        names.append(sentence[at:end])
        at = end + (sentence[end : end + 1] in ("、", "和", "及", "与"))
    return tuple(names), False


def _quoted(sentence: str, at: int) -> bool:
    return sentence.count("“", 0, at) > sentence.count("”", 0, at)


def _name_end(text: str, at: int) -> int:
    """Return the end of a body or of a sector's departments (财政部门) at ``at``, or 0."""
    end = body_end(text, at)
    if end > at and not text.startswith(("部门", "有关", "相关", "其他", "各"), end):
        return end
    sector = SECTOR.match(text, at)
    return sector.end() if sector else 0
