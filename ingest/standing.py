"""Standing rules: bodies bound once for many clauses (以下均需县（市、区）政府落实，不再列出).

Such a rule stands inside a responsibility bracket, or as a sentence of a closing paragraph (以上任务均需…落实,
各项任务均由…负责). It binds the duties after it (以下, or 下同), before it (以上, 上述) or all of them (各项, 全部).
A sentence without 均, 都 or 不再列出 is an ordinary demand, not a rule. Outside brackets, and without 不再列出, only
rules for local governments and zones are believed: there a sentence on departments mostly speaks of something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.document import Span
from ingest.organs import body_key, is_body, kind_of, split_names

AFTER, BEFORE, ALL = "after", "before", "all"

SCOPE = "(?P<scope>以下|下列|以上|上述|前述|本方案|本计划|本措施|本意见|本规划|全部|所有|各项|各条|具体)"
NAMES = "(?P<names>[^，。；\n]{2,60}?)"
ACTION = (
    "(?:共同|具体|组织|认真|分别|按(?:照)?职责(?:分工)?|牵头|负责|抓好|贯彻|配合|参与|推进)*"
    "(?:落实|实施|负责|执行|配合|参与)"
)
# 以下均需县（市、区）政府落实 · 各项任务均由各区人民政府负责落实
DEMAND = re.compile(
    f"{SCOPE}[^，。；\n（(〔]{{0,14}}?(?P<every>均|都|一律)?"
    f"(?:需要|需由|需|须由|须|应当由|应由|应当|应|由){NAMES}{ACTION}"
)
# 以上任务各县（市、区）政府均需落实 · 上述事项各区政府均为责任单位
SUBJECT = re.compile(
    f"{SCOPE}[^，。；、\n（(〔]{{0,12}}?(?:任务|工作|事项|措施|内容|要求|条款)，?{NAMES}(?P<every>均|都|一律)"
    f"(?:(?:需要|需|须|应当|应|要){ACTION}|(?:为|是)(?:责任|配合|落实|实施)(?:单位|主体))"
)
# 具体任务均涉及相关市（州）人民政府
INVOLVES = re.compile(f"{SCOPE}(?:任务|工作|事项)[^，。；\n]{{0,4}}?(?P<every>均|都)涉及(?P<names>[^，。；\n]{{2,60}})")
SILENCE = re.compile(
    "不再(?:逐一|一一|分别|单独|另行|重复)*(?:列出|列|重复|赘述|注明|标注|说明|做分工|分工)(?:，下同)?"
)
SCOPES = {"以下": AFTER, "下列": AFTER, "以上": BEFORE, "上述": BEFORE, "前述": BEFORE}
SENTENCE = re.compile("[^。；\n]+(?:。|；|\n|$)")


@dataclass(frozen=True, slots=True)
class StandingRule:
    """Bodies bound by one sentence at ``span`` for the duties in ``scope`` (after, before, all)."""

    names: tuple[str, ...]
    scope: str
    span: Span


def standing_rules(text: str, span: Span, *, bracketed: bool = False) -> tuple[StandingRule, ...]:
    """Return the standing rules among the sentences of ``span``, in order; ``bracketed`` tells it is a bracket.

    >>> words = "以下均需各县（市、区）政府落实，不再列出"
    >>> [rule] = standing_rules(words, Span(0, len(words)))
    >>> rule.names, rule.scope
    (('各县（市、区）政府',), 'after')
    >>> standing_rules("以下简称市政府，由市政府负责", Span(0, 14))
    ()
    """
    sentences = SENTENCE.finditer(text, span.start, span.end)
    rules = (_rule(text, Span(*sentence.span()), bracketed) for sentence in sentences)
    return tuple(rule for rule in rules if rule)


def _rule(text: str, sentence: Span, bracketed: bool) -> StandingRule | None:
    silence = SILENCE.search(text, sentence.start, sentence.end)
    for pattern in (SUBJECT, DEMAND, INVOLVES):
        found = pattern.search(text, sentence.start, sentence.end)
        if found is None or not (found["every"] or silence):
            continue
        names = split_names(found["names"])
        trusted = bracketed or bool(silence) or all(kind_of(name) != "department" for name in names)
        if names and trusted and all(is_body(name) for name in names):
            following = AFTER if silence and "下同" in silence.group() else ALL
            end = max(silence.end() if silence else 0, found.end())
            return StandingRule(names, SCOPES.get(found["scope"], following), Span(found.start(), end))
    return None


def fuller_names(rule: StandingRule, printed: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the rule's names, each in the fuller form in which its own clause prints it (各县… for 县…)."""
    return tuple(_fuller(name, printed, text) for name in rule.names)


def _fuller(name: str, printed: tuple[str, ...], text: str) -> str:
    longer = [other for other in printed if body_key(other) == body_key(name) and len(other) > len(name)]
    if longer:
        return longer[0]
    return f"各{name}" if not name.startswith("各") and f"各{name}" in text else name
