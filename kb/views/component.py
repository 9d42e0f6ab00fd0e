"""Components of our own: elements whose scripts, in ``components``, the browser loads once for all of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.components.v2.types import ComponentRenderer

FOLDER, SCRIPTS = Path(__file__).parent, "components"
OWNER = "policy_kb"
NAMES = ("marked", "copy", "cookie", "page", "arrival", "draft")


def component(name: str, html: str) -> ComponentRenderer:
    """Return what shows a component; its style comes with each element, so that nothing is drawn without it.

    Scripts in line would come with each element too, at each run of the page. Streamlit serves those of a folder, which
    packages name in a manifest. Registered at each run: a component belongs to the server, not to the module.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_path(f"{OWNER}.{name}") is None:
        manifest = ComponentManifest(OWNER, "", [ComponentConfig(each, SCRIPTS) for each in NAMES])
        manager.register_from_manifest(manifest, FOLDER)
    return st.components.v2.component(f"{OWNER}.{name}", html=html, css=_style(name), js=f"{name}.js")


@cache
def _style(name: str) -> str | None:
    style = FOLDER / SCRIPTS / f"{name}.css"
    return style.read_text("utf-8") if style.exists() else None
