"""Conversations on the page: kept, found again, shared, judged, exported; gone, deleted elsewhere, hostile."""

from __future__ import annotations

from io import BytesIO

import pytest

from kb import KnowledgeBase
from kb.views.transcript import to_markdown, to_word
from kb.workspace import Workspace
from kb.workspace.conversations import Conversation, Conversations, new_turn
from tests.pages import HOSTILE_TITLE, MARKUP, checked, click, copied, follow, nth, shown, sources, texts, unfold

QUESTION = "VOC治理由谁负责？"
BODY = """云河市人民政府文件

云河政发〔2024〕9号

云河市人民政府关于印发云河市河道保洁方案的通知

一、巡查

每月巡查河道。（市水务局负责）

云河市人民政府

2024年3月5日
"""


def ask(app, question):
    return checked(app.chat_input[0].set_value(question).run())


def talks(home):
    """What the workspace of this home folder keeps for the local user."""
    workspace = Workspace.open(home)
    try:
        mine = Conversations(workspace.database, "")
        return [(one, mine.turns(one.id)) for one in mine.listed(100)]
    finally:
        workspace.close()


@pytest.fixture
def own(tmp_path):
    """A home folder of one short document, which may be changed."""
    file = tmp_path / "方案.txt"
    file.write_text(BODY, "utf-8")
    with KnowledgeBase.open(tmp_path / "home") as kb:
        assert not kb.ingest([file]).failed
    return tmp_path / "home"


# kept and found again


def test_a_conversation_is_kept_listed_and_opened_again(page, own):
    app = ask(page(own), "河道由谁巡查？")
    ((kept, turns),) = talks(own)
    assert (kept.name, [turn.question for turn in turns]) == ("河道由谁巡查？", ["河道由谁巡查？"])
    assert app.query_params["talk"] == kept.id
    fresh = page(own)
    assert not fresh.chat_message
    click(fresh, f"talk_{kept.id}")
    assert shown(fresh, nth(fresh, "answer")) == shown(app, nth(app, "answer"))
    reloaded = page(own, talk=kept.id)
    assert shown(reloaded, nth(reloaded, "answer")) == shown(app, nth(app, "answer"))
    ask(reloaded, "它多久一次？")
    assert [c for c in texts(reloaded.caption) if "按此理解" in c], "the subject comes from the kept turn"
    assert len(talks(own)[0][1]) == 2


def test_renaming_and_deleting(page, own):
    app = ask(page(own), "河道由谁巡查？")
    ((kept, _),) = talks(own)
    checked(unfold(app, "talk_menu").text_input(key=f"name_{kept.id}").set_value("<b>汇报</b> :red[材料]").run())
    assert talks(own)[0][0].name == "<b>汇报</b> :red[材料]"
    assert not [b.label for b in app.button if any(mark in b.label for mark in MARKUP)]
    click(unfold(app, "talk_menu"), "talk_delete")
    click(app, "delete_cancel")
    assert len(talks(own)) == 1
    click(unfold(app, "talk_menu"), "talk_delete")
    click(app, "delete_confirm")
    assert talks(own) == []
    assert not app.chat_message
    assert "talk" not in app.query_params


@pytest.mark.parametrize("talk", ["none", "../../x", "<script>alert(1)</script>", "' OR 1=1 --"])
def test_a_link_to_no_conversation_says_so_and_the_page_stays_usable(page, own, talk):
    app = page(own, talk=talk)
    assert "不存在或已被删除" in app.warning[0].value
    ask(app, "河道由谁巡查？")
    assert "市水务局" in shown(app, nth(app, "answer"))
    assert not app.warning


def test_a_conversation_deleted_in_another_window_costs_no_answer(page, own):
    app = ask(page(own), "河道由谁巡查？")
    second = page(own, talk=app.query_params["talk"])
    click(unfold(second, "talk_menu"), "talk_delete")
    click(second, "delete_confirm")
    ask(app, "河道多久巡查一次？")
    assert any("不存在或已被删除" in warning for warning in texts(app.warning))
    assert nth(app, "answer") or nth(app, "refusal")
    ((kept, turns),) = talks(own)
    assert [turn.question for turn in turns] == ["河道多久巡查一次？"]
    assert app.query_params["talk"] == kept.id


def test_a_long_conversation_shows_its_latest_turns_and_the_earlier_on_demand(page, own):
    workspace = Workspace.open(own)
    mine = Conversations(workspace.database, "")
    here = mine.start("第0问")
    with KnowledgeBase.open(own) as kb:
        answer = kb.ask("河道由谁巡查？")
    for number in range(25):
        mine.add(here, new_turn(f"第{number}问", "", answer=answer))
    workspace.close()
    app = page(own, talk=here)
    assert [m for m in texts(app.text) if m.startswith("第")] == [f"第{n}问" for n in range(20, 25)]
    click(app, "earlier")
    assert [m for m in texts(app.text) if m.startswith("第")] == [f"第{n}问" for n in range(15, 25)]


def test_opinions_are_kept(page, own):
    app = ask(page(own), "河道由谁巡查？")
    checked(app.get("feedback")[0].set_value(0).run()) if app.get("feedback") else pytest.skip(
        "AppTest 不认识 feedback"
    )
    assert talks(own)[0][1][0].liked is False
    note = next(box for box in app.text_input if box.key.startswith("note_"))
    checked(note.set_value("单位不对 <b>").run())
    assert talks(own)[0][1][0].note == "单位不对 <b>"


# links to answers


def link_of(app):
    return copied(app, "copies", 1).removeprefix("?answer=")


def test_a_link_restores_an_answer_as_it_was(page, own):
    app = ask(page(own), "河道由谁巡查？")
    other = page(own, answer=link_of(app))
    assert shown(other, nth(other, "answer")) == shown(app, nth(app, "answer"))
    assert [c for c in texts(other.caption) if "此后没有变化" in c]
    follow(other)
    assert other.query_params["clause"] == app_clause(own)
    assert other.query_params["answer"] == link_of(app)


def app_clause(home):
    return talks(home)[0][1][0].answer.citations[0].path


def test_a_link_says_that_its_document_was_replaced_and_keeps_the_words(page, own, tmp_path):
    app = ask(page(own), "河道由谁巡查？")
    newer = tmp_path / "新.txt"
    newer.write_text(BODY.replace("市水务局", "市城管局"), "utf-8")
    with KnowledgeBase.open(own) as kb:
        doc = kb.documents()[0].doc_id
        kb.file(newer, doc_id=doc)
    other = page(own, answer=link_of(app))
    assert "市水务局" in shown(other, nth(other, "answer"))
    assert any("已更新" in w and "河道保洁方案" in w for w in texts(other.warning))
    follow(other)
    assert any("旧版本" in warning for warning in texts(other.warning))
    click(other, "again")
    assert "市城管局" in shown(other, nth(other, "answer"))
    assert "answer" not in other.query_params


def test_a_link_says_that_its_document_was_removed(page, own):
    app = ask(page(own), "河道由谁巡查？")
    with KnowledgeBase.open(own) as kb:
        kb.ingest()
        kb.remove(next(card.doc_id for card in kb.documents() if "河道" in card.title))
    other = page(own, answer=link_of(app))
    assert "市水务局" in shown(other, nth(other, "answer"))
    assert any("已移出文件库" in warning for warning in texts(other.warning))
    follow(other)
    assert any("库中没有链接所指的条款" in warning for warning in texts(other.warning))


@pytest.mark.parametrize("link", [{"answer": "none"}, {"talk": "none"}])
def test_what_is_gone_is_said_in_the_language_chosen(page, own, link):
    assert "There is no such" in page(own, lang="en", **link).warning[0].value


@pytest.mark.parametrize("answer", ["none", "<img src=x onerror=alert(1)>", ":red[x]"])
def test_a_link_to_no_answer_says_so(page, own, answer):
    app = page(own, answer=answer)
    assert "链接所指的回答不存在" in app.warning[0].value
    ask(app, "河道由谁巡查？")
    assert "市水务局" in shown(app, nth(app, "answer"))


def test_what_the_owner_thinks_is_not_in_the_link(page, own):
    app = ask(page(own), "河道由谁巡查？")
    workspace = Workspace.open(own)
    Conversations(workspace.database, "").judge(link_of(app), liked=False, note="只有自己可见")
    workspace.close()
    other = page(own, answer=link_of(app))
    assert not [box for box in other.text_input if box.value == "只有自己可见"]


# what to ask next, what is refused


def test_questions_that_lead_on_are_answered(page, home):
    app = ask(page(home), QUESTION)
    offered = [button.key for button in app.button if (button.key or "").startswith("next_")]
    assert 1 <= len(offered) <= 3
    labels = [app.button(key=key).label for key in offered]
    assert not [label for label in labels if label == QUESTION]
    click(app, offered[0])
    assert nth(app, "answer", 1)


@pytest.mark.parametrize("question", ["月球基地由谁负责建设？", "Who is responsible for the moon base?"])
def test_a_refusal_names_the_nearest_clauses_once(page, home, question):
    app = ask(page(home), question)
    said = texts(app.text)[-1]
    assert said and "最接近" not in said and "Nearest" not in said
    assert sources(app, "near_")


def test_a_question_that_is_too_long_comes_back_and_is_not_kept(page, own):
    app = ask(page(own), "河" * 501)
    assert "超过500字" in app.warning[0].value
    assert copied(app, "question_copies") == "河" * 501
    assert talks(own) == []
    ask(app, "河道由谁巡查？")
    assert not app.warning


def test_the_page_in_english(page, home):
    app = page(home, lang="en")
    assert app.title[0].value == "Policy knowledge base"
    ask(app, "Who is responsible for VOC?")
    assert "市生态环境局" in shown(app, nth(app, "answer"))
    assert [b for b in app.button if b.label == "New conversation"]
    follow(app)
    assert [b for b in app.button if b.label == "Close"]


# files


def test_a_transcript_shows_documents_text_as_text(hostile):
    with KnowledgeBase.open(hostile) as kb:
        turns = [
            new_turn("每月巡查河道由谁负责？", "全部", answer=kb.ask("每月巡查河道由谁负责？")),
            new_turn("？", "", problem="没有词\x00"),
        ]
    talk = Conversation("a", "<b>汇报\x07</b>", "2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00+00:00", 2)
    written = to_markdown(talk, turns).decode()
    assert not [mark for mark in MARKUP if mark in written]
    assert "市水务局" in written
    from docx import Document

    lines = [paragraph.text for paragraph in Document(BytesIO(to_word(talk, turns))).paragraphs]
    assert lines[0] == "<b>汇报‹U+0007›</b>"
    assert any(HOSTILE_TITLE in line for line in lines)
