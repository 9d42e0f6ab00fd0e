"""The texts of the pages: each in both languages, each used, values shown as data; the switch and what keeps it."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from ingest import progress
from kb.settings import PROJECT
from kb.views.words import LANGUAGES, table
from kb.workspace.printed import NAMES, NOTES
from kb.workspace.roles import ACTIONS
from tests.pages import checked

VIEWS = PROJECT / "kb" / "views"
KEYS = re.compile(r"\b(?:word|plain)\(\s*\"([a-z_]+\.[a-z_]+)\"")
QUOTED = re.compile(r"[\"']([a-z_]+\.[a-z_]+)[\"']")
FAMILIES = re.compile(r"\b(?:word|plain)\(\s*f\"([a-z_]+\.[a-z_]*)\{")  # word(f"level.{level}")
HAN = re.compile(r"[一-鿿]")
OWN = {"words", "literal", "site"}  # names of the languages, the marks of citations, the server before any page


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_tables_say_the_same_things():
    zh, en = (table(language) for language in LANGUAGES)
    assert list(zh) == list(en)
    assert [key for key in zh if fields(zh[key]) != fields(en[key])] == []
    assert [key for key in en if HAN.search(en[key])] == []


def test_the_log_says_the_same_on_the_page_and_in_a_terminal():
    assert {f"note.{name}": text for name, text in NOTES.items()}.items() <= table("zh").items()
    assert {f"action.{name}": text for name, text in NAMES.items()}.items() <= table("zh").items()
    assert set(ACTIONS) - {"audit"} <= set(NAMES)


def test_each_text_is_used_and_each_use_has_a_text():
    source = "\n".join(file.read_text("utf-8") for file in [PROJECT / "app.py", *VIEWS.glob("*.py")])
    assert set(KEYS.findall(source)) <= set(table("zh"))
    used, families = set(QUOTED.findall(source)), tuple(FAMILIES.findall(source))
    assert [key for key in table("zh") if key not in used and not (families and key.startswith(families))] == []


def test_texts_stand_in_the_tables_not_in_the_code():
    files = [file for file in VIEWS.glob("*.py") if file.stem not in OWN]
    assert {file.stem: texts for file in files if (texts := written(file))} == {}


def written(file: Path) -> list[str]:
    """Return the Chinese texts in a module, docstrings left out."""
    tree = ast.parse(file.read_text("utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in found if id(node) not in docs and HAN.search(node.value)]


def test_the_switch_changes_the_language_and_the_address_keeps_it(page, home):
    app = page(home)
    assert app.title[0].value == "政策文件知识库"
    app.sidebar.get("button_group")[-1].set_value("en")
    checked(app.run())
    assert app.query_params == {"lang": "en"}
    again = page(home, lang="en")
    assert again.sidebar.get("button_group")[-1].value == "en"
    again.sidebar.get("button_group")[-1].set_value("zh")
    checked(again.run())
    assert not again.query_params


@pytest.mark.parametrize("lang", ["fr", "", "<b>", "../zh"])
def test_an_unknown_language_is_chinese(page, home, lang):
    app = page(home, lang=lang)
    assert app.sidebar.get("button_group")[-1].value == "zh"


def test_every_stage_of_a_file_has_a_name():
    stages = [progress.CONVERTING, progress.READING, progress.RECOGNISING, progress.PARSING, progress.FILING]
    stages += [progress.EMBEDDING, progress.INDEXING, progress.DOWNLOADING]
    assert [key for key in table("zh") if key.startswith("stage.")] == [f"stage.{stage}" for stage in stages]
    assert [table("zh")[f"stage.{stage}"] for stage in stages] == stages
