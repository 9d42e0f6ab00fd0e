"""Pages when what is kept beside the library fails: a full disk, a damaged file; said in place, and people can ask."""

from __future__ import annotations

import resource
from contextlib import contextmanager

import pytest

from kb.workspace.audit import HEAD
from kb.workspace.schema import WORKSPACE
from tests.pages import checked, choose, click, opened, texts

QUESTION = "VOC治理由谁负责？"
PLAN = "jincheng-2023-15"


def ask(app, question):
    return checked(app.chat_input[0].set_value(question).run())


def warned(app, words):
    return any(words in warning.value for warning in app.warning)


def answers(app):
    keys = [getattr(element, "key", None) or "" for element in app.get("bidi_component")]
    return len([key for key in dict.fromkeys(keys) if key.startswith("answer_")])


@contextmanager
def full_disk():
    """Refuse to write beyond the first bytes of any file, as a disk without room does; nothing is patched."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_answer_that_cannot_be_kept_stays_on_the_page(page, own):
    app = ask(page(own), QUESTION)
    with full_disk():
        ask(app, "市水务局负责哪些工作？")
    assert warned(app, "没有存下来")
    assert warned(app, "磁盘空间")
    assert answers(app) == 2
    ask(app, "市农业农村局负责哪些工作？")
    assert not warned(app, "磁盘空间")
    assert [answers(app), answers(page(own, talk=app.query_params["talk"]))] == [3, 3]  # all are kept by now


def test_a_file_that_finds_no_room_is_said_and_can_be_handed_in_again(page, own):
    app = opened(page, own, "library")
    choose(app, "library_view", "filing")
    file = ("巡查.txt", "每月巡查一次。\n".encode() * 400, "")
    with full_disk():
        checked(app.file_uploader[0].set_value([file]).run())
    assert warned(app, "上传的文件存不下来")
    assert warned(app, "请清理磁盘后重新上传")
    checked(app.file_uploader[0].set_value([file]).run())
    assert "**1份待入库**" in texts(app.markdown)


@pytest.mark.parametrize("key", ["large_type", "keep_unit"])
def test_a_choice_that_cannot_be_kept_is_said(page, own, key):
    app = opened(page, own, "matrix", doc=PLAN, body="市统计局")
    with full_disk():
        widget = app.toggle(key=key).set_value(True) if key == "large_type" else app.button(key=key).click()
        checked(widget.run())
    assert warned(app, "磁盘空间")
    assert not warned(checked(app.run()), "磁盘空间")


def test_an_exercise_goes_on_where_its_record_cannot_be_kept(page, own):
    app = click(opened(page, own, "lessons"), "quiz_start")
    for _ in range(8):  # what is right at first sight is not kept
        given = next(iter((*app.radio, *app.text_input)))
        given.set_value(given.options[0] if hasattr(given, "options") else "x")
        with full_disk():
            checked(next(b for b in app.button if "FormSubmitter" in (b.key or "") or b.label == "提交").click().run())
        if warned(app, "磁盘空间"):
            break
        click(app, "quiz_next")
    assert warned(app, "磁盘空间")
    assert app.button(key="quiz_next")


@pytest.mark.parametrize("fault", ["no database", "a torn page"])
def test_a_damaged_workspace_is_set_aside_and_people_can_ask(page, own, fault):
    file = own / WORKSPACE.file
    ask(page(own), QUESTION)
    page_closed()
    content = file.read_bytes()
    content = content[:4096] + b"\xff" * 8192 + content[12288:] if fault == "a torn page" else b"no database" * 500
    file.write_bytes(content)
    app = page(own)
    kept = min(own.glob(f"{WORKSPACE.file}.damaged-*"), key=lambda each: len(each.name))  # its journal lies beside it
    assert kept.read_bytes() == content
    assert warned(app, "文件库不受影响")
    assert answers(ask(app, QUESTION)) == 1


def page_closed():
    """Forget what the page has opened, as a server that is stopped."""
    import streamlit as st

    st.cache_resource.clear()


def test_a_damaged_workspace_with_accounts_keeps_the_door_shut(page, own):
    (own / WORKSPACE.file).write_bytes(b"no database" * 500)
    (own / HEAD).write_text("1 00", "utf-8")
    app = page(own)
    assert warned(app, "文件库不受影响")
    assert not app.chat_input
    assert not list(own.glob("*.damaged-*"))


def test_a_document_that_went_is_missed_on_every_page(page, own):
    from kb import KnowledgeBase

    apps = {name: opened(page, own, name, doc=PLAN) for name in ("matrix", "targets", "lessons")}
    choose(apps["lessons"], "lessons_view", "reading")
    with KnowledgeBase.open(own) as kb:
        kb.remove(PLAN)
    for app in apps.values():
        checked(app.run())
        assert texts(app.title)
    assert all(warned(apps[name], "库中没有链接所指的文件") for name in ("matrix", "targets"))
