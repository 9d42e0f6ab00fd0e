"""Questions for trainees, made from ledgers and clauses alone: fill in a figure, choose a body, a term, an address.

Every item carries the span that proves its answer, so nothing is asked that the document does not print. An item is
left out rather than asked badly: a figure that stands twice in its sentence, a clause whose heading another one bears,
a body for which the document names too few others to choose from. Items and their order depend on documents and seed
alone: the same number gives the same paper.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ingest.document import FRONT, Clause, Document, Duty, Span, Target
from ingest.figures import find_figures, flatten
from ingest.glossary import Term
from ingest.organs import same_body
from ingest.sentences import sentence_spans
from kb.results import address_name

KINDS = {"target": "指标填空", "duty": "责任单位", "term": "术语", "address": "条款位置"}
CHOICES = 4
LONGEST = 160  # characters of a sentence with a blank in it
HEADING = range(4, 31)  # characters of a heading that tells its clause
BLANK = "（　　）"
_DIGITS = re.compile(r"[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?")
_GENERIC = re.compile("各|有关|相关|其他")  # 各有关部门 names nobody
_TYPED = str.maketrans("０１２３４５６７８９．％，", "0123456789.%,")


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``choices`` is empty where a figure is to be typed; ``span`` proves the answer in the document.

    ``key`` stays the same as long as the text of the document does. ``note`` is said with the answer.
    """

    key: str
    kind: str
    doc_id: str
    path: str
    span: Span
    prompt: str
    answer: str
    choices: tuple[str, ...] = ()
    note: str = ""

    def right(self, given: str) -> bool:
        """Tell whether what was chosen or typed is the answer; a typed figure may carry its unit.

        >>> item = Item("k", "target", "d", "二", Span(0, 1), "下降（　　）%", "15.50")
        >>> item.right("１５.5%"), item.right("15"), item.right("")
        (True, False, False)
        """
        return given == self.answer if self.choices else _number(given) == _number(self.answer)


def paper(pool: Sequence[Item], *, seed: int, count: int, kinds: Iterable[str], due: Sequence[str] = ()) -> list[Item]:
    """Choose ``count`` items of a pool, first those ``due`` (keys, most urgent first), then of each kind in turn.

    No kind crowds out another. The same pool, seed and choice give the same paper.
    """
    rng, wanted = random.Random(seed), set(kinds)
    by_key = {item.key: item for item in pool if item.kind in wanted}
    again = [by_key.pop(key) for key in due if key in by_key][:count]
    piles = [[item for item in by_key.values() if item.kind == kind] for kind in KINDS]
    for pile in piles:
        rng.shuffle(pile)
    fresh: list[Item] = []
    while len(again) + len(fresh) < count and any(piles):
        fresh += [pile.pop() for pile in piles if pile]
    chosen = [*again, *fresh][:count]
    rng.shuffle(chosen)
    return chosen


def items(documents: Sequence[Document], terms: Sequence[Term], *, seed: int = 0) -> list[Item]:
    """Return every item that the documents yield; ``seed`` chooses the wrong choices and their order."""
    found = []
    for document in documents:
        found += [
            *_targets(document),
            *_duties(document, seed),
            *_terms(document, terms, seed),
            *_addresses(document, seed),
        ]
    return list({item.key: item for item in found}.values())


def _targets(document: Document) -> Iterator[Item]:
    for target in document.targets:
        if target.value_max is not None or target.change is not None:
            continue
        sentence = _sentence(document, target)
        number = _printed(document, target, sentence)
        if sentence is None or number is None:
            continue
        before, after = Span(sentence.start, number.start), Span(number.end, sentence.end)
        prompt = (
            f"{_title(document)}{address_name(target.path)}：{document.slice(before)}{BLANK}{document.slice(after)}"
        )
        yield _item("target", document, target.path, sentence, prompt, document.slice(number).translate(_TYPED))


def _sentence(document: Document, target: Target) -> Span | None:
    """Return the sentence, else its part between semicolons, that holds the target and can be read at one glance."""
    clause = document.clause(target.path)
    for semicolons in (False, True):
        for span in sentence_spans(document.text, clause.span, semicolons=semicolons):
            if span.holds(target.span) and span.end - span.start <= LONGEST and "\t" not in document.slice(span):
                return span
    return None


def _printed(document: Document, target: Target, sentence: Span | None) -> Span | None:
    """Return where the target's number stands in the sentence; None where it is not printed just once in digits."""
    if sentence is None:
        return None
    flat = flatten(document.text, sentence)
    same = [figure for figure in find_figures(flat.text) if figure.value == target.value]
    if len(same) != 1 or same[0].value_max is not None:
        return None
    figure = flat.span(same[0].start, same[0].end)
    digits = _DIGITS.match(document.slice(figure))
    return Span(figure.start, figure.start + digits.end()) if digits and target.span.holds(figure) else None


def _duties(document: Document, seed: int) -> Iterator[Item]:
    names = (name for duty in document.duties for name in duty.named() if not _GENERIC.match(name))
    everybody = list(dict.fromkeys(names))
    for path, duties in _by_path(document).items():
        clause, duty = document.clause(path), duties[0]
        if len(duties) > 1 or not _tells(document, clause):
            continue
        for role, words in (
            ("lead", "由哪个单位牵头"),
            ("support", "由哪个单位配合"),
            ("responsible", "的责任单位包括下列哪一个"),
        ):
            named = [name for name in duty.named(role=role) if not _GENERIC.match(name)]
            others = [name for name in everybody if not _bound(duty, name)]
            if not named or len(others) < CHOICES - 1 or (role == "lead" and len(named) > 1):
                continue
            rng = random.Random(f"{seed} {document.source.doc_id} {path} {role}")
            answer = rng.choice(named)
            prompt = f"{_title(document)}{address_name(path)}“{clause.heading}”{words}？"
            note = "" if len(named) == 1 else f"文件点名的还有：{'、'.join(name for name in named if name != answer)}。"
            yield _item("duty", document, path, duty.span, prompt, answer, _mixed(answer, others, rng), note)


def _bound(duty: Duty, name: str) -> bool:
    """Tell whether a duty names a body under any name or role, or binds it by a standing rule: no wrong answer then."""
    return any(same_body(name, other) for other in (*(body.joining for body in duty.bodies), *duty.inherited))


def _terms(document: Document, terms: Sequence[Term], seed: int) -> Iterator[Item]:
    found = [(term, at) for term in terms if term.explain and (at := _first(document, term)) is not None]
    for term, at in found:
        alike = [other.zh for other, _ in found if other.category == term.category and not _overlap(other, term)]
        others = alike if len(alike) >= CHOICES - 1 else [other.zh for other, _ in found if not _overlap(other, term)]
        if len(others) < CHOICES - 1:
            continue
        rng = random.Random(f"{seed} {document.source.doc_id} {term.zh}")
        clause = next(clause for clause in document.clauses if clause.span.holds(at))
        prompt = f"下面这句话说的是哪个词？“{term.explain}”"
        note = "释义为本库编写，不是文件原文。"
        yield _item("term", document, clause.path, at, prompt, term.zh, _mixed(term.zh, others, rng), note)


def _first(document: Document, term: Term) -> Span | None:
    """Return the first sentence of a labelled clause that uses the term under one of its names."""
    body = next((clause.span.start for clause in document.clauses if clause.path != FRONT), len(document.text))
    found = [at for name in term.names if (at := document.text.find(name, body)) >= 0]
    if not found:
        return None
    clause = next((clause for clause in document.clauses if clause.span.start <= min(found) < clause.span.end), None)
    sentences = sentence_spans(document.text, clause.span) if clause else ()
    return next((sentence for sentence in sentences if sentence.start <= min(found) < sentence.end), None)


def _overlap(a: Term, b: Term) -> bool:
    return a.zh == b.zh or any(name in other or other in name for name in a.names for other in b.names)


def _addresses(document: Document, seed: int) -> Iterator[Item]:
    told = [clause for clause in document.clauses if clause.label and _tells(document, clause)]
    for clause in told:
        others = [address_name(other.path) for other in told if other.level == clause.level and other != clause]
        if len(others) < CHOICES - 1:
            continue
        rng = random.Random(f"{seed} {document.source.doc_id} {clause.path}")
        answer = address_name(clause.path)
        prompt = f"“{clause.heading}”写在{_title(document)}的哪一条？"
        start = document.text.find(clause.heading, clause.span.start, clause.span.end)
        span = Span(start, start + len(clause.heading)) if start >= 0 else clause.span
        yield _item("address", document, clause.path, span, prompt, answer, _mixed(answer, others, rng))


def _tells(document: Document, clause: Clause) -> bool:
    """Tell whether a heading names this clause and no other."""
    same = sum(other.heading == clause.heading for other in document.clauses)
    return len(clause.heading) in HEADING and same == 1 and not set(clause.heading) & set("，；。：\t\n")


def _by_path(document: Document) -> dict[str, list[Duty]]:
    counted = Counter(duty.path for duty in document.duties)
    return {path: [duty for duty in document.duties if duty.path == path] for path in counted}


def _mixed(answer: str, others: Sequence[str], rng: random.Random) -> tuple[str, ...]:
    choices = [answer, *rng.sample(others, CHOICES - 1)]
    rng.shuffle(choices)
    return tuple(choices)


def _title(document: Document) -> str:
    return f"《{document.source.title}》"


def _item(
    kind: str, document: Document, path: str, span: Span, prompt: str, answer: str, choices: tuple[str, ...] = (),
    note: str = "",
) -> Item:  # fmt: skip
    doc_id = document.source.doc_id
    about = f"{kind}\n{doc_id}\n{path}\n{document.slice(span)}\n{prompt}"
    key = hashlib.sha256(about.encode()).hexdigest()[:20]
    return Item(key, kind, doc_id, path, span, prompt, answer, choices, note)


def _number(typed: str) -> Decimal | None:
    found = _DIGITS.search(typed)
    try:
        return Decimal(found[0].translate(_TYPED).replace(",", "")) if found else None
    except InvalidOperation:
        return None
