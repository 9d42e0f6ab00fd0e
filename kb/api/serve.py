"""Run the HTTP interface until it is told to stop; what is being answered then is answered to the end."""

from __future__ import annotations

from contextlib import suppress

from kb.server import Site, announce
from kb.settings import Settings

HEADER_BYTES = 16 * 1024
CONNECTIONS = 256
IDLE_SECONDS = 15  # a connection may stay open without a request
STOP_SECONDS = 30  # for what is being answered, once told to stop


def serve_api(settings: Settings, site: Site) -> None:
    """Answer requests at ``site``.

    Raises:
        PolicyError: the knowledge base or the workspace cannot be opened.
    """
    import uvicorn

    from kb.api.app import Interface
    from kb.knowledge_base import KnowledgeBase
    from kb.workspace import Workspace
    from kb.workspace.door import Door

    with KnowledgeBase(settings) as kb:
        for card in kb.documents()[:1]:
            kb.search(card.title, 1)  # load the dictionary and the model before anybody asks
        workspace = Workspace.open(settings.home)
        try:
            interface = Interface(kb, Door(workspace, settings, "api"), site.hosts)
            announce("接口地址", site)
            with suppress(KeyboardInterrupt):
                uvicorn.run(
                    interface.application(), host=site.address, port=site.port, http="h11", ws="none",
                    log_level="warning", access_log=False, server_header=False,
                    limit_concurrency=CONNECTIONS, timeout_keep_alive=IDLE_SECONDS,
                    timeout_graceful_shutdown=STOP_SECONDS, h11_max_incomplete_event_size=HEADER_BYTES,
                )  # fmt: skip
        finally:
            workspace.close()
