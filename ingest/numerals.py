"""Numbers as policy texts print them, in Chinese or Arabic, and back to Chinese for labels.

One document mixes ``一百二十``, ``１３．５``, ``1,930``, ``百分之十五``, ``三成`` and ``二〇三五年``. Each function
turns one such numeral, already cut out of its sentence, into a number; finding numerals in a text is the caller's work.
They refuse what is not wholly a numeral, and colloquial forms that drop the last unit (``一百二``: 120 or 102?).
A library is not used because none of the small ones reads years, 百分之, 成 and full-width forms together.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
UNITS = {"千": 1000, "百": 100, "十": 10, "": 1}
# forms of one sign: 〇○ of years, 两 of counts, the banker's figures, and digits wrongly mixed in (二0二五年)
SAME = str.maketrans("〇○Ｏ两", "零零零二") | str.maketrans(
    "0123456789壹贰叁肆伍陆柒捌玖拾佰仟", "零一二三四五六七八九一二三四五六七八九十百千"
)
WIDE = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")

# 120 · 1,930 · 1,234,567
ARABIC = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
# 15.5 · 1,930.25
ARABIC_DECIMAL = re.compile(rf"({ARABIC.pattern})(?:\.([0-9]+))?")
# 一点五 · 十二点零八
CHINESE_DECIMAL = re.compile(r"([^点]+)点([零〇○一二三四五六七八九]+)")
# 二〇三五 · 一九九八, once written with the ten digits alone
POSITIONAL = re.compile(r"[零一二三四五六七八九]+")
# 五千零二十 · 十二 · 三百
GROUP = re.compile(r"(?:([一二三四五六七八九]?)([千百十]))|([一二三四五六七八九])$")
# 十二 · 一百十二, where 一 before 十 is left out
TEN = re.compile(r"(^|[百千零])十")
# 百分之十五 · 千分之三
FRACTION = re.compile(r"([百千])分之(.+)")
# 15.5% · 3‰ · 15.5个百分点
PER_SIGN = re.compile(r"(.+?)(%|‰|个?百分点)")
# 三成 · 三成五
TENTHS = re.compile(r"([一二两三四五六七八九])成([一二三四五六七八九])?")
# 2025年底 · 二〇三五年 · 2025
YEAR = re.compile(r"([12][0-9]{3}|[一二][零〇○Ｏ0一二三四五六七八九]{3}) ?(?=年|$)")


@lru_cache(maxsize=4096)
def parse_integer(text: str) -> int:
    """Return the non-negative integer that ``text`` prints, Chinese or Arabic, half or full width.

    >>> parse_integer("一百二十"), parse_integer("十二"), parse_integer("廿三"), parse_integer("１,９３０")
    (120, 12, 23, 1930)
    >>> parse_integer("二〇三五"), parse_integer("两千零五"), parse_integer("三万五千")
    (2035, 2005, 35000)

    Raises:
        ValueError: ``text`` is not wholly one integer.
    """
    plain = text.strip().translate(WIDE)
    if ARABIC.fullmatch(plain):
        return int(plain.replace(",", ""))
    plain = plain.replace("廿", "二十").replace("卅", "三十").translate(SAME)
    if POSITIONAL.fullmatch(plain):
        return int("".join(str(DIGITS[sign]) for sign in plain))
    total, rest = 0, plain
    for sign, unit in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = rest.partition(sign)
        if found:
            total, rest = total + _group(head, text, after=total) * unit, tail
    return total + _group(rest, text, after=total) if rest or not total else total


def _group(plain: str, text: str, *, after: int) -> int:
    """Read up to four digits with their units; accept only what ``to_chinese`` would print for the value.

    ``after`` is what stands before the group: then a low group needs its 零 (三万零五), and 三万五 is refused.
    """
    bare = plain.removeprefix("零") if after else plain
    parts = GROUP.findall(bare)
    value = sum(DIGITS[digit or "一"] * UNITS[unit] if unit else DIGITS[last] for digit, unit, last in parts)
    if (
        not bare
        or value > 9999
        or TEN.sub(r"\1一十", bare) != _in_full(value)
        or (after and value < 1000 and bare == plain)
    ):
        raise ValueError(f"不是数字：{text}")
    return value


def parse_decimal(text: str) -> Decimal:
    """Return the number that ``text`` prints, without any unit or percent sign.

    >>> parse_decimal("１３．５"), parse_decimal("1,930"), parse_decimal("一点五"), parse_decimal("十二")
    (Decimal('13.5'), Decimal('1930'), Decimal('1.5'), Decimal('12'))

    Raises:
        ValueError: ``text`` is not wholly one number; percentages belong to ``parse_percent``.
    """
    plain = text.strip().translate(WIDE)
    if arabic := ARABIC_DECIMAL.fullmatch(plain):
        return Decimal(plain.replace(",", "")) if arabic[2] else Decimal(parse_integer(plain))
    if chinese := CHINESE_DECIMAL.fullmatch(plain):
        return Decimal(f"{parse_integer(chinese[1])}.{''.join(str(parse_integer(sign)) for sign in chinese[2])}")
    return Decimal(parse_integer(plain))


def parse_percent(text: str) -> Decimal:
    """Return a share in percent: 15 for 百分之十五, ``15%``, 十五个百分点; 30 for 三成; 0.3 for 千分之三.

    >>> parse_percent("百分之十五"), parse_percent("１３．５％"), parse_percent("三成五"), parse_percent("千分之三")
    (Decimal('15'), Decimal('13.5'), Decimal('35'), Decimal('0.3'))

    Raises:
        ValueError: ``text`` is not wholly one share.
    """
    plain = text.strip().translate(WIDE)
    if fraction := FRACTION.fullmatch(plain):
        value = parse_decimal(fraction[2])
        return value if fraction[1] == "百" else value / 10
    if sign := PER_SIGN.fullmatch(plain):
        value = parse_decimal(sign[1])
        return value / 10 if sign[2] == "‰" else value
    if tenths := TENTHS.fullmatch(plain):
        return Decimal(parse_integer(tenths[1]) * 10 + parse_integer(tenths[2] or "零"))
    raise ValueError(f"不是比例：{text}")


def parse_year(text: str) -> int | None:
    """Return the year (1900 to 2100) with which ``text`` begins, None where it begins with none.

    >>> parse_year("2025年底"), parse_year("二〇三五年"), parse_year("２０３０ 年"), parse_year("12年")
    (2025, 2035, 2030, None)
    """
    found = YEAR.match(text.strip().translate(WIDE))
    year = parse_integer(found[1]) if found else 0
    return year if 1900 <= year <= 2100 else None


def to_chinese(n: int) -> str:
    """Return ``n`` (1 to 9999) in Chinese numerals as labels print it: 十二, not 一十二.

    >>> to_chinese(12), to_chinese(20), to_chinese(102), to_chinese(112), to_chinese(1020)
    ('十二', '二十', '一百零二', '一百一十二', '一千零二十')

    Raises:
        ValueError: ``n`` is out of range.
    """
    if not 1 <= n <= 9999:
        raise ValueError(f"超出范围：{n}")
    return re.sub("^一十", "十", _in_full(n))


def _in_full(n: int) -> str:
    """Print ``n`` (0 to 9999) with every digit said: 一十二."""
    printed, gap = "", False
    for sign, unit in UNITS.items():
        digit, n = divmod(n, unit)
        if digit:
            printed += ("零" if gap and printed else "") + "零一二三四五六七八九"[digit] + sign
        gap = not digit
    return printed
