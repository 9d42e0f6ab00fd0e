r"""What printers, portals and news agencies say about a document outside its masthead and signature.

Prints of a portal begin with its table of facts (发文字号：… 成文日期：…); a 版记 closes with the office that printed
and the day (印发机关和印发日期, GB/T 9704-2012); decisions made known by a news agency bear the day of its dispatch; a
report names in its first sentence what a body has made and now publishes. All this is printed, and counts only where
masthead and signature are silent. The day on which a portal put a page up is not read: it may be years later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest.lines import BODY
from ingest.numerals import parse_integer

# 二〇二三, often typed 二O二三 or 二0二三
YEAR, DAY = r"(?:\d{4}|[〇○零O0一二三四五六七八九]{4})", r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = re.compile(rf"(?P<year>{YEAR})年(?P<month>{DAY})月(?P<day>{DAY})日")
NUMERIC = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
FACTS = {
    "number": "发文字号|发文文号|文件编号|文号",
    "issuers": "发文机关|发文机构|发文单位|制发机关|制定机关",
    "dated": "成文日期|成文时间|发文日期|发文时间|印发日期|签发日期",
    "": "索引号|主题分类|主题词|标题|名称|信息名称|发布机构|发布日期|发布时间|公开日期|有效性|时效性|来源|体裁分类"
    "|文件类型",
}
KINDS = {name: kind for kind, names in FACTS.items() for name in names.split("|")}
NAMES = "|".join(sorted(KINDS, key=len, reverse=True))
# 发文字号：北政发〔2023〕7号 · 成文日期:2023-08-05
FACT = re.compile(rf"[【\[]?(?P<name>{NAMES})[】\]]?[：:]\s*(?P<value>\S*?)(?=\s|[【\[]?(?:{NAMES})[】\]]?[：:]|$)")
# 北河市水务局办公室 2023年8月7日印发
PRINTED = re.compile(rf"(?:[一-鿿（）()、]{{2,40}}\s?)?{DATE.pattern}印发")
# （新华社北京2023年4月26日电）
DISPATCHED = re.compile(rf"[（(]?新华社[一-鿿]{{2,8}}{DATE.pattern}电")
# （此件公开发布） · 抄送：市委办公室 · 北河市水务局办公室 2023年8月7日印发
BEHIND = re.compile(rf"[（(][^（）()]{{2,40}}[）)]|抄送[：:].*|{PRINTED.pattern}")
# 市水务局制定《用水举报奖励方案》
MADE = re.compile(
    r"(?:^|，)(?P<issuer>[一-鿿]{3,30}?)(?:联合|研究|组织)?(?:制定|制订|出台)了?《(?P<title>[^《》]{4,80})》"
)
# it publishes what it names: 现予公布 · （以下简称《方案》）
OWN = re.compile(r"现予|现将|全文如下|予以(?:公布|发布)|^（以下简称《[^《》]{2,8}》）")
BASIS = re.compile(r"贯彻|落实|根据|按照|为|经")


def day_of(match: re.Match[str]) -> date | None:
    """Return the date of a match, or None for a day that does not exist."""
    try:
        return date(*(parse_integer(match[part].replace("O", "〇")) for part in ("year", "month", "day")))
    except ValueError:
        return None


def labelled(head: Sequence[str]) -> dict[str, str]:
    r"""Return number, issuers and dated as a portal's table of facts above the title gives them.

    >>> labelled(["索引号：K12\t发文字号：北政发〔2023〕7号", "成文日期：2023-08-05 发布日期：2023-08-09"])
    {'number': '北政发〔2023〕7号', 'dated': '2023-08-05'}
    """
    found: dict[str, str] = {}
    for line in head:
        for match in FACT.finditer(line) if FACT.match(line) else ():
            if (kind := KINDS[match["name"]]) and match["value"]:
                found.setdefault(kind, match["value"])
    return found


def labelled_day(printed: str) -> date | None:
    """Return the day that a table of facts gives, in either way of writing."""
    match = DATE.fullmatch(printed) or NUMERIC.fullmatch(printed)
    return day_of(match) if match else None


def closing_day(lines: Sequence[str]) -> date | None:
    """Return the date under the text that nobody signs, with nothing behind it but copies, printing and disclosure.

    >>> closing_day(["坚持节水。", "2023年8月5日", "（此件公开发布）"])
    datetime.date(2023, 8, 5)
    """
    for index in range(len(lines) - 1, 0, -1):
        if match := DATE.fullmatch(lines[index]):
            return day_of(match) if lines[index - 1].endswith("。") else None
        if not BEHIND.fullmatch(lines[index]):
            break
    return None


def printed_on(lines: Sequence[str]) -> date | None:
    r"""Return the day of printing in the 版记, or else of the dispatch; the last one that is printed.

    >>> printed_on(["（一）节水。", "抄送：各有关单位。", "北河市水务局办公室\t2023年8月7日印发"])
    datetime.date(2023, 8, 7)
    """
    for line in reversed(lines):
        if match := PRINTED.fullmatch(line) or DISPATCHED.match(line):
            return day_of(match)
    return None


def announced(first: str) -> tuple[str, tuple[str, ...]]:
    """Return title and issuer that the first sentence of a text without a title says it makes known.

    >>> announced("为加强管理，北河市水务局制定《用水举报奖励方案》，现予公布。")
    ('用水举报奖励方案', ('北河市水务局',))
    >>> announced("为贯彻落实市水务局制定《用水举报奖励方案》，现予公布。")
    ('', ())
    """
    sentence = first.split("。")[0]
    for match in MADE.finditer(sentence):
        issuer = match["issuer"]
        if BODY.fullmatch(issuer) and not BASIS.search(issuer) and OWN.search(sentence[match.end() :]):
            return match["title"], (issuer,)
    return "", ()
