"""Mentions of other documents: 《title》（文号）, 《title》 alone, 文号 alone, and unquoted 关于…的通知（文号）.

Every mention is kept with its own span; a document named five times gives five references. The wording around a
mention says its kind: 根据/为贯彻落实 in a preamble or before 制定本方案 makes a parent (implements), 废止 and 修改为
make repeals and amends, 同时废止 and 由本…替代 replaces, all else cites. Where 以本…为准 only settles contradictions,
the other document stays in force as amended. Not taken: the document's own number and title, short names
(以下简称《方案》), and 《 left open. Whether a cited document exists is not asked here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document import Clause, Reference, Span
from ingest.validity import printed_day

OPEN, CLOSE = "〔\\[（(［﹝【", "〕\\]）)］﹞】"
# the end of a number: 〔2022〕25号 · [2022] 第25 号
BRACKETED = rf"[{OPEN}] ?(?:19|20)\d\d ?年?[{CLOSE}] ?第? ?\d{{1,5}} ?号"
# 令第641号 · 公告2021年第9号 · 令 第 19 号
ORDER = r"(?:令|公告) ?[（(]?(?:(?:19|20)\d\d ?年)?[）)]? ?第 ?(?:\d{1,4}|[一二三四五六七八九十百]{1,5}) ?号"
NUMBER_END = re.compile(f"{BRACKETED}|{ORDER}")
NUMBER = rf"[一-鿿]{{1,20}}? ?(?:{BRACKETED}|{ORDER})"
NAME_BEGIN = re.compile("[一-鿿]+")
NAME_END = re.compile(r"[一-鿿]{1,20} ?\Z")
KINDS_OF_PAPER = "通知|意见|决定|批复|公告|通告|函|报告|命令"
# what may follow a title: （某政发〔2021〕33号） · 的通知（某政发〔2021〕33号，以下简称《意见》）
TRAILING = re.compile(
    rf"(?:的(?:{KINDS_OF_PAPER}))?\s?[（(〔\[] ?[^。；（(《》\n]{{0,20}}?(?P<number>{NUMBER})"
    r"(?:[^）)〕\]。《》\n]{0,40} ?[）)〕\]])?"
)
# 省政府关于进一步加强节水工作的通知（, before a bracketed number, or before its own cell in a table
UNQUOTED = re.compile(
    rf"[^。；，《》（）\t\n]{{0,40}}关于[^。；《》（）\t\n]{{4,80}}的(?:{KINDS_OF_PAPER})(?= ?[（(〔\[] ?\Z|\t\Z)"
)
# words of the sentence before a number or an unquoted title
LEAD_IN = re.compile(
    r".*(?:根据|依据|按照|依照|遵照|参照|对照|贯彻|落实|执行|以及|同时|印发|发布|下发|废止|符合|修改"
    r"|[年月日号见、在如即是为由将对的]|[和及与](?!国|改革|信息|城乡|社会|旅游|粮食|计划|监督|技术|体育|文化))(?=[一-鿿])"
)
SHORT_NAME = re.compile(r"简称为?[:：]?[“”]?$")
# 《方案》, said of a document named before
BARE_KIND = re.compile(
    r"(?:规划|实施)?(?:纲要|规划|方案|意见|通知|办法|决定|规定|计划|条例|目录|指南|建议|细则|公告|标准|通报|合同|协议)"
)
# 现将《…》 · 关于印发《…》 · 特编制《…》: this document itself, where the front says it
ISSUING = re.compile(r"(?:现将|印发了?|公布|发布|下发|(?:编制|制定|制订|编订)了?|出台)$")
ISSUED = re.compile(r"(?:（[^）]*）|\([^)]*\))?(?:已|业)经|全文如下")
# 某县人民政府关于印发某县节水方案的通知
ISSUED_TITLE = re.compile("印发《?(.+?)》?的通知")
BASIS = re.compile(r"根据|依据|按照|依照|遵照|贯彻|落实")
# 制定本方案 · 提出如下意见 · 现就有关事项通知如下
MAKING = re.compile(
    r"(?:编制|制定|制订|编订)了?本|特[制编]|提出[如以]下|现(?:就|提出|将)|(?:制定|提出)[^，]{0,8}(?:方案|意见|办法|规定|计划)$"
)
# between a mention and its verb stand only other mentions and adverbs
LINK = (
    r"(?:[、和及与，]|以及|其?(?:实施细则|配套文件)|《[^》]*》|[（(][^）)]*[）)]"
    r"|同时|即行|一并|相应|予以|自[^，。]{2,20}起|均|已)*"
)
REPEALED = re.compile(LINK + "(?:废止|作废|停止执行|停止施行|失效|不再执行)")
GOVERNED = re.compile(f"(?:{BASIS.pattern})[^，]*$")
# 本办法同时废止… · 由本方案替代: this document takes the place of the one named
REPLACED = re.compile(
    LINK
    + "(?:同时(?:即行|予以)?(?:废止|作废|失效|停止(?:执行|施行))|(?:由|被|以)本[^，。]{2,6}(?:替代|代替|取代|替换))"
)
REPLACING = re.compile(f"本[^，。《》]{{2,6}}(?:将|即)?(?:替代|代替|取代|替换)(?:了|原)?{LINK}$|同时废止{LINK}$")
# 《…》与本办法不一致的，以本办法为准: in part only, so the other stays in force as amended
PREVAILS = re.compile(r"[^。；]{0,40}(?:不一致|不符|抵触|有冲突)[^。；]{0,12}以本[^，。；]{2,6}为准")
REPEALING = re.compile(f"废止{LINK}$")
REPEAL_DAY = re.compile(r"[自从于][^，。]{4,14}(?:日起|日)(?:，)?(?:起)?废止")
CHANGE = r"修改|修订|修正|调整|补充"
# 第三条修改为 · 作如下调整 · 予以修订
AMENDED = re.compile(
    rf"[^《》]{{0,60}}?(?:(?:{CHANGE})(?:为|如下)|(?:[作做]出?(?:如下|以下|部分)?|予以|进行)(?:{CHANGE}))"
)
# 关于修改《…》的决定 · 对《…》
AMENDING = re.compile(rf"(?:关于|决定对?)(?:{CHANGE})$|[将对把][^，。；《》]{{0,20}}$")
# 《…》中的 · 《…》第三条 · 《…》三（九）
PART_OF_IT = re.compile(r"(?:[（(][^）)]*[）)])?(?:中|第[^，]{1,8}[条款项章]|[一二三四五六七八九十]+（)")
# in the history above a law: 国务院令第641号公布, 《关于修改〈…〉的决定》修正
PROMULGATED = re.compile(r"(?:公布|发布|第.{1,3}次修[订正]|修订)")
AMENDED_BY = re.compile(r"[^，。]{0,60}(?:修正|修订)")
# the edges of a line that holds nothing but a number, bare or in brackets
LINE_HEAD = re.compile(r"\n[ （(]*\Z")
LINE_TAIL = re.compile(r"[ ）)]*(?:\n|\Z)")
SENTENCE_BREAK = re.compile(r"[。；\n]")
MAX_TITLE = 160
MAX_DEPTH = 4
REACH = 400
NORMAL = str.maketrans("[（(［﹝【]）)］﹞】", "〔〔〔〔〔〔〕〕〕〕〕〕", " \t　")


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    title: str = ""
    number: str = ""


def normal_number(printed: str) -> str:
    """Return a 文号 in its standard form (GB/T 9704-2012: 六角括号, no 第, no blanks).

    >>> normal_number("晋政发[2022] 第25 号"), normal_number("国务院令 第641号")
    ('晋政发〔2022〕25号', '国务院令第641号')
    """
    plain = re.sub(r"〔((?:19|20)\d\d)年?〕第?", r"〔\1〕", printed.translate(NORMAL))
    return re.sub(r"(令|公告)〔?((?:(?:19|20)\d\d年)?)〕?第?(?=[\d一二三四五六七八九十百]+号)", r"\1\2第", plain)


def extract_references(
    text: str, clauses: Sequence[Clause], *, own_number: str = "", own_title: str = ""
) -> tuple[Reference, ...]:
    r"""Return the mentions of other documents in printed order; the document's own 文号 and title are left out.

    >>> from ingest.outline import build_outline
    >>> text = "为贯彻《省节水方案》（某政发〔2022〕5 号），制定本方案。\n一、措施\n执行《用水定额》。"
    >>> [(r.kind, r.path, r.number, r.title) for r in extract_references(text, build_outline(text))]
    [('implements', '0', '某政发〔2022〕5号', '省节水方案'), ('cites', '一', '', '用水定额')]
    """
    mentions = sorted(_mentions(text), key=lambda mention: mention.start)
    starts = [clause.span.start for clause in clauses]
    placed = [(mention, clauses[bisect_right(starts, mention.start) - 1]) for mention in mentions]
    own_titles = {mention.title for mention, clause in placed if _is_own(text, mention, clause)}
    own_titles |= {own_title, *ISSUED_TITLE.findall(own_title)}
    return tuple(
        _reference(text, m, clause)
        for m, clause in placed
        if m.end <= clause.span.end  # a mark that closes in the next clause is a misprint, not a title
        and not (m.title and (m.title in own_titles or BARE_KIND.fullmatch(m.title)))
        and not _is_own_number(text, m, clause, own_number)
    )


def _reference(text: str, mention: _Mention, clause: Clause) -> Reference:
    """Return the mention with its kind and, where it ends a document, the day from which it does."""
    kind = _kind(text, mention, clause)
    dated = None
    if kind in ("repeals", "replaces"):
        before, after = _sentence(text, mention)
        ends = REPEALED.match(after)
        dated = printed_day(ends[0]) if ends else printed_day(before) if REPEAL_DAY.search(before) else None
    return Reference(clause.path, Span(mention.start, mention.end), kind, mention.number, mention.title, dated)


def _mentions(text: str) -> Iterator[_Mention]:
    """Yield quoted titles with their numbers, then numbers outside those, with unquoted titles before them."""
    rest = list(text)
    for start, end in _quoted(text):
        trailing = TRAILING.match(text, end)
        number = _number(trailing["number"]) if trailing else ""
        stop = trailing.end() if trailing else end
        rest[start:stop] = "。" * (stop - start)
        yield _Mention(start, stop, text[start + 1 : end - 1].replace("\n", ""), number)
    masked = "".join(rest)
    for found in NUMBER_END.finditer(masked):
        name = NAME_END.search(masked[max(0, found.start() - 21) : found.start()])
        start = found.start() - len(_own_words(name[0])) if name else 0
        if name and not _fills_line(text, start, found.end()):
            yield _unquoted(masked, start, found.end())


def _unquoted(masked: str, start: int, end: int) -> _Mention:
    """Return the number at ``[start, end)`` with the title before its bracket, if one stands there."""
    title = UNQUOTED.search(masked[max(0, start - MAX_TITLE) : start])
    number = normal_number(masked[start:end])
    if not title:
        return _Mention(start, end, "", number)
    about = title[0].index("关于")
    named = _own_words(title[0][:about]) + title[0][about:]
    begin = max(0, start - MAX_TITLE) + title.end() - len(named)
    return _Mention(begin, end + (masked[end : end + 1] in tuple("）)〕]")), named, number)


def _number(printed: str) -> str:
    """Return a number without the words of the sentence before it, in its standard form."""
    name = NAME_BEGIN.match(printed)
    return normal_number(_own_words(name[0]) + printed[name.end() :]) if name else normal_number(printed)


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    """Yield outermost 《…》 of bounded length, nested marks allowed; one line end may fall inside."""
    at = text.find("《")
    while at >= 0:
        depth, end = 0, 0
        for i in range(at, min(len(text), at + MAX_TITLE)):
            depth += (text[i] == "《") - (text[i] == "》")
            if depth == 0:
                end = i + 1
            if depth in (0, MAX_DEPTH):
                break
        if end and text[at + 1 : end - 1].strip() and text.count("\n", at, end) <= 1:
            yield at, end
        else:
            end = at + 1
        at = text.find("《", end)


def _own_words(name: str) -> str:
    """Cut the words of the sentence that run into a name: 根据某政发.

    >>> _own_words("根据某政发"), _own_words("工业和信息化部令")
    ('某政发', '工业和信息化部令')
    """
    lead = LEAD_IN.match(name)
    return name[lead.end() :].lstrip() if lead else name


def _fills_line(text: str, start: int, end: int) -> bool:
    """Tell whether a number fills its line: the document's own, in the masthead or under the title."""
    head = text[max(0, start - 3) : start] if start > 2 else f"\n{text[:start]}"
    return bool(LINE_HEAD.search(head) and LINE_TAIL.match(text, end))


def _is_own(text: str, mention: _Mention, clause: Clause) -> bool:
    """Tell whether a title is a short name, or what the front says that it issues."""
    before, after = _sentence(text, mention)
    if SHORT_NAME.search(before):
        return True
    if clause.level or BASIS.search(before[-40:]):
        return False
    alone = not before.strip() and not after.strip()
    return bool(alone or ISSUING.search(before) or ISSUED.match(after))


def _is_own_number(text: str, mention: _Mention, clause: Clause, own_number: str) -> bool:
    """Tell whether a number is the document's own: as given, or that of the order above a law."""
    own = normal_number(own_number)
    if own and mention.number.endswith(own):
        return True
    return clause.level == 0 and not mention.title and bool(PROMULGATED.match(text, mention.end))


def _kind(text: str, mention: _Mention, clause: Clause) -> str:
    before, after = _sentence(text, mention)
    if clause.level == 0 and AMENDED_BY.match(after):
        return "cites"
    if REPLACING.search(before) or (REPLACED.match(after) and not GOVERNED.search(before)):
        return "replaces"
    if REPEALING.search(before) or (REPEALED.match(after) and not GOVERNED.search(before)):
        return "repeals"
    if AMENDING.search(before) and (before.endswith(("修改", "修订", "修正", "调整", "补充")) or AMENDED.match(after)):
        return "amends"
    if PART_OF_IT.match(after) and AMENDED.match(after):
        return "amends"
    if PREVAILS.match(after):
        return "amends"
    if not BASIS.search(before):
        return "cites"
    preamble = clause.level == 0 or clause.path.endswith("第一条")
    return "implements" if preamble or MAKING.search(after) else "cites"


def _sentence(text: str, mention: _Mention) -> tuple[str, str]:
    """Return what stands before and after the mention in its sentence."""
    before = SENTENCE_BREAK.split(text[max(0, mention.start - REACH) : mention.start])[-1]
    after = SENTENCE_BREAK.split(text[mention.end : mention.end + REACH], maxsplit=1)[0]
    return before, after
