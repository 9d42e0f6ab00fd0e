"""Office files written from strings of XML: the smallest package that is a Word document or an OFD, or any ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = (
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" '
    'w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'
)
STRICT = (
    ("schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml"),
    ("schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument"),
)


def write_zip(path: Path, entries: Mapping[str, str | bytes]) -> Path:
    """Write a ZIP with these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return path


# ---- DOCX


def docx_level(
    at: int, text: str, style: str = "decimal", *, start: int = 1, extra: str = "", gap: str = "nothing"
) -> str:
    """Return a level of a list: the text with its places, the number format, and further elements."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{extra}'
        f'<w:suff w:val="{gap}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def docx_list(levels: str, name: int = 0, *, numbers: str = "") -> str:
    """Return a list definition and the number by which paragraphs name it (``name`` + 1), or other numbers."""
    numbers = numbers or f'<w:num w:numId="{name + 1}"><w:abstractNumId w:val="{name}"/></w:num>'
    kind = '<w:multiLevelType w:val="multilevel"/>'
    return f'<w:abstractNum w:abstractNumId="{name}">{kind}{levels}</w:abstractNum>{numbers}'


NUMBERED = docx_list(
    docx_level(0, "%1、", "chineseCounting") + docx_level(1, "（%2）", "chineseCounting") + docx_level(2, "%3.")
)
"""一、 （一） 1. as Word counts them."""


def docx_paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph with one run; ``text`` is XML."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def docx_entries(
    body: str, *, numbering: str = "", styles: str = "", footnotes: str = "", section: str = SECTION
) -> dict[str, str]:
    """Return the entries of a Word document around the XML of its body."""
    parts = {"numbering": numbering, "styles": styles, "footnotes": footnotes}
    parts = {name: content for name, content in parts.items() if content}
    overrides = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{name}+xml"/>' for name in parts)
    relations = "".join(
        f'<Relationship Id="r{index}" Type="{KINDS}/{name}" Target="{name}.xml"/>' for index, name in enumerate(parts)
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>{overrides}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r0" Type="{KINDS}/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        ),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "word/document.xml": f"<w:document {W} {MORE}><w:body>{body}{section}</w:body></w:document>",
        **{f"word/{name}.xml": f"<w:{name} {W}>{content}</w:{name}>" for name, content in parts.items()},
    }


def strict(entries: Mapping[str, str]) -> dict[str, str]:
    """Return the entries in the namespaces of strict OOXML."""
    texts = dict(entries)
    for old, new in STRICT:
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    return texts


def write_docx(path: Path, body: str, **parts: str) -> Path:
    """Write a Word document; ``parts`` as in ``docx_entries``."""
    return write_zip(path, docx_entries(body, **parts))


# ---- OFD


def ofd_entries(
    pages: Sequence[str], *, template: str = "", folder: str = "Doc_0", size: str = "210 297"
) -> dict[str, str]:
    """Return the entries of one document of an OFD around the objects of its pages."""
    behind = '<ofd:Template TemplateID="9" ZOrder="Background"/>' if template else ""
    named = '<ofd:TemplatePage ID="9" ZOrder="Background" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    places = "".join(f'<ofd:Page ID="{20 + at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages)))
    area = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {size}</ofd:PhysicalBox></ofd:PageArea>"
    entries = {
        f"{folder}/Document.xml": (
            f"<ofd:Document {OFD}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID>{area}{named}</ofd:CommonData>"
            f"<ofd:Pages>{places}</ofd:Pages></ofd:Document>"
        )
    }
    if template:
        entries[f"{folder}/Tpls/Tpl_0/Content.xml"] = _ofd_page(template)
    for at, objects in enumerate(pages):
        entries[f"{folder}/Pages/Page_{at}/Content.xml"] = _ofd_page(objects, behind)
    return entries


def _ofd_page(objects: str, behind: str = "") -> str:
    return f'<ofd:Page {OFD}>{behind}<ofd:Content><ofd:Layer ID="7">{objects}</ofd:Layer></ofd:Content></ofd:Page>'


def ofd_root(*folders: str) -> dict[str, str]:
    """Return the entry that names the documents of an OFD."""
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocRoot>{folder}/Document.xml</ofd:DocRoot></ofd:DocBody>" for folder in folders
    )
    return {"OFD.xml": f'<ofd:OFD {OFD} Version="1.0" DocType="OFD">{bodies}</ofd:OFD>'}


def write_ofd_pages(path: Path, pages: Sequence[str], *, template: str = "") -> Path:
    """Write an OFD of one document."""
    return write_zip(path, ofd_root("Doc_0") | ofd_entries(pages, template=template))
