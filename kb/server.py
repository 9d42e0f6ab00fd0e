"""Start the web page: Streamlit on the loopback address, telemetry off, nothing else opened."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from kb.errors import BadInput
from kb.settings import PROJECT, load_settings

ADDRESS = "127.0.0.1"


def serve_page(home: Path | None, port: int) -> None:
    """Replace this process by the page's server.

    Raises:
        BadInput: the port is taken, or the page's script is missing.
    """
    settings = load_settings(home)
    script = PROJECT / "app.py"
    if not script.is_file():
        raise BadInput(f"找不到网页程序：{script}。请在项目文件夹中安装并运行。")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            hint = "请用 kb serve --port 换一个端口，或先关闭占用它的程序。"
            raise BadInput(f"端口 {port} 不能使用（{error.strerror}）。{hint}") from error
    print(f"网页地址：http://localhost:{port}（按 Ctrl+C 结束）", file=sys.stderr, flush=True)  # noqa: T201
    os.chdir(PROJECT)  # Streamlit reads .streamlit/config.toml from the working folder.
    os.environ["KB_HOME"] = str(settings.home.resolve())
    options = ["--server.address", ADDRESS, "--server.port", str(port), "--server.headless", "true"]
    options += ["--browser.gatherUsageStats", "false"]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(script), *options])
