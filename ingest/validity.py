"""From when and until when a document is in force, as it says itself: 自…起施行, 有效期五年, 有效期至….

The day of coming into force is printed, or is the document's own date (自印发之日起), or so many days later (30日后).
A term runs from the day of coming into force; where that day is not known, the end is not known either. Not taken:
terms of other things (许可证有效期), other documents' days (《…》自…起施行), plans without a word on the matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from ingest.changes import Validity
from ingest.document import Span
from ingest.numerals import parse_integer, parse_year
from ingest.sentences import sentence_spans

_HINT = re.compile(r"施行|效期|试行期|日后?起|起(?:正式)?(?:实施|执行|生效)")
_NUMERAL = r"[0-9〇○零一二三四五六七八九十]+"
# 2024年1月1日 · 二〇二四年一月一日
DAY = (
    rf"(?P<year>(?:19|20)[0-9]{{2}}|[一二][〇○零一二三四五六七八九]{{3}})年(?P<month>{_NUMERAL})月(?P<day>{_NUMERAL})日"
)
_ISSUE = r"(?:发布|公布|印发|发文|颁布|下发|签发|成文)之日"
_IN_FORCE = r"(?:正式)?(?:施行|实施|执行|生效|试行|实行)"
# 自2024年1月1日起施行 · 从印发之日起30日后施行 · 自发布之日起施行
_EFFECTIVE = re.compile(
    rf"(?:自|从|于)(?:(?P<issue>{_ISSUE})|{DAY})(?:起)?(?:满?(?P<later>{_NUMERAL})(?:个工作)?日后)?起?(?:[，,]?{_IN_FORCE})"
)
# 有效期5年 · 有效期为五年 · 试行期两年 · 有效期至2028年12月31日 · 有效期自…至…
_TERM = re.compile(
    rf"(?:有效期限?|试行期|施行期限|实施期限)(?:为|是|：)?(?:(?P<length>{_NUMERAL}|两)(?P<unit>年|个月)|(?:自[^，。；]{{4,16}}?起?)?(?:至|到|截至){DAY})"
)
# 许可证有效期: of another thing; 《…》自: of another document
_OTHERS = re.compile(
    r"(?:证书?|许可|批文|合同|资质|资格|执照|公示|标识|报告|批复|牌|预案|名单|认定|评价|结果)(?:的|书)?$"
)
_OTHER_DOCUMENT = re.compile(r"《[^》]*》[^，。；]{0,8}$")
_OWN = re.compile(r"本(?:办法|规定|细则|通知|意见|方案|规划|条例|决定|通告|公告|制度|规范|标准|计划|措施|政策|文件)")


def read_validity(text: str, *, dated: date | None = None) -> Validity:
    r"""Return what the document says of its own term; ``dated`` is its date, for 自印发之日起.

    >>> text = "第九条 本办法自2024年1月1日起施行，有效期五年。"
    >>> read = read_validity(text)
    >>> read.effective, read.expires
    (datetime.date(2024, 1, 1), datetime.date(2028, 12, 31))
    """
    effective: date | None = None
    term: re.Match[str] | None = None
    spans: dict[Span, None] = {}
    for span in _candidates(text):
        plain = re.sub(r"[ \t　]", "", text[span.start : span.end])
        begins = _EFFECTIVE.search(plain)
        if begins and effective is None and _is_own(plain, begins.start()):
            effective = _day_of(begins, dated)
            spans[span] = None
        found = _TERM.search(plain)
        if (
            found
            and (begins or _OWN.search(plain) or found.start() == 0)
            and not _OTHERS.search(plain[: found.start()])
        ):
            term = term or found
            spans[span] = None
    return Validity(effective, _end(term, effective) if term else None, tuple(spans))


def _candidates(text: str) -> Iterator[Span]:
    """Yield the sentences that may speak of a term, in printed order."""
    end = 0
    for hint in _HINT.finditer(text):
        if hint.start() < end:
            continue
        start, end = text.rfind("\n", 0, hint.start()) + 1, text.find("\n", hint.end())
        end = len(text) if end < 0 else end
        for span in sentence_spans(text, Span(start, end)):
            if _HINT.search(text, span.start, span.end):
                yield span


def printed_day(text: str) -> date | None:
    """Return the first whole day printed in a stretch of text.

    >>> printed_day("自二〇二四年三月一日起废止")
    datetime.date(2024, 3, 1)
    """
    found = re.search(DAY, re.sub(r"\s", "", text))
    return _date(found) if found else None


def _is_own(plain: str, at: int) -> bool:
    """Tell whether it is this document that comes into force: named 本…, or nothing is named before 自."""
    before = plain[:at]
    return bool(_OWN.search(before)) or not _OTHER_DOCUMENT.search(before)


def _day_of(begins: re.Match[str], dated: date | None) -> date | None:
    day = dated if begins["issue"] else _date(begins)
    later = _count(begins["later"]) if begins["later"] else 0
    return day + timedelta(days=later) if day and later is not None else None


def _end(term: re.Match[str], effective: date | None) -> date | None:
    """Return the last day of the term."""
    if not term["length"]:
        return _date(term)
    count = _count(term["length"])
    if effective is None or count is None:
        return None
    months = effective.month - 1 + (count * 12 if term["unit"] == "年" else count)
    year, month = effective.year + months // 12, months % 12 + 1
    if year > date.max.year:
        return None
    try:
        return date(year, month, effective.day) - timedelta(days=1)
    except ValueError:  # from the 31st: the month has no such day, so its last day ends the term
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _count(printed: str) -> int | None:
    """Return a printed number, None where it is none or absurd for a term."""
    try:
        number = parse_integer(printed.replace("两", "二"))
    except ValueError:
        return None
    return number if number < 1000 else None


def _date(found: re.Match[str]) -> date | None:
    year = parse_year(found["year"])
    try:
        return date(year, parse_integer(found["month"]), parse_integer(found["day"])) if year else None
    except ValueError:
        return None
