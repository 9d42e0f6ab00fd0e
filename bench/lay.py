"""Query sets for the whole library: lay questions, known items, words and questions made from clauses.

Gold is a set of places, each a set of ``(file, address)``: a law that the library holds in several versions is right in
any of them, for which one is shown is the product's choice. Made queries drop and reorder words of one article and wrap
them as people ask; they measure finding, not understanding.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.corpora import ROOT
from bench.items import normalised
from ingest.document import Target

Place = tuple[str, str]
LAY = ROOT / "eval" / "lay.jsonl"
CHATTED = "lay-280"  # up to here worded as people chat
FRAMES = ("{}", "{}怎么规定的", "关于{}有什么要求", "请问{}", "{}要怎么办", "{}会被处罚吗")
FIGURE = re.compile(r"[0-9０-９]")
WORD = re.compile(r"[一-鿿]{2,}")
ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇]+条")


@dataclass(frozen=True, slots=True)
class Unit:
    """An article with its items, or another clause: what is indexed by those systems that index clauses."""

    file: str
    path: str
    title: str
    headings: str
    text: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query with the places that answer it; each place is right in any of its versions."""

    id: str
    kind: str
    text: str
    gold: tuple[frozenset[Place], ...]


def lay_questions(units: Sequence[Unit], half: str, path: Path = LAY) -> list[Query]:
    """Return the lay questions of one half whose gold articles the library has."""
    where: dict[tuple[str, str], set[Place]] = {}
    for unit in units:
        where.setdefault((_bare(unit.title), unit.path), set()).add((unit.file, unit.path))
    found = []
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        gold = [frozenset(where.get((_bare(g["title"]), g["article"]), ())) for g in row["gold"]]
        if row["half"] == half and all(gold):
            kind = "lay, as people chat" if row["id"] <= CHATTED else "lay, as clerks ask"
            found.append(Query(row["id"], kind, row["query"], tuple(gold)))
    return found


def made_queries(units: Sequence[Unit], targets: Sequence[tuple[str, Target]], count: int, seed: int) -> list[Query]:
    """Return known items and made queries, ``count`` of each kind, drawn with ``seed``; ``targets`` as of a ledger."""
    chance = random.Random(seed)
    texts: dict[str, set[Place]] = {}
    titles: dict[str, set[str]] = {}
    for unit in units:
        texts.setdefault(unit.text, set()).add((unit.file, unit.path))
        titles.setdefault(_named(unit.title), set()).add(unit.file)
    articles = [u for u in units if ARTICLE.fullmatch(u.path) and 40 <= len(u.text) <= 300 and u.title]
    return [
        *_titles(titles, chance, count),
        *_numbers(units, chance, count),
        *_articles(articles, titles, chance, count),
        *_figures(units, targets, chance, count),
        *_words(articles, texts, chance, count),
    ]


def _titles(titles: dict[str, set[str]], chance: random.Random, count: int) -> list[Query]:
    chosen = chance.sample(sorted(title for title in titles if len(title) > 4), count)
    return [
        Query(f"title-{n}", "exact title", title, (frozenset((file, "") for file in titles[title]),))
        for n, title in enumerate(chosen)
    ]


def _numbers(units: Sequence[Unit], chance: random.Random, count: int) -> list[Query]:
    files: dict[str, set[str]] = {}
    for unit in units:
        if unit.number:
            files.setdefault(unit.number, set()).add(unit.file)
    chosen = chance.sample(sorted(files), min(count, len(files)))
    return [
        Query(f"number-{n}", "文号", number, (frozenset((file, "") for file in files[number]),))
        for n, number in enumerate(chosen)
    ]


def _articles(articles: Sequence[Unit], titles: dict[str, set[str]], chance: random.Random, count: int) -> list[Query]:
    chosen = chance.sample(articles, count)
    return [
        Query(f"article-{n}", "law and article", f"{_named(unit.title)}{unit.path}", (
            frozenset((file, unit.path) for file in titles[_named(unit.title)]),
        ))
        for n, unit in enumerate(chosen)
    ]  # fmt: skip


def _figures(
    units: Sequence[Unit], targets: Sequence[tuple[str, Target]], chance: random.Random, count: int
) -> list[Query]:
    """Return indicators with the figure set for them, where one clause alone, in the row's document, prints both."""
    rows = sorted({(normalised(row.indicator), f"{row.value}{row.unit}", file) for file, row in targets})
    printed = [(unit, normalised(unit.text)) for unit in units if FIGURE.search(unit.text)]
    found: list[Query] = []
    for indicator, figure, file in chance.sample(rows, len(rows)):
        having = [unit for unit, text in printed if figure in text and indicator in text]
        if [unit.file for unit in having] == [file]:
            gold = (frozenset({(having[0].file, having[0].path)}),)
            found.append(Query(f"figure-{len(found)}", "a figure with its indicator", f"{indicator} {figure}", gold))
        if len(found) == count:
            break
    return found


def _words(articles: Sequence[Unit], texts: dict[str, set[Place]], chance: random.Random, count: int) -> list[Query]:
    """Return queries of five words of an article: in order, and reordered inside the frame of a question."""
    import jieba

    jieba.setLogLevel("WARNING")
    found: list[Query] = []
    for n, unit in enumerate(chance.sample(articles, count)):
        words = [word for word in dict.fromkeys(jieba.lcut(ARTICLE.sub("", unit.text))) if WORD.fullmatch(word)]
        if len(words) < 6:
            continue
        gold = (frozenset(texts[unit.text]),)
        kept = [words[i] for i in sorted(chance.sample(range(len(words)), 5))]
        found.append(Query(f"words-{n}", "five words of an article", " ".join(kept), gold))
        shuffled = chance.sample(kept, 4)
        asked = chance.choice(FRAMES).format("".join(shuffled))
        found.append(Query(f"asked-{n}", "four words reordered, as a question", asked, gold))
    return found


def _bare(title: str) -> str:
    return re.sub(r"\s", "", title)


def _named(title: str) -> str:
    """Return a title as people name a law; one that the library has with and without 中华人民共和国 is one law."""
    return _bare(title).removeprefix("中华人民共和国")
