"""Bodies named in running text: in a question, a clause, a sentence of a regulation.

Names stand there without separators (由市水务局会同县公安局), so each position is tried: a place and a level word,
then the longest form of the table, or, after a level word, words that end like a body. Ordinary words that look
alike (城市中心, 人行道, 县域经济, 农业农村部分) are refused, and so are names of unknown shape: a missed body is
better than an invented one.
"""

from __future__ import annotations

import re

from ingest.organ_table import BRANCH, HAN, PREFIX, table

# words that do not stand inside a name; a county or city not in the gazetteer may follow one of them
FUNCTION = "在由向对和与及跟同将把让请问是的为从到了等各某本该哪并或、，。；：！？ "
# 石门县 · 临河市: two or three characters and the suffix, at a boundary
COUNTY_PLACE = re.compile(
    f"(?:(?![里面有没什么这那我你他它谁几个就还也都会能可如何怎])[{HAN}]){{2,3}}(?=(?:自治县|县|区|市|旗))"
)
LEVEL_WORD = re.compile(f"(?:{PREFIX})(?![场域化])")
# 市老旧小区改造指挥部: two to fourteen characters and the ending of a body; 布局, 督办, 创新中心 are none
UNKNOWN_BODY = re.compile(
    "(?:(?![的了要应将把被由向对或并和与及依、，。；：！？“”《》0-9]|负责|统筹|哪|谁|什么|怎么|如何)[^\\s]){2,14}?"
    "(?:领导小组办公室|领导小组|委员会办公室|委员会|指挥部办公室|指挥部|管理局|管委会|办公室|联合会|研究院|"
    "(?<![布格大结全当])局|厅|委|(?<![转创督主承交联合举代])办|(?<!创新)(?<!数据)(?<!技术)(?<!金融)(?<!城市副)中心|"
    "局集团有限公司|集团有限公司|集团公司|集团|有限公司|公司|协会)"
)
# 农业农村部分, 考核办法, 召开行动: the end of the form belongs to the next word
BROKEN = re.compile(
    "(?<=部)[分门位署队]|(?<=办)[法理公事好学]|(?<=委)[员托派]|(?<=局)[面限势部]|(?<=所)[得有需]|(?<=厅)堂|"
    "(?<=会)[议员]|(?<=行)[业为动]|(?<=社)会|(?<=协)[议商]|(?<=心)[城区]"
)
# 县（市、区）政府 · 地方各级人民政府 · 各区、市政府
LOCAL_BODY = re.compile(
    "(?:县级以上)?(?:地方)?各级(?:人民)?政府|地方(?:人民)?政府|各县[（(〔]市、区[）)〕](?!.{0,2}(?:人民)?政府)|"
    "各?(?:设区)?(?:市、)?(?:县[（(〔]市、区[）)〕]|县级以上地方|市县|区县|县区|县级|市级|省级|乡镇|县|乡|镇|"
    "(?<![园城])市|(?<![地小])区|省|自治区|州|旗)"
    "(?:级|以上)?(?:人民)?政府(?!采购|性|部门|投资|工作|网|债|令|文件)"
)
ZONE_BODY = re.compile(
    "(?:各有关|有关|各)(?:国家级|省级)?(?:经济技术|高新技术产业|经济|产业)?(?:开发区|园区)(?:管理委员会|管委会|管委)?|"
    "(?:国家级|省级)?(?:经济技术|高新技术产业|经济)?(?:开发区|高新区|经开区|园区)(?:管理委员会|管委会|管委)|开发区|高新区|经开区"
)
# 国务院生态环境主管部门 · 行业主管部门
SECTOR_BODY = re.compile(
    "(?:国务院|各级|省级|市级|县级|各|行业)"
    "(?:(?![的了要应将把被由向对或并与及、，。；：！？“”《》0-9局厅委部办]|会同)[^\\s]){0,12}?(?:行政)?主管部门"
)
# 国务院管理节能工作的部门 · 县级以上人民政府民政部门 · 地方人民政府指定的部门: a body of its own
GOVERNMENT = re.compile("(?:国务院|政府)$")
DEPARTMENT = re.compile(
    "(?!有关|相关|其他|各|及|所属|组成|职能|派出|工作)(?:"
    "(?:管理|负责|主管|承担|指定|确定|授权)(?:[^，。；：、]{1,20})?的(?:部门|机构|机关|单位)|"
    "(?:应急|(?![的了要应将把被由向对或并与及、，。；：！？“”《》0-9局厅委部办]|会同|负责|管理[^部]{1,20}的)[^\\s]){0,12}?(?:主管|行政管理|行政)?部门)"
)
# 人行 also stands in 人行道: two-character forms need a level word or both boundaries
NOT_AFTER_SHORT = re.compile("[道为走动车业员化性的制]")


def find_bodies(text: str) -> tuple[tuple[str, int, int], ...]:
    """Return ``(name, start, end)`` of each body named in running text, in order, the longest name at each place.

    >>> find_bodies("市住房和城乡建设局会同水务局负责哪些事？")
    (('市住房和城乡建设局', 0, 9), ('水务局', 11, 14))
    >>> find_bodies("城市中心的人行道，县域经济如何发展")
    ()
    """
    found: list[tuple[str, int, int]] = []
    at = 0
    while at < len(text):
        end = body_end(text, at)
        if end > at:
            found.append((text[at:end], at, end))
        at = max(at + 1, end)
    return tuple(found)


def body_end(text: str, at: int) -> int:
    """Return the end of the body whose name begins at ``at``, or 0; a department of a government is its own body.

    >>> body_end("国务院管理节能工作的部门制定标准", 0), body_end("国务院制定标准", 0)
    (12, 3)
    """
    end = _named_end(text, at)
    described = DEPARTMENT.match(text, end) if GOVERNMENT.search(text, at, end) else None
    return described.end() if described else end


def _named_end(text: str, at: int) -> int:
    best = 0
    if found := SECTOR_BODY.match(text, at):
        return found.end()
    heads = _heads(text, at)
    for head in heads:
        best = max(best, _form_end(text, head, named=head > at))
    if best:
        return _with_bracket(text, best)
    for pattern in (LOCAL_BODY, ZONE_BODY):
        if found := pattern.match(text, at):
            return found.end()
    return _unknown_end(text, at) if len(heads) > 1 else 0  # no place, no level word: most of a text


def _unknown_end(text: str, at: int) -> int:
    """Return the end of a body outside the table that begins with a level word at ``at``, or 0."""
    head = _heads(text, at, counties=False)[0]
    found = UNKNOWN_BODY.match(text, head) if head > at else None
    if found is None or BROKEN.match(text, found.end()) or _covers_body(text, head, found.end()):
        return 0
    return _with_bracket(text, found.end())


def _heads(text: str, at: int, *, counties: bool = True) -> list[int]:
    """Return the ends of what may stand before a generic name at ``at``: place and level word, longest first."""
    places = [at]
    place = next((p for p in table().place_starts.get(text[at : at + 2], ()) if text.startswith(p, at)), "")
    if place:
        places.append(at + len(place))
    elif counties and _at_boundary(text, at):
        county = COUNTY_PLACE.match(text, at)
        if county and not any(c in FUNCTION for c in county.group()):
            places.append(county.end())
    ends = set(places)
    for start in places:
        found = LEVEL_WORD.match(text, start)
        if found and not (start == at and text[at - 1 : at] == "城"):
            ends.add(found.end())
    return sorted(ends, reverse=True)


def _form_end(text: str, at: int, *, named: bool) -> int:
    """Return the end of the longest form of the table at ``at``, a branch included, or 0."""
    for form in table().form_starts.get(text[at : at + 2], ()):
        if not text.startswith(form, at) or BROKEN.match(text, at + len(form)):
            continue
        end = at + len(form)
        if len(form) == 2 and not named and not _stands_alone(text, at, end):
            return 0
        if table().forms[form].level in ("国", "垂"):
            branch = BRANCH.match(text, end, min(len(text), end + 14))
            if branch and not any(c in FUNCTION for c in branch.group()):
                return branch.end()
        return end
    return 0


def _stands_alone(text: str, at: int, end: int) -> bool:
    return _at_boundary(text, at) and not NOT_AFTER_SHORT.match(text, end)


def _at_boundary(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in FUNCTION or not text[at - 1].isalnum()


def _covers_body(text: str, start: int, end: int) -> bool:
    """Tell whether a form of the table begins inside: then the words before it are not part of a name."""
    return any(_form_end(text, at, named=True) >= end for at in range(start + 1, end - 1))


def _with_bracket(text: str, end: int) -> int:
    """Extend a name over a bracket that names a body: 省发展改革委（能源局）."""
    if text[end : end + 1] not in ("（", "(", "〔", "["):
        return end
    close = next((i for i in range(end, min(len(text), end + 16)) if text[i] in "）)〕]"), 0)
    return close + 1 if close and text[end + 1 : close] in table().forms else end
