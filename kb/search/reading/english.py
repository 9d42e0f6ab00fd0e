"""English questions: their words to the Chinese words of the documents, their names of bodies to Chinese names.

Longest phrase first, from the English table, the glossary and the table of bodies. A word that no table knows is kept
and counts little, unless it is a name (Australia): then nothing in the library answers for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ingest.glossary import glossary
from ingest.organ_table import table
from kb.results import Concept
from kb.search.lexicon import tables

UNKNOWN_ENGLISH = 0.15  # What an English word that no table knows counts, unless it is a name.
BRITISH = re.compile(r"is(?=ation|e[ds]?\b|ing\b)")
ENGLISH_WORD = re.compile(r"[a-z0-9](?:[a-z0-9.\-]*[a-z0-9])?")
# Words of plain English that name nothing: they are neither translated nor held against an answer.
ENGLISH_STOP = frozenset(tables()["stop"]["en"].split())
# What a translation may be without naming a subject: words of asking, in Chinese.
GRAMMAR = frozenset(
    (
        "全国",
        "全省",
        "全市",
        "国家级",
        "省级",
        "市级",
        "负责",
        "牵头",
        "机构",
        "部门",
        "单位",
        "目标",
        "指标",
        "比例",
        "比重",
        "占比",
        "基准年",
        "基期",
        "责任",
        "职责",
        "任务",
        "规定",
        "要求",
        "措施",
        "方案",
        "规划",
        "文件",
        "份额",
        "主管",
        "配合",
        "落实",
        "年",
    )
)
# Words that say that a body is meant, and words of its name that tell it from no other.
BODY = re.compile(
    r"\b(?:bureau|commission|department|office|administration|cent(?:er|re)|committee|federation|"
    r"authority|ministry|bank|branch|agency)\b",
    re.I,
)
GENERIC = frozenset(
    (
        "bureau",
        "commission",
        "department",
        "office",
        "administration",
        "center",
        "centre",
        "committee",
        "municipal",
        "provincial",
        "national",
        "city",
        "of",
        "for",
        "and",
        "the",
        "service",
        "services",
        "agency",
        "authority",
        "branch",
    )
)
NAME_WORDS = 6  # Words of a body's name, at most.
# Bodies that have no name of their own in the table.
LOCAL = (
    (r"\bdevelopment zones?\b", "各开发区"),
    (r"\bcount(?:y|ies)(?:[- ]level)? (?:and district )?governments?\b|\blocal governments?\b", "县（市、区）政府"),
    (r"\bmunicipal (?:people's )?government\b|\bcity government\b", "市政府"),
)
LEVEL_PREFIX = (
    ("市", r"\bmunicipal|\bcity\b"),
    ("省", r"\bprovincial"),
    ("国家", r"\bnational|\bstate\b"),
    ("县", r"\bcounty"),
)


@cache
def _english() -> dict[str, tuple[str, ...]]:
    """Map each English word or phrase in lower case to Chinese words."""
    table: dict[str, dict[str, None]] = {}
    for phrase, words in tables().get("english", {}).items():
        table.setdefault(phrase.lower(), {}).update(dict.fromkeys(words))
    for term in glossary():
        for phrase in term.en:
            table.setdefault(phrase.lower(), {}).update(dict.fromkeys((term.zh, *term.aliases)))
    return {phrase: tuple(words) for phrase, words in table.items()}


# the Education Bureau · the Bureau of Finance: who is asked about, not what
NAMED_BODY = re.compile(
    r"(?:[A-Z][\w-]*,? (?:and |of |for )?)*(?:Bureau|Commission|Department|Office|Administration|Center|Federation)\b"
    r"(?: (?:of|for) [A-Z]\w+(?:,? (?:and )?[A-Z]\w+)*)?"
)


def english_concepts(text: str) -> tuple[Concept, ...]:
    """Return the concepts of an English question, longest phrases first; unknown words are kept as they stand.

    A plural is tried in the singular. Words of grammar are dropped.
    """
    text = NAMED_BODY.sub(" ", text)
    proper = {word.lower() for word in re.findall(r"(?<!^)\b[A-Z][a-z]+", text)}
    words = ENGLISH_WORD.findall(text.lower().replace("’", "'").replace("'s ", " "))
    found: list[Concept] = []
    at = 0
    while at < len(words):
        size, meant = _longest(words, at)
        if meant and not GRAMMAR.issuperset(meant):
            found.append(Concept(" ".join(words[at : at + size]), meant))
        elif not meant and words[at] not in ENGLISH_STOP and not words[at].isdigit():
            found.append(
                Concept(
                    words[at],
                    (words[at],),
                    weight=1.0 if words[at] in proper else UNKNOWN_ENGLISH,
                    required=words[at] in proper,
                )
            )
        at += size
    return tuple(found)


def _longest(words: list[str], at: int) -> tuple[int, tuple[str, ...]]:
    for size in range(min(6, len(words) - at), 0, -1):
        phrase = " ".join(words[at : at + size])
        for form in _forms(phrase):
            if meant := _english().get(form):
                return size, meant
    return 1, ()


def _forms(phrase: str) -> Iterable[str]:
    """Yield a phrase as the table may have it: as typed, without hyphens, in the singular, the infinitive.

    Of British and American spelling (utilisation, utilization) the table has one.

    >>> "utilization rate" in _forms("utilisation rates"), "noise" in _forms("noise")
    (True, True)
    """
    for spelt in dict.fromkeys((phrase, BRITISH.sub("iz", phrase))):
        yield spelt
        yield spelt.replace("-", " ")
        if spelt.endswith("ies"):
            yield spelt[:-3] + "y"
        if spelt.endswith("s"):
            yield spelt[:-1]
        for ending in ("ing", "ed"):
            if spelt.endswith(ending):
                yield spelt[: -len(ending)]
                yield spelt[: -len(ending)] + "e"


def english_bodies(text: str) -> tuple[str, ...]:
    """Return the Chinese name of the body that an English question names, with its level; empty where it names none.

    >>> english_bodies("What is the Municipal Transport Bureau responsible for?")
    ('市交通运输局',)
    """
    for name, zh in LOCAL:
        if re.search(name, text, re.I):
            return (zh,)
    words = _beside_body(text.lower().replace("transportation", "transport"))
    found = [(len(tokens), name) for tokens, name in _body_tokens() if tokens <= words]
    if not found:
        return ()
    prefix = next((zh for zh, pattern in LEVEL_PREFIX if re.search(pattern, text, re.I)), "")
    name = max(found, key=lambda item: item[0])[1]
    return (name if name.startswith(prefix) else prefix + name,)


def _beside_body(text: str) -> set[str]:
    """Return the words that can belong to a body's name: those right before its noun, and behind its ``of``.

    >>> sorted(_beside_body("which department handles transport"))
    ['department', 'which']
    """
    words: list[str] = []
    for body in BODY.finditer(text):
        words += re.findall(r"[a-z]+", text[: body.end()])[-NAME_WORDS:]
        after = re.match(r" (?:of|for) (.*)", text[body.end() :])
        words += re.findall(r"[a-z]+", after[1])[:NAME_WORDS] if after else []
    return set(words)


@cache
def _body_tokens() -> tuple[tuple[frozenset[str], str], ...]:
    """Return the telling words of each English name with the generic Chinese name."""
    rows = []
    for organ in dict.fromkeys(table().forms.values()):
        for name in organ.english:
            tokens = frozenset(re.findall(r"[a-z]+", name.lower())) - GENERIC
            if tokens:
                rows.append((tokens, organ.name))
    return tuple(rows)
