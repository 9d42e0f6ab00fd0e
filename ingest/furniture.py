"""Page furniture: what a page or a portal prints around a document and nobody wrote into it.

Page numbers, running heads, tables of contents, the buttons of a web page, a title that a portal repeats above the
document, and the file name that an editing program left in the middle of a sentence. Each rule asks for a second sign
besides the look of a line: its place at the edge of a page, its repetition, the headings that follow in the same
order, the document's own title. A line that merely looks like furniture stays. Lines are expected with tidy blanks.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, combinations

from ingest.document import Line, Page, Span
from ingest.lines import LABEL, TERMINAL

Place = tuple[int, int]
"""Page number and index of a line in ``Page.lines``."""

DASH = r"[—–―－─~～·・\-]{1,3}"
# — 8 — · －８－ · 第 8 页 共 20 页 · 8 / 20 · iv
PRINTED_NUMBER = re.compile(
    rf"""{DASH}\d{{1,4}}{DASH}
      | (?:共\d+页)?[，,/]?第\d+页(?:[，,/]?共\d+页)?
      | \d{{1,4}}/\d{{1,4}}
      | [ivxIVXⅠ-Ⅻ]{{1,5}}""",
    re.VERBOSE,
)
BARE_NUMBER = re.compile(r"\d{1,4}")
# a running head with its page number: 某市节能规划 12 · 12 某市节能规划
HEAD_NUMBER = re.compile(rf"^(?:{DASH})?\d{{1,4}}(?:{DASH})?\s*|\s*(?:{DASH})?\d{{1,4}}(?:/\d{{1,4}})?(?:{DASH})?$")
# 一、总体要求 ........ 3 · ……………… 12
LEADER = re.compile(r"(?:[.．·・]\s?){6,}|…{3,}")
CONTENTS = re.compile(r"目[录次]")
# 字体：【大 中 小】 · 打印 关闭 · 首页 > 政务公开 · 来源：… 发布时间：… · 浏览次数：12 · 扫一扫在手机打开当前页
CHROME = re.compile(
    r"""【?字[体号][：:].{0,20}
      | (?:[【\[]?(?:打印|关闭|收藏|分享|返回|顶部|本页|窗口|此页|纠错)[】\]]?[\s|｜/]*)+
      | 分享(?:到|至)(?:[：:].{0,40})?
      | [上下]一[篇条页](?:[：:].{0,80})?
      | .{0,60}打印\s?关闭(?:窗口)?
      | (?:您?(?:当前|现在)(?:所在)?的?位置[：:]|首页\s*[>＞›»]).*
      | (?:\d{4}-\d\d?-\d\d?(?:\s+\d\d?:\d\d(?::\d\d)?)?\s+)?(?:信息|文章|稿件)?来源[：:]\S{1,30}(?:\s+\S+[：:].*)?
      | \d{4}[-/年.]\d\d?[-/月.]\d\d?日?\s*\d\d?:\d\d(?::\d\d)?
      | (?:发布|更新)(?:时间|日期)[：:]\s*\d{4}.*
      | (?:浏览|阅读|点击|访问)(?:次数|量|数)?[：:]\s*\d*\s*次?
      | (?:用手机)?扫一扫.{0,20}
      | 责任编辑[：:].{1,10}
      | .{0,20}(?:版权所有|ICP备\d+号|公网安备).{0,40}""",
    re.VERBOSE,
)
# 0412 ……实施方案（办公室）: the number under which an editor filed the document
FILED = re.compile(r"(?<=[一-鿿])(\d{3,8})(?=[^\d\s，。；：、（）《》年])")
EDITOR = re.compile(r"[（(][^（）()，。；]{1,12}[）)]")
TITLE_LENGTH = range(8, 81)
"""A line of this many characters without a full stop may be the title that a file name repeats."""
LEAST_TITLE = 6
"""This much of the title at least must follow a filing number."""
HEAD_LINES = 40
"""The title stands among this many first paragraphs."""


def furniture(pages: Sequence[Page]) -> dict[Place, str]:
    """Return the lines that are furniture, each with the kind of repair that drops it.

    Only what came off printed or web pages has any: pages whose lines are paragraphs are left alone.
    """
    pages = [page for page in pages if page.hard_wrapped]
    found: dict[Place, str] = {}
    found.update(dict.fromkeys(_chrome(pages), "dropped_portal_line"))
    found.update(dict.fromkeys(_page_numbers(pages), "dropped_page_number"))
    found.update(dict.fromkeys(_running_heads(pages, found), "dropped_running_head"))
    rest = [
        ((page.number, index), _bare(line.text))
        for page in pages
        for index, line in enumerate(page.lines)
        if line.text.strip() and not line.cells and (page.number, index) not in found
    ]
    found.update(dict.fromkeys(_contents(rest), "dropped_contents"))
    rest = [(place, bare) for place, bare in rest if place not in found]
    found.update(dict.fromkeys(_repeated_title(rest), "dropped_repeated_title"))
    return found


def _bare(text: str) -> str:
    return "".join(text.split())


def _edges(page: Page, depth: int) -> tuple[list[tuple[int, Line]], list[tuple[int, Line]]]:
    """Return the first and the last lines with text, from the edge inwards."""
    lines = [(index, line) for index, line in enumerate(page.lines) if line.text.strip()]
    return lines[:depth], lines[: -depth - 1 : -1]


def _chrome(pages: Sequence[Page]) -> Iterator[Place]:
    for page in pages:
        for index, line in enumerate(page.lines):
            if not line.cells and CHROME.fullmatch(line.text.strip()):
                yield page.number, index


def _page_numbers(pages: Sequence[Page]) -> Iterator[Place]:
    """Find printed numbers at the edge of a page; a bare number must run along with the pages, or stand where those do.

    Some files print the same number on several pages: a broken field.
    """
    bare: dict[Place, tuple[int, float]] = {}
    for page in pages:
        for edge in _edges(page, 2):
            for index, line in edge:
                text = "" if line.cells else _bare(line.text)
                if PRINTED_NUMBER.fullmatch(text):
                    yield page.number, index
                elif BARE_NUMBER.fullmatch(text):
                    bare[page.number, index] = int(text) - page.number, round(line.top)
                else:
                    break
    shifts = Counter(shift for shift, _ in bare.values())
    running = {place for place, (shift, _) in bare.items() if shifts[shift] > 1 or (shift == 0 and len(pages) > 1)}
    tops = {top for place, (_, top) in bare.items() if place in running and top}
    yield from (place for place, (_, top) in bare.items() if place in running or top in tops)


def _running_heads(pages: Sequence[Page], known: dict[Place, str]) -> Iterator[Place]:
    """Find lines that recur at the edges of at least three pages and of a fifth of all; a table's head may recur."""
    places: defaultdict[str, set[Place]] = defaultdict(set)
    for page in pages:
        for edge in _edges(page, 4):
            unknown = [(index, line) for index, line in edge if (page.number, index) not in known]
            for index, line in unknown[:2]:
                if line.cells or "\t" in line.text.strip():
                    continue
                places[_bare(HEAD_NUMBER.sub("", line.text.strip()))].add((page.number, index))
    for text, found in places.items():
        count = len({number for number, _ in found})
        if text and count >= 3 and count * 5 >= len(pages) and not (TERMINAL.search(text) or LABEL.match(text)):
            yield from found


def _contents(lines: Sequence[tuple[Place, str]]) -> Iterator[Place]:
    """Find tables of contents: dot leaders, or headings after 目录 that follow once more, in the same order."""
    text = "\n".join(bare for _, bare in lines)
    ends = list(accumulate(len(bare) + 1 for _, bare in lines))
    past = 0
    for start, (_, bare) in enumerate(lines):
        if start >= past and (CONTENTS.fullmatch(bare) or LEADER.search(bare)):
            past = start + _entries(lines, start, ends, text)
            yield from (place for place, _ in lines[start:past])


def _entries(lines: Sequence[tuple[Place, str]], start: int, ends: Sequence[int], text: str) -> int:
    """Return how many lines the table of contents at ``start`` has; 0 for fewer than three entries."""
    last, entries, cursor = start, 0, 0
    for index in range(start, len(lines)):
        bare = lines[index][1]
        heading = LEADER.split(bare)[0]
        again = text.find(heading, max(cursor, ends[index])) if LABEL.match(heading) else -1
        number = bool(BARE_NUMBER.fullmatch(bare))
        if LEADER.search(bare) or again >= 0 or number:
            last, cursor = index, max(cursor, again)
            entries += not number
        if index - last > 2:
            break
    return last - start + 1 if entries >= 3 else 0


def _repeated_title(lines: Sequence[tuple[Place, str]]) -> Iterator[Place]:
    """Find the title that a portal prints above the document's own, however each of them is broken into lines."""
    rest = list(lines[:HEAD_LINES])
    while repeated := _repeated([bare for _, bare in rest[:6]]):
        yield from (place for place, _ in rest[repeated])
        del rest[repeated]


def _repeated(texts: Sequence[str]) -> slice | None:
    """Return which of the first lines repeat a title: the copy that is broken into more lines, or else the first."""
    for first, second in combinations(range(1, len(texts) + 1), 2):
        title = "".join(texts[:first])
        if len(title) in TITLE_LENGTH and title == "".join(texts[first:second]):
            return slice(first, second) if second - first > first else slice(first)
    return None


def stray_labels(text: str) -> Iterator[Span]:
    r"""Find file names left in mid-sentence: a filing number, the document's own title or part of it, an editor's name.

    >>> text = "北河市节能降碳行动方案\n清洁取暖比例和0412北河市节能降碳行动方案（办公室）新能源占比提升。"
    >>> [text[span.start:span.end] for span in stray_labels(text)]
    ['0412北河市节能降碳行动方案（办公室）']
    """
    head = text.split("\n", HEAD_LINES)[:HEAD_LINES]
    titles = [line for line in head if len(line) in TITLE_LENGTH and "。" not in line]
    for match in FILED.finditer(text):
        start = match.end()
        length, title = max(((_overlap(text, start, title), title) for title in titles), default=(0, ""))
        editor = EDITOR.match(text, start + length)
        end = editor.end() if editor else start + length
        whole = editor or title.endswith(text[start:end])
        if length >= LEAST_TITLE and whole and text[end : end + 1] not in ("", "\n", "。", "》", "”"):
            yield Span(match.start(), end)


def _overlap(text: str, start: int, title: str) -> int:
    """Return how many characters from ``start`` are found, in a row, in the title."""
    length = 0
    while start + length < len(text) and text[start : start + length + 1] in title:
        length += 1
    return length
