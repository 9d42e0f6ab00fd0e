r"""How laws, orders and announcements (令, 公告) say who published what: above or under the title.

北河省人民政府令 / 第345号 / 《…办法》已经……通过，现予公布。 / 省长 / date / title. The header is no title, and
the head of the office who signs is no issuer: the office is. An announcement with a title of its own keeps it. Laws
name the assembly and the days of adoption and amendment in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.imprint import DATE, DAY, YEAR, day_of

# 第345号 · （2023年第5号）
SERIAL = re.compile(r"[（(]?(?P<serial>(?:(?:19|20)\d\d年)?第\d{1,5}号)[）)]?")
# 北河省人民政府令 · 水利部公告 · 北河省人民政府令第345号
HEADER = re.compile(rf"(?P<name>(?P<office>[一-鿿]{{2,40}})(?:令|公告))(?:{SERIAL.pattern})?")
NAMED = r"《(?P<{}>(?:[^《》]|《[^《》]*》)+)》"
# 《…办法》已经……会议通过 · 现将《…目录》予以公布 · 现公布《…决定》
PUBLISHES = re.compile(rf"^{NAMED.format('passed')}[已业]|现(?:将|公布|发布){NAMED.format('given')}")

# （2020年12月26日某市人民代表大会常务委员会第五次会议通过）
ADOPTED = re.compile(
    rf"(?:[（(][一-鿿]{{0,30}}|(?:根据)?){DATE.pattern}[^。]*(?:通过|批准|修订|修正|公布|发布|印发|施行)[^。]*[）)]?"
)
# 自2021年5月1日起施行 · 2021年5月1日施行
IN_FORCE = re.compile(rf"自{YEAR}年{DAY}月{DAY}日|{YEAR}年{DAY}月{DAY}日起?施行")
ADOPTER = re.compile(r"([一-鿿]+?人民代表大会(?:常务委员会)?)第[一二三四五六七八九十百]+次会议")
SESSION = re.compile(r"第[一二三四五六七八九十]+届")


@dataclass(frozen=True, slots=True)
class Decree:
    """Number and office of an order, the title it publishes (empty where it says none), the index of its serial."""

    number: str
    office: str
    title: str
    at: int


def read_decree(head: Sequence[str]) -> Decree | None:
    """Return the order or announcement that a header with a serial under it begins.

    >>> read_decree(["北河省人民政府令", "第345号", "《北河省取水办法》已经会议通过，现予公布。"])
    Decree(number='北河省人民政府令第345号', office='北河省人民政府', title='北河省取水办法', at=1)
    >>> read_decree(["北河省人民政府关于取水的公告", "第一条"])
    """
    for at, line in enumerate(head):
        header = HEADER.fullmatch(line)
        below = SERIAL.fullmatch(head[at + 1]) if at + 1 < len(head) else None
        serial = header and (header["serial"] or (below and below["serial"]))
        if header and serial:
            at += not header["serial"]
            sentence = next((line for line in head[at + 1 :] if "。" in line), "")
            found = PUBLISHES.search(sentence)
            title = (found["passed"] or found["given"]) if found else ""
            return Decree(header["name"] + serial, header["office"], title, at)
        if "。" in line:
            break
    return None


def adopter(head: Sequence[str]) -> tuple[str, ...]:
    """Return the assembly that adopted a law, from the bracket under its title.

    >>> adopter(["（2020年12月26日北河市第五届人民代表大会常务委员会第七次会议通过）"])
    ('北河市人民代表大会常务委员会',)
    """
    for line in head:
        if ADOPTED.fullmatch(line) and (match := ADOPTER.search(SESSION.sub("", DATE.sub("", line)))):
            return (match[1].lstrip("（("),)
    return ()


def adopted_on(head: Sequence[str]) -> date | None:
    """Return the last day of a law's adoption and amendment, not the one from which it is in force."""
    adopted = [
        found
        for line in head
        if ADOPTED.fullmatch(line)
        for match in DATE.finditer(IN_FORCE.sub("", line))
        if (found := day_of(match))
    ]
    return max(adopted, default=None)
