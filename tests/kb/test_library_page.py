"""The library page as a user meets it, without a browser: documents found, opened, looked through; a search tried."""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import replace

import pytest

from ingest.document import Document, Source, Span, Table, TableCell
from ingest.pipeline import parse
from kb import KnowledgeBase
from kb.settings import PROJECT
from kb.views.grid import grid, laid_out
from kb.views.words import table
from tests.pages import HOSTILE_TITLE, MARKUP, checked, click, library, quoted, shown, texts

PLAN = "jincheng-2023-15"


def titles(app):
    return [button.label.replace("\\", "") for button in app.main.button if (button.key or "").startswith("open_")]


def turn_to(app, part):
    group = next(g for g in app.main.get("button_group") if g.key == "library_part")
    group.set_value(part)
    return checked(app.run())


def view(app, name):
    next(g for g in app.main.get("button_group") if g.key == "library_view").set_value(name)
    return checked(app.run())


# the list


def test_the_documents_are_listed_whole_texts_first_with_their_facts(page, home):
    app = library(page, home)
    assert titles(app)[0] == "晋城市“十四五”节能减排实施方案"
    assert len(titles(app)) == 3
    assert any("晋市政发〔2023〕15号" in c and "27条" in c for c in texts(app.main.caption))
    assert any(c.startswith("共3份文件，") for c in texts(app.main.caption))


@pytest.mark.parametrize(
    ("words", "count"), [("晋城", 1), ("节能 国发", 1), ("２０２３", 1), ("国务院", 1), ("没有这样的词", 0), ("", 3)]
)
def test_words_find_documents_by_title_number_and_issuer(page, home, words, count):
    app = library(page, home)
    checked(app.text_input(key="shelf_words").set_value(words).run())
    assert len(titles(app)) == count
    assert bool(app.main.info) == (count == 0)


def test_filters_narrow_the_list_and_say_so(page, home):
    app = checked(library(page, home).selectbox(key="shelf_level").set_value("省").run())
    assert titles(app) == ["山西省“十四五”节能减排实施方案"]
    assert any("符合条件的1份" in c for c in texts(app.main.caption))


def test_the_order_can_be_chosen(page, home):
    app = checked(library(page, home).selectbox(key="shelf_order").set_value("oldest").run())
    assert titles(app)[0] == "晋城市“十四五”节能减排实施方案", "whole texts stay first"
    assert titles(app)[1].startswith("“十四五”")


def test_a_row_opens_its_document_and_the_way_back_leads_to_the_list(page, home):
    app = click(library(page, home), f"open_{PLAN}")
    assert app.query_params["doc"] == PLAN
    assert app.header[0].value == "晋城市“十四五”节能减排实施方案"
    click(app, "back")
    assert len(titles(app)) == 3


# a document


def test_the_facts_of_a_document(page, home):
    lines = texts(library(page, home, doc=PLAN).markdown)
    for fact in ("晋市政发〔2023〕15号", "晋城市人民政府", "16页，27条"):
        assert fact in lines
    assert any("现行" in line for line in lines)


def test_the_outline_leads_to_each_clause(page, home, kb):
    app = library(page, home, doc=PLAN)
    assert len(app.radio[0].options) == 27
    checked(app.radio[0].set_value("三（九）").run())
    clause = kb.document(PLAN).clause("三（九）")
    assert shown(app, "clause_text") == kb.document(PLAN).slice(clause.span).strip("\n")
    assert app.query_params["clause"] == "三（九）"
    click(app, "turn_1")
    assert app.radio[0].value == "三（十）"


def test_a_link_to_a_clause_works_cold_with_its_quote(page, home, kb):
    start = kb.document(PLAN).clause("三（九）").span.start
    app = library(page, home, doc=PLAN, clause="三（九）", at=f"{start}-{start + 6}")
    assert quoted(app) == kb.document(PLAN).text[start : start + 6]
    assert app.radio[0].value == "三（九）"


@pytest.fixture
def replaced(tmp_path):
    """A home folder whose digest gave way to its full text, and the beginnings of the digests of both files."""
    texts = "一、目标\n\n绿道360公里左右。\n", "一、目标\n\n绿道总长度达到362公里。\n\n二、保障\n\n落实资金。\n"
    documents = []
    for number, (text, form) in enumerate(zip(texts, ("digest", "fulltext"), strict=True)):
        file = tmp_path / f"{number}.md"
        file.write_text(text, "utf-8")
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        documents.append(parse(Source("a", file, sha256, title="云河市绿道方案", form=form)))
    with KnowledgeBase.open(tmp_path / "home") as kb:
        kb.registry.save(documents[0], file="0.md")
        kb.registry.save(documents[1], file="1.md", fetched="2024-03-05T08:00:00+00:00")
    return tmp_path / "home", *documents


def test_a_link_into_a_former_text_shows_its_words_and_says_so(page, replaced):
    home, old, _ = replaced
    start = old.text.index("绿道360")
    app = library(page, home, doc="a", clause="一", at=f"{start}-{start + 9}-{old.source.sha256[:8]}")
    assert "旧版本1（要点摘编，非原文）" in app.warning[0].value.replace("\\", "")
    assert "绿道360公里左右。"[:9] in texts(app.text) and quoted(app) == ""
    assert "362公里" in shown(app, "clause_text")


def test_a_link_into_the_present_text_is_no_former_one(page, replaced):
    home, _, new = replaced
    start = new.text.index("绿道总长度")
    app = library(page, home, doc="a", clause="一", at=f"{start}-{start + 5}-{new.source.sha256[:8]}")
    assert quoted(app) == "绿道总长度" and not app.warning


def test_a_link_into_a_text_that_was_not_kept_says_so(page, replaced):
    app = library(page, replaced[0], doc="a", clause="一", at="2-5-00000000")
    assert "旧文没有保留" in app.warning[0].value and quoted(app) == ""


def test_former_texts_can_be_read(page, replaced):
    app = turn_to(library(page, replaced[0], doc="a"), "former")
    assert "仅供核对" in app.warning[0].value
    assert "绿道360公里左右。" in shown(app, "former_text_1_0")
    assert app.selectbox(key="former_a").options[0].startswith("旧版本1（要点摘编，非原文）")


@pytest.mark.parametrize("doc", ["没有", "../../kb.sqlite3", ":red[x]", "<script>"])
def test_a_link_to_a_document_that_is_gone_says_so_above_the_list(page, home, doc):
    app = library(page, home, doc=doc)
    assert app.warning[0].value.startswith("库中没有链接所指的文件")
    assert ":red[" not in app.warning[0].value
    assert len(titles(app)) == 3


def test_a_link_to_a_clause_that_is_gone_shows_the_document(page, home):
    app = library(page, home, doc=PLAN, clause="九十九")
    assert "没有链接所指的条款" in app.warning[0].value
    assert app.radio[0].value == "0"


def test_a_document_removed_in_another_window_leaves_the_page_usable(page, hostile):
    app = library(page, hostile, doc="a")
    with KnowledgeBase.open(hostile) as other:
        other.remove("a")
    checked(app.run())
    assert app.title[0].value == "文件库"
    assert app.warning[0].value.startswith("库中没有链接所指的文件：a")


def test_a_long_outline_is_turned_over_and_searched(page, tmp_path):
    file = tmp_path / "某市条例.txt"
    articles = "\n\n".join(f"第{n}条　每月第{n}次巡查由甲局记录。" for n in range(1, 351))
    file.write_text(f"某市河道巡查条例\n\n{articles}\n", "utf-8")
    with KnowledgeBase.open(tmp_path / "home") as kb:
        (doc_id,) = kb.ingest([file]).added
        paths = [clause.path for clause in kb.document(doc_id).clauses]
    assert len(paths) > 300
    app = library(page, tmp_path / "home", doc=doc_id, clause="第240条")
    assert app.radio[0].value == "第240条"
    assert len(app.radio[0].options) <= 100
    checked(app.pagination[0].set_value(1).run())
    assert app.radio[0].value is None
    checked(app.text_input(key="outline_words").set_value("第33条").run())
    checked(app.radio[0].set_value("第33条").run())
    assert "第33次" in shown(app, "clause_text")


@pytest.mark.parametrize(("part", "count", "column"), [("duties", 21, "责任单位"), ("targets", 35, "指标")])
def test_the_ledgers_are_tables_with_a_workbook(page, home, part, count, column):
    app = turn_to(library(page, home, doc=PLAN), part)
    assert len(app.dataframe[0].value) == count
    assert column in app.dataframe[0].value.columns
    assert "下载 Excel" in [b.proto.label for b in app.get("download_button")]


def test_the_repairs_are_counted_by_kind_and_listed(page, home, kb):
    app = turn_to(library(page, home, doc=PLAN), "repairs")
    repairs = kb.document(PLAN).repairs
    assert len(app.dataframe[0].value) == len(repairs)
    joined = sum(repair.kind == "joined_line" for repair in repairs)
    next(g for g in app.main.get("button_group") if g.key == "repair_kind").set_value("joined_line")
    checked(app.run())
    assert len(app.dataframe[0].value) == joined > 0


def test_every_kind_of_repair_has_a_name():
    kinds = set()
    for path in (PROJECT / "ingest").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                kinds.update(re.findall(r"\A(?:dropped|joined|unified)_[a-z_]+\Z", node.value))
    assert kinds <= {key.removeprefix("repair.") for key in table("zh") if key.startswith("repair.")}


def test_the_passages_are_listed_as_they_were_split(page, home, kb):
    document = kb.document(PLAN)
    table = turn_to(library(page, home, doc=PLAN), "passages").dataframe[0].value
    assert list(table["正文"]) == [document.slice(p.span) for p in document.passages]


def test_the_relations_lead_to_the_documents_that_the_library_has(page, home):
    app = turn_to(library(page, home, doc=PLAN), "references")
    parents = [b for b in app.main.button if (b.key or "").startswith("named_")]
    assert ["国发" in b.label or "晋政发" in b.label for b in parents] == [True, True]
    click(app, parents[0].key)
    assert app.query_params["doc"] == "guofa-2021-33"
    assert f"naming_{PLAN}" in [b.key for b in app.main.button]


def test_a_mention_leads_to_its_clause_with_the_words_marked(page, home):
    app = click(turn_to(library(page, home, doc=PLAN), "references"), "mention_0")
    assert "国发" in quoted(app)


# tables

TEXT = "一、目标\n指标\t2025年\n水耗\t下降5%\n此后照办。"
CELLS = (
    TableCell(Span(5, 7), 0, 0), TableCell(Span(8, 13), 0, 1), TableCell(Span(14, 16), 1, 0),
    TableCell(Span(17, 21), 1, 1),
)  # fmt: skip
MERGED = replace(CELLS[0], rows=2)


def tabled(*cells):
    table = Table("一", Span(5, 21), None, cells)
    return Document(Source("d", PROJECT, ""), TEXT, (0,), (), (), tables=(table,))


def test_a_table_stands_in_its_clause_as_a_table():
    document = tabled(*CELLS)
    lines = laid_out(document, Span(0, len(TEXT)), Span(17, 21))
    assert [list(line[0])[0] for line in lines] == ["text", "table", "text"]
    rows = lines[1][0]["table"]
    assert [["".join(p["text"] for p in cell["pieces"]) for cell in row] for row in rows] == [
        ["指标", "2025年"], ["水耗", "下降5%"],
    ]  # fmt: skip
    assert rows[1][1]["pieces"] == [{"text": "下降5%", "quote": True}]
    assert all("quote" not in p for row in rows for cell in row[:1] for p in cell["pieces"])


def test_merged_cells_keep_what_they_cover():
    (line,) = [grid(tabled(MERGED, *CELLS[1:]), tabled(MERGED, *CELLS[1:]).tables[0])]
    assert line[0]["table"][0][0]["rows"] == 2


def test_a_document_without_tables_says_so(page, home):
    assert "没有读到表格" in turn_to(library(page, home, doc=PLAN), "tables").info[0].value


# the trial of the search


def test_a_trial_ranks_clauses_with_their_channels_and_leads_to_them(page, home, kb):
    app = view(library(page, home), "trial")
    checked(app.text_input(key="trial_query").set_value("挥发性有机物").run())
    hits = kb.search("挥发性有机物", 10)
    assert len([b for b in app.main.button if (b.key or "").startswith("found_")]) == len(hits)
    assert any(f"词语 {hits[0].ranks['lexical']}" in line for line in texts(app.main.markdown))
    click(app, "found_1")
    assert app.query_params == {"doc": hits[0].doc.doc_id, "clause": hits[0].path}
    assert shown(app, "clause_text")


def test_a_trial_without_words_gives_advice(page, home):
    app = view(library(page, home), "trial")
    checked(app.text_input(key="trial_query").set_value("？？").run())
    assert app.warning or app.info


# document text is data


def test_hostile_text_is_shown_as_printed(page, hostile):
    app = library(page, hostile)
    assert titles(app) == [HOSTILE_TITLE]
    click(app, "open_a")
    for part in ("duties", "references", "passages", "repairs", "outline"):
        turn_to(app, part)
        said = [*texts(app.markdown), *texts(app.caption), *texts(app.header), *texts(app.warning)]
        said += [button.label for button in app.button] + [o for radio in app.radio for o in radio.options]
        assert not [(m, line) for m in MARKUP for line in said if m in line]
    assert not [element for element in app.markdown if element.allow_html]
