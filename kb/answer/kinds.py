"""Typed evidence: does a text hold the kind of thing that is asked for?

A clause on the right subject is no answer where a telephone number, a price, a frequency or the five members of a named
group are asked for and it prints none. The kinds are those that ``kb.search.reading.forms`` reads from question words;
a kind without a pattern here cannot be told from its words and counts as held. What is asked for by its noun (哪些问题,
哪些行业) is not required, only preferred.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.levels import places_in
from ingest.numerals import parse_integer
from ingest.words import domain_segmenter, part_of_speech
from kb.results import Question

NEVER = re.compile(r"(?!)")
TYPED, NAMED = 0.15, 0.1  # What a sentence gains that holds the kind of value asked for, or names the kind of thing.
VALUES = {
    "money": ("金额", "amount of money"),
    "live": ("实时情况", "current information"),
    "recommendation": ("推荐", "recommendation"),
    "name": ("名称", "names"),
    "area": ("地名", "names of places"),
    "unit_inside": ("内设机构", "division inside the body"),
    "day": ("具体日期", "exact date"),
    "headcount": ("人数", "number of people"),
    "sentence": ("刑罚", "criminal penalty"),
    "distance": ("距离", "distance"),
    "hour": ("钟点", "time of day"),
    "phone": ("联系电话", "telephone number"),
    "email": ("邮箱", "e-mail address"),
    "person": ("人员姓名", "person's name"),
    "place": ("地址", "address"),
    "penalty": ("处罚规定", "penalty"),
    "procedure": ("办理程序", "procedure"),
    "figure": ("具体数值", "figure"),
    "frequency": ("频次", "frequency"),
    "when": ("时间", "date"),
    "duration": ("期限", "length of time"),
    "reason": ("原因", "reason"),
    "members": ("具体内容", "members"),
}
PRINTED = {
    "money": re.compile(r"\d(?:\.\d+)?[十百千万亿]*元"),
    "distance": re.compile(r"\d(?:\.\d+)?余?(?:米|公里|千米|km)|[一二两三四五六七八九十百千]+(?:米|公里|千米)"),
    "hour": re.compile(r"\d{1,2}[:：]\d\d|\d{1,2}[时点](?!代|期)"),
    "phone": re.compile(r"(?<!\d)(?:\d{3,4}[-—]\d{7,8}|[（(]\d{3,4}[）)]\s*\d{7,8}|1\d{10}|12\d{3})(?!\d)"),
    "email": re.compile(r"[\w.]+@[\w.]+"),
    "person": re.compile(r"(?:联系人|组\s*长|主\s*任|负责人)[：:]\s*[一-鿿]{2}"),
    "place": re.compile(r"[一-鿿]+(?:路|街|大道)\d*号|位于|选址"),
    "name": NEVER,
    "recommendation": NEVER,
    "live": NEVER,
    "unit_inside": re.compile(r"科室|处室|[一-鿿]{2,8}(?:处|科|股)(?=负责|承担|牵头)"),
    "day": re.compile(r"\d{1,2}月\d{1,2}日|\d{1,2}月(?:上|中|下)旬|每[月季周][^，。；]{0,4}\d{1,2}日"),
    "headcount": re.compile(r"\d+(?:余)?[人名]"),
    "penalty": re.compile(
        r"罚款|处罚|追究|追责|问责|约谈|限批|吊销|责令|惩|缓批|不予|取消|撤销|通报|扣(?:减|分)|否决|失信|黑名单|不得评"
    ),
    "sentence": re.compile(r"有期徒刑|拘役|刑事责任"),
    "procedure": re.compile(r"申请|申报|提交|材料"),
    "frequency": re.compile(
        r"按[月季年周日]|每(?:半)?[月季年周日天旬]|每[两三四五]年|[月季年周]度|[一二两三四五]年(?:一次|考核|一评)|定期|逐[月季年]|常态化|适时"
        r"|[年月周天日](?:之?内，?(?:至少)?|至少)[^，。；]{0,4}(?<!第)[一二两三四五六\d]+次"
    ),
    "when": re.compile(r"\d{4}年|[一二三四五六七八九十]{2}五|月|季|年度|每年|日前|底前"),
    "reason": re.compile(
        r"为了|由于|因为|旨在|以便|为(?:实现|推动|贯彻|确保|加快|完成|提高|落实|促进|进一步|深入|切实|规范|加强)|，确保|从而|目的是"
    ),
}  # fmt: skip
# 哪些突出问题 · 哪几类行业: the noun that tells what is to be listed
NOUN = re.compile(r"哪(?:些|[一二两三四五六七八九十几](?:个|项|类|种|大|方面)?)([一-鿿]{2,8})")
# “五个一体化”具体是哪五个 · 包括哪几个: the members of what is named by its number
MEMBERS = re.compile(
    r"(?:是|指|包括|有|为|分)(?:的是)?(?:哪|什么)(?:([一二两三四五六七八九十])|几)(?:个|项|类|种|大|样|方面)?(?:[？?。]|$)"
)
COUNTED = re.compile(r"([一二两三四五六七八九十])(?:个|项|类|种|大|改|位|统一|化)")
PART = re.compile(r"[^，。\n]+[，。\n]?")
SPELT = re.compile(r"即|包括|包含|分别|[指是]|一是|[（(]")
LISTED = re.compile(r"、|；|[一二三四五六七八九]是|[（(][一二三四五六七八九]+[）)]")


def asked_for(kind: str, text: str) -> bool:
    """Tell whether ``text`` holds a value of the kind asked for.

    >>> asked_for("frequency", "两年内至少检修一次"), asked_for("frequency", "2025年完成第一次检修")
    (True, False)
    """
    if kind == "area":
        return bool(places_in(text)) or any(map(_is_area, domain_segmenter().words(text)))
    return bool(PRINTED[kind].search(text)) if kind in PRINTED else True


def _is_area(word: str) -> bool:
    """Tell whether a word names a county or the like: 陵川县; not 上市, which ends like one."""
    return len(word) > 2 and word[-1] in "市县区州盟旗镇乡" and part_of_speech(word) == "ns"


def kinds_wanted(question: Question) -> list[str]:
    """Return the kinds of value that an answer has to hold; how often is no length of time and no date."""
    often = {"duration", "when"} if "frequency" in question.asks else set()
    return sorted(question.asks - {"figure"} - often)


def preferred(question: Question, text: str) -> float:
    """Return what a sentence gains by holding what is asked for."""
    kinds = question.asks & PRINTED.keys()
    gain = TYPED if kinds and all(asked_for(kind, text) for kind in kinds) else 0.0
    noun = asked_noun(question.standalone)
    return gain + (NAMED if noun and noun in text else 0.0)


@lru_cache(maxsize=256)
def asked_noun(text: str) -> str:
    """Return the noun of what is to be listed; empty where there is none.

    >>> asked_noun("整治重点解决哪些突出问题"), asked_noun("哪些行业要改造"), asked_noun("由谁负责")
    ('问题', '行业', '')
    """
    found = NOUN.search(text)
    noun = ""
    for word, _, _ in domain_segmenter().spans(found[1]) if found else ():
        if part_of_speech(word)[:1] in ("n", "a", "b"):
            noun = word
        elif noun:
            break
    return noun if len(noun) > 1 else ""


def lists_members(question: Question, text: str) -> bool:
    """Tell whether ``text`` lists the members of a group where these are asked for; true where they are not.

    >>> asked = Question("", "“四个统一”具体是哪四个？", "zh", "measure")
    >>> lists_members(asked, "坚持“四个统一”，推进绿道、驿站、码头、停车场建设。")
    False
    >>> lists_members(asked, "统一规划、统一建设、统一养护、统一标识的“四个统一”。")
    True
    """
    asked = MEMBERS.search(question.standalone)
    if not asked:
        return True
    number = asked[1] or next(iter(COUNTED.findall(question.standalone)), "")
    wanted = parse_integer("二" if number == "两" else number) if number else None
    return len(LISTED.findall(_beside(COUNTED.search(question.standalone), text))) >= (wanted or 2) - 1


def _beside(name: re.Match[str] | None, text: str) -> str:
    """Return the parts of ``text`` that print what is counted (两个…), and those that spell it out; else all of it."""
    parts = PART.findall(text)
    named = [n for n, part in enumerate(parts) if name and name.group() in part]
    told = [n + 1 for n in named if n + 1 < len(parts) and SPELT.match(parts[n + 1])]
    return "".join(parts[n] for n in (*named, *told)) if named else text
