"""What a responsibility phrase says: who leads, who supports, who answers for it, and by when.

Phrases come as verbs after names (A、B牵头，C等按职责分工负责), as labels before names (牵头单位：A；配合单位：B；
完成时限：2024年底前) or as bare lists of names. A lead is only what the text calls 牵头, a support only what it
calls 配合, 协办, 协助 or 参与: the first of a list is not its lead. 等 leaves a list open, 按职责分工 divides it.
What cannot be a name (remarks, dates) is not taken, and a phrase in which hardly any piece is a body is no
responsibility phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.brackets import BRACKETS, cut_outside
from ingest.document import Body, Span
from ingest.organs import SENTENCE, canonical, is_body, kind_of, prefix_of, split_names
from ingest.standing import standing_rules

LEAD, SUPPORT, RESPONSIBLE = "lead", "support", "responsible"

# 牵头单位： · 责任部门： · 市级主要责任单位：
ROLE_LABEL = (
    "(?:省级|市级|县级|区级|省直|市直|县直|区直)?(?:主要|第一|共同)?"
    "(?P<role>牵头|责任|配合|协办|参与|参加|协作|协同|协助|主责|主办|承办|实施|落实|执行|负责)(?:责任)?"
    "(?:单位|部门|处室|科室|机构|主体)(?:[及和]责任人)?[：:]|(?P<brief>牵头|配合|主办|协办)[：:]"
)
# 完成时限： · 完成期限：
TIME_LABEL = "(?P<time>(?:完成|办结|整改)?(?:时限|时间节点|时间|期限|节点)(?:要求)?[：:])"
PERSON_LABEL = "(?P<person>(?:责任人|责任领导|分管领导|牵头领导|联系人)[：:])"
LABEL = re.compile(f"{ROLE_LABEL}|{TIME_LABEL}|{PERSON_LABEL}")
SUPPORTING = ("配合", "协办", "参与", "参加", "协助", "协作", "协同")
ROLES = {"牵头": LEAD, **dict.fromkeys(SUPPORTING, SUPPORT)}
# 市水务局（牵头）、市财政局
ROLE_MARK = re.compile(
    "[（(〔](?P<role>牵头|配合|协办|参与|参加|协助|主办|承办|负责|责任)(?:负责|责任)?(?:单位|部门|处室)?[）)〕]$"
)

LEAD_VERB = "(?P<lead>(?:共同)?牵头(?:负责|落实|组织|实施|推进|抓总)*|(?:作)?为牵头(?:单位|部门))"
SUPPORT_VERB = (
    "(?P<support>(?:积极|协作|协同)*配合(?:落实|实施|推进|做好)?|协助(?:配合|落实|做好)?|协同(?:推进|实施)|"
    "(?:共同)?参与(?:落实|实施)?|参加|协办|(?:作)?为(?:配合|协办|参与)(?:单位|部门))"
)
SHARE_VERB = (
    "(?P<share>按(?:照)?(?:各自)?(?:职责|职能)(?:范围|权限)?(?:分别|分工)*(?:负责|落实|做好|组织|实施|推进|抓好)*|"
    "(?:分工|分头|分别)负责(?:落实)?|各负其责|各司其职)"
)
DO_VERB = (
    "(?:共同|具体|统一|统筹)?负责(?:落实|组织|实施|推进|指导)*|"
    "(?:组织|贯彻|推进|抓好|认真|具体)*(?:落实|实施(?!细则|方案|意见|条例|办法))|(?:作)?为(?:责任|实施)(?:单位|主体|部门)"
)
VERB = re.compile(f"{LEAD_VERB}|{SUPPORT_VERB}|{SHARE_VERB}|{DO_VERB}")

# 等部门 · 等有关单位 · 等, at the end of a list or before 和 (市水务局等部门和各区政府)
OPEN_END = re.compile("等(?:[^，、；。等]{0,8}(?:部门|单位|方面|机构|企业))?(?:$|[和及与，、])")
# 2024年底前 · 2023年6月底前完成 · 持续推进
DEADLINE = re.compile(
    "(?P<by>(?:每年|(?:19|20)[0-9]{2}年?|“?十四五”?|近期|远期)[^，；。、]{0,12}?(?:前|底|末|季度|月份|期间|年)?)"
    "(?:完成|全面完成|取得明显成效)?|"
    "(?P<ongoing>持续推进|长期坚持|长期推进|持续实施|长期|常年|全年|常态化(?:推进)?|立行立改|即知即改)"
)
# 以下简称 · 含 · 试行: a bracket that opens like this, or says 以下统称 anywhere, is a remark
REMARK = re.compile(
    ".*(?:简称|统称)|下称|即(?!墨)|不?含(?!山)|不?包括|不?包含|如(?![皋东])|例如|注|详见|见附|参见|附|下同|试行|除|"
    "其中|按|指|暂"
)
JOINTLY = re.compile("，?会同")
MARKS = "，,；;。、"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A read responsibility phrase; ``stated`` tells that it has a verb or a label, not only names.

    ``unread`` are pieces that stand among the names and cannot be any.
    """

    bodies: tuple[Body, ...]
    shared: bool
    open_ended: bool
    deadline: str | None
    stated: bool
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    names: str
    role: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """Lists of names with their roles, the labelled deadline, and whether a verb or label was there."""

    parts: tuple[_Part, ...]
    deadline: str | None
    stated: bool


def read_phrase(text: str, *, place: str = "", role: str = RESPONSIBLE) -> Phrase | None:
    """Read a responsibility phrase without its brackets; None where it names no responsible body.

    ``place`` is the document's own place, by which canonical names are joined; ``role`` is that of names without a
    verb or label.

    >>> read = read_phrase("市水务局牵头，市财政局、县（市、区）政府等配合；完成时限：2024年底前")
    >>> [(b.name, b.role) for b in read.bodies]
    [('市水务局', 'lead'), ('市财政局', 'support'), ('县（市、区）政府', 'support')]
    >>> read.deadline, read.open_ended, read_phrase("以下简称“责任单位”") is None
    ('2024年底前', True, True)
    """
    plain = _without_rules("".join(text.split()))
    if REMARK.match(plain):
        return None
    reading = _labelled(plain, role) if LABEL.search(plain) else _verbal(plain, role)
    bodies, dated, unread = _bodies(reading.parts, place)
    likely = sum(is_body(body.name) for body in bodies)
    if not likely or 2 * likely < len(bodies):
        return None
    return Phrase(
        bodies=bodies,
        shared=any(found["share"] for found in VERB.finditer(plain)),
        open_ended=any(OPEN_END.search(part.names) for part in reading.parts),
        deadline=reading.deadline or dated,
        stated=reading.stated,
        unread=unread,
    )


def claims_duty(text: str) -> bool:
    """Tell whether words in brackets speak of responsibility, whether or not they name anybody.

    >>> claims_duty("责任单位：待定"), claims_duty("由企业自行负责"), claims_duty("以下简称牵头单位")
    (True, True, False)
    """
    plain = "".join(text.split()).strip(MARKS)
    if REMARK.match(plain):
        return False
    labelled = any(found["role"] or found["brief"] for found in LABEL.finditer(plain))
    return labelled or any(verb.end() == len(plain) for verb in VERB.finditer(plain))


def joined(phrases: Sequence[Phrase]) -> Phrase:
    """Return the phrases of one row as one: each body once, with the role it is given first."""
    bodies: dict[str, Body] = {}
    for phrase in phrases:
        for body in phrase.bodies:
            bodies.setdefault(body.name, body)
    return Phrase(
        tuple(bodies.values()),
        shared=any(phrase.shared for phrase in phrases),
        open_ended=any(phrase.open_ended for phrase in phrases),
        deadline=next((phrase.deadline for phrase in phrases if phrase.deadline), None),
        stated=True,
    )


def _without_rules(plain: str) -> str:
    for rule in reversed(standing_rules(plain, Span(0, len(plain)), bracketed=True)):
        plain = plain[: rule.span.start] + plain[rule.span.end :]
    return plain


def _labelled(plain: str, role: str) -> _Reading:
    """Read label after label; what a label introduces may use verbs itself (责任单位：A牵头，B配合)."""
    labels = list(LABEL.finditer(plain))
    before = _verbal(plain[: labels[0].start()], role)
    parts, deadline, stated = list(before.parts), None, False
    ends = [*(label.start() for label in labels[1:]), len(plain)]
    for label, end in zip(labels, ends, strict=True):
        value = plain[label.end() : end].strip(MARKS)
        if label["time"]:
            deadline = value or None
        elif named := label["role"] or label["brief"]:
            parts += _verbal(value, ROLES.get(named, RESPONSIBLE)).parts
            stated = True
    return _Reading(tuple(parts), deadline, stated)


def _verbal(plain: str, default: str) -> _Reading:
    """Give the names before each verb the role of that verb, those after the last one the default."""
    parts, at, stated = [], 0, False
    outside = _masked(plain)
    for verb in VERB.finditer(outside):
        if verb.start() < at:
            continue
        plainly = RESPONSIBLE if default == LEAD else default
        role = LEAD if verb["lead"] else SUPPORT if verb["support"] else plainly
        parts.append(_Part(_list(plain[at : verb.start()]), role))
        at, stated = _object_end(outside, verb.end()), True
    parts.append(_Part(_list(plain[at:]), default))
    return _Reading(tuple(part for part in parts if part.names), None, stated)


def _masked(plain: str) -> str:
    """Blank what stands in nested brackets, so that no verb is found there; lengths are kept."""
    depth, out = 0, []
    for char in plain.translate(BRACKETS):
        depth += char == "("
        out.append("＿" if depth else char)
        depth -= char == ")" and depth > 0
    return "".join(out)


def _object_end(plain: str, at: int) -> int:
    """Skip the object of a verb (负责辖区内的监管，…) up to the next mark."""
    while at < len(plain) and plain[at] not in MARKS:
        at += 1
    return at


def _list(text: str) -> str:
    text = text.strip(MARKS + "：:")
    return JOINTLY.sub("、", text.removeprefix("由").removeprefix("请")).strip("、")


def _bodies(parts: tuple[_Part, ...], place: str) -> tuple[tuple[Body, ...], str | None, tuple[str, ...]]:
    """Turn lists of names into bodies, each once; what reads as a date is the deadline, what is neither is left."""
    bodies: dict[str, Body] = {}
    unread: list[str] = []
    deadline, prefix = None, ""
    for part in parts:
        for piece in cut_outside(part.names, "，,；;。"):
            if found := DEADLINE.fullmatch(piece):
                deadline = found["by"] or found["ongoing"]
                continue
            for printed in split_names(piece):
                mark = ROLE_MARK.search(printed)
                name = printed[: mark.start()] if mark else printed
                prefix = prefix_of(name) or prefix
                if len(name) < 2 or (SENTENCE.search(name) and not is_body(name)):
                    unread.append(printed)
                    continue
                role = ROLES.get(mark["role"], RESPONSIBLE) if mark else part.role
                known = canonical(name, prefix=prefix, place=place)
                bodies.setdefault(name, Body(name, role, kind_of(name), known))
    return tuple(bodies.values()), deadline, tuple(unread)
