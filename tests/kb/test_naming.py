"""Which document is meant by a title in a question, where titles hold titles."""

from __future__ import annotations

import pytest

from kb.results import DocumentCard
from kb.search.naming import Naming
from kb.search.question import understand

TITLES = {
    "law": "中华人民共和国湖泊保护法",
    "reading": "关于适用《中华人民共和国湖泊保护法》若干问题的解释",
    "second": "关于适用《中华人民共和国湖泊保护法》若干问题的解释（二）",
    "local": "南溪省实施《中华人民共和国湖泊保护法》办法",
    "rules": "渡口管理规定",
    "procedure": "办理渡口管理案件程序规定",
}
NAMING = Naming(
    [DocumentCard(i, t, "", (), None, "国", "", "fulltext", "in_force", "", "", 1, 1) for i, t in TITLES.items()]
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("湖泊保护法第三条", "law"),
        ("《湖泊保护法》第三条", "law"),
        ("关于适用《中华人民共和国湖泊保护法》若干问题的解释第三条", "reading"),
        ("关于适用《中华人民共和国湖泊保护法》若干问题的解释（二）第三条怎么说", "second"),
        ("南溪省实施《中华人民共和国湖泊保护法》办法第三条", "local"),
        ("办理渡口管理案件程序规定第三百零一条", "procedure"),
        ("渡口管理规定的第三条", "rules"),
        ("南溪省实施《中华人民共和国湖泊保护法》办法由谁负责", "local"),
    ],
)
def test_the_longest_title_printed_is_meant(text: str, named: str) -> None:
    assert NAMING.named(understand(text))[0] == named


@pytest.mark.parametrize("text", ["渡口由谁管理", "第三条讲什么", "湖泊保护由谁负责"])
def test_no_title_no_document(text: str) -> None:
    assert NAMING.named(understand(text)) == []
