"""PDF files written by hand, with a font that needs no file (ISO 32000-1, 9.7.5.2: UniGB-UCS2-H)."""

from __future__ import annotations

from pathlib import Path


def write_pdf(folder: Path, *contents: str, extra: str = "", trailer: str = "", rotate: int = 0) -> Path:
    """Write a PDF with one page for each content stream."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(contents)}/Kids[{' '.join(f'{6 + 2 * i} 0 R' for i in range(len(contents)))}]>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
        "/Supplement 4>>/FontDescriptor 5 0 R/DW 1000/W[1 95 500 814 939 500]>>",
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -120 1000 880]/ItalicAngle 0/Ascent 880"
        "/Descent -120/CapHeight 880/StemV 80>>",
    ]
    for index, content in enumerate(contents):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Contents {7 + 2 * index} 0 R"
            f"/Resources<</Font<</F 3 0 R>>{extra}>>>>"
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    body, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj{item}endobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    body += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode("latin-1")
    path = folder / "文件.pdf"
    path.write_bytes(body)
    return path


def show(words: str, x: float, y: float, *, size: float = 16, matrix: str = "1 0 0 1") -> str:
    return f"BT /F {size} Tf {matrix} {x} {y} Tm <{words.encode('utf-16-be').hex()}> Tj ET\n"
