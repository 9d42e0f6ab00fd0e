"""What every command shares: errors as one line, --home and --json, opening the library, printing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ingest.errors import PolicyError
from ingest.names import visible
from ingest.progress import Step
from kb.cli.pace import Pace
from kb.knowledge_base import KnowledgeBase

LOGGED_SECONDS = 30.0
"""Between two lines of progress where standard error is no terminal."""
Texts = tuple[str, ...]
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


class Group(click.Group):
    """Turns PolicyError into one line and exit code 1, in one place."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; ``--debug`` lets the traceback through."""
        try:
            return super().invoke(ctx)
        except PolicyError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(visible(str(error)), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            ctx.exit(0)


def _keep_home(context: click.Context, _: click.Parameter, home: Path | None) -> None:
    context.find_root().obj = home or context.find_root().obj


HELP = "知识库文件夹（默认 KB_HOME，否则项目的 .kb/）；写在命令前后都可以。"
HOME = click.option("--home", type=FOLDER, expose_value=False, callback=_keep_home, help=HELP)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@HOME
@click.option("--debug", is_flag=True, help="出错时显示详细的调用过程。")
@click.version_option(package_name="policy-kb", prog_name="kb")
def main(debug: bool) -> None:
    """政策文件知识库：导入、检索、带出处的问答、责任与指标台账。"""


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --home and --json."""
    return HOME(click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")(command))


def open_library() -> KnowledgeBase:
    """Open the library of --home, KB_HOME or the project."""
    return KnowledgeBase.open(click.get_current_context().find_root().obj)


def emit(value: object, text: Callable[[], str], as_json: bool) -> None:
    """Print a value as JSON, or as text for people."""
    print_json(value) if as_json else click.echo(text())


def print_json(value: object) -> None:
    """Print one line of JSON, in UTF-8 whatever the terminal's encoding; a lone surrogate becomes a question mark."""
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


class _Shown:
    """What is drawn of an intake: every step on a terminal, elsewhere a line from time to time."""

    pace = Pace()
    written = 0.0


def show_progress(step: Step) -> None:
    """Draw how far an intake has got on one line of a terminal; into a file, write a line now and then."""
    now = time.monotonic()
    line = _Shown.pace.line(step, now)
    _draw(line, last=step.done == step.total and step.part == step.parts)
    if not sys.stderr.isatty() and now - (_Shown.written or now) > LOGGED_SECONDS:
        click.echo(line, err=True)
    if now - _Shown.written > LOGGED_SECONDS or not _Shown.written:
        _Shown.written = now


def show_count(what: str, done: int, total: int) -> None:
    """Draw a count on one line of a terminal."""
    _draw(f"{done}/{total} {what[:40]}", last=done == total)


def _draw(line: str, *, last: bool) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{line}", err=True, nl=last)
