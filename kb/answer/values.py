"""Does a stretch of text print a value of the kind a question asks for, and where?

Kinds follow the units of the question: a share, money, a time that something takes (几年, 多少个工作日), a day or month
by which, a number of things, an amount in a unit. Years and addresses are no amounts.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ingest.numerals import parse_decimal
from kb.answer.kinds import PRINTED, asked_for
from kb.results import Question

NUMERAL = r"(?:\d+(?:[.,]\d+)*|[一二两三四五六七八九十百千万]+)"
# 2年 · 五年 · 20个工作日 · 6个月 · 24小时 · 10日内 · 提前三十日; not 2022年, 12月, 第二年
SPAN = re.compile(
    rf"(?<![\d第〇○零一二三四五六七八九十]){NUMERAL}(?:个)?(?:工作日|自然日|小时|星期|周(?!岁|边)|天|(?<=个)月|日(?=之?内|以内|前报))|提前{NUMERAL}日"
    rf"|(?<![\d第〇○零一二三四五六七八九十])(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,2}})年(?![\d级代份度底末初一二三四五六七八九十])"
)
# 2022年12月 · 每年10月31日前 · 二〇二五年 · “十四五”末
DAY = re.compile(
    r"(?:19|20)\d\d年|二[〇○零][〇○零一二三四五六七八九]{2}年|\d{1,2}月(?:\d{1,2}日|[上中下]旬|份|底|末|前)"
    r"|(?:发布|公布|印发|发文|颁布)之日|\d{1,2}月底?前"
)
MONEY = re.compile(r"\d[\d.,]*[十百千万亿]*元|[一二三四五六七八九十百千万]+元")
SHARE = re.compile(r"\d[%％‰]|\d个?百分点|百分之|[一二三四五六七八九]成|翻[一两]番")
COUNTERS = "个种类项家户座处台辆条名人次件批所只大"
COUNT = re.compile(rf"{NUMERAL}[余多]?(?:[{COUNTERS}]|方面|区域|领域|行业|城市)")
PLAIN = re.compile(r"\d")
PERCENT = re.compile(r"[（(][%％][）)]|^[%％]$")  # a cell of a table that gives its row the unit
SHARES = ("%", "成", "百分点")
OF_SHARE = ("%", "％", "‰", "个百分点")  # units in which the ledger states a share
# 几个行业, 多少类企业: what is counted
COUNTED = re.compile(r"(?:几|多少)(?:个|类|种|大类|项|方面的?)([一-鿿]{2,4})")
# PM2.5 · 〔2023〕15号 · 2025年 · 2021-2023 · 2025; 1930吨/日 is an amount
YEARS = re.compile(
    r"[A-Za-z]+\d+(?:\.\d+)?|[〔\[]20\d\d[〕\]]\d+号|(?:19|20)\d\d(?:年|[-—－~～至](?:19|20)\d\d年?)"
    r"|(?<![\d.])(?:19|20)\d\d(?![\d.]|[^\W\d_])|第[一二三四五六七八九十百千]+[条款章节项]|第?\d{1,2}[条款]"
)
LEADING = re.compile(r"\d+(?:[.,]\d+)*|[一二两三四五六七八九十][一二两三四五六七八九十百千万]*")
ALIKE = {
    "户": "户家",
    "家": "户家个所",
    "个": COUNTERS,
    "座": "座个处",
    "处": "处个座",
    "台": "台辆",
    "辆": "台辆",
    "项": "项个",
}


def number_of(figure: str) -> Decimal | None:
    """Return the number that a figure begins with, whatever its unit; None where it is none (百家, 一百千).

    >>> number_of("30%"), number_of("1.8以上"), number_of("三年"), number_of("两个月"), number_of("百家")
    (Decimal('30'), Decimal('1.8'), Decimal('3'), Decimal('2'), None)
    """
    found = LEADING.match(figure)
    try:
        return parse_decimal(found.group()) if found else None
    except ValueError:
        return None


def prints(figure: str, text: str) -> bool:
    """Tell whether ``text`` prints the number of a figure; in numerals, before its unit: 三年 is not 三类.

    >>> prints("三年", "有效期为3年"), prints("三年", "分三类"), prints("8万元", "给予8万元奖励"), prints("8年", "18年")
    (True, False, True, False)
    """
    unit = LEADING.sub("", figure, count=1).lstrip("个")
    behind = re.compile("" if figure[:1].isdigit() else f"个?{re.escape(unit)}")
    numbers = (number_of(m.group()) for m in LEADING.finditer(text) if behind.match(text, m.end()))
    return number_of(figure) in [number for number in numbers if number is not None]


def value_in(question: Question, text: str) -> bool:
    """Tell whether ``text`` prints a value of the kind that the question asks for."""
    return bool(values(question, text))


def values(question: Question, text: str) -> list[tuple[int, int]]:
    """Return where ``text`` prints values of the kind asked for, as half-open ranges, in order.

    >>> asked = Question("", "焚烧能力多少吨", "zh", "target", asks=frozenset(("figure",)), unit="吨")
    >>> values(asked, "2025年焚烧能力1930吨/日")
    [(9, 14)]
    """
    plain = text.replace(" ", " ")
    bare = YEARS.sub(lambda m: " " * len(m.group()), plain)
    if "money" in question.asks:
        return _found(MONEY, bare)
    if "duration" in question.asks:
        often = asked_for("frequency", plain) and "多久" in question.standalone
        return _found(SPAN, plain) or [(0, len(plain))] * often
    if "count" in question.asks and question.unit not in SHARES:
        return _found(_of_things(question.standalone), bare)
    if "day" in question.asks:
        return _found(PRINTED["day"], plain)
    if "when" in question.asks and not question.unit:
        return _found(DAY, plain)
    if question.unit:
        return _found(_of_unit(question.unit), bare)
    return _found(PLAIN, bare) or _found(COUNT, bare)


def _found(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [m.span() for m in pattern.finditer(text)]


def _of_things(asked: str) -> re.Pattern[str]:
    """Return what prints a number of the things counted, before or behind them; of any where none are named.

    >>> [bool(_of_things("建几个绿色仓库").search(said)) for said in ("16个绿色仓库", "绿色仓库16座", "16个市")]
    [True, True, False]
    """
    named = COUNTED.search(asked)
    if not named:
        return COUNT
    noun = re.escape(named[1][:2])
    number = rf"(?:\d[余多]?(?:[{COUNTERS}]|大类)?|(?<!第)[一二两三四五六七八九十百]+[余多]?(?:[{COUNTERS}]|大类))"
    return re.compile(rf"{number}[^，。；\d]{{0,2}}{noun}|{noun}[^，。；、\d]{{0,6}}{NUMERAL}[余多]?[{COUNTERS}]")


def _of_unit(unit: str) -> re.Pattern[str]:
    """Return what prints an amount in this unit; scales may differ (万吨 for 吨), counters are used for one another.

    >>> bool(_of_unit("吨").search("减排7.19万吨")), bool(_of_unit("家").search("创建2000个"))
    (True, True)
    """
    if unit in SHARES:
        return SHARE
    if unit in ALIKE or unit in COUNTERS:
        return re.compile(rf"{NUMERAL}[余多]?[{ALIKE.get(unit, COUNTERS)}]")
    plain = re.sub(r"^[百千万亿]+", "", unit)
    return re.compile(rf"(?:\d[十百千万亿]*|{NUMERAL})(?:{re.escape(plain)}|{re.escape(plain[0])})")
