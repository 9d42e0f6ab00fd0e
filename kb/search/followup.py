"""Follow-up questions made whole: 「那它的2025年目标呢？」 after 「VOC治理谁负责？」.

Three shapes are told apart. A pronoun stands for the earlier subject; ``…呢`` swaps the subject and keeps what
was asked; a question with hardly a subject of its own borrows the earlier one. The whole question is shown to
the user, so that a wrong reading can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# 它的 · 这项工作 · 里面 · 上述 · 该工程; not 其他, 这份文件
PRONOUN = re.compile(
    r"它们?|其中|里面|里头|(?<![一-鿿])其(?!他|它|余|实|次)|(?:这|那|该|此)(?:一)?(?:项|条|个|块|方面|"
    r"工作|工程|任务|事|目标|指标|数字|数|里|类|些)(?:工作|任务|目标|指标|事)?|上述|前者|后者|"
    r"\b(?:it|its|they|them|their|this|that|these|those|there)\b",
    re.I,
)
THIS_DOCUMENT = re.compile(r"(?:这|本|该|此)(?:份|个|部|一)?(?:文件|方案|规划|通知|办法|意见|计划)")
LEADING = re.compile(r"^(?:那么?|还有|另外|然后|再问|and|what about|how about)[，,\s]*", re.I)
# Who is responsible for | green buildings
SUBJECT_EN = re.compile(
    r"(.*?\b(?:for|of|about|deals? with|looks? after|takes? care of|handles?|oversees?|manages?|regulates?|runs?)\s+)"
    r"(?:the\s+)?(.+)$",
    re.I,
)
LEADING_EN = re.compile(r"^(?:and|what about|how about)\s+(?:for|of|about)?\s*", re.I)
OWNED_EN = re.compile(r"\b(?:its|their)\b", re.I)
PRONOUN_EN = re.compile(r"\b(?:it|that|this|them|those|these)\b", re.I)
TRAILING = re.compile(r"(?:又|还)?呢[？?]*$")
# What was asked, as the tail of the earlier question: 谁负责 · 的目标是多少
ASKED = re.compile(
    r"(?:都)?(?:负责|承担|参与|牵头|涉及|有)(?:了)?(?:什么|哪些|哪几|啥).*$|(?:是)?(?:由|归)?(?:谁|"
    r"哪(?:些|个|几个|家)?(?:部门|单位|局)).*$|(?:的)?(?:目标|指标|比例|任务|责任单位|牵头单位|责任|职责|措施|要求|内容)?(?:值)?(?:是|有|要|达到|为|"
    r"控制在|降到)?(?:多少|几|什么|哪些).*$|(?:怎么|如何|为什么).*$"
)
# 谁负责快递包装治理: what was asked stands before the subject
ASKED_FIRST = re.compile(
    r"^(?:由|归|是)?(?:谁|哪(?:些|个|几个)?(?:部门|单位|局))(?:来|去|在)?(?:负责|管|牵头|抓|推动|推进|"
    r"承担|组织|落实)?(?=[一-鿿A-Z]{2})"
)
QUESTION_TAIL = re.compile(r"[？?。.\s]+$")


def standalone(text: str, history: Sequence[str], *, subject: Callable[[str], list[str]]) -> tuple[str, str, str]:
    """Return the question as it stands on its own, the part carried over from ``history``, and the part newly asked.

    ``subject`` gives the words of a question that carry meaning.

    >>> standalone("那它的2025年目标呢？", ["VOC治理谁负责？"], subject=lambda t: ["VOC", "治理"] if "VOC" in t else [])
    ('VOC治理的2025年目标是什么？', 'VOC治理', '2025年目标是什么？')
    """
    if not history or THIS_DOCUMENT.search(text):
        return text, "", text
    before = _last_with_subject(history, subject)
    topic = _topic(before)
    own = subject(PRONOUN.sub("", text))
    if not topic:
        return text, "", text
    if _english(text) and (swapped := _english_follow_up(text, before)):
        return swapped, "", swapped
    if PRONOUN.search(text) and not _names_more(own):
        rest = _complete(PRONOUN.sub("", LEADING.sub("", text), count=1).strip("的 ，,"))
        joined = topic + ("" if rest.startswith(("，", "的")) else "的" if not _english(text) else ": ") + rest
        return joined, topic, rest
    if (TRAILING.search(text) or LEADING.match(text)) and own:
        bare = QUESTION_TAIL.sub("", TRAILING.sub("", LEADING.sub("", text)))
        asked = ASKED.search(QUESTION_TAIL.sub("", before))
        if asked and not ASKED.search(bare):
            return f"{bare}{asked.group()}？", "", f"{bare}{asked.group()}？"
        return f"{topic}：{_complete(bare)}", topic, _complete(bare)
    if len(own) <= 1 or re.match(r"^(?:又|还|也)", text) or re.search(r"又是?(?:怎么|如何|谁|哪)", text):
        rest = _complete(LEADING.sub("", text))
        return f"{topic}：{rest}", topic, rest
    return text, "", text


def _english_follow_up(text: str, before: str) -> str:
    """Put a new subject into the earlier English question, or the earlier subject into the new one.

    >>> _english_follow_up("And for rural toilets?", "Who is responsible for green buildings?")
    'Who is responsible for rural toilets?'
    >>> _english_follow_up("Who is in charge of that?", "What is the target for non-fossil energy?")
    'Who is in charge of non-fossil energy?'
    >>> _english_follow_up("And its target?", "Who is responsible for river dredging?")
    'river dredging: target?'
    """
    earlier = SUBJECT_EN.match(before)
    if not earlier:
        return ""
    topic, rest = earlier[2].rstrip("?. "), LEADING_EN.sub("", text)
    if OWNED_EN.search(text):
        return f"{topic}: {OWNED_EN.sub('', rest).strip()}"
    if LEADING_EN.match(text):
        return earlier[1] + rest
    return PRONOUN_EN.sub(topic, text, count=1) if PRONOUN_EN.search(text) else ""


def _last_with_subject(history: Sequence[str], subject: Callable[[str], list[str]]) -> str:
    """Return the latest earlier question that has a subject of its own, else the latest."""
    for turn in reversed(history):
        if not PRONOUN.search(turn) and len(subject(turn)) > 0 and not TRAILING.search(turn):
            return turn
    return history[-1]


def _topic(question: str) -> str:
    """Return what the earlier question was about: its words before what it asked.

    >>> _topic("农村卫生厕所普及率的目标是多少？"), _topic("能耗双控谁负责？")
    ('农村卫生厕所普及率', '能耗双控')
    """
    bare = QUESTION_TAIL.sub("", LEADING.sub("", question))
    if _english(bare):
        return bare
    if leading := ASKED_FIRST.match(bare):
        return bare[leading.end() :].strip("的 ，,")
    return ASKED.sub("", bare).strip("的 ，,是由要应需该") or bare


def _complete(rest: str) -> str:
    """Give a clipped question its verb: 2025年目标呢 → 2025年目标是什么？"""
    if TRAILING.search(rest):
        rest = TRAILING.sub("", rest) + "是什么？"
    return rest


def _names_more(own: Sequence[str]) -> bool:
    """Tell whether the question has a full subject beside its pronoun (four words or more)."""
    return len(own) >= 4


def _english(text: str) -> bool:
    return len(re.findall(r"[A-Za-z]", text)) > len(re.findall(r"[一-鿿]", text))
