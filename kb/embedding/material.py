"""From units of text to what pairs are drawn from: token ids, terms, near twins, citations, and the first table.

The table starts as latent semantic analysis of the corpus (Deerwester et al. 1990: a truncated SVD of tf-idf weights),
each row scaled by its word's inverse document frequency; near twins are articles of different laws that this analysis
finds alike but not equal, and a citation is a printed 第…条 of this or a named law that the corpus holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kb.embedding.corpus import Unit
from kb.embedding.pairs import Ids, Material, Names, find_terms
from kb.embedding.vocabulary import Asked, Ragged, Situation, Term, Words, encode, ragged, split_clauses

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TWIN_ALIKE = (0.6, 0.93)
TWIN_DIMENSIONS = 128
TWIN_ANCHORS = 30_000
TWIN_BLOCK = 500
MAX_DF = 0.2

# 依照本法第二十三条 · 违反《节约用水条例》第八条
CITED = re.compile(
    r"(?:本(?:法|条例|办法|规定|细则)|《(?P<title>[^》]{3,40})》)第(?P<number>[一二三四五六七八九十百千零〇]+)条"
)
COUNTRY = "中华人民共和国"
# laws and judicial interpretations of the whole country, by the first words of their titles
NATIONAL = (COUNTRY, "最高人民")
# units of the whole country that are like an answer, asked for behind it; how alike they must be
LIKE = 4
ALIKE = 0.5
# units for each situation, best first, of so many that BM25 finds; its constants; what a law of the whole country
# counts more
ANSWERS = 24
CANDIDATES = 200
K1, B = 1.2, 0.6
FOREMOST = 1.2


def gather(
    units: Sequence[Unit], words: Words, tokenizer: Tokenizer, *, seed: int
) -> tuple[Material, NDArray[np.float32]]:
    """Return the material and the table to start from (256 columns, or fewer in a tiny corpus)."""
    terms = words.terms
    national = np.asarray([unit.title.startswith(NATIONAL) for unit in units])
    split = [split_clauses(unit.text) for unit in units]
    clauses = encode(tokenizer, [clause for parts in split for clause in parts])
    first = np.concatenate([[0], np.cumsum([len(parts) for parts in split])]).astype(np.int64)
    texts = Ragged(clauses.values, clauses.starts[first])
    titles = encode(tokenizer, [unit.title for unit in units])
    headings = encode(tokenizer, [unit.heading for unit in units])
    idf, vectors, table = _analyse(texts, tokenizer.get_vocab_size(), seed=seed)
    says, answers = _situations(words.situations, tokenizer, (texts, titles, headings), idf, units)
    at, length = find_terms(clauses.values, clauses.starts, _ids(tokenizer, [term.official for term in terms]))
    names = tuple(Names(tuple(_ids(tokenizer, t.chinese)), tuple(_ids(tokenizer, t.english))) for t in terms)
    material = Material(
        clauses=clauses,
        first_clause=first,
        titles=titles,
        headings=headings,
        group=np.unique([unit.text for unit in units], return_inverse=True)[1].astype(np.int64),
        policy=np.asarray([unit.kind == "policy" for unit in units]),
        national=national,
        weight=idf,
        term_at=at,
        term_length=length,
        names=names,
        explanations=tuple(tuple(_ids(tokenizer, [t.explain])) if t.explain else () for t in terms),
        twins=_twins(vectors, units, seed=seed),
        citations=_citations(units),
        says=(*says, *((ids,) for ids in _ids(tokenizer, [row.question for row in words.asked]))),
        answers=ragged([*(answers[i] for i in range(len(answers))), *_answered(words.asked, units, vectors)]),
        phrases=tuple(_ids(tokenizer, words.fillers)),
        english_phrases=tuple(_ids(tokenizer, words.english_fillers)),
        pieces=_pieces(tokenizer),
    )
    return material, _fill(table, material, tokenizer, terms, seed=seed)


def _ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    rows = encode(tokenizer, texts)
    return [rows[i] for i in range(len(rows))]


def _analyse(
    texts: Ragged, size: int, *, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return words' weights for keyword drawing, the units' vectors, and one row for each word."""
    from scipy.sparse import csr_matrix, diags_array
    from sklearn.utils.extmath import randomized_svd

    ids = texts.values.copy()  # sum_duplicates sorts in place
    counts: Any = csr_matrix((np.ones(len(ids), np.float32), ids, texts.starts), shape=(len(texts), size))
    counts.sum_duplicates()
    frequency = np.bincount(counts.indices, minlength=size)
    idf = np.log((len(texts) + 1) / (frequency + 1)).astype(np.float32)
    counts.data = np.log1p(counts.data)
    weighted = counts @ diags_array(idf)
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted = (diags_array((1 / np.maximum(norms, 1e-9)).astype(np.float32)) @ weighted).astype(np.float32)
    rank = min(256, size - 1, len(texts) - 1)
    _, _, components = randomized_svd(weighted, n_components=rank, n_iter=3, random_state=seed)
    vectors = weighted @ components[:TWIN_DIMENSIONS].T
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    rows = components.T / np.maximum(np.linalg.norm(components.T, axis=1, keepdims=True), 1e-9)
    scale = idf / idf[frequency > 0].mean() * np.sqrt(rank)
    table = (rows * np.where(frequency > 0, scale, 0)[:, None]).astype(np.float32)
    weight = np.where((frequency > 0) & (frequency < MAX_DF * len(texts)), idf, 0).astype(np.float32)
    return weight, vectors.astype(np.float32), table


def _fill(
    table: NDArray[np.float32], material: Material, tokenizer: Tokenizer, terms: Sequence[Term], *, seed: int
) -> NDArray[np.float32]:
    """Start words that the corpus lacks near the official term they stand for, characters near their words."""
    random = np.random.default_rng(seed)
    missing: NDArray[np.bool_] = np.asarray(~table.any(axis=1))
    sums, hits = np.zeros_like(table), np.zeros(len(table), np.float32)
    official = _ids(tokenizer, [term.official for term in terms])
    for own, names in zip(official, material.names, strict=True):
        for name in (*names.chinese, *names.english):
            for token in name[missing[name]] if len(own) else ():
                sums[token] += table[own].mean(axis=0)
                hits[token] += 1
    for token, characters in material.pieces.items():
        for character in characters[missing[characters]]:
            sums[character] += table[token]
            hits[character] += 1
    filled = np.where(missing[:, None], sums / np.maximum(hits, 1)[:, None], table)
    noise = random.normal(0, 0.1, table.shape).astype(np.float32)
    filled = np.where(missing[:, None], filled + noise, filled).astype(np.float32)
    filled[0] = 0
    return filled


def _situations(
    situations: Sequence[Situation],
    tokenizer: Tokenizer,
    parts: Sequence[Ragged],
    weight: NDArray[np.float32],
    units: Sequence[Unit],
) -> tuple[tuple[tuple[Ids, ...], ...], Ragged]:
    """Return the expressions of every situation and the units that print its official words.

    BM25 finds candidates by the words' tokens; those that print the words as they stand come first.
    """
    from scipy.sparse import csr_matrix, diags_array

    count, size = len(parts[0]), len(weight)
    total: Any = csr_matrix((count, size), dtype=np.float32)
    for part in parts:
        total += csr_matrix((np.ones(len(part.values), np.float32), part.values.copy(), part.starts), (count, size))
    length = np.asarray(total.sum(axis=1)).ravel()
    row = np.repeat(np.arange(count), np.diff(total.indptr))
    total.data *= (K1 + 1) / (total.data + K1 * (1 - B + B * length[row] / length.mean()))
    foremost = [FOREMOST if unit.title.startswith(NATIONAL) else 1.0 for unit in units]
    total = (diags_array(np.asarray(foremost, np.float32)) @ total @ diags_array(weight)).tocsc()
    rows: list[NDArray[np.int32]] = []
    for situation in situations:
        wanted = _ids(tokenizer, situation.mean)
        tokens = np.unique(np.concatenate([np.empty(0, np.int32), *wanted]))
        scores = np.asarray(total[:, tokens].sum(axis=1)).ravel()
        best = np.argsort(-scores, kind="stable")[:CANDIDATES]
        enough = max(float(scores[best[0]]), float(weight[tokens].sum())) / 2
        best = best[scores[best] > enough]
        heavy = [float(weight[ids].sum()) for ids in wanted]
        scores = scores[best] * (1 + _printed(situation.mean, heavy, [units[i] for i in best]))
        rows.append(best[np.argsort(-scores, kind="stable")[:ANSWERS]].astype(np.int32))
    return tuple(tuple(_ids(tokenizer, situation.say)) for situation in situations), ragged(rows)


def _answered(asked: Sequence[Asked], units: Sequence[Unit], vectors: NDArray[np.float32]) -> list[NDArray[np.int32]]:
    """Return the units that answer each question and then the most like them: none where the corpus lacks its law.

    What only the answers had learnt would draw every question away from articles that none was written for.
    """
    place: dict[tuple[str, str], list[int]] = {}
    for i, unit in enumerate(units):
        place.setdefault((unit.title, unit.number), []).append(i)
    national = np.flatnonzero([unit.title.startswith(NATIONAL) for unit in units])
    theirs = vectors[national]
    rows: list[NDArray[np.int32]] = []
    for question in asked:
        own = [i for number in question.articles for i in place.get((question.law, number), [])]
        alike = (theirs @ vectors[own].T).max(axis=1, initial=0.0)
        rows.append(np.asarray([*own, *_likest(alike, national, own, units)], np.int32))
    return rows


def _likest(
    alike: NDArray[np.float32], national: NDArray[np.int64], own: Sequence[int], units: Sequence[Unit]
) -> list[int]:
    """Return the national units that are alike the most, each text once and none of ``own``."""
    near = np.flatnonzero(alike > ALIKE)
    known = {units[i].text for i in own}
    found: dict[str, int] = {}
    for i in national[near[np.argsort(-alike[near], kind="stable")]].tolist():
        if len(found) < LIKE and units[i].text not in known:
            found.setdefault(units[i].text, i)
    return list(found.values())


def _printed(words: Sequence[str], weights: Sequence[float], units: Sequence[Unit]) -> NDArray[np.float64]:
    """Return for each unit the share, by weight, of the words that it prints as they stand."""
    texts = [f"{unit.title} {unit.heading} {unit.text}" for unit in units]
    found = [sum(w for word, w in zip(words, weights, strict=True) if word in text) for text in texts]
    return np.asarray(found) / max(sum(weights), 1e-6)


def _pieces(tokenizer: Tokenizer) -> dict[int, Ids]:
    """Return the characters of every Chinese word of two to four, as tokens."""
    vocabulary = tokenizer.get_vocab()
    pieces: dict[int, Ids] = {}
    for word, token in sorted(vocabulary.items()):  # the library returns them in no order
        if 2 <= len(word) <= 4 and all("一" <= c <= "鿿" and c in vocabulary for c in word):
            pieces[token] = np.asarray([vocabulary[c] for c in word], dtype=np.int32)
    return pieces


def _twins(vectors: NDArray[np.float32], units: Sequence[Unit], *, seed: int) -> NDArray[np.int64]:
    """Return pairs of units of different documents that are alike but not the same."""
    _, title = np.unique([unit.title for unit in units], return_inverse=True)
    random = np.random.default_rng(seed)
    anchors = np.sort(random.permutation(len(units))[:TWIN_ANCHORS])
    low, high = TWIN_ALIKE
    pairs: list[tuple[int, int]] = []
    for at in range(0, len(anchors), TWIN_BLOCK):
        block = anchors[at : at + TWIN_BLOCK]
        alike = vectors[block] @ vectors.T
        alike[(alike > high) | (title[block][:, None] == title[None, :])] = 0
        best = alike.argmax(axis=1)
        kept = alike[np.arange(len(block)), best] > low
        pairs.extend(zip(block[kept].tolist(), best[kept].tolist(), strict=True))
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2)


def _citations(units: Sequence[Unit]) -> NDArray[np.int64]:
    """Return (citing unit, cited unit) wherever the cited article is in the corpus."""
    place = {(unit.title.removeprefix(COUNTRY), unit.number): i for i, unit in enumerate(units) if unit.number}
    pairs: list[tuple[int, int]] = []
    for i, unit in enumerate(units):
        for match in CITED.finditer(unit.text):
            title = (match["title"] or unit.title).removeprefix(COUNTRY)
            cited = place.get((title, match["number"]))
            if cited is not None and cited != i:
                pairs.append((i, cited))
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
