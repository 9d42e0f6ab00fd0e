"""The pages for trainees and for reviewers, without a browser: a paper taken, printed, kept; a gold set run."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

from tests.pages import MARKUP, checked, click, sources, texts


def lessons(page, home):
    return checked(page(home).switch_page("kb/views/lessons.py").run())


def view(app, name):
    return checked(app.segmented_control(key="lessons_view").set_value(name).run())


def answer(app, number, at, given):
    key = f"given_{number}_{at}"
    widget = next(w for w in (*app.radio, *app.text_input) if w.key == key)
    widget.set_value(given)
    return checked(app.button(key=f"FormSubmitter:item_{number}_{at}-提交").click().run())


def test_a_paper_is_taken_to_its_end(page, own):
    app = lessons(page, own)
    checked(app.number_input(key="quiz_number").set_value(11).run())
    app = click(app, "quiz_start")
    items = app.session_state["paper"].items
    assert len(items) == 10
    for at, item in enumerate(items):
        wrong = next((c for c in item.choices if c != item.answer), "0.123")
        app = answer(app, 11, at, wrong if at < 2 else item.answer)
        said = texts(app.error if at < 2 else app.success)
        assert len(said) == 1
        (proof,) = sources(app, "quiz_source")
        assert proof["words"] and f"clause={quote_plus(item.path)}" in proof["link"]
        app = click(app, "quiz_next")
    assert app.metric[0].value == "8 / 10"
    assert len([e for e in app.get("bidi_component") if (e.key or "").startswith("missed_")]) == 2
    app = view(click(app, "quiz_new"), "record")
    assert [metric.value for metric in app.metric] == ["1", "2", "2"]
    app = view(app, "practice")
    checked(app.number_input(key="quiz_number").set_value(11).run())
    app = click(app, "quiz_again")
    assert {item.key for item in app.session_state["paper"].items} == {item.key for item in items[:2]}
    app = view(click(app, "quiz_leave"), "record")
    app = click(app, "forget_yes")
    assert app.info and not app.metric


def test_an_empty_answer_is_not_counted(page, own):
    app = lessons(page, own)
    checked(app.number_input(key="quiz_number").set_value(11).run())
    app = click(app, "quiz_start")
    app = checked(app.button(key="FormSubmitter:item_11_0-提交").click().run())
    assert app.session_state["paper"].given == [] and not app.error


def test_terms_are_found_by_any_of_their_names(page, home):
    app = view(lessons(page, home), "terms")
    app = checked(app.text_input(key="term_words").set_value("单位gdp能耗").run())
    assert any("能耗强度" in text for text in texts(app.markdown))
    app = checked(app.text_input(key="term_words").set_value("没有这样的词").run())
    assert app.info


def test_reading_turns_and_shows_the_parents(page, home):
    app = view(lessons(page, home), "reading")
    for _ in range(3):
        app = click(app, "reading_after")
    chosen = app.selectbox(key="reading_at_jincheng-2023-15")
    assert "三（一）" in chosen.options[chosen.value]
    assert any(button.key.startswith("parent_1_") for button in app.button)
    assert any("上级更严" in text for text in texts(app.caption))
    app = click(app, "reading_before")
    assert app.session_state["reading_at_jincheng-2023-15"] == 3


def test_markup_in_documents_stays_text(page, hostile):
    app = lessons(page, hostile)
    for name in ("practice", "terms", "reading"):
        app = view(app, name)
        shown = "\n".join(texts([*app.markdown, *app.caption]))
        assert not any(mark in shown for mark in MARKUP)


def test_an_empty_library_says_so(page, tmp_path):
    assert lessons(page, tmp_path / "home").info
    assert checked(page(tmp_path / "home").switch_page("kb/views/evaluation.py").run()).info


def test_a_gold_set_is_run_and_the_next_run_says_what_changed(page, own):
    app = checked(page(own).switch_page("kb/views/evaluation.py").run())
    app = checked(app.selectbox(key="evaluation_set").set_value("made").run())
    app = click(app, "evaluation_run")
    assert app.metric[0].value.endswith("%")
    assert not any("相比" in text for text in texts(app.subheader))
    app = click(app, "evaluation_run")
    assert any("相比" in text for text in texts(app.subheader))


def test_a_wrong_gold_set_says_every_fault(page, own):
    app = checked(page(own).switch_page("kb/views/evaluation.py").run())
    app = checked(app.selectbox(key="evaluation_set").set_value("uploaded").run())
    rows = [{"id": "a", "question": "谁负责？", "gold_clauses": ["九十九"]}, {"id": "b"}]
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    app = checked(app.get("file_uploader")[0].set_value(("a.jsonl", content, "application/json")).run())
    app = click(app, "evaluation_run")
    assert "第2行" in app.warning[0].value
    assert not app.metric
