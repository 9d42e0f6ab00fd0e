"""Paragraphs out of visual lines: which lines belong together.

Files pulled out of PDFs end every visual line with a break, some put a blank line after each, some indent justified
lines. So no single sign is trusted. A break is undone when the first character or word of the next line would not have
fitted on the line before: nobody pressed a key there. Indentation, structural labels, open brackets and unfinished
sentences decide the rest. A wrapped line that begins with ``（二）`` by accident stays in its sentence. Titles broken
by hand are joined; table rows (lines with a tab), dates, document numbers and signatures stay on their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.document import Line
from ingest.layout import INDENT, SLACK, Layout
from ingest.lines import (
    BODY,
    BRACKET,
    INNER,
    ISSUE,
    KIND,
    LABEL,
    NAME,
    NOTICE,
    REMNANT,
    SECTION,
    TERMINAL,
    TITLED,
    breaks_alone,
)

AT_MARGIN = -1.0
"""Slack for a line at the left margin of an indented text: it goes on even if its beginning would have fitted."""
NEARLY = 2.5
"""A line that ends this many characters before the margin may still have been broken by a narrower column."""
DEEPER = 0.8
"""A line that begins this many characters further in than the first of its paragraph hangs from it."""
ORPHAN = 2
"""A line of no more characters is the rest of the long line above."""
OPEN_LIMIT = 200
"""A bracket that stays open for more characters than this was never closed; it no longer holds lines together."""
TITLE_LIMIT = 150
"""A title is no longer than this."""


@dataclass(slots=True)
class Paragraph:
    """A paragraph being gathered, with what the join rules need to know of it in constant time.

    ``broken``: it holds a comma or full stop; ``stopped``: it holds a full stop; ``depth``: brackets still open, the
    last at ``opened``.
    """

    first: Line
    last: Line
    parts: list[str] = field(default_factory=list)
    length: int = 0
    broken: bool = False
    stopped: bool = False
    opened: int = 0
    depth: int = 0

    def add(self, line: Line, text: str) -> None:
        """Append the text of a line, with whatever joins it to the line before."""
        self.parts.append(text)
        self.last = line
        self.broken = self.broken or bool(INNER.search(text))
        self.stopped = self.stopped or "。" in text
        for mark in BRACKET.finditer(text):
            if mark["opening"]:
                self.depth += 1
                self.opened = self.length + mark.start()
            else:
                self.depth = max(0, self.depth - 1)
        self.length += len(text)

    @property
    def heading(self) -> str:
        """The text so far if it may be a title or heading, else an empty string."""
        return "" if self.broken or self.length > TITLE_LIMIT else "".join(self.parts)

    @property
    def titled(self) -> bool:
        """Tell whether it is a title that has said what kind of document it is; one that issues another is a notice."""
        text = self.heading
        return not self.open and bool(NOTICE.search(text) if "印发" in text else TITLED.search(text))

    @property
    def labelled(self) -> bool:
        """Tell whether it is a heading so far: a label and no full sentence."""
        return not self.stopped and bool(LABEL.match(self.first.text))

    @property
    def salutation(self) -> bool:
        """Tell whether it ends in a colon before any full stop: the bodies addressed, or a lead-in."""
        return not self.stopped and not self.labelled and self.last.text.endswith(("：", ":"))

    @property
    def name(self) -> bool:
        """Tell whether it ends in the beginning of a body's name, cut off by a narrow column."""
        cell = self.last.text.rsplit("\t")[-1]
        return self.first is self.last and bool(NAME.fullmatch(cell)) and not BODY.fullmatch(cell)

    @property
    def open(self) -> bool:
        """Tell whether a bracket opened not long ago waits to be closed."""
        return self.depth > 0 and self.length - self.opened <= OPEN_LIMIT

    @property
    def unfinished(self) -> bool:
        """Tell whether it reads like the inside of a sentence."""
        return self.open or (self.broken and not TERMINAL.search(self.last.text))


def continues(paragraph: Paragraph, line: Line, layout: Layout) -> bool:
    """Tell whether ``line`` goes on with the paragraph."""
    before, text = paragraph.last, line.text
    if line.after == "page":
        return True
    if line.after == "break":
        return _goes_on_over_break(paragraph, text)
    if not layout.wrapped:
        return False
    if paragraph.name and REMNANT.fullmatch(text) and layout.full(before, text):
        return True
    if paragraph.open and not LABEL.match(text) and "\t" not in before.text + text:
        return True
    if breaks_alone(before.text) or breaks_alone(text) or text == before.text:
        return False
    if _title_goes_on(paragraph, line, layout):
        return True
    if paragraph.titled or (_resized(before, line) and not paragraph.unfinished):
        return False
    if not paragraph.broken and (layout.signed(before) or layout.signed(line)):
        return False
    return _sentence_goes_on(paragraph, line, layout)


def _goes_on_over_break(paragraph: Paragraph, text: str) -> bool:
    """Tell whether a line broken by hand goes on: titles and sentences do, what follows a full stop or heading not."""
    if breaks_alone(paragraph.last.text) or breaks_alone(text) or LABEL.match(text) or paragraph.titled:
        return False
    if BODY.fullmatch(paragraph.last.text) and BODY.fullmatch(text):
        return False
    ended = TERMINAL.search(paragraph.last.text) or (paragraph.heading and INNER.search(text))
    return paragraph.open or not ended


def _title_goes_on(paragraph: Paragraph, line: Line, layout: Layout) -> bool:
    """Tell whether ``line`` continues a title that was broken by hand."""
    before, text, heading = paragraph.last, line.text, paragraph.heading
    if not heading or paragraph.titled:
        return bool(heading and ISSUE.fullmatch(text))
    if ISSUE.fullmatch(text) and KIND.search(heading):
        return True
    if LABEL.match(text) or INNER.search(text) or TERMINAL.search(before.text):
        return False
    if BODY.fullmatch(before.text):
        return text.startswith(("关于", "印发", "转发"))
    if "关于" in heading:
        return True
    same = abs(before.size - line.size) < 0.1 * line.size
    return same and layout.centred(before, line) and not BODY.fullmatch(text)


def _sentence_goes_on(paragraph: Paragraph, line: Line, layout: Layout) -> bool:
    """Tell whether running text goes on: by the margin, then by indentation, labels and the end of sentences."""
    before, text = paragraph.last, line.text
    ended, labelled = bool(TERMINAL.search(before.text)), bool(LABEL.match(text))
    indented = layout.indent(line) >= INDENT
    if ended and (indented or labelled or SECTION.match(text) or paragraph.salutation):
        return False
    if labelled and paragraph.labelled and not paragraph.broken:
        return False
    if len(text) <= ORPHAN and not ended and layout.fills(before):
        return True
    deeper = line.left - paragraph.first.left > DEEPER * layout.em
    prose = paragraph.unfinished and not labelled and not paragraph.labelled
    if layout.full(before, text, AT_MARGIN if layout.indented and not indented else SLACK):
        return not indented or deeper or prose
    if indented and not (prose and before.right > layout.right - NEARLY * layout.em):
        return False
    return paragraph.unfinished and not ended and not labelled


def _resized(before: Line, after: Line) -> bool:
    """Tell whether the type changes size between two lines of Chinese."""
    if before.text.isascii() or after.text.isascii():
        return False
    return abs(before.size - after.size) > 0.12 * max(before.size, after.size)
