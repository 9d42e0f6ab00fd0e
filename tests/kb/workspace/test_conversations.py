"""Conversations kept: named, renamed, deleted, judged; each owner sees their own; a kept answer comes back the same."""

from __future__ import annotations

import pytest

from kb.errors import BadInput, StoreDamaged, UnknownConversation
from kb.workspace import Workspace
from kb.workspace.conversations import FIRST, NAME, NOTE, Conversations, new_turn, shared_turn


@pytest.fixture
def database(tmp_path):
    workspace = Workspace.open(tmp_path)
    yield workspace.database
    workspace.close()


@pytest.fixture
def mine(database):
    return Conversations(database, "")


def test_an_answer_comes_back_as_it_was_given(mine, database, kb):
    answer = kb.ask("VOC治理由谁负责？")
    turn = new_turn("VOC治理由谁负责？", "全部3份文件", answer=answer, revision=3, texts={"a": "0f"})
    mine.add(mine.start(turn.question), turn)
    (listed,) = mine.listed(10)
    assert (listed.name, listed.turns) == ("VOC治理由谁负责？", 1)
    assert mine.turns(listed.id) == [turn] == [shared_turn(database, turn.id)]


@pytest.mark.parametrize("question", ["月球基地由谁负责建设？", "到2025年有哪些目标？", "Who is responsible for VOC?"])
def test_refusals_and_lists_come_back_too(mine, kb, question):
    turn = new_turn(question, "", answer=kb.ask(question))
    here = mine.start(question)
    mine.add(here, turn)
    assert mine.turns(here)[0].answer == turn.answer


def test_turns_keep_their_order_and_the_latest_can_be_had_alone(mine):
    here = mine.start("一")
    for number in range(12):
        mine.add(here, new_turn(f"第{number}问", "", problem="没有词" if number % 2 else ""))
    assert [turn.question for turn in mine.turns(here, 2)] == ["第10问", "第11问"]
    assert len(mine.turns(here)) == 12
    assert mine.questions(here) == []


def test_the_first_question_names_a_conversation_and_a_long_one_is_cut(mine):
    mine.start("问" * 200)
    mine.start(" 甲\n\n乙 ")
    assert [c.name for c in mine.listed(10)] == ["甲 乙", "问" * FIRST + "…"]


@pytest.mark.parametrize("name", ["", "  \n", "长" * (NAME + 1)])
def test_a_name_that_cannot_be_shown_is_refused(mine, name):
    here = mine.start("问")
    with pytest.raises(BadInput, match="名称"):
        mine.rename(here, name)
    assert mine.one(here).name == "问"


def test_renaming(mine):
    here = mine.start("问")
    mine.rename(here, " 汇报\n材料 ")
    assert mine.one(here).name == "汇报 材料"


def test_another_owner_sees_and_changes_nothing(mine, database):
    here, turn = mine.start("问"), new_turn("问", "", problem="空")
    mine.add(here, turn)
    other = Conversations(database, "other")
    assert other.listed(10) == other.turns(here) == other.questions(here) == []
    for act in (
        lambda: other.one(here), lambda: other.rename(here, "名"), lambda: other.delete(here),
        lambda: other.add(here, new_turn("问", "")), lambda: other.judge(turn.id, liked=True),
    ):  # fmt: skip
        with pytest.raises(UnknownConversation):
            act()
    assert len(mine.turns(here)) == 1


def test_deleting_ends_turns_judgements_and_links(mine, database):
    here, turn = mine.start("问"), new_turn("问", "", problem="空")
    mine.add(here, turn)
    mine.judge(turn.id, liked=False, note="不对")
    mine.delete(here)
    assert mine.listed(10) == []
    assert [
        row[0] for row in database.rows("SELECT (SELECT count(*) FROM turns) + (SELECT count(*) FROM feedback)")
    ] == [0]
    for act in (lambda: shared_turn(database, turn.id), lambda: mine.add(here, new_turn("再问", ""))):
        with pytest.raises(UnknownConversation):
            act()


def test_a_judgement_is_kept_changed_and_taken_back(mine, database):
    here, turn = mine.start("问"), new_turn("问", "", problem="空")
    mine.add(here, turn)
    for liked, note in ((True, ""), (False, " 数字不对 "), (None, "只有备注"), (None, "")):
        mine.judge(turn.id, liked=liked, note=note)
        kept = mine.turns(here)[0]
        assert (kept.liked, kept.note) == (liked, note.strip())
    mine.judge(turn.id, liked=True, note="仅自己可见")
    assert (shared_turn(database, turn.id).liked, shared_turn(database, turn.id).note) == (None, "")
    with pytest.raises(BadInput, match="最多"):
        mine.judge(turn.id, liked=True, note="长" * (NOTE + 1))


@pytest.mark.parametrize("damaged", ["{", "[]", '{"question": 1}', "null-"])
def test_a_damaged_turn_is_a_message(mine, database, damaged):
    here = mine.start("问")
    mine.add(here, new_turn("问", "", problem="空"))
    with database.writing() as connection:
        connection.execute("UPDATE turns SET answer = ?", (damaged,))
    with pytest.raises(StoreDamaged, match="备份"):
        mine.turns(here)


@pytest.mark.parametrize("turn_id", ["", "x", "' OR 1=1 --", "<script>"])
def test_a_link_to_no_answer_says_so(database, turn_id):
    with pytest.raises(UnknownConversation, match="链接"):
        shared_turn(database, turn_id)
