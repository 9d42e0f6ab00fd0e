"""What those who are no public bodies have to do, or may do: 电梯使用单位有哪些义务, 劳动者有什么权利.

No ledger keeps them: laws say it in sentences whose subject is the kind of person or firm, before 应当, 不得 or 有权,
or as items below such a sentence; plans urge (鼓励企业利用余热). All of them in the document asked are listed in
printed order, not the few that come nearest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document import FRONT, Document, Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.laws.provisions import items_below
from kb.answer.lists.longlist import Line, long_list
from kb.answer.measure import Measure
from kb.answer.texts.passages import ENUMERATOR
from kb.results import Draft, Question, Quote

# 电梯使用单位有哪些义务 · 个人要做什么 · 从业人员应当遵守哪些规定 · 劳动者有什么权利
ASKS = re.compile(
    r"^(?:请问|那么?)?(?P<who>[一-鿿、]{0,12}?(?:单位|企业|公司|机构|组织|平台|协会|学校|医院|园区|家庭|人员|个人|[者人户商厂主]))"
    r"(?:都|还|一般|分别|具体)*(?:有|需要?|应当?|该|要|必须|须|可以|能|享有|负有?|承担|履行|遵守|做到?|怎么做|怎样做)+"
    r"(?:什么|哪些|啥|哪几[项条]|怎么|怎样)?(?:做|事|法定)?(?P<what>权利|权益|义务|责任|职责|要求|规定|事情?|工作)?(?:吗|呢)?[？?]?$"
)
RIGHT = re.compile(r"有权|享有|可以(?!下)")
DUTY = re.compile(r"应当?|必须|须|不得|严禁|要(?!求)|负责")
# 单位和个人应当 · 用人单位与劳动者可以 · 养犬人都应当 · 使用单位在发现故障后应当
BEFORE = r"(?:^|[，；、和或与及])(?!保障|督促|要求|引导|支持|鼓励)[^，。；、和或与及]{0,6}"
BESIDE = r"(?:[、和或与及][一-鿿]{2,10})?"
BETWEEN = r"(?:[都均也还]|依法|(?:在|按照?|自|根据|依照)[^，。；]{1,24})?"
CASE = r"[^，。；、]{1,30}的，"  # 采砂单位更换负责人的，应当
# 鼓励工业企业 · 推进3户焦化企业开展 · 引导、督促施工单位
URGES = r"(?:鼓励|引导|支持|推动|推进|要求|督促|指导)(?:、[一-鿿]{2})?[^，。；、]{0,10}"
LISTS = re.compile(r"(?:下列|以下)[^。，；]*：$")
OPENING = re.compile(r"^(?:第[一二三四五六七八九十百零〇]+条|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])?\s*")
FEWEST = 2  # One sentence is no list; the composer of measures finds it.


def compose_obligations(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return all that the nearest document says a kind of person or firm must, or may, do; None where it lists none."""
    asked = ASKS.match(question.standalone)
    if not asked or question.organs or question.clause_refs or not clauses:
        return None
    may = (asked["what"] or "").startswith("权") or "可以" in question.standalone
    document, verb = clauses[0].document, RIGHT if may else DUTY
    subject = rf"{BEFORE}{re.escape(asked['who'])}(?:{BESIDE}{BETWEEN}|{CASE})(?:{verb.pattern})"
    lines = _lines(document, subject)
    urged = len(lines) < FEWEST and not may
    if urged:
        lines = _lines(document, rf"{subject}|{URGES}{re.escape(asked['who'])}")
    if len(lines) < FEWEST:
        return None
    title = document.source.title.replace("{", "").replace("}", "")
    lead = f"《{title}》写明{asked['who']}{'有权、可以' if may else '应当、不得'}做的共{{n}}项"
    if urged:
        lead = f"《{title}》点名要求、推动或鼓励{asked['who']}做的共{{n}}处"
    return Draft("list", tuple(long_list(question, lead, lines, "")), language=question.language)


def _lines(document: Document, subject: str) -> list[Line]:
    return [
        Line(document, own_words(document, span), (Quote(document.source.doc_id, path, span),))
        for path, span in _said_of(document, re.compile(subject))
    ]


def _said_of(document: Document, subject: re.Pattern[str]) -> Iterator[tuple[str, Span]]:
    """Yield the sentences in which ``subject`` and its verb are found, with their clause; a lead gives way to items."""
    for clause in document.clauses:
        for span in sentence_spans(document.text, clause.span) if clause.path != FRONT else ():
            words = OPENING.sub("", document.slice(span))
            if not subject.search(words):
                continue
            if LISTS.search(words):
                yield from ((item.path, item.span) for item in items_below(document, clause.path))
            else:
                yield clause.path, span


def own_words(document: Document, span: Span) -> str:
    """Return the words of a sentence as a line of a list: without the label before it and the mark behind it."""
    words = OPENING.sub("", document.slice(span))
    return ENUMERATOR.sub("", words).rstrip("；，：:。")
