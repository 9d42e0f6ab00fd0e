"""What is learned from questions: weights that tell answers from what is only near, and where the line lies."""

from __future__ import annotations

import numpy as np

from eval.learn import MISSED, SURE, Table, fit, line_of, sure_line
from kb.answer.likely import ARTICLE_FEATURES, FEATURES
from kb.answer.lines import lines
from kb.answer.ranking import CLAUSE


def table(questions: int = 400) -> Table:
    """Return questions of ten documents: answers cover more of the question; the other features say nothing."""
    chance = np.random.default_rng(7)
    right = np.arange(questions) % 2 == 0
    values = chance.random((questions, len(FEATURES)))
    values[:, 0] = values[:, 0] * 0.5 + 0.5 * right
    by_hand = np.arange(questions) % 4 > 1
    return Table(values, right, by_hand, tuple(f"doc{n % 10}" for n in range(questions)))


def test_what_tells_answers_apart_weighs_most() -> None:
    seen = table()
    weights, line = fit(seen, np.ones(len(seen.right), dtype=bool), MISSED)
    assert int(np.argmax(np.abs(weights))) == 0 and weights[0] > 0
    below = seen.values @ weights < line
    assert below[seen.right & ~seen.by_hand].mean() <= MISSED + 0.01
    assert below[seen.right & seen.by_hand].mean() <= MISSED + 0.01
    assert below[~seen.right].mean() > 0.8


def test_above_the_sure_line_most_are_right() -> None:
    seen = table()
    weights, line = fit(seen, np.ones(len(seen.right), dtype=bool), MISSED)
    above = seen.values @ weights >= sure_line(seen)
    assert above.any() and seen.right[above].mean() >= SURE - 0.01


def test_the_table_says_what_it_was_measured_on() -> None:
    found = line_of(table(), MISSED)
    assert {*FEATURES, "line"} <= found.keys()
    assert (found["documents"], found["written"], found["by_hand"]) == (10, 200, 200)
    assert found["written_missed"] < 0.1 and found["by_hand_refused"] > 0.8


def test_every_weight_that_answers_are_judged_by_is_stored() -> None:
    stored = lines()
    assert set(CLAUSE) <= stored["clause"].keys()
    assert all({*FEATURES, "line"} <= stored[kind].keys() for kind in ("duty", "measure"))
    assert {*ARTICLE_FEATURES, "line"} <= stored["article"].keys()
