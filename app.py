"""The web page's frame: open the knowledge base, navigation, shared sidebar, run the page."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ingest.errors import PolicyError
from kb.settings import load_settings
from kb.views.session import knowledge_base, problem, scope_sidebar

VIEWS = Path(__file__).parent / "kb" / "views"


def main() -> None:
    """Show the chosen page, or why there is nothing to show."""
    st.set_page_config(page_title="政策文件知识库", page_icon=str(VIEWS / "icon.svg"))
    st.logo(VIEWS / "icon.svg", size="large")
    st.html(VIEWS / "page.css")
    page = st.navigation(
        [
            st.Page(VIEWS / "chat.py", title="问答", icon=":material/forum:", default=True),
            st.Page(VIEWS / "library.py", title="文件库", icon=":material/library_books:", url_path="library"),
        ]
    )
    try:
        if cards := knowledge_base().documents():
            scope_sidebar(cards)
            page.run()
        else:
            empty()
    except PolicyError as error:
        st.title("知识库打不开", anchor=False)
        problem(error)
        st.button("重试", icon=":material/refresh:")


def empty() -> None:
    """Say how to fill an empty library."""
    st.title("库中还没有文件", anchor=False)
    st.markdown("在终端中运行下面的命令，导入随附的文件，或写上自己的文件、文件夹；完成后按“刷新”。")
    st.code(f'kb ingest --home "{load_settings().home}"', language=None, wrap_lines=True)
    st.button("刷新", icon=":material/refresh:")


main()
