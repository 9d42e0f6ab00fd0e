"""Headings after a label, and titles that stand on lines of their own.

A heading is run into its paragraph (``（一）标题。正文``), stands alone, or is printed in 【】 after the number of an
article. It may contain commas and lack a full stop. A numbered paragraph need not have one: a long first sentence,
one with a figure or a deadline, or one that is the whole item, is content, and the heading stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.labels import MAX_HEADING, Label, Rank, read_label

MAX_RUN_IN = {Rank.FIRST: 50, Rank.SECOND: 50}
"""Longest run-in heading, in characters; at the other ranks ``MAX_LOWER_RUN_IN``."""
MAX_LOWER_RUN_IN = 30
TITLE_LINES = 4

# 【适用范围】 · （目的和依据）: the printed heading of an article
ARTICLE_HEADING = re.compile(r"\s*(?:【([^】]{1,30})】|[（(]([^）)，。；]{2,20})[）)](?=$|\s|[^，。；、的]))")
# （市水务局负责） at the end of a heading
DUTY_TAIL = re.compile(r"[〔（(\[][^〕）)\]]*(?:负责|牵头|配合|责任|落实)[^〕）)\]]*[〕）)\]]$")
# a first sentence that says something rather than naming what follows
STATEMENT = re.compile(
    r"\d ?[%％]|到20\d\d年|[:：；;]|^[，、。）)]|[，、]$"
    r"|应当|不得|必须|原则上|(?<![适对响呼])应(?:一并|按照?|在|将|予|由)|是“"
)
# 某某市节水实施方案 · 某某管理办法（试行）
TITLE = re.compile(
    r"[^。；：！？]{2,80}(?:方案|办法|规定|细则|意见|计划|规划|纲要|清单|指南|措施|[要重]点|标准|制度|条例|规则|导则|规范|决定"
    r"|预案|任务|章程|目录|名单|指引|分工|程序|表)(?:[（(].{1,16}[）)])?"
)
BLANKS = " \t　"


def heading_of(label: Label, line: str, following: Sequence[str]) -> str:
    """Return the heading after a label: run in before the first full stop, or alone in the paragraph; else "".

    ``following`` are the paragraphs that come next: a sentence alone is a heading only if text comes before the next
    label of its rank.

    >>> line = "（二）推进节水，保护水源。各县要制定方案。"
    >>> heading_of(read_label(line), line, [])
    '推进节水，保护水源'
    >>> heading_of(read_label("第三条【适用范围】本市"), "第三条【适用范围】本市", [])
    '适用范围'
    """
    rest = line[label.end :].strip(BLANKS)
    if label.rank == Rank.ARTICLE:
        named = ARTICLE_HEADING.match(rest)
        return (named[1] or named[2]) if named else ""
    if label.rank == Rank.ATTACHMENT:
        return title_of([rest] if rest else following)
    sentence, stop, after = rest.partition("。")
    sentence = DUTY_TAIL.sub("", sentence).strip(BLANKS)
    limit = MAX_RUN_IN.get(label.rank, MAX_LOWER_RUN_IN) if stop else MAX_HEADING
    if not sentence or len(sentence) > limit or STATEMENT.search(sentence):
        return ""
    if stop and not after:
        nearby = read_label(following[0]) if following else label
        return "" if nearby and nearby.rank <= label.rank else sentence
    return sentence


def title_of(lines: Sequence[str]) -> str:
    """Return the title that begins at the first line, joined from at most four; its first line if none is complete.

    >>> title_of(["某某市", "节水行动实施方案", "为推进节水，制定本方案。"])
    '某某市节水行动实施方案'
    """
    joined = ""
    for line in lines[:TITLE_LINES]:
        if len(joined) + len(line) > 2 * MAX_HEADING or not line.strip() or read_label(line):
            break
        joined += line.strip(BLANKS)
        if TITLE.fullmatch(joined):
            return joined
    first = lines[0].strip(BLANKS) if lines else ""
    return first if len(first) <= MAX_HEADING and not read_label(first) and not re.search("[。；：]", first) else ""
