"""The responsibility matrix as a page: filtered, linked to, one body's list, findings, hostile text."""

from __future__ import annotations

from kb import KnowledgeBase
from kb.study.matrix import matrix_of
from tests.pages import HOSTILE_TITLE, MARKUP, checked, choose, click, opened, quoted, texts

PLAN = "jincheng-2023-15"


def open_matrix(page, home, **address):
    return opened(page, home, "matrix", **address)


def grid(app):
    return app.dataframe[0].value


def test_the_matrix_opens_on_the_most_local_document(page, home):
    app = open_matrix(page, home)
    assert app.query_params["doc"] == PLAN
    assert len(grid(app)) == 29
    row = next(row for row in grid(app).to_dict("records") if list(row["name"]) == ["市妇联"])
    assert row["own"] == 1
    assert sorted(set(map(str, row.values())) & {"●责任", "▽通用规定"}) == ["●责任"]


def test_filters_narrow_the_grid_and_the_list(page, home):
    app = open_matrix(page, home)
    checked(app.text_input(key="matrix_words").set_value("挥发性有机物").run())
    assert {tuple(name) for name in grid(app)["name"]} == {("市生态环境局",), ("各县（市、区）政府",)}
    checked(app.toggle(key="matrix_inherited").set_value(False).run())
    assert [list(name) for name in grid(app)["name"]] == [["市生态环境局"]]
    checked(app.text_input(key="matrix_words").set_value("月球基地").run())
    assert not app.dataframe
    assert [i for i in app.info if "没有符合条件" in i.value]


def test_a_row_of_the_list_opens_the_words_that_say_it(page, home):
    app = open_matrix(page, home)
    choose(app, "matrix_shape", "list")
    click(app, "matrix_list_all_open_0")
    assert "市能源局" in quoted(app)
    assert app.query_params["clause"] == "三（一）"
    assert app.query_params["doc"] == PLAN


def test_a_link_opens_the_list_of_a_body(page, home, kb):
    app = open_matrix(page, home, doc=PLAN, body="市妇联")
    assert app.selectbox(key="matrix_unit").value == matrix_of([kb.document(PLAN)]).find("市妇联").key
    assert app.query_params["body"] == "市妇联"
    click(app, "unit_open_0")
    assert "市妇联" in quoted(app)
    assert app.query_params["body"] == "市妇联"


def test_a_link_to_a_body_that_is_not_named_says_so(page, home):
    app = open_matrix(page, home, doc=PLAN, body=":red[月球]局")
    assert [w for w in app.warning if "月球" in w.value and ":red[" not in w.value]
    assert app.selectbox(key="matrix_unit").value


def test_an_unknown_document_in_a_link_is_left_out(page, home):
    app = open_matrix(page, home, doc="../../kb.sqlite3")
    assert app.query_params["doc"] == PLAN


def test_my_unit_is_remembered(page, own):
    app = open_matrix(page, own, doc=PLAN, body="市统计局")
    click(app, "keep_unit")
    again = open_matrix(page, own)
    choose(again, "matrix_view", "unit")
    assert again.query_params["body"] == "市统计局"
    assert not [b for b in again.button if b.key == "keep_unit"]


def test_findings_have_their_proof_on_both_sides(page, home):
    app = open_matrix(page, home)
    choose(app, "matrix_view", "findings")
    group = next(g for g in app.get("button_group") if g.key.startswith("findings_of_"))
    choose(app, group.key, "differs")
    keys = [button.key for button in app.button]
    assert {"finding_open_0_0", "finding_open_0_1"} <= set(keys)
    click(app, "finding_open_0_1")
    assert app.query_params["doc"] == PLAN
    assert quoted(app)


def test_a_document_removed_meanwhile_leaves_the_page_usable(page, hostile):
    app = open_matrix(page, hostile)
    with KnowledgeBase.open(hostile) as other:
        other.remove("a")
    checked(app.run())
    assert [i for i in app.info if "没有文件" in i.value]


def test_hostile_text_is_shown_as_printed(page, hostile):
    app = open_matrix(page, hostile)
    assert HOSTILE_TITLE in app.multiselect(key="matrix_docs").options[0]
    for view in ("unit", "findings"):
        choose(app, "matrix_view", view)
        for element in [*app.markdown, *app.caption, *app.warning, *app.button]:
            shown = getattr(element, "value", None)
            shown = shown if isinstance(shown, str) else element.label
            assert not [m for m in MARKUP if m in shown], shown
        assert not [element for element in app.markdown if element.allow_html]
    assert texts(app.title) == ["责任矩阵"]
