"""Settings: defaults, then ``kb.toml`` in the home folder, then ``KB_*`` environment, then arguments.

They are read once, at the door; deeper functions receive plain values. An unknown key is an error that lists the
known ones. Nothing here is secret except ``llm_api_key``, which is never printed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kb.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
CORPUS = PROJECT / "corpus"


@dataclass(frozen=True, slots=True)
class Settings:
    """All there is to configure.

    home: folder of one knowledge base. embedding: ``bundled``, a local folder or a hub model. max_chars: size of a
    passage. llm: empty (off), or a LangChain model name such as ``openai:qwen2.5-7b`` or ``ollama:qwen2.5``;
    llm_base_url, llm_api_key and llm_timeout (seconds) go with it.
    """

    home: Path = PROJECT / ".kb"
    embedding: str = "bundled"
    max_chars: int = 280
    llm: str = ""
    llm_base_url: str = ""
    llm_api_key: str = ""
    llm_timeout: float = 60.0

    def __repr__(self) -> str:
        shown = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "llm_api_key"}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


def load_settings(home: Path | str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings for ``home`` (argument, else KB_HOME, else ``.kb`` in the project).

    Raises:
        SettingsError: an unknown key or a value of the wrong type, naming where it stands.
    """
    folder = Path(home or environ.get("KB_HOME") or Settings().home).expanduser()
    values: dict[str, Any] = {}
    file = folder / "kb.toml"
    if file.is_file():
        try:
            values.update({key: (value, str(file)) for key, value in tomllib.loads(file.read_text("utf-8")).items()})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"设置文件无法读取：{file}（{error}）。请按 TOML 格式改正。") from error
    for name, value in environ.items():
        if name.startswith("KB_") and name != "KB_HOME":
            values[name[3:].lower()] = (value, f"环境变量 {name}")
    return Settings(home=folder, **{key: _typed(key, value, where) for key, (value, where) in values.items()})


def _typed(key: str, value: object, where: str) -> object:
    known = {f.name: type(getattr(Settings(), f.name)) for f in fields(Settings) if f.name != "home"}
    if key not in known:
        raise SettingsError(f"不认识的设置 {key}（{where}）。可用的设置：{'、'.join(sorted(known))}。")
    try:
        return known[key](value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"设置 {key} 的值不对（{where}）：{value!r}。") from error
