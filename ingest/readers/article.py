"""The document on a web page: its body among menus and recommendations, and the table of facts beside it.

Sites of governments all differ, and none is listed here. The body is found by weight: from the whole page inwards, as
long as what is left outside is no running text, or looks like the frame of a page (links, a footer, an element whose
class says ``nav`` or ``share``). A class that says ``content`` only decides where the weight does not. The facts that a
portal prints about a document (索引号, 发文字号, 成文日期 …) are taken out of the text wherever they stand; the day of
publication on the portal is not taken for the document's date, nor a source for its issuer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ingest.furniture import CHROME
from ingest.readers.markup import Element, Markup, runs, weigh

FRAME = re.compile(
    "nav|navbar|navigation|menu|crumbs?|breadcrumbs?|location|position|share|bdshare[a-z]*|sharebox|recommend|relat(?:ed|e|ion)"
    "|sidebar|aside|footer|foot|copyright|tools?|toolbar|comments?|qrcode|ewm|banner|login|pager|pagination|search"
    "|friendlink|links?|hot|rank|weixin|wechat|subscribe|advert|ad|print|fontsize"
)
"""Words in the class or id of an element that is the frame of a page, not its document."""
FRAME_TAGS = frozenset({"nav", "aside", "footer"})
BODY = re.compile("content|article|zoom|editor|detail|zhengwen|wenzhang|neirong|xilan|ucap")
"""Words in the class or id of an element that holds the document."""
IMPRINT = re.compile(r"版权所有|主办单位|承办单位|网站标识码|ICP备|公网安备|copyright|技术支持", re.IGNORECASE)
IMPRINT_LENGTH = 500
"""The foot of a site is no longer."""
SMALL = 0.2
"""What holds a larger share of the running text is not the frame of a page, whatever its class says."""
MOST = 0.6
"""An element whose class says that it holds the document does so from this share of the running text on."""
CONTAINERS = re.compile("html|body|div|section|article|main|center|form|table|blockquote|fieldset|font|span|td")
LINKED = 0.5
"""From this share of links on, an element is a list of links."""
ATTACHED = re.compile(r"附\s*件|\.(?:docx?|xlsx?|pdf|wps|ofd|zip|rar)$", re.IGNORECASE)

FACTS = {
    "title": "标题|名称|信息名称|文件名称|文件标题|公文标题|信息标题",
    "number": "发文字号|发文文号|文号|文件编号|发文号|文件字号|公文字号",
    "issuer": "发布机构|发文机关|发文机构|发文单位|制发机关|印发机关|制定机关|公开机构|发布单位|公开责任部门",
    "date": "成文日期|成文时间|发文日期|发文时间|印发日期|制发日期|签发日期|生成日期|生成时间",
    "": "索引号|索引编号|索取号|主题分类|主题词|分类|信息分类|主题|公开方式|公开形式|公开范围|公开时限|公开属性|"
    "公开类别|公开日期|有效性|时效性|效力状态|体裁分类|体裁|组配分类|服务对象|服务对象分类|发布日期|发布时间|信息来源|来源|关键词|"
    "内容概述|内容概要|概述|文种|语种|载体类型|信息格式|实施日期|生效日期|失效日期|废止日期|所属主题|题材分类|"
    "文件类型|公文种类|信息类别|浏览次数|浏览量|点击数|字体|备注",
}
NAMES = {name: kind for kind, names in FACTS.items() for name in names.split("|")}
FACT = re.compile(rf"[【\[]?({'|'.join(sorted(NAMES, key=len, reverse=True))})[】\]]?(?:[：:]|$)")
FACTS_LENGTH = 1200
"""A table of facts holds at most this many characters."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a portal says about a document, as printed; empty where it does not."""

    title: str = ""
    number: str = ""
    issuer: str = ""
    date: str = ""


def separate(page: Markup) -> tuple[Element, Facts]:
    """Return the element that holds the document, without the frame of the page, and what the page says about it."""
    printed = dict(_take_facts(page.root))
    weigh(page.root)
    title = printed.get("title") or page.meta.get("articletitle") or _headline(page.root)
    body = _main(page.root)
    _prune(body, body.prose)
    facts = Facts(title, printed.get("number", ""), printed.get("issuer", ""), printed.get("date", ""))
    return body, facts


def _take_facts(root: Element) -> list[tuple[str, str]]:
    """Cut the tables of facts out of a tree; return what they say, the first value of each kind."""
    found: list[tuple[str, str]] = []
    stack = [root]
    while stack:
        element = stack.pop()
        for child in element.elements:
            if child.length > FACTS_LENGTH or child.tag in ("html", "body"):
                stack.append(child)
                continue
            pairs, leaves = read_facts(runs(child))
            inner = any(len(read_facts(runs(part))[0]) == len(pairs) for part in child.elements)
            if len(pairs) >= 3 and leaves <= 3 * len(pairs) + 2 and not inner:
                found += [pair for pair in pairs if pair[0] and pair[1]]
                element.children.remove(child)
            elif len(pairs) >= 3:
                stack.append(child)
    return found[::-1]


def read_facts(texts: Iterable[str]) -> tuple[list[tuple[str, str]], int]:
    """Read pairs of a name and a value; also return how many pieces of text there are.

    >>> read_facts(["索 引 号：", "K12", "发布机构：北河市水务局 成文日期：2023-08-05"])
    ([('', 'K12'), ('issuer', '北河市水务局'), ('date', '2023-08-05')], 3)
    """
    pairs: list[tuple[str, str]] = []
    waiting: str | None = None
    count = 0
    for leaf in texts:
        count += 1
        for text in _parts("".join(leaf.split())):
            match = FACT.match(text)
            if match:
                if waiting is not None:
                    pairs.append((waiting, ""))
                kind, value = NAMES[match[1]], text[match.end() :]
                waiting = None if value else kind
                if value:
                    pairs.append((kind, value))
            elif waiting is not None:
                pairs.append((waiting, text))
                waiting = None
    return pairs, count


def _parts(text: str) -> Iterator[str]:
    """Part a stretch of text before each name with a colon."""
    starts = [match.start() for match in FACT.finditer(text) if match.group()[-1] in "：:" or match.start() == 0]
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        if text[start:end]:
            yield text[start:end]


def _headline(root: Element) -> str:
    """Return the only headline of the first rank, or an empty string."""
    headlines = [" ".join(runs(element)) for element in root.walk() if element.tag == "h1"]
    texts = list(dict.fromkeys(text for text in headlines if text))
    return texts[0] if len(texts) == 1 else ""


def _main(root: Element) -> Element:
    """Go from the whole page inwards as long as only its frame is left outside."""
    element, whole = root, root.prose
    while inner := _inner(element):
        parts = _parts_of(element)
        rest = [part for part in parts if part is not inner and part.length]
        framed = element.length == sum(part.length for part in parts) and all(_is_frame(part, whole) for part in rest)
        named = _named(inner) and inner.prose >= MOST * element.prose and not any(map(_named, rest))
        if not (framed or named):
            break
        element = inner
    return element


def _parts_of(element: Element) -> list[Element]:
    return [cell for row in rows_in(element) for cell in row] if element.tag == "table" else element.elements


def _inner(element: Element) -> Element | None:
    """Return the heaviest element in which to look further: never a part of a data table, a list or a heading."""
    inner = max(_parts_of(element), key=lambda part: part.prose, default=None)
    if inner is None or not inner.prose or not CONTAINERS.fullmatch(inner.tag):
        return None
    return None if inner.tag == "table" and not is_layout(inner) else inner


def _named(element: Element) -> bool:
    """Tell whether the class or id of an element says that it holds the document."""
    return any(BODY.search(word) for word in element.hints)


def rows_in(table: Element) -> Iterator[list[Element]]:
    """Yield the cells of each row of a table, not those of tables inside it; empty rows are none."""
    for child in table.elements:
        if child.tag == "tr":
            if cells := [cell for cell in child.elements if cell.tag in ("td", "th")]:
                yield cells
        elif child.tag not in ("caption", "table"):
            yield from rows_in(child)


def is_layout(table: Element) -> bool:
    """Tell whether a table only places parts of the page: one cell holds nearly all its text, in several paragraphs."""
    fields = [cell for row in rows_in(table) for cell in row]
    if all(len(row) < 2 for row in rows_in(table)) or any(
        inner.tag == "table" for cell in fields for inner in cell.walk()
    ):
        return True
    largest = max(fields, key=lambda cell: cell.length)
    return largest.length >= 0.8 * max(1, table.length) and len(list(islice(runs(largest), 4))) > 3


def _is_frame(element: Element, whole: int) -> bool:
    """Tell whether an element belongs to the frame of a page of ``whole`` characters of running text."""
    if _imprinted(element):
        return True
    if not element.prose and (_linked(element) or all(CHROME.fullmatch(text) for text in runs(element))):
        return True
    return element.prose <= SMALL * whole and (_framed(element) or _is_links(element))


def _imprinted(element: Element) -> bool:
    """Tell whether an element is the foot of a site: who runs it, under what registration."""
    return element.length < IMPRINT_LENGTH and bool(IMPRINT.search("".join(runs(element))))


def _framed(element: Element) -> bool:
    return element.tag in FRAME_TAGS or any(FRAME.fullmatch(word) for word in element.hints)


def _is_links(element: Element) -> bool:
    """Tell whether an element is a list of links other than attachments."""
    return element.links > 2 and _linked(element)


def _linked(element: Element) -> bool:
    """Tell whether most of the text of an element are links, and not to attachments."""
    if not element.links or element.linked < LINKED * element.length:
        return False
    links = [inner for inner in element.walk() if inner.tag == "a"]
    attached = sum(
        bool(ATTACHED.search(" ".join(runs(a))) or ATTACHED.search(a.attributes.get("href", ""))) for a in links
    )
    return attached * 2 < len(links)


def _prune(element: Element, whole: int) -> None:
    """Cut what belongs to the frame of the page out of the document."""
    for child in element.elements:
        listed = child.tag in ("ul", "div", "dl", "p") and _is_links(child)
        if _imprinted(child) or ((listed or _framed(child)) and child.prose <= SMALL * whole):
            element.children.remove(child)
        else:
            _prune(child, whole)
