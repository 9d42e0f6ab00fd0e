"""Settings: defaults, then kb.toml, then KB_ variables; unknown keys and wrong values name where they stand."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import LIMITS, PROJECT, Settings, load_settings


def test_defaults_need_no_file_and_no_variable(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == Settings(home=tmp_path)
    assert load_settings(None, {}).home == PROJECT / ".kb"


def test_the_nearer_source_counts(tmp_path: Path) -> None:
    (tmp_path / "kb.toml").write_text('max_chars = 200\nllm = "ollama:x"\n', "utf-8")
    read = load_settings(tmp_path, {"KB_MAX_CHARS": "150", "PATH": "x", "kb_llm": "y"})
    assert (read.max_chars, read.llm) == (150, "ollama:x")
    elsewhere = {"KB_HOME": str(tmp_path)}
    assert load_settings(None, elsewhere).max_chars == 200
    assert load_settings(tmp_path / "other", elsewhere).max_chars == Settings().max_chars
    assert load_settings("", elsewhere).home == tmp_path
    assert load_settings(None, {"KB_HOME": ""}).home == PROJECT / ".kb"


def test_the_home_folder_of_the_user_is_meant_by_its_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert load_settings("~/kb", {}).home == Path("/somewhere/kb")
    with pytest.raises(SettingsError, match="~.*完整路径"):
        load_settings("~no-such-user-here/kb", {})


@pytest.mark.parametrize(
    ("toml", "field", "value"),
    [
        ("max_chars = 40", "max_chars", 40),
        ("max_chars = '2000'", "max_chars", 2000),
        ("llm_timeout = 5", "llm_timeout", 5.0),
        ("llm_timeout = 2.5", "llm_timeout", 2.5),
        ("embedding = '模型/小'", "embedding", "模型/小"),
        ("\ufeffllm = ''", "llm", ""),
        ("# 说明\n", "max_chars", 280),
    ],
)
def test_values_are_read_in_their_type(tmp_path: Path, toml: str, field: str, value: object) -> None:
    (tmp_path / "kb.toml").write_text(toml, "utf-8")
    found = getattr(load_settings(tmp_path, {}), field)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("max_chars = 39", "max_chars.*kb.toml.*39.*40 到 2000 之间的整数"),
        ("max_chars = 2001", "max_chars"),
        ("max_chars = 100.5", "max_chars"),
        ("max_chars = true", "max_chars"),
        ("max_chars = [100]", "max_chars"),
        ("max_chars = '一百'", "max_chars"),
        ("llm_timeout = 0", "llm_timeout.*1 到 600 之间的数"),
        ("llm_timeout = nan", "llm_timeout"),
        ("llm_timeout = inf", "llm_timeout"),
        ("embedding = 5", "embedding.*一段文字"),
        ("llm = {}", "llm"),
        ("home = '/x'", "不认识的设置 home"),
        ("Max_Chars = 100", "不认识的设置 Max_Chars"),
        ("speed = 1", "不认识的设置 speed.*kb.toml.*embedding、fetch_private、llm"),
        ("max_chars 100", "kb.toml.*请改正"),
        ("a = " + "[" * 5000, "kb.toml.*请改正"),
        ("max_chars = 1\nmax_chars = 2", "kb.toml.*请改正"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_line_that_says_where(tmp_path: Path, toml: str, says: str) -> None:
    (tmp_path / "kb.toml").write_text(toml, "utf-8")
    with pytest.raises(SettingsError, match=says) as caught:
        load_settings(tmp_path, {})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"llm = '\xc4\xe3'"])
def test_a_file_in_another_encoding_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kb.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"UTF-8.*kb\.toml"):
        load_settings(tmp_path, {})


def test_a_file_that_is_a_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "kb.toml").mkdir()
    with pytest.raises(SettingsError, match=r"kb\.toml.*请检查"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KB_MAX_CHARS", "many", "max_chars.*环境变量 KB_MAX_CHARS.*many"),
        ("KB_MAX_CHARS", "", "max_chars.*KB_MAX_CHARS"),
        ("KB_LLM_TIMEOUT", "soon", "llm_timeout.*KB_LLM_TIMEOUT"),
        ("KB_COLOUR", "red", "不认识的设置 colour.*KB_COLOUR"),
        ("KB_", "x", "不认识的设置"),
    ],
)
def test_what_is_wrong_in_a_variable_names_it(tmp_path: Path, name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_settings(tmp_path, {name: value})


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    read = load_settings(tmp_path, {"KB_LLM_API_KEY": "sk-secret"})
    assert read.llm_api_key == "sk-secret"
    assert "sk-secret" not in f"{read} {read!r}"
    (tmp_path / "kb.toml").write_text("llm_api_key = 424242", "utf-8")
    with pytest.raises(SettingsError, match="llm_api_key") as caught:
        load_settings(tmp_path, {})
    assert "424242" not in str(caught.value)


def test_every_figure_has_bounds_that_hold_its_default() -> None:
    figures = {f.name: f.default for f in fields(Settings) if isinstance(f.default, int | float)}
    assert set(figures) == set(LIMITS)
    assert all(LIMITS[name][0] <= default <= LIMITS[name][1] for name, default in figures.items())
