"""The web page and the HTTP interface: on this machine alone, or for others once there are accounts."""

from __future__ import annotations

from dataclasses import replace

import click

from kb.cli.door import door, settings
from kb.cli.frame import HOME, Texts, main
from kb.server import Site, serve_page, site_of

PORT = click.IntRange(1, 65535)
HOSTS = click.option(
    "--allowed-host", "hosts", multiple=True,
    help="用户在地址栏里用的主机名，可多次；经反向代理或监听 0.0.0.0 时须写明。",
)  # fmt: skip


@main.command()
@click.option("--port", type=PORT, default=8501, show_default=True, help="端口。")
@click.option("--address", default="127.0.0.1", show_default=True, help="监听的地址；不是本机地址时须先有管理账号。")
@HOSTS
@HOME
def serve(port: int, address: str, hosts: Texts) -> None:
    """打开问答网页（默认只在本机可访问）。"""
    serve_page(settings(), _site(address, port, hosts))


@main.command()
@click.option("--port", type=PORT, default=8502, show_default=True, help="端口。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址；不是本机地址时须先有管理账号。")
@HOSTS
@HOME
def api(port: int, host: str, hosts: Texts) -> None:
    """打开 HTTP 接口（默认只在本机可访问）；说明见 /openapi.json。"""
    from kb.api.serve import serve_api

    site = _site(host, port, hosts)
    chosen = settings()
    serve_api(chosen if site.local else replace(chosen, accounts=1), site)


def _site(address: str, port: int, hosts: Texts) -> Site:
    """Return where to listen; other machines are let in only once somebody can administer the library."""
    site = site_of(address, port, hosts)
    if not site.local:
        door().demand_admin()
    return site
