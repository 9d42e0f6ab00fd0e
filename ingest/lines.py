r"""What the words of one line tell: a label, a date, a body's name, the end of a sentence.

Signs for telling apart and joining lines of any layout; nothing here knows of margins or pages. They are deliberately
looser than the grammars that later read labels, dates and numbers from whole paragraphs: here a line may be half a
sentence, and a sign only ever decides together with others.
"""

from __future__ import annotations

import re

HAN_NUMBER = "[一二三四五六七八九十百零〇○]"
# 第三章 · 三、 · （三） · (3) · 3. · 3、 · ③ · 附件2 · 专栏一 · ——; 3.2022年 too, but not 3.5
LABEL = re.compile(
    rf"""(?: 第(?:{HAN_NUMBER}+|\d+)[编章节条款部]
          | {HAN_NUMBER}+[、．.]
          | [（(](?:{HAN_NUMBER}+|\d{{1,3}})[）)]
          | \d{{1,3}}(?:[、．]|\.(?!\d)|\.(?=20\d\d[年—-]))
          | [①-⑳]
          | 附\s?[件表录](?:[：:\d一二三四五六七八九十]|$)
          | 专栏
          | ——|[●■◆▲]
        )""",
    re.VERBOSE,
)
# 4.2.1 · 8.3: also how an amount begins, so it counts only after a full stop
SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,4}(?=[一-鿿])")

DAY = r"[\d一二三四五六七八九十]{1,3}"
# 2023年8月5日 · （二〇二三年八月）
DATE = re.compile(rf"[（(]?(?:\d{{4}}|[〇○零O0一二三四五六七八九]{{4}})年{DAY}月(?:{DAY}日)?[）)]?")
# 北政发〔2023〕7号 · （省发〔2021〕13号） · 第12号
NUMBER = re.compile(r"[（(]?[一-鿿]{0,16}(?:[〔\[［﹝（(]\d{4}[〕\]］﹞）)])?第?\d{1,5}号[）)]?")
ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
# 【优惠内容】
BOXED = re.compile(r"【[^【】]{1,20}】")
ALONE = (DATE, NUMBER, ADDRESS, BOXED)

# 某市生态环境局 · 共青团中央: the whole line is one body's name, or several joined by 、
BODY = re.compile(r"[一-鿿（）()、]{1,40}(?:[局厅部委院署会行府司]|办公室|小组|中心|中央|妇联|总队)")
# 政局 · 委 · 员会: the rest of a name that a narrow column cut in two; three characters may be a name, 财政部
REMNANT = re.compile(r"[一-鿿]?[局厅部委院署会府行]")
NAME = re.compile(r"[一-鿿]{4,20}")

KINDS = (
    "通知|意见|方案|规划|计划|办法|规定|条例|细则|决定|决议|公告|通告|通报|报告|批复|函|纲要|要点|措施|指南|导则|规则"
    "|名单|目录|标准"
)
# 某市节水实施方案（试行）
KIND = re.compile(rf"(?:{KINDS})[》”]?(?:[（(][^（）()]{{1,20}}[）)])?$")
# 关于做好节水工作的意见
TITLED = re.compile(rf"关于.*(?:{KINDS})$")
# 关于印发某方案的通知
NOTICE = re.compile(r"(?:通知|公告|决定|函)$")
# （试行） · （2021—2025年）
ISSUE = re.compile(r"[（(][^（）()，。；]{1,12}[）)]")

TERMINAL = re.compile(r"[。！？；：:;!?…][”’）)〕]?$|[）)〕]$")
PAUSE = re.compile(r"[，。；：、,;]")
INNER = re.compile(r"[，。；,;]")
# Quotation marks are no brackets: too many files close “ with a straight mark.
BRACKET = re.compile(r"(?P<opening>[（〔《〈(])|[）〕》〉)]")
# What cannot be parted at a line's end: opening marks and the character after them, a Latin word or a number, and the
# marks that must not begin a line.
UNIT = re.compile(r"[（〔《“〈(\[]*(?:[!-'*-~]+|.)[，。、；：！？）》〕”〉)%％,.;:]*")


def breaks_alone(text: str) -> bool:
    """Tell whether a line always is a paragraph by itself: a table row, a date, a document number, an address.

    >>> breaks_alone("北政发〔2023〕7号"), breaks_alone("到2025年")
    (True, False)
    """
    return "\t" in text or any(pattern.fullmatch(text) for pattern in ALONE)


def one_title(first: str, second: str) -> bool:
    """Tell whether two centred paragraphs are one title: only the second says what kind of document it is.

    >>> one_title("北河市人民政府", "关于印发节水方案的通知"), one_title("北河市人民政府文件", "关于节水的通知")
    (True, False)
    """
    first, second = first.strip(), second.strip()
    if KIND.search(first) or first.endswith("文件") or INNER.search(first + second):
        return False
    return bool(KIND.search(second))


def joint(before: str, after: str) -> str:
    """Return what stands between joined lines: a blank between Latin words, nothing in Chinese, numbers and addresses.

    >>> joint("volatile organic", "compounds"), joint("下降", "15"), joint("20", "25年")
    (' ', '', '')
    """
    words = before[-1].isalpha() and after[0].isalpha() and is_latin(before[-1]) and is_latin(after[0])
    return " " if words and not ADDRESS.search(before) else ""


def is_latin(character: str) -> bool:
    """Tell whether a character belongs to the alphabets, with their digits and marks, and not to Chinese.

    >>> is_latin("μ"), is_latin("”"), is_latin("年")
    (True, False, False)
    """
    return character < "\u2000"
