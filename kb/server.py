"""Start the web page: on the loopback address unless told otherwise, telemetry off, nothing else opened.

Names under which the page is reached are known beforehand: a page of somebody else that points a name of its own at
this machine (DNS rebinding) is refused.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import BadInput
from kb.settings import PROJECT, Settings

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a server listens, and under which names it is reached."""

    address: str
    port: int
    hosts: tuple[str, ...]
    local: bool
    """Whether only this machine can connect."""


def site_of(address: str, port: int, hosts: Sequence[str] = ()) -> Site:
    """Return where to listen, once it is known that one can.

    Raises:
        BadInput: no such address, the port is taken, or the names are missing that other machines use.
    """
    try:
        chosen = ipaddress.ip_address("127.0.0.1" if address == "localhost" else address)
    except ValueError as error:
        raise BadInput(f"监听地址应为 IP 地址：{address}。例如 127.0.0.1、192.0.2.10 或 0.0.0.0。") from error
    if chosen.is_unspecified and not hosts:
        raise BadInput(f"监听 {chosen} 时请用 --allowed-host 写明用户访问时用的主机名或 IP 地址，可多次。")
    _probe(chosen, port)
    own = f"[{chosen}]" if chosen.version == 6 else str(chosen)
    return Site(str(chosen), port, tuple(dict.fromkeys((*LOOPBACK, own, *hosts))), chosen.is_loopback)


def serve_page(settings: Settings, site: Site) -> None:
    """Replace this process by the page's server.

    Raises:
        BadInput: the page's script is missing.
    """
    script = PROJECT / "app.py"
    if not script.is_file():
        raise BadInput(f"找不到网页程序：{script}。请在项目文件夹中安装并运行。")
    announce("网页地址", site)
    os.environ["KB_HOME"] = str(settings.home.resolve())
    if not site.local:
        os.environ["KB_ACCOUNTS"] = "1"  # removing the last account must not open the page to everybody
    os.chdir(PROJECT)  # Streamlit reads .streamlit/config.toml and secrets.toml from the working folder.
    os.execv(sys.executable, [sys.executable, "-m", "kb.views.site", site.address, str(site.port), *site.hosts])


def announce(what: str, site: Site) -> None:
    """Say where the server is reached, and that what other machines send needs TLS before it."""
    shown = "localhost" if site.local else next((host for host in site.hosts if host not in LOOPBACK), site.address)
    lines = [f"{what}：http://{shown}:{site.port}（按 Ctrl+C 结束）"]
    if not site.local:
        lines.append("注意：这里没有加密，密码和内容以明文传输；请在前面放 HTTPS 反向代理，并写 --allowed-host。")
    print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201


def host_of(header: str) -> str:
    """Return the name in a Host header, without the port.

    >>> host_of("LocalHost:8501"), host_of("[::1]:8501"), host_of("")
    ('localhost', '[::1]', '')
    """
    host = header.casefold()
    return host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]


def _probe(address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> None:
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((str(address), port))
    except OSError as error:
        hint = "请用 --port 换一个端口，或先关闭占用它的程序；地址须是这台机器的。"
        raise BadInput(f"{address} 的端口 {port} 不能使用（{error.strerror}）。{hint}") from error
