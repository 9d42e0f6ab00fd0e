"""Go on training the bundled model on the documents of one library (``kb train``).

The words that the library uses and the bundled vocabulary lacks are added, each starting at the mean of the pieces it
was cut into; then the table learns from pairs made of the library's own clauses, slowly, so that what it knew stays. A
tenth of the clauses is never a target: five random words of each are asked for before and after, and both figures are
told, because a small library may gain nothing. Fewer than ``MIN_UNITS`` clauses are refused: they would be learnt by
heart. Nothing leaves the machine, and the folder is written only at the end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.document import Document
from kb.embedding.corpus import ARTICLE, MAX_UNIT_CHARACTERS, MIN_UNIT_CHARACTERS, Unit
from kb.embedding.evaluate import described, pseudo
from kb.embedding.learning import Recipe, Say, fit, held_out, require_libraries, save, write_json
from kb.embedding.material import gather
from kb.embedding.static import StaticModel
from kb.embedding.train import RECORD, WORD_TABLES
from kb.embedding.vocabulary import added_words, count_words, read_words, with_words
from kb.errors import BadInput

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MIN_UNITS = 100
# a tenth of the rate from scratch, and a pass over every clause some eight times, within bounds
RATE = 0.005
PASSES = 8
STEPS = (40, 400)


@dataclass(frozen=True, slots=True)
class Trained:
    """What ``go_on`` made: how many clauses and new words, and the held-out recall at 1 and 10 before and after."""

    folder: Path
    clauses: int
    new_words: int
    before: tuple[float, float]
    after: tuple[float, float]

    @property
    def gained(self) -> bool:
        """Tell whether clauses that were never a target are found better than before."""
        return self.after[1] > self.before[1] or (self.after[1] == self.before[1] and self.after[0] > self.before[0])

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of ``kb train``."""
        scores = {name: {"recall@1": round(r[0], 4), "recall@10": round(r[1], 4)} for name, r in self._scores()}
        return {
            "folder": str(self.folder),
            "clauses": self.clauses,
            "new_words": self.new_words,
            **scores,
            "gained": self.gained,
        }

    def _scores(self) -> tuple[tuple[str, tuple[float, float]], ...]:
        return ("before", self.before), ("after", self.after)


def go_on(base: Path, documents: Sequence[Document], folder: Path, *, seed: int, say: Say) -> Trained:
    """Train the model of the folder ``base`` on ``documents`` and write the result to ``folder``.

    Raises:
        BadInput: the folder holds something, or the documents have too few clauses.
        ModelUnavailable: a library for training is missing, or the base model cannot be read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"不是空文件夹：{folder}；请换一个，以免覆盖")
    require_libraries()
    units = [unit for document in documents for unit in units_of(document)]
    if len(units) < MIN_UNITS:
        raise BadInput(f"条款太少，只有{len(units)}条，至少要{MIN_UNITS}条；请先导入更多文件，或继续用随包模型")
    say(f"条款 {len(units)} 条，正在分词")
    start = StaticModel.load(base)
    tokenizer, table, added = _widened(start, units)
    say(f"新词 {added} 个，正在准备训练材料")
    batch = min(1024, max(64, len(units) // 4))
    steps = min(STEPS[1], max(STEPS[0], PASSES * len(units) // batch))
    recipe = Recipe(seed=seed, steps=steps, batch=batch, rate=RATE)
    with recipe.few_threads():
        material, _ = gather(units, read_words(*WORD_TABLES), tokenizer, seed=seed)
        _, kept = held_out(len(units), seed=seed)
        trained = fit(material, table, kept, recipe, say)
    say("正在测量")
    after = _write(folder, tokenizer, trained, {"base": start.name, "clauses": len(units), "recipe": asdict(recipe)})
    scores = [_score(model, tokenizer, units, seed) for model in (start, after)]
    return Trained(folder, len(units), added, *scores)


def units_of(document: Document) -> Iterator[Unit]:
    """Yield the clauses of a document that have words enough, each under the headings above it."""
    parents = {clause.path: clause for clause in document.clauses}
    title = document.source.title
    for clause in document.clauses:
        text = document.text[clause.span.start : clause.span.end].strip()[:MAX_UNIT_CHARACTERS]
        above = parents.get(clause.parent or "")
        if len(text) >= MIN_UNIT_CHARACTERS:
            article = ARTICLE.match(clause.label + " ")
            number = article["number"] if article else ""
            kind = "law" if number else "policy"
            yield Unit(kind, title, above.heading if above else "", number, text)


def _widened(start: StaticModel, units: Sequence[Unit]) -> tuple[Tokenizer, NDArray[np.float32], int]:
    """Return the tokenizer with the library's own words, the table with a row for each, and their number."""
    counts = count_words(unit.text for unit in units)
    words = added_words(start.tokenizer, counts)
    rows = [start.table[start.tokenizer.encode(word, add_special_tokens=False).ids].mean(axis=0) for word in words]
    table = np.concatenate([start.table, np.asarray(rows, np.float32).reshape(len(rows), start.dimensions)])
    return with_words(start.tokenizer, words), table, len(words)


def _write(folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32], about: dict[str, object]) -> StaticModel:
    """Write the model beside its place and move it there whole.

    Raises:
        BadInput: the folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            made = Path(beside) / "model"
            save(made, tokenizer, table)
            write_json(made / RECORD, about)
            if folder.exists():
                folder.rmdir()  # empty, as was checked
            made.rename(folder)
    except OSError as problem:
        raise BadInput(f"模型写不进文件夹：{folder}（{problem.strerror}）；请检查权限和磁盘空间") from problem
    return StaticModel.load(folder)


def _score(model: StaticModel, tokenizer: Tokenizer, units: Sequence[Unit], seed: int) -> tuple[float, float]:
    found = pseudo(model, tokenizer, units, model.encode(described(units)), seed=seed)
    return found["recall@1"], found["recall@10"]
