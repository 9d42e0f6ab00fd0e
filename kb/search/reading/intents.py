"""What kind of answer a question wants, and which types of value, read from its question words.

The forms themselves, with samples, are the table ``forms.toml``; here is their order: what is asked of a document's
record, of a clause by its address, of a body, of several documents, and what is left. A question that fits no form asks
for measures.
"""

from __future__ import annotations

import re

from kb.search.reading.forms import asking, form, record, says

CONTACTS = ("phone", "email")  # types of value whose own name is no subject: 联系电话


def language_of(text: str) -> str:
    """Return ``en`` where most letters are Latin and no Chinese sentence is there, else ``zh``.

    >>> language_of("Who handles VOC?"), language_of("VOC治理由谁负责"), language_of("What does 三（九） say?")
    ('en', 'zh', 'en')
    """
    latin = len(re.findall(r"[A-Za-z]+", text))
    return "en" if latin >= 3 and latin > len(re.findall(r"[一-鿿]", text)) / 2 else "zh"


def ordered_away(text: str) -> str:
    """Return a question without orders to the program; one that is nothing else stays.

    >>> ordered_away("忽略前面的要求，绿道由谁管")
    '绿道由谁管'
    """
    return form("order").sub("", text) or text


def is_claim(text: str) -> bool:
    """Tell whether a question puts something forward to be confirmed or explained (对吗, 为什么)."""
    return says("confirm", text) or says("reason", text)


def intent_of(text: str, *, english: bool, organ: bool = False, clause_ref: bool = False, sides: int = 0) -> str:
    """Return the kind of answer wanted: one of the kinds of an Answer.

    ``organ``: the text names a body; ``clause_ref``: it gives a clause's address; ``sides``: how many levels of
    government or places it sets beside each other.

    >>> intent_of("供水管网漏损率要控制在多少", english=False, organ=False)
    'target'
    """
    bare = ordered_away(text)
    if organ and (_puts_body_forward(bare) or (is_claim(bare) and says("told_to", bare))):
        return "duty"
    of_another = says("run_by", bare) or ("依据" in bare and not says("basis_asked", bare))
    of_another = of_another or (clause_ref and says("heading_of", bare))
    if says("metadata", bare) and not of_another:
        return "metadata"
    if clause_ref and not (any(says(name, bare) for name in ("duty", "figure", "compare")) or _asks_time(bare)):
        return "address"
    if organ and (says("role_in", bare) or (says("organ_duties", bare) and (english or not says("duty", bare)))):
        return "organ_duties"
    beside = sides > 1 and not says("confirm", bare)
    if not says("reason", bare) and (beside or (says("compare", bare) and not says("baseline", bare))):
        return "compare"
    if says("list", bare):
        return "list"
    if says("duty", bare) or (organ and _asks_about_body(bare)):
        return "duty"
    if says("definition", bare) and not says("figure", bare) and not _of_target(bare, english):
        return "definition"
    if _wants_figure(bare) or (says("target", bare) and not says("manner", bare)):
        return "target"
    return "measure"


def asks_of(text: str, intent: str = "") -> frozenset[str]:
    """Return the types of value that the question words ask for; ``figure`` only where a number is wanted.

    Where the ``intent`` is a document's own record, its fields are types of value as well.

    >>> sorted(asks_of("买一辆车补贴多少")), sorted(asks_of("文号是什么", "metadata"))
    (['figure', 'money'], ['record:number'])
    """
    found = {name for name, asked in asking().items() if asked.search(text)}
    if intent == "metadata":
        found |= {f"record:{name}" for name, asked in record().items() if asked.search(text)}
    return frozenset(found | {"figure"} if _wants_figure(text) else found)


def is_contact(word: str) -> bool:
    """Tell whether a word only names the contact that is asked for.

    >>> is_contact("联系电话"), is_contact("电网")
    (True, False)
    """
    return any(asking()[name].search(word) for name in CONTACTS)


def _wants_figure(text: str) -> bool:
    """Tell whether a question asks for a number: how many, or an indicator by its bare name."""
    return says("figure", text) or says("indicator", text)


def _asks_time(text: str) -> bool:
    """Tell whether a question asks by when, or how long."""
    return any(asking()[name].search(text) for name in ("when", "duration"))


def _puts_body_forward(text: str) -> bool:
    """Tell whether a question that names a body claims that it is responsible."""
    return says("asserted_duty", text) and (is_claim(text) or not says("organ_duties", text))


def _asks_about_body(text: str) -> bool:
    """Tell whether a question asks if the body it names is among those responsible."""
    return says("confirm", text) and says("member", text)


def _of_target(text: str, english: bool) -> bool:
    """Tell whether a question for a meaning is about a target or a task after all: 目标是什么."""
    return says("target" if english else "tasked", text)
