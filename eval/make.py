"""Write gold questions for any library from its ledgers.

Each question rests on one ledger row or one fact of the record, so that what makes an answer right is known without
reading. Near misses are asked twice: as they stand, and with the clause that answers hidden, where nothing else in the
document prints its subject; then only a refusal is right. The same library, seed and limit give the same questions.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ingest.document import Clause, Document, Duty, Target
from ingest.organs import is_known
from ingest.sentences import sentence_spans
from ingest.words import bigrams, domain_segmenter, part_of_speech
from kb.search.lexicon import everyday_names

LIMIT = 40
"""Questions of one kind and document at most."""
SHORT, LONG = 4, 30
"""A subject has so many characters; shorter ones are ambiguous, longer ones are sentences."""
ELSEWHERE = 0.7
"""Another clause that prints this share of a subject's character pairs may be about it too."""
EVERYDAY = tuple(
    ["老百姓", "平时", "家里", "赶紧", "弄好", "省心", "划算", "眼下", "街坊", "折腾", "凑合", "周末", "邻居", "靠谱"]
)
"""Words of everyday speech that documents do not print; people put some into their questions."""
FAR = 2099
"""A year that no document speaks of."""

Row = dict[str, Any]


def make_gold(documents: Sequence[Document], *, seed: int = 1, limit: int = LIMIT, named: bool = True) -> list[Row]:
    """Return the questions about full texts, at most ``limit`` of a kind for each document, as rows of a gold file.

    ``named`` puts the document's title before each question, as a library of several documents needs it.
    """
    chance = random.Random(seed)
    rows: list[Row] = []
    for document in documents:
        if document.source.form != "fulltext":
            continue
        about = f"《{document.source.title}》里，" if named else ""
        made = [
            *_duties(document),
            *_keywords(document, chance),
            *_measures(document, chance),
            *_bodies(document),
            *_figures(document),
            *_facts(document),
            *_addresses(document),
        ]
        kinds = dict.fromkeys(row["type"] for row in made)
        for kind in kinds:
            of_kind = [row for row in made if row["type"] == kind]
            kept = sorted(chance.sample(range(len(of_kind)), min(limit, len(of_kind))))
            rows += [_finished(document, about, of_kind[place]) for place in kept]
    return [{"id": f"{row['type']}-{number:04}", **row} for number, row in enumerate(rows, start=1)]


def _finished(document: Document, about: str, row: Row) -> Row:
    return {**row, "question": about + row["question"], "doc": document.source.doc_id}


def _row(kind: str, question: str, **gold: object) -> Row:
    return {"type": kind, "question": question, "answerable": True, **gold}


def _hidden(document: Document, row: Row, paths: Iterable[str]) -> Row:
    """Return the same question asked without the clauses that answer it."""
    keys = [f"{document.source.doc_id}#{path}" for path in paths]
    return {"type": f"{row['type']}_hidden", "question": row["question"], "answerable": False, "hidden": keys}


def _duties(document: Document) -> Iterator[Row]:
    """Yield who is responsible for each clause that has one duty, and the lead where one is named."""
    for clause, duty in _single_duties(document):
        names = duty.named(role="lead") or duty.named()
        asked = "由谁牵头？" if duty.named(role="lead") else "由哪些单位负责？"
        if names and _asks_well(document, clause.heading):
            evidence = [document.slice(duty.span)]
            row = _row(
                "duty", clause.heading + asked, gold_clauses=[clause.path], departments=list(names), evidence=evidence
            )
            yield row
            if _only_in(document, clause.heading, clause):
                yield _hidden(document, row, [clause.path])


def _keywords(document: Document, chance: random.Random) -> Iterator[Row]:
    """Yield who is responsible by three words of a sentence of the task that no other clause prints together."""
    texts = {clause.path: document.slice(clause.span) for clause in document.clauses}
    for duty in document.duties:
        sentences = [document.slice(span) for span in sentence_spans(document.text, duty.task_span)]
        words = _telling(max(sentences, key=len, default=""))[:3]
        alone = all(path == duty.path for path, text in texts.items() if all(word in text for word in words))
        if len(words) == 3 and alone and duty.named():
            row = _row("keywords", f"{''.join(words)}由谁负责？", gold_clauses=[duty.path])
            yield row
            yield _hidden(document, row, [duty.path])
            first, second = chance.sample([word for word in EVERYDAY if word not in document.text], 2)
            asked = f"{first}{_lay(words[0], chance)}{words[1]}{second}这事归谁管？"
            row = _row("everyday_duty", asked, gold_clauses=[duty.path])
            yield row
            yield _hidden(document, row, [duty.path])


def _measures(document: Document, chance: random.Random) -> Iterator[Row]:
    """Yield what is required, by three words of a sentence that one clause alone prints, plainly and in everyday words.

    In everyday words: two of the three, one of them by an everyday name where the tables know one, and two words that
    the document does not print.
    """
    texts = {clause.path: document.slice(clause.span) for clause in document.clauses}
    strange = [word for word in EVERYDAY if word not in document.text]
    times = Counter(word for text in texts.values() for word in set(_telling(text)))
    for path in texts:
        sentences = [document.slice(s) for s in sentence_spans(document.text, document.clause(path).span)]
        longest = [word for word in _telling(max(sentences, key=len, default="")) if not is_known(word)]
        rarest = sorted(longest, key=lambda word: times[word])[:3]
        words = [word for word in longest if word in rarest]
        if len(words) < 3 or any(path != other and all(w in t for w in words[:2]) for other, t in texts.items()):
            continue
        row = _row("measure", f"{''.join(words)}有哪些要求？", gold_clauses=[path])
        yield row
        yield _hidden(document, row, [path])
        first, second = chance.sample(strange, 2)
        asked = f"{first}{_lay(words[0], chance)}的{words[1]}{second}有什么说法？"
        row = _row("everyday", asked, gold_clauses=[path])
        yield row
        yield _hidden(document, row, [path])


def _lay(word: str, chance: random.Random) -> str:
    """Return an everyday name of a word, or the word itself."""
    return chance.choice(sorted(everyday_names(word)) or [word])


def _telling(sentence: str) -> list[str]:
    """Return the distinct nouns and verbs of a sentence, two characters or longer, in order."""
    words = [word for word in domain_segmenter().words(sentence) if len(word) > 1 and part_of_speech(word)[:1] in "nv"]
    return [word for word in dict.fromkeys(words) if part_of_speech(word)]


def _single_duties(document: Document) -> Iterator[tuple[Clause, Duty]]:
    times = Counter(duty.path for duty in document.duties)
    for duty in document.duties:
        if times[duty.path] == 1:
            yield document.clause(duty.path), duty


def _bodies(document: Document) -> Iterator[Row]:
    """Yield what each body of the table has to do; each clause that names it is gold."""
    paths: dict[str, dict[str, None]] = {}
    for duty in document.duties:
        for name in duty.named():
            paths.setdefault(name, {})[duty.path] = None
    for name, where in paths.items():
        if is_known(name):
            yield _row("body", f"{name}负责哪些任务？", gold_clauses=list(where), must_contain=[name])


def _figures(document: Document) -> Iterator[Row]:
    """Yield each target whose indicator stands once in the ledger: asked, denied, asked for a far year, hidden."""
    times = Counter(target.indicator for target in document.targets)
    for target in document.targets:
        if times[target.indicator] > 1 or not _asks_well(document, target.indicator, every=True):
            continue
        clause, value = document.clause(target.path), _printed(target)
        if value not in document.slice(target.span):
            continue
        evidence = [document.slice(target.span)]
        row = _row(
            "figure",
            f"{target.indicator}的目标是多少？",
            gold_clauses=[clause.path],
            must_contain=[value],
            evidence=evidence,
        )
        yield row
        wrong = f"{target.value * 2 + 1:f}{target.unit}"
        claim = f"{target.indicator}的目标是{wrong}，对吗？"
        yield _row("false_premise", claim, gold_clauses=[clause.path], must_contain=[value], evidence=evidence)
        if str(FAR) not in document.text:
            yield {"type": "far_year", "question": f"{FAR}年{target.indicator}的目标是多少？", "answerable": False}
        if _only_in(document, target.indicator, clause):
            yield _hidden(document, row, [clause.path])


def _printed(target: Target) -> str:
    return f"{target.value:f}{target.unit}"


def _facts(document: Document) -> Iterator[Row]:
    """Yield the facts of the record that the text itself prints."""
    source = document.source
    if source.number and source.number in document.text:
        yield _row("record", "文号是什么？", must_contain=[source.number])
    if source.dated:
        day = source.dated
        printed = f"{day.year}年{day.month}月{day.day}日"
        if printed in document.text:
            yield _row("record", "成文日期是哪天？", must_contain=[printed], evidence=[printed])


def _addresses(document: Document) -> Iterator[Row]:
    """Yield what stands at an address, for clauses with a heading."""
    for clause in document.clauses:
        if clause.label and _asks_well(document, clause.heading):
            yield _row(
                "address", f"{clause.path}讲的是什么？", gold_clauses=[clause.path], must_contain=[clause.heading]
            )


def _asks_well(document: Document, subject: str, *, every: bool = False) -> bool:
    """Tell whether a question can name its subject so: of fair length, without marks, and one heading's only."""
    if not SHORT <= len(subject) <= LONG or any(mark in subject for mark in "，；。：\t\n"):
        return False
    return every or sum(clause.heading == subject for clause in document.clauses) == 1


def _only_in(document: Document, subject: str, clause: Clause) -> bool:
    """Tell whether this clause's own words alone are about the subject: no other prints most of its character pairs."""
    pairs = bigrams(subject)
    if subject not in document.slice(clause.span):
        return False
    others = (document.slice(other.span) for other in document.clauses if other.path != clause.path)
    return all(sum(pair in words for pair in pairs) < ELSEWHERE * len(pairs) for words in others)
