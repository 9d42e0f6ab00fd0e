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
LIMITS = {
    "max_chars": (40, 2000), "workers": (0, 64), "llm_timeout": (1, 600), "fetch_private": (0, 1), "accounts": (0, 1),
    "audit": (0, 1), "session_idle": (1, 1440), "session_hours": (1, 168),
}  # fmt: skip
CHOICES = {"oidc": ("refuse", "reader")}
SECRET = ("llm_api_key",)


@dataclass(frozen=True, slots=True)
class Settings:
    """All there is to configure.

    home: folder of one knowledge base. store: empty, or the server that finds near vectors (``milvus://host:port``,
    ``chroma://host:port``). embedding: ``bundled``, a local folder or a hub model. reranker: empty
    (none) or the folder of a cross-encoder that ``search`` reads the best clauses again with. max_chars: size of a
    passage. workers: processes that parse files, 0 for one a core. llm: empty (off), or a LangChain model name such as
    ``openai:qwen2.5-7b`` or ``ollama:qwen2.5``; llm_base_url, llm_api_key and llm_timeout (seconds) go with it.
    fetch_private: 1 lets ``kb fetch`` connect to loopback and intranet addresses, for a mirror. accounts: 1 has
    everybody sign in even before there is an account. audit: 1 logs what is done even without accounts; audit_head:
    the file that keeps the log's last hash, empty for one in the home folder. session_idle (minutes) and session_hours:
    when a sign-in ends. oidc: what becomes of those who signed in elsewhere and have no account here, ``refuse`` or
    ``reader``. Figures have bounds (``LIMITS``), words choices (``CHOICES``).
    """

    home: Path = PROJECT / ".kb"
    store: str = ""
    embedding: str = "bundled"
    reranker: str = ""
    max_chars: int = 280
    workers: int = 0
    llm: str = ""
    llm_base_url: str = ""
    llm_api_key: str = ""
    llm_timeout: float = 60.0
    fetch_private: int = 0
    accounts: int = 0
    audit: int = 0
    audit_head: str = ""
    session_idle: int = 30
    session_hours: int = 12
    oidc: str = "refuse"

    def __repr__(self) -> str:
        shown = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in SECRET}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


def load_settings(home: Path | str | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings for ``home`` (argument, else KB_HOME, else ``.kb`` in the project).

    Raises:
        SettingsError: an unknown key or a value of the wrong type, naming where it stands.
    """
    chosen = home or environ.get("KB_HOME") or Settings().home
    try:
        folder = Path(chosen).expanduser()
    except RuntimeError as error:
        raise SettingsError(f"知识库文件夹 {chosen} 里的 ~ 无法解析。请写出完整路径。") from error
    file = folder / "kb.toml"
    values: dict[str, tuple[object, str]] = {key: (value, str(file)) for key, value in _table(file).items()}
    for name, value in environ.items():
        if name.startswith("KB_") and name != "KB_HOME":
            values[name[3:].lower()] = (value, f"环境变量 {name}")
    typed: dict[str, Any] = {key: _typed(key, value, where) for key, (value, where) in values.items()}
    return Settings(home=folder, **typed)


def _table(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(f"设置文件无法读取：{file}（{error.strerror}）。请检查路径和权限。") from error
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise SettingsError(f"设置文件不是 UTF-8 编码的 TOML：{file}（{reason}）。请改正。") from error


def _typed(key: str, value: object, where: str) -> str | int | float:
    """Return a value in the type of its setting; figures may be written as text, as in the environment."""
    known = {f.name: getattr(Settings(), f.name) for f in fields(Settings) if f.name != "home"}
    if key not in known:
        raise SettingsError(f"不认识的设置 {key}（{where}）。可用的设置：{'、'.join(sorted(known))}。")
    kind = type(known[key])
    accepted = {str: (str,), int: (str, int), float: (str, int, float)}[kind]
    low, high = LIMITS.get(key, (0, 0))
    try:
        if isinstance(value, accepted) and not isinstance(value, bool):
            typed: str | int | float = kind(value)
            if typed in CHOICES.get(key, (typed,)) and (isinstance(typed, str) or low <= typed <= high):
                return typed
    except ValueError:
        pass
    wanted = f"{low} 到 {high} 之间的{'整数' if kind is int else '数'}" if kind is not str else "一段文字"
    wanted = "或".join(CHOICES[key]) if key in CHOICES else wanted
    shown = "" if key in SECRET else f"：{value!r}"
    raise SettingsError(f"设置 {key} 的值不对（{where}）{shown}。应为{wanted}。")
