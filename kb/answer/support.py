"""Does a quote stand in the document, and does a sentence say no more than its quote?

For sentences that a language model wrote. Words are compared, not meanings: every word of the sentence must be printed
in the quote (or be another name of what is), and each part must deny as much as the part it is taken from. Words that
are recombined inside one quote are not caught.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import Span
from ingest.sentences import sentence_spans
from ingest.words import domain_segmenter
from kb.results import Concept

QUOTE_CHARS = (4, 300)
# Full-width and half-width, Chinese and Western marks: models swap them when they copy.
FOLDED: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
FOLDED |= {ord(mark): '"' for mark in "“”‘’「」『』'"}
FOLDED |= {ord(mark): "(" for mark in "〔﹝[【［"} | {ord(mark): ")" for mark in "〕﹞]】］"}
BREAK = re.compile(r"[，。；：！？,;:!?]+")
# 不得新增 · 未达标 · 无组织排放 · 严禁; not 不断, 不锈钢, 未来, 非常, 免疫, 否则
NEGATION = re.compile("不(?!断|仅|但|同|锈|少)|未(?!来)|无|非(?!常)|没有|禁|杜绝|停止|取消|暂缓|免(?!疫)|勿|除外")
# Words that link and introduce but state nothing about the matter itself.
NEUTRAL = frozenset("的了和与及或并在对由将把从向为是以其等要应须需也都就中上下后前时到有这该此各还") | frozenset((
    "以及", "并且", "同时", "其中", "此外", "另外", "还要", "其次", "首先", "最后", "一是", "二是", "三是", "通过",
    "根据", "按照", "依据", "关于", "对于", "针对", "围绕", "作为", "包括", "主要", "方面", "内容", "措施", "要求",
    "规定", "提出", "明确", "指出", "写明", "强调", "方案", "文件", "原文", "条款", "具体", "分别", "以下", "如下",
    "相关", "有关", "进行", "开展", "需要", "应当", "应该", "必须", "推进", "推动", "实施", "落实", "做好", "加强",
    "强化", "工作",
))  # fmt: skip


def find_quote(text: str, span: Span, quote: str) -> Span | None:
    """Return where in ``span`` the quote stands word for word, widened to whole sentences; None where it does not.

    Blanks and the width and style of marks are overlooked, wording never. Whole sentences, because a clipped quote can
    turn a prohibition into a permission.

    >>> text = "一、煤炭。严禁新增燃煤锅炉（含 改建）；现有的限期拆除。"
    >>> found = find_quote(text, Span(0, len(text)), "新增燃煤锅炉(含改建)")
    >>> text[found.start:found.end]
    '严禁新增燃煤锅炉（含 改建）；'
    """
    places = [at for at in range(span.start, span.end) if not text[at].isspace()]
    plain = "".join(text[at] for at in places).translate(FOLDED)
    wanted = "".join(quote.split()).translate(FOLDED)
    at = plain.find(wanted)
    if at < 0 or not QUOTE_CHARS[0] <= len(wanted) <= QUOTE_CHARS[1]:
        return None
    first, last = places[at], places[at + len(wanted) - 1]
    touched = [s for s in sentence_spans(text, span, semicolons=True) if s.start <= last and s.end > first]
    return Span(touched[0].start, touched[-1].end)


def supported(sentence: str, quoted: str, above: str = "", concepts: Sequence[Concept] = ()) -> bool:
    """Tell whether a sentence says nothing that its quote (or ``above``, its title and heading) does not print.

    Every word must be printed there, as itself or by another name of a concept, and each part of the sentence must deny
    as much as the part of the quote it is taken from. Figures, dates and bodies are left to ``verify``.

    >>> supported("限期拆除燃煤锅炉。", "限期拆除现有燃煤锅炉，严禁新建。")
    True
    >>> supported("可以新建燃煤锅炉。", "限期拆除现有燃煤锅炉，严禁新建。")
    False
    """
    proof = f"{above}\n{quoted}".lower()
    parts = [part for part in BREAK.split(quoted) if part]
    known = 0
    for part in filter(None, BREAK.split(sentence)):
        words = [w for w in domain_segmenter().words(part) if w not in NEUTRAL and not w[0].isdigit()]
        if not all(_printed(word, proof, concepts) for word in words):
            return False
        known += len(words)
        source = max(parts, key=lambda p: sum(_printed(w, p.lower(), concepts) for w in words), default="")
        if sorted(NEGATION.findall(part)) != (sorted(NEGATION.findall(source)) if words else []):
            return False
    return known >= 2


def _printed(word: str, proof: str, concepts: Sequence[Concept]) -> bool:
    """Tell whether the word is printed, or is a piece of the name of a concept that is printed by another name."""
    if word in proof:
        return True
    names = ([name.lower() for name in c.same] for c in concepts)
    return any(any(word in name for name in same) and any(name in proof for name in same) for same in names)
