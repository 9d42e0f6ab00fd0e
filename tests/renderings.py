"""One invented document, rendered into files of several formats: what each reader makes of it must be the same.

``PLAN`` holds what real plans do: a cover notice, labels typed by hand and by Word, headings that run into their text,
brackets of every style, a standing rule, figures broken by line ends, a task table with merged cells and an indicator
table. A renderer takes blocks and a path; a further format is one more function.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tests.ingest.test_readers import show, write_pdf
from tests.packages import NUMBERED, docx_paragraph, write_docx, write_ofd_pages


@dataclass(frozen=True)
class Text:
    """A paragraph. ``place``: body (two characters in), left, centre or right; ``level``: that of its label."""

    text: str
    place: str = "body"
    label: str = ""
    level: int = -1
    page: bool = False

    @property
    def printed(self) -> str:
        return self.label + self.text


@dataclass(frozen=True)
class Entry:
    """A cell of a table that covers some rows and columns."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Grid:
    """A table, row by row: the cells that begin in each row."""

    rows: tuple[tuple[Entry, ...], ...]
    columns: int


Block = Text | Grid


def _title(text: str, page: bool = False) -> Text:
    return Text(text, "centre", page=page)


def _first(label: str, text: str) -> Text:
    return Text(text, label=label, level=0)


def _second(label: str, text: str) -> Text:
    return Text(text, label=label, level=1)


def _third(label: str, text: str) -> Text:
    return Text(text, label=label, level=2)


def _entries(*texts: str) -> tuple[Entry, ...]:
    return tuple(Entry(text) for text in texts)


PLAN: tuple[Block, ...] = (
    _title("青汀市人民政府"),
    _title("关于印发青汀市水网提质三年行动方案的通知"),
    _title("青汀政发〔2024〕36号"),
    Text("各县（市、区）人民政府，市直各有关单位：", "left"),
    Text("《青汀市水网提质三年行动方案》已经市政府第41次常务会议研究通过，现印发给你们，请结合实际抓好落实。"),
    Text("青汀市人民政府", "right"),
    Text("2024年5月17日", "right"),
    Text("（此件公开发布）"),
    _title("青汀市水网提质三年行动方案", page=True),
    Text(
        "为全面提升全市水网的供水、节水和防洪能力，根据《桐江省水网建设规划》（桐政发〔2023〕102号），制定本方案。"
    ),
    _first("一、", "总体要求"),
    Text(
        "坚持节水优先、空间均衡、系统治理、两手发力，把水网作为城市更新的先导工程，补短板、强弱项、提标准，"
        "以县域为单元整体推进，让群众喝上好水、用上便宜水。"
    ),
    _first("二、", "主要目标"),
    Text(
        "到2026年，全市万元地区生产总值用水量比2023年下降12.5%，农田灌溉水有效利用系数提高到0.592，"
        "城市公共供水管网漏损率控制在8.5%以内，新增日供水能力36万立方米，再生水利用率达到28%以上。"
    ),
    _first("三、", "重点任务"),
    _second(
        "（一）",
        "实施管网更新工程。对运行超过20年的供水管网应改尽改，三年累计改造老旧供水管网1260公里，"
        "其中2024年完成410公里。推广智能水表，2026年底前居民智能水表覆盖率达到75%。"
        "〔市住房城乡建设局牵头，市水务局、市财政局、市市场监管局配合，各县（市、区）政府落实。"
        "以下任务均需县（市、区）政府落实，不再列出〕",
    ),
    _second(
        "（二）",
        "实施水源保障工程。加快青汀水库增容和东干渠延伸，建成应急备用水源地3处，"
        "年新增供水量控制在4200万立方米左右。（责任单位：市水务局、市发展改革委、青汀水务集团有限公司；"
        "完成时限：2025年底前）",
    ),
    _second("（三）", "实施节水增效工程。"),
    _third(
        "1.",
        "抓好农业节水。新建和改造高标准农田46万亩，水肥一体化面积达到18.5万亩。"
        "（市农业农村局、市水务局按职责分工负责）",
    ),
    _third(
        "2.",
        "抓好工业节水。在化工、印染、造纸等行业实施节水改造项目52个，规模以上工业用水重复利用率达到93%。"
        "（市工业和信息化局牵头，市生态环境局、市水务局等配合）",
    ),
    _second(
        "（四）",
        "实施防洪排涝工程。城市建成区易涝点（含立交桥下、下穿隧道）全部消除，排水管网达到2至3年一遇标准。"
        "〔市城市管理局、市住房城乡建设局、市气象局、桐江省水文局青汀分局等按职责分工负责〕",
    ),
    _first("四、", "保障措施"),
    _second("（一）", "加强组织领导。市水网建设领导小组办公室设在市水务局，每季度调度一次进展。"),
    _second("（二）", "强化资金保障。统筹各级财政资金不少于9.8亿元。〔市财政局、市发展改革委负责〕"),
    Text("附件：1.青汀市水网提质重点任务分工表", "body"),
    Text("2.青汀市水网提质主要指标表", "body"),
    Text("附件1", "left", page=True),
    _title("青汀市水网提质重点任务分工表"),
    Grid(
        (
            _entries("序号", "重点工程", "工作内容", "牵头单位", "配合单位", "完成时限"),
            (
                Entry("1"), Entry("管网更新", rows=2), Entry("更新城区主干管网320公里。"), Entry("市住房城乡建设局"),
                Entry("市水务局、市财政局"), Entry("2025年底"),
            ),
            (
                Entry("2"), Entry("改造二次供水设施415处。"), Entry("市住房城乡建设局"), Entry("市卫生健康委"),
                Entry("2026年底"),
            ),
            _entries("3", "水源保障", "完成青汀水库增容工程。", "市水务局", "市发展改革委、市自然资源局", "2026年6月"),
            (Entry("各县（市、区）政府对本行政区域内的任务负总责。", columns=6),),
        ),
        6,
    ),
    Text("附件2", "left", page=True),
    _title("青汀市水网提质主要指标表"),
    Grid(
        (
            (Entry("指标", rows=2), Entry("单位", rows=2), Entry("目标值", columns=2), Entry("属性", rows=2)),
            _entries("2024年", "2026年"),
            _entries("万元地区生产总值用水量下降", "%", "4.5", "12.5", "约束性"),
            _entries("城市公共供水管网漏损率", "%", "9.2", "8.5", "约束性"),
            _entries("再生水利用率", "%", "24", "28", "预期性"),
        ),
        5,
    ),
)  # fmt: skip


# ---- DOCX: labels are counted by Word, so they stand in no paragraph

TABLE = 8844
"""Width of a table in twentieths of a point."""


def render_docx(blocks: Sequence[Block], path: Path) -> Path:
    """Write a Word document whose labels are automatic numbers and whose titles are paragraphs of a style."""
    body = "".join(_docx_text(block) if isinstance(block, Text) else _docx_grid(block) for block in blocks)
    return write_docx(path, body + "<w:p/>", numbering=NUMBERED)  # a document never ends in a table


def _docx_text(block: Text) -> str:
    justify = {"centre": '<w:jc w:val="center"/>', "right": '<w:jc w:val="right"/>'}.get(block.place, "")
    indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if block.place == "body" else ""
    number = f'<w:numPr><w:ilvl w:val="{block.level}"/><w:numId w:val="1"/></w:numPr>' if block.level >= 0 else ""
    page = "<w:pageBreakBefore/>" if block.page else ""
    return docx_paragraph(escape(block.text), page + number + indent + justify)


def _docx_grid(block: Grid) -> str:
    rows = "".join(f"<w:tr>{cells}</w:tr>" for cells in _docx_rows(block))
    columns = f'<w:gridCol w:w="{TABLE // block.columns}"/>' * block.columns
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in sides)
    properties = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    return f"<w:tbl>{properties}{rows}</w:tbl>"


def _docx_rows(block: Grid) -> list[str]:
    """Return the cells of each row as Word writes them: those merged downwards are written again, empty."""
    rows = []
    below: dict[int, tuple[int, int]] = {}
    for row in block.rows:
        entries, written, column = list(row), "", 0
        while column < block.columns:
            left, columns = below.get(column, (0, 1))
            if left:
                text, merge, below[column] = "", "<w:vMerge/>", (left - 1, columns)
            else:
                entry = entries.pop(0)
                columns, text = entry.columns, entry.text
                merge = '<w:vMerge w:val="restart"/>' if entry.rows > 1 else ""
                below[column] = (entry.rows - 1, columns)
            wide = columns * (TABLE // block.columns)
            properties = f'<w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/><w:gridSpan w:val="{columns}"/>{merge}</w:tcPr>'
            written += f"<w:tc>{properties}{docx_paragraph(escape(text))}</w:tc>"
            column += columns
        rows.append(written)
    return rows


# ---- PDF, printed by the office program from the Word document; plain text as it is pulled out of one


def render_pdf(blocks: Sequence[Block], path: Path) -> Path:
    """Print the Word document as a PDF; needs LibreOffice."""
    source = render_docx(blocks, path.with_suffix(".docx"))
    profile = (path.parent / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*command, path.parent, source], check=True, capture_output=True, timeout=120)
    return path


def render_text(blocks: Sequence[Block], path: Path) -> Path:
    """Write wrapped lines in GB18030, paragraphs two characters in, rows of tables with tabs."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Grid):
            lines += ("\t".join(fields) for fields in _fields(block))
            continue
        first, *rest = wrapped(block.printed, CHARACTERS, 2 if block.place == "body" else 0)
        free = int(CHARACTERS - width(block.printed))
        indent = {"centre": free // 2, "right": free - 2, "body": 2}.get(block.place, 0)
        lines += ["\u3000" * indent + first, *rest]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    return path


def _fields(grid: Grid) -> Iterator[list[str]]:
    """Yield the fields of each row as Word saves them: empty where a merged cell goes on."""
    below = [0] * grid.columns
    for row in grid.rows:
        entries, fields = list(row), [""] * grid.columns
        column = 0
        while column < grid.columns:
            if below[column]:
                below[column] -= 1
                column += 1
                continue
            entry = entries.pop(0)
            fields[column] = entry.text
            below[column : column + entry.columns] = [entry.rows - 1] * entry.columns
            column += entry.columns
        yield fields


# ---- OFD: glyphs at places, in millimetres, in any order (GB/T 33190-2016; type area as in GB/T 9704-2012)

LEFT, TOP, CHARACTERS, LINES = 28.0, 37.0, 28, 22
SIZE, PITCH = 5.57, 10.2
CELL_SIZE, CELL_PITCH = 4.2, 6.0
CLOSING = "，。、；：）〕》”%"


@dataclass
class _Sheet:
    """Pages being laid out: the objects of each. ``text`` and ``box`` write one, at places in millimetres."""

    pages: list[list[str]]
    text: Callable[[str, float, float, float], str]
    box: Callable[[float, float, float, float], str]
    line: int = 0

    def turn(self) -> None:
        self.pages.append([])
        self.line = 0


def render_ofd(blocks: Sequence[Block], path: Path, *, seed: int = 7) -> Path:
    """Write an OFD whose text objects stand in shuffled order, with printed page numbers and a template page."""
    sheet = _laid_out(blocks, _Sheet([[]], text_object, _ofd_box))
    shuffled = random.Random(seed)
    for number, objects in enumerate(sheet.pages, start=1):
        objects.append(text_object(f"— {number} —", 98, 275, 4.9))
        shuffled.shuffle(objects)
    template = path_object(LEFT, 285, 156, 0.35, "M 0 0 L 156 0")
    return write_ofd_pages(path, ["".join(objects) for objects in sheet.pages], template=template)


def _ofd_box(left: float, top: float, wide: float, tall: float) -> str:
    return path_object(left, top, wide, tall, f"M 0 0 L {wide} 0 L {wide} {tall} L 0 {tall} C")


def _laid_out(blocks: Sequence[Block], sheet: _Sheet) -> _Sheet:
    for block in blocks:
        if isinstance(block, Grid):
            _lay_out_grid(sheet, block)
        else:
            _lay_out_text(sheet, block)
    return sheet


def _lay_out_text(sheet: _Sheet, block: Text) -> None:
    if block.page and (sheet.line or sheet.pages[-1]):
        sheet.turn()
    indent = 2 if block.place == "body" else 0
    for index, line in enumerate(wrapped(block.printed, CHARACTERS, indent)):
        if sheet.line >= LINES:
            sheet.turn()
        free = CHARACTERS - width(line)
        shift = {"centre": free / 2, "right": free - 2}.get(block.place, indent if index == 0 else 0)
        sheet.pages[-1].append(sheet.text(line, LEFT + shift * SIZE, TOP + sheet.line * PITCH, SIZE))
        sheet.line += 1


def _lay_out_grid(sheet: _Sheet, block: Grid) -> None:
    """Lay out a table: ruling lines as paths, the text of each cell wrapped inside."""
    step = CHARACTERS * SIZE / block.columns
    fits = int((step - 2) / CELL_SIZE)
    placed, taken = [], set()
    for at, row in enumerate(block.rows):
        column = 0
        for entry in row:
            while (at, column) in taken:
                column += 1
            taken |= {(at + i, column + j) for i in range(entry.rows) for j in range(entry.columns)}
            placed.append((entry, at, column, wrapped(entry.text, fits + (entry.columns - 1) * (fits + 1), 0)))
            column += entry.columns
    heights = [
        CELL_PITCH * max(len(lines) for entry, top, _, lines in placed if top == at and entry.rows == 1) + 2
        for at in range(len(block.rows))
    ]
    start = TOP + sheet.line * PITCH
    for entry, at, column, lines in placed:
        top, left = start + sum(heights[:at]), LEFT + column * step
        tall, wide = sum(heights[at : at + entry.rows]), entry.columns * step
        sheet.pages[-1].append(sheet.box(left, top, wide, tall))
        above = (tall - len(lines) * CELL_PITCH) / 2
        for index, line in enumerate(lines):
            sheet.pages[-1].append(sheet.text(line, left + 1, top + above + index * CELL_PITCH, CELL_SIZE))
    sheet.line += int(sum(heights) / PITCH) + 1


def wrapped(text: str, limit: float, indent: int) -> list[str]:
    """Break a text into lines of ``limit`` characters, the first shorter by ``indent``; closing marks hang over."""
    lines, line, used = [], "", float(indent)
    for character in text:
        step = width(character)
        if used + step > limit and character not in CLOSING:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + step
    return [*lines, line]


def width(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def text_object(text: str, x: float, y: float, size: float) -> str:
    """Return a TextObject at a place; its advances are written as a run where they are equal."""
    steps = [round(size * width(character), 3) for character in text[:-1]]
    equal = len(set(steps)) == 1
    delta = f"g {len(steps)} {steps[0]}" if equal else " ".join(map(str, steps))
    attributes = f' DeltaX="{delta}"' if steps else ""
    return (
        f'<ofd:TextObject Boundary="{x:.2f} {y:.2f} {width(text) * size:.2f} {size:.2f}" Font="3" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size * 0.86:.2f}"{attributes}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def path_object(x: float, y: float, wide: float, tall: float, data: str) -> str:
    """Return a PathObject with its lines relative to its corner."""
    return (
        f'<ofd:PathObject Boundary="{x:.2f} {y:.2f} {wide:.2f} {tall:.2f}" LineWidth="0.25" Stroke="true" Fill="false">'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


# ---- PDF: the same layout, with a text layer or as a scan

POINT = 72 / 25.4


def render_drawn(blocks: Sequence[Block], path: Path) -> Path:
    """Write a PDF with a text layer: wrapped lines, ruled tables, printed page numbers."""
    sheet = _laid_out(blocks, _Sheet([[]], _pdf_text, _pdf_box))
    for number, objects in enumerate(sheet.pages, start=1):
        objects.append(_pdf_text(f"— {number} —", 98, 275, 4.9))
    return write_pdf(path.parent, *("".join(objects) for objects in sheet.pages)).rename(path)


def _pdf_text(text: str, x: float, y: float, size: float) -> str:
    return show(text, x * POINT, 842 - (y + 0.86 * size) * POINT, size=size * POINT)


def _pdf_box(left: float, top: float, wide: float, tall: float) -> str:
    corner = f"{left * POINT:.2f} {842 - (top + tall) * POINT:.2f}"
    return f"0.7 w {corner} {wide * POINT:.2f} {tall * POINT:.2f} re S\n"


def render_scan(blocks: Sequence[Block], path: Path, *, dpi: int = 150, turn: float = 0.5, noise: float = 10.0) -> Path:
    """Write a PDF whose pages are pictures: a little askew, blurred and grainy, as from an office scanner."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter

    grain = np.random.default_rng(7)
    pages = []
    with pypdfium2.PdfDocument(render_drawn(blocks, path.with_suffix(".text.pdf"))) as printed:
        for page in printed:
            image = page.render(scale=dpi / 72).to_pil().convert("RGB")
            image = image.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor="white")
            image = image.filter(ImageFilter.GaussianBlur(0.5))
            pixels = np.asarray(image, dtype=float) + grain.normal(0, noise, (image.height, image.width, 1))
            pages.append(Image.fromarray(np.clip(pixels, 0, 255).astype("uint8")))
            page.close()
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=dpi)
    return path


# ---- HTML


def render_html(blocks: Sequence[Block], path: Path) -> Path:
    """Write the page of a portal, in GB18030 but declared as gb2312, the document among its menus."""
    body = "".join(_html_text(block) if isinstance(block, Text) else _html_grid(block) for block in blocks)
    menu = "".join(f"<li><a href='/{name}'>{name}，指南</a></li>" for name in ("要闻", "公开", "服务", "互动"))
    page = (
        "<!DOCTYPE html><html><head><meta charset='gb2312'><title>青汀市人民政府门户网站</title>"
        f"<script>var menu = '首页，公开';</script></head><body><div class='top'><ul>{menu}</ul></div>"
        f"<div class='wrap'><div class='crumbs'>您当前的位置：<a>首页</a></div><div class='w1'>{body}</div>"
        "<div class='share'><a>分享到微信</a></div></div><div class='foot'>主办单位：青汀市政府办公室，版权所有</div>"
    )
    path.write_bytes(page.encode("gb18030"))
    return path


def _html_text(block: Text) -> str:
    if block.place == "body":
        return (
            f"<p>&nbsp;&nbsp;&nbsp; <span>{escape(block.label)}</span><span\nlang=ZH>{escape(block.text)}</span></p>\n"
        )
    align = {"centre": "center", "left": "left", "right": "right"}[block.place]
    return f"<p align='{align}'><b>{escape(block.printed)}</b></p>\n"


def _html_grid(block: Grid) -> str:
    rows = "".join(
        "<tr>"
        + "".join(f"<td rowspan={e.rows} colspan={e.columns}><p>{escape(e.text)}</p></td>" for e in row)
        + "</tr>"
        for row in block.rows
    )
    return f"<table border=1><tbody>{rows}</tbody></table>"
