"""The pages as a user meets them, without a browser: asked, followed up, refused, linked to, fed with hostile text."""

from __future__ import annotations

import re
import shutil
import string

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ingest.document import Span
from kb import KnowledgeBase
from kb.render import citation_line
from kb.views.literal import literal, seen, with_markers, with_quote
from tests.pages import (
    HOSTILE_TITLE,
    MARKUP,
    checked,
    click,
    copied,
    follow,
    marked,
    nth,
    quoted,
    shown,
    sources,
    texts,
    unfold,
)

PLAN = "jincheng-2023-15"


def ask(app, question):
    return checked(app.chat_input[0].set_value(question).run())


def choose(app, key, value):
    """Set the choice with this key."""
    next(box for box in (*app.get("button_group"), *app.selectbox) if box.key == key).set_value(value)
    checked(app.run())


def citations(app):
    """Return what the buttons beside the sources copy."""
    return [source["copy"]["text"] for source in sources(app)]


# asking


def test_the_empty_page_offers_questions_that_the_library_answers(page, home):
    app = page(home)
    examples = [button for button in app.button if button.key.startswith("example_")]
    assert 4 <= len(examples) <= 6
    for number in range(len(examples)):
        fresh = click(page(home), f"example_{number}")
        assert nth(fresh, "answer"), examples[number].label


def test_an_answer_carries_markers_and_a_marker_opens_the_clause_with_its_quote(page, home, kb):
    app = ask(page(home), "VOC治理由谁负责？")
    citation = kb.ask("VOC治理由谁负责？").citations[0]
    assert "市生态环境局" in shown(app, nth(app, "answer"))
    assert (1, "marker") in marked(app, nth(app, "answer"))
    assert citation.quote in [source["words"] for source in sources(app)]
    follow(app)
    assert quoted(app) == citation.quote
    assert any("三（九）" in line for line in texts(app.markdown))
    assert citation_line(citation).startswith("《晋城市“十四五”节能减排实施方案》（晋市政发〔2023〕15号）三（九），第9")
    assert citation_line(citation) in texts(app.text)
    text = kb.document(PLAN).source.sha256[:8]
    at = f"{citation.start}-{citation.end}-{text}"
    assert {**app.query_params, "talk": ""} == {"doc": PLAN, "clause": "三（九）", "at": at, "talk": ""}


def test_the_whole_answer_and_each_citation_can_be_copied(page, home, kb):
    app = ask(page(home), "VOC治理由谁负责？")
    whole = copied(app, "copies")
    assert "市生态环境局" in whole
    assert "出处：" in whole
    assert "（晋市政发〔2023〕15号）三（九），第" in whole
    citation = kb.ask("VOC治理由谁负责？").citations[0]
    assert citations(app)[0] == f"{citation_line(citation)}：“{citation.quote}”"
    follow(app)
    assert copied(app, "clause_copies") == citation_line(citation)
    assert copied(app, "clause_copies", 1) == f"{citation_line(citation)}：“{citation.quote}”"


def test_a_follow_up_keeps_its_subject_and_says_so(page, home):
    app = ask(page(home), "VOC治理由谁负责？")
    assert not [c for c in texts(app.caption) if "按此理解" in c]
    ask(app, "它的目标呢？")
    assert [c for c in texts(app.caption) if "按此理解" in c and "VOC" in c]
    assert texts(app.text)[0] == "VOC治理由谁负责？"


def test_a_refusal_looks_different_and_leads_to_the_nearest_clauses(page, home):
    app = ask(page(home), "月球基地由谁负责建设？")
    assert not [e for e in app.get("bidi_component") if e.key.startswith("answer_")]
    assert "**最接近的条款（不是答案）**" in texts(app.markdown)
    assert not [text for text in texts(app.text) if "最接近" in text], "they are listed once"
    assert "最接近的条款（不是答案）：《" in copied(app, "copies")
    assert [c for c in texts(app.caption) if c.startswith("所选范围：全部3份文件")]
    follow(app, "near")
    assert quoted(app) == ""
    assert shown(app, "clause_text")


def test_an_empty_question_is_answered_with_advice_and_does_not_spoil_the_conversation(page, home):
    app = ask(page(home), "   ")
    assert len(app.warning) == 1
    assert "问题" in app.warning[0].value
    ask(app, "VOC治理由谁负责？")
    assert "市生态环境局" in shown(app, nth(app, "answer"))
    assert not [c for c in texts(app.caption) if "按此理解" in c]


def test_a_new_conversation_starts_empty(page, home):
    app = ask(page(home), "VOC治理由谁负责？")
    click(app, "talk_new")
    assert not app.chat_message
    assert app.title[0].value == "政策文件知识库"


def test_many_sources_stay_out_of_the_way_of_a_long_list(page, home):
    app = ask(page(home), "市生态环境局负责哪些工作？")
    markers = [what for what, kind in marked(app, nth(app, "answer")) if kind == "marker"]
    assert len(markers) > 10
    assert [e for e in app.expander if e.label == f"{len(markers)}处出处"]
    assert not [e for e in app.get("bidi_component") if e.key.startswith("cite_")], "shown when they are asked for"


# scope


def test_the_scope_narrows_the_answer_and_stays_in_view(page, home):
    app = page(home)
    choose(unfold(app, "scope_box"), "scope_level", "国")
    assert unfold(app, "scope_box").multiselect[0].options == ["“十四五”节能减排综合工作方案"]
    ask(app, "到2025年化学需氧量排放总量下降多少？")
    quotes = citations(app)
    assert quotes and all("国发〔2021〕33号" in quote for quote in quotes)


def test_each_condition_is_a_chip_that_one_click_removes(page, home):
    app = page(home)
    choose(unfold(app, "scope_box"), "scope_level", "市")
    checked(unfold(app, "scope_box").multiselect[0].set_value([PLAN]).run())
    choose(unfold(app, "scope_box"), "scope_since", 2023)
    assert [b.key for b in app.button if (b.key or "").startswith("chip_")] == [
        "chip_level", "chip_years", f"chip_{PLAN}",
    ]  # fmt: skip
    click(app, "chip_years")
    click(app, f"chip_{PLAN}")
    assert unfold(app, "scope_box").multiselect[0].value == []
    click(app, "chip_level")
    assert not [b for b in app.button if (b.key or "").startswith("chip_")]


def test_a_year_keeps_documents_of_other_years_out(page, home):
    app = page(home)
    choose(unfold(app, "scope_box"), "scope_until", 2021)
    ask(app, "到2025年化学需氧量排放总量下降多少？")
    assert all("国发〔2021〕33号" in quote for quote in citations(app))


def test_a_scope_without_documents_is_said_and_asks_nothing(page, home):
    app = page(home)
    choose(unfold(app, "scope_box"), "scope_level", "国")
    choose(unfold(app, "scope_box"), "scope_since", 2023)
    ask(app, "VOC治理由谁负责？")
    assert "所选范围内没有文件" in app.warning[0].value.replace("\\", "")


# a library that is empty or cannot be opened


def test_an_empty_library_says_how_to_fill_it(page, tmp_path):
    app = page(tmp_path / "new")
    assert app.title[0].value == "库中还没有文件"
    assert "kb ingest" in app.code[0].value
    assert str(tmp_path / "new") in app.code[0].value
    assert not app.chat_input


def test_a_damaged_database_is_a_message_not_a_traceback(page, tmp_path):
    (tmp_path / "kb.sqlite3").write_bytes(b"not a database" * 500)
    app = page(tmp_path)
    assert app.title[0].value == "知识库打不开"
    assert len(app.warning) == 1
    assert not app.chat_input


def test_a_model_that_cannot_be_had_is_a_message_not_a_traceback(page, home, tmp_path, monkeypatch):
    monkeypatch.setenv("KB_EMBEDDING", str(tmp_path / "none"))
    (tmp_path / "copy").mkdir()
    for file in home.glob("kb.sqlite3*"):
        shutil.copy(file, tmp_path / "copy")
    app = ask(page(tmp_path / "copy"), "VOC治理由谁负责？")
    assert app.chat_message
    assert len(app.warning) == 1
    assert "none" in app.warning[0].value
    checked(app.run())
    assert app.chat_input


def test_a_document_removed_meanwhile_leaves_the_page_usable(page, hostile):
    app = page(hostile)
    with KnowledgeBase.open(hostile) as other:
        other.remove("a")
    checked(app.run())
    assert app.title[0].value == "库中还没有文件"


# links


def test_a_link_opens_a_clause(page, home, kb):
    clause = kb.document(PLAN).clause("三（九）")
    app = page(home, doc=PLAN, clause="三（九）", at=f"{clause.span.start}-{clause.span.start + 6}")
    assert quoted(app) == kb.document(PLAN).text[clause.span.start : clause.span.start + 6]
    assert app.title[0].value == "政策文件知识库"


@pytest.mark.parametrize("at", ["9-1", "0-3", "99999999-999999999", "x-y", "1-2-3", "-1-5", "٣-٥", ""])
def test_a_quote_that_does_not_lie_in_the_clause_is_not_highlighted(page, home, kb, at):
    app = page(home, doc=PLAN, clause="三（九）", at=at)
    assert quoted(app) == ""
    assert any(line.endswith("三（九），第9页") for line in texts(app.text))
    assert "挥发性有机物" in shown(app, "clause_text")


@pytest.mark.parametrize(
    "address",
    [
        {"doc": "没有", "clause": "一"},
        {"doc": PLAN, "clause": "九十九"},
        {"doc": "../../kb.sqlite3", "clause": "<script>"},
        {"doc": ":red[x]", "clause": "[x](javascript:alert(1))"},
    ],
)
def test_a_link_to_what_the_library_does_not_have_says_so(page, home, address):
    app = page(home, **address)
    asked = f"{literal(address['doc'])} {literal(address['clause'])}"
    assert app.warning[0].value.startswith(f"库中没有链接所指的条款：{asked}")
    assert app.chat_input


def test_half_a_link_opens_nothing(page, home):
    assert not page(home, doc=PLAN).warning


def test_neighbouring_clauses_are_one_click_away(page, home):
    app = click(page(home, doc=PLAN, clause="三（九）"), "turn_1")
    assert app.query_params["clause"] == "三（十）"
    click(app, "turn_-1")
    assert app.query_params["clause"] == "三（九）"
    assert "挥发性有机物" in shown(app, "clause_text")
    click(app, "close_source")
    assert not app.query_params
    assert not [e for e in app.get("bidi_component") if e.key == "clause_text"]


def test_the_first_clause_has_none_before_it(page, home):
    keys = [button.key for button in page(home, doc=PLAN, clause="0").button]
    assert "turn_1" in keys
    assert "turn_-1" not in keys


def test_a_digest_says_that_it_is_not_the_original(page, home):
    app = page(home, doc="guofa-2021-33", clause="0")
    assert any("要点摘编，非原文" in line for line in texts(app.markdown))
    assert any("非原文" in line and "badge" in line for line in texts(app.markdown))
    assert any("要点摘编，非原文" in line for line in texts(app.text))
    assert not any("要点摘编" in line for line in texts(page(home, doc=PLAN, clause="0").markdown))


# document text is data


def test_hostile_text_is_shown_as_printed(page, hostile):
    app = page(hostile, doc="a", clause="一")
    assert '<script>document.title="坏"</script>' in shown(app, "clause_text")
    assert any(HOSTILE_TITLE in line for line in texts(app.text))
    assert not app.get("link_button")
    ask(app, "每月巡查河道由谁负责？")
    assert HOSTILE_TITLE in shown(app, nth(app, "answer"))
    ask(app, "<b>月球</b>:red[基地]由谁负责？](javascript:x)")
    assert app.warning, "an amended document is flagged"
    for element in [*app.markdown, *app.caption, *app.warning, *app.button]:
        shown_as = getattr(element, "value", None)
        shown_as = shown_as if isinstance(shown_as, str) else element.label
        assert not [m for m in MARKUP if m in shown_as], shown_as
    assert not [element for element in app.markdown if element.allow_html]


@given(some.text(alphabet=some.one_of(some.sampled_from(string.punctuation + " \n\t　"), some.characters())))
def test_literal_escapes_every_mark_and_loses_nothing(text):
    escaped = literal(text)
    assert not re.search(rf"[{re.escape(string.punctuation)}]", re.sub(r"\\.", "", escaped))
    assert re.sub(r"\\(.)", r"\1", escaped) == seen(re.sub(r"\s+", " ", text).strip())


@given(some.text(alphabet="甲〔〕12\n 。<"), some.sets(some.integers(0, 21)))
def test_markers_that_have_no_citation_stay_text(text, known):
    lines = with_markers(text, {marker: "某" for marker in known})
    joined = ["".join(p.get("text", f"〔{p.get('marker')}〕{p.get('tail')}") for p in line) for line in lines]
    assert joined == [re.sub(r"〔0*(\d+)〕", lambda m: f"〔{m[1]}〕" if int(m[1]) in known else m[0], line)
                      for line in text.split("\n") if line.strip()]  # fmt: skip
    assert {p["marker"] for line in lines for p in line if "marker" in p} <= known


@given(some.text(alphabet="甲乙\n <*"), some.integers(-3, 30), some.integers(-3, 30))
def test_a_quote_is_marked_and_nothing_else(text, start, end):
    lines = with_quote(text, Span(start, end))
    assert ["".join(p["text"] for p in line) for line in lines] == [line for line in text.split("\n") if line.strip()]
    lit = "".join(p["text"] for line in lines for p in line if "quote" in p)
    expected = text[max(0, start) : max(0, end)]
    assert re.sub(r"\s", "", lit) == re.sub(r"\s", "", expected)


# how it looks


def test_large_type_is_chosen_once_and_kept(page, home, tmp_path):
    own = shutil.copytree(home, tmp_path / "home")
    app = page(own)
    assert not app.toggle(key="large_type").value
    checked(app.toggle(key="large_type").set_value(True).run())
    assert page(own).toggle(key="large_type").value
    checked(app.toggle(key="large_type").set_value(False).run())
    assert not page(own).toggle(key="large_type").value
