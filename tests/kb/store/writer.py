"""Save, embed and remove documents without end: the process that the crash test kills."""

from __future__ import annotations

import random
import sys
from itertools import count
from pathlib import Path

from store_samples import DIMENSIONS, MODEL, build, cut, embed

from kb.store.registry import Registry
from kb.store.vectors import VectorIndex


def write(home: Path, seed: int) -> None:
    """Change the library in ``home`` for ever; print a line once the first change is complete."""
    chance = random.Random(seed)
    registry = Registry.open(home)
    index = VectorIndex.open(home, registry, dimensions=DIMENSIONS, model=MODEL)
    index.sync()
    for turn in count():
        with index.writing():
            for doc_id in chance.sample("甲乙丙丁戊", 2):
                groups = [chance.randrange(99) for _ in range(chance.randrange(1, 60))]
                lines = [f"{doc_id}第{i}段，第{turn}稿，绿道由第{group}组负责。" for i, group in enumerate(groups)]
                registry.save(build(doc_id, *lines), file="f", words=cut)
                embed(index, limit=25)
            if chance.random() < 0.3:
                registry.remove(chance.choice(registry.doc_ids()))
                index.sync()
        if not turn:
            sys.stdout.write("writing\n")
            sys.stdout.flush()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
