r"""版头 and 成文信息: title, document number, issuers and date, as printed (GB/T 9704-2012).

A cover notice and the plan it issues share one file, joint issuers sign in columns, laws carry the dates of their
adoption in brackets under the title, and many files have lost their masthead altogether. Only what stands above the
running text, or in the signature under it, is read: numbers and dates cited in sentences never are. What is not printed
stays empty; nothing is concluded from a file name or from the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import accumulate, takewhile

from ingest.decrees import ADOPTED, adopted_on, adopter, read_decree
from ingest.document import Masthead
from ingest.imprint import DATE, DAY, YEAR, announced, closing_day, day_of, labelled, labelled_day, printed_on
from ingest.lines import BODY

LONGEST_NAME = 80
"""A line of a signature has no more characters than this."""
HEAD_LINES = 40
"""Title, cover notice and its signature stand among this many first paragraphs."""
ALIKE = 0.8
"""From this likeness on, a line under the cover notice is the title of the plan that the notice names."""
KINDS = (
    "通知|意见|方案|规划|计划|办法|规定|条例|细则|决定|决议|公告|通告|通报|报告|批复|函|命令|令|纲要|要点|措施|指南|导则"
    "|规则|规程|安排|指引|清单|名单|目录|标准|政策|准则|章程|修正案|解释|请示|纪要|公报|预案|制度|法"
)
# 关于做好……工作的通知 · 某市节能减排实施方案（试行） · 《某办法》
TITLE = re.compile(
    rf"(?!现将|根据|按照|为)[《“]?[^。；：！？:\t]{{2,120}}(?:{KINDS})[》”]?(?:[（(][^（）()]{{1,20}}[）)])?"
)
PLAIN = re.compile(r"[^，。；：！？,:\t]{2,80}")
# 关于印发《某方案》的通知 · 印发某方案的通知 · 印发《某意见》
ISSUES = re.compile(r"印发(?P<plan>.+?)(?:的(?:通知|公告|函|决定))$|印发(?P<quoted>《[^《》]+》)$")
QUOTED = re.compile(r"《(?P<name>[^《》]+(?:〈[^〈〉]+〉[^《》]*)*)》(?P<issue>[（(][^（）()]{1,20}[）)])?")
# 北政发〔2023〕7号 · （省发[2021]13号）
NUMBER = re.compile(
    r"[（(]?(?P<office>[一-鿿]{1,16})[〔\[［﹝（(](?P<year>\d{4})[〕\]］﹞）)]第?(?P<serial>\d{1,5})号[）)]?"
)
# 某省人民政府令第345号
ORDER = re.compile(r"[（(]?(?P<order>[一-鿿]{2,20}令第\d{1,5}号)[）)]?")
DATED = re.compile(rf"[（(]?{DATE.pattern}[）)]?")
MONTH = re.compile(rf"{YEAR}年{DAY}月")
# 某市生态环境局2023年8月5日, set on one line
SIGNED = re.compile(rf"(?P<name>[一-鿿（）()、]{{2,40}})\t?(?P<date>{DATE.pattern})")
# 000012 · 机密★1年 · 特急: above the red header
FILED = re.compile(r"\d{3,8}|(?:绝密|机密|秘密)(?:★.{0,8})?|特急|加急|平急|特提")
SIGNER = re.compile(r"\s*签发人[：:].*")
SEAL = re.compile(r"[（(](?:盖?章|印章|公章|签章)[）)]$")
HEADER = re.compile(r"(?P<name>[一-鿿]{2,40})文件")
# （此件公开发布）
DISCLOSED = re.compile(r"[（(][^（）()]{2,40}[）)]")
ATTACHED = re.compile(r"附\s?[件表]")
ANNEX = re.compile(r"附\s?[件表][\d一二三四五六七八九十]*[：:]?")
# the first label of an outline
OUTLINE = re.compile(r"第[一1][编章节条]|一、|[（(]一[）)]|1[.．、]")
# 国家发展改革委等部门关于 · 某市委某市人民政府印发 · 某省林业局2022年
BEFORE_TITLE = re.compile(
    r"(?!关于|印发|转发|贯彻|落实)(?P<names>[一-鿿、，（）()]{2,80}?)(?:等(?:[一二三四五六七八九十]*部门|单位))?(?=关于|印发|转发|贯彻|20\d\d年)"
)
# 某市委|某市人民政府, printed side by side
SEAM = re.compile(r"(?<=[局厅部委院署会府])(?=国家|中国|中共|中央|[一-鿿]{2,3}[省市县区](?!委))")
VERTICAL = ("国家", "中国")


def read_masthead(text: str) -> Masthead:
    r"""Read title, number, issuers and date; ``body_start`` is the offset after the title block.

    >>> head = read_masthead(
    ...     "北河市人民政府文件\n北政发〔2023〕7号\n北河市人民政府关于印发北河市节水方案的通知\n"
    ...     "各县：\n现印发给你们。\n北河市人民政府\n二〇二三年八月五日\n北河市节水方案\n一、目标"
    ... )
    >>> head.title, head.number, head.issuers, str(head.dated), head.body_start
    ('北河市节水方案', '北政发〔2023〕7号', ('北河市人民政府',), '2023-08-05', 82)
    """
    lines = text.split("\n")
    head = _head(lines)
    above = list(takewhile(lambda line: "。" not in line, head))
    decree = read_decree(head)
    begin = decree.at + 1 if decree else 0
    at = next((index for index, line in enumerate(above) if index >= begin and _is_title(line, index)), None)
    facts = labelled(above)
    number = decree.number if decree else _number(head) or _labelled_number(facts)
    names, dated = _signature(lines)
    if at is None:
        title, makers = (decree.title, _names(decree.office)) if decree else announced(lines[0])
        again = _printed_again(head, title)
        start = _body_start(lines, again or begin - 1) if begin else 0
        return Masthead(head[again] if again else title, number, names or makers, dated or _date_in(head), start)
    printed, tail = _split_number(head[at])
    title, last = _own_title(printed, head, at)
    return Masthead(
        title=title,
        number=tail or number,
        issuers=_longest(
            names, _before_title(printed), _above(head, at), _header(above), _title_page(head), adopter(head)
        )
        or _names(decree.office if decree else facts.get("issuers", "")),
        dated=dated
        or _date_in(_before_annex(head, last))
        or closing_day(lines)
        or labelled_day(facts.get("dated", ""))
        or printed_on(lines),
        body_start=_body_start(lines, last),
    )


def _head(lines: Sequence[str]) -> Sequence[str]:
    """Return the paragraphs before the outline begins."""
    end = next((index for index, line in enumerate(lines[:HEAD_LINES]) if OUTLINE.match(line)), HEAD_LINES)
    return lines[:end]


def _is_title(line: str, index: int) -> bool:
    """Tell whether a line is a title; the first line may be one without naming a kind of document."""
    line = _split_number(line)[0]
    if ATTACHED.match(line) or any(pattern.fullmatch(line) for pattern in (NUMBER, ORDER, DATED, HEADER, BODY, FILED)):
        return False
    return bool(TITLE.fullmatch(line) or (index == 0 and PLAIN.fullmatch(line)))


def _split_number(title: str) -> tuple[str, str]:
    """Part a title from the document number printed behind it.

    >>> _split_number("关于节水的通知(北政发[2023]7号)")
    ('关于节水的通知', '北政发〔2023〕7号')
    """
    for match in NUMBER.finditer(title):
        if match.end() == len(title) and match.group()[0] in "（(" and match.start():
            return title[: match.start()], _normal(match)
    return title, ""


def _normal(match: re.Match[str]) -> str:
    return f"{match['office']}〔{match['year']}〕{match['serial']}号"


def _number(head: Sequence[str]) -> str:
    """Return the document number that stands on a line of its own above the running text."""
    for line in head:
        if "。" in line:
            break
        if match := NUMBER.fullmatch(SIGNER.sub("", line)):
            return _normal(match)
        if match := ORDER.fullmatch(line):
            return match["order"]
    return ""


def _labelled_number(facts: dict[str, str]) -> str:
    """Return the document number in a portal's table of facts."""
    match = NUMBER.fullmatch(facts.get("number", ""))
    return _normal(match) if match else ""


def _own_title(printed: str, head: Sequence[str], at: int) -> tuple[str, int]:
    """Return the title of what is issued, and the line on which the title block ends.

    A notice that only issues a plan gives way to the plan: its title as printed under the notice, or else as the
    notice names it. A notice of its own keeps its title.
    """
    issued = ISSUES.search(printed)
    if not issued:
        return _unquoted(printed), at
    named = _unquoted(issued["plan"] or issued["quoted"])
    if "《" in named or "》" in named:
        return printed, at
    again = _printed_again(head, named, at)
    return (_unquoted(head[again]), again) if again else (named, at)


def _printed_again(head: Sequence[str], named: str, at: int = 0) -> int:
    """Return the index of the last line after ``at`` that is the title ``named``, perhaps in other words; else 0."""
    for index in range(len(head) - 1, at, -1):
        line = _unquoted(head[index])
        if TITLE.fullmatch(line) and _alike(line, named):
            return index
    return 0


def _unquoted(title: str) -> str:
    """Return a title without the marks that enclose it whole."""
    match = QUOTED.fullmatch(title)
    return match["name"] + (match["issue"] or "") if match else title


def _alike(line: str, named: str) -> bool:
    return line == named or SequenceMatcher(None, line, named).ratio() >= ALIKE


def _signature(lines: Sequence[str]) -> tuple[tuple[str, ...], date | None]:
    """Return the bodies that stand directly above the first date on a line of its own, and that date."""
    for index, line in enumerate(lines):
        if len(line) > LONGEST_NAME:
            continue
        names: tuple[str, ...] = ()
        if match := DATED.fullmatch(line):
            names = _above(lines, index)
        elif match := SIGNED.fullmatch(line):
            names = (*_above(lines, index), *_names(match["name"]))
        if match and names:
            return names, day_of(match)
    return (), None


def _above(lines: Sequence[str], index: int) -> tuple[str, ...]:
    """Return the bodies named on the lines directly above."""
    first = index
    while first and _names(lines[first - 1]):
        first -= 1
    return tuple(name for line in lines[first:index] for name in _names(line))


def _names(line: str) -> tuple[str, ...]:
    r"""Return the bodies of a line of a signature, or nothing where the line is anything else.

    >>> _names("北河市财政局\t国家税务总局北河市税务局"), _names("到2025年下降5%")
    (('北河市财政局', '国家税务总局北河市税务局'), ())
    """
    names = [name for cell in line.split("\t") for name in _parted(SEAL.sub("", cell))]
    return tuple(names) if all(BODY.fullmatch(name) for name in names) else ()


def _parted(cell: str) -> Iterator[str]:
    """Part bodies that are printed side by side or in a list.

    >>> list(_parted("中共北河市委北河市人民政府")), list(_parted("国家税务总局北河市税务局"))
    (['中共北河市委', '北河市人民政府'], ['国家税务总局北河市税务局'])
    """
    for name in re.split("[、，]", cell):
        start = 0
        for seam in SEAM.finditer(name):
            left, right = name[start : seam.start()], name[seam.start() :]
            if not left.startswith(VERTICAL) or right.startswith(VERTICAL):
                yield left
                start = seam.start()
        yield name[start:]


def _before_title(printed: str) -> tuple[str, ...]:
    """Return the bodies named before 关于 or 印发 in the title."""
    match = BEFORE_TITLE.match(printed)
    return _names(match["names"]) if match else ()


def _header(head: Sequence[str]) -> tuple[str, ...]:
    """Return the body of the red header, 某某文件."""
    return next((_names(match["name"]) for line in head if (match := HEADER.fullmatch(line))), ())


def _title_page(head: Sequence[str]) -> tuple[str, ...]:
    """Return the bodies on a title page, above the month."""
    return next((_above(head, index) for index, line in enumerate(head) if MONTH.fullmatch(line)), ())


def _longest(*candidates: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first of the longest lists: the signature names every joint issuer, a title may stop at 等部门."""
    return max(candidates, key=len)


def _before_annex(head: Sequence[str], title: int) -> Sequence[str]:
    """Return the paragraphs before the label of an annex that stands after the title: forms in it bear days of filling.

    >>> _before_annex(["附件", "节水办法", "2023年8月5日", "附件1", "填报日期", "2022年1月1日"], 1)
    ['附件', '节水办法', '2023年8月5日']
    """
    return head[: next((at for at in range(title + 1, len(head)) if ANNEX.fullmatch(head[at])), len(head))]


def _date_in(head: Sequence[str]) -> date | None:
    """Return the date that stands alone above the outline, or the last one of a law's adoption and amendment."""
    for line in head:
        if match := DATED.fullmatch(line):
            return day_of(match)
    return adopted_on(head)


def _body_start(lines: Sequence[str], title: int) -> int:
    """Return the offset of the first paragraph after the title, its number, dates and brackets."""
    ends = list(accumulate(len(line) + 1 for line in lines))
    index = title + 1
    while index < len(lines) and any(
        pattern.fullmatch(lines[index]) for pattern in (NUMBER, ORDER, DATED, MONTH, ADOPTED, DISCLOSED, BODY)
    ):
        index += 1
    return min(ends[index - 1], ends[-1] - 1)
