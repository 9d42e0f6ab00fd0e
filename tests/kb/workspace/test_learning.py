from datetime import date, timedelta

import pytest

from kb.workspace import Workspace
from kb.workspace.evaluations import KEPT, Evaluations
from kb.workspace.learning import WAITS, Learning

DAY = date(2024, 3, 1)


@pytest.fixture
def database(tmp_path):
    workspace = Workspace.open(tmp_path)
    yield workspace.database
    workspace.close()


def test_what_is_right_at_first_sight_does_not_come_again(database):
    mine = Learning(database, "")
    mine.answered("q", right=True, today=DAY)
    assert mine.due(DAY + timedelta(days=99)) == [] and mine.waiting() == 0


def test_a_miss_comes_again_later_each_time_until_it_is_learned(database):
    mine, day = Learning(database, ""), DAY
    mine.answered("q", right=False, today=day)
    assert mine.due(day) == ["q"]
    for wait in WAITS[1:]:
        mine.answered("q", right=True, today=day)
        assert mine.due(day + timedelta(days=wait - 1)) == []
        day += timedelta(days=wait)
        assert mine.due(day) == ["q"]
    mine.answered("q", right=True, today=day)
    assert mine.waiting() == 0


def test_another_miss_goes_back_to_the_first_box(database):
    mine = Learning(database, "")
    mine.answered("q", right=False, today=DAY)
    mine.answered("q", right=True, today=DAY)
    mine.answered("q", right=False, today=DAY)
    assert mine.due(DAY) == ["q"]


def test_the_longest_overdue_comes_first(database):
    mine = Learning(database, "")
    for back, key in ((1, "new"), (9, "old"), (4, "middle")):
        mine.answered(key, right=False, today=DAY - timedelta(days=back))
    assert mine.due(DAY) == ["old", "middle", "new"]


def test_records_are_apart_and_can_be_forgotten(database):
    mine, theirs = Learning(database, "甲"), Learning(database, "乙")
    for record in (mine, theirs):
        record.answered("q", right=False, today=DAY)
        record.finished(number=7, scope="某方案", right=3, total=10)
    mine.forget()
    assert (mine.waiting(), list(mine.papers())) == (0, [])
    [paper] = theirs.papers()
    assert (paper.number, paper.right, paper.total, paper.scope) == (7, 3, 10, "某方案")


def test_the_newest_runs_of_each_gold_set_are_kept(database):
    runs = Evaluations(database)
    assert runs.last("a") is None
    for number in range(KEPT + 3):
        runs.keep("a", {"number": number})
    runs.keep("b", {"number": -1})
    assert runs.last("a") == {"number": KEPT + 2} and runs.last("b") == {"number": -1}
    counted = database.rows("SELECT count(*) FROM evaluations WHERE name = 'a'")[0][0]
    assert counted == KEPT
