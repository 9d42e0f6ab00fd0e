"""How fast a long run goes and when it will end, as one line.

Files differ: a scan takes minutes, a law a hundredth of a second. So the time left is reckoned from the pace since the
stage began and said in round figures, and only once there is something to reckon from.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.progress import PARSING, Step

KNOWN = 5.0  # seconds of a stage before its pace is said


@dataclass(slots=True)
class Pace:
    """The pace of the stage that is going on: files one after the other, or parts of a stage of all files."""

    stage: str = ""
    begun: float = 0.0
    first: int = 0

    def line(self, step: Step, now: float) -> str:
        """Return how far an intake has got at ``now`` seconds, with its rate and the time left where they are known."""
        stage, done, total = ("", step.done, step.total) if step.file else (step.stage, step.part, step.parts)
        if stage != self.stage or not self.begun:
            self.stage, self.begun, self.first = stage, now, done
        files = f"{step.done}/{step.total} {step.file[:40]} " if step.file else ""
        parts = f" {step.part}/{step.parts}" if step.parts > 1 and step.stage != PARSING else ""
        return f"{files}{step.stage}{parts}{self._said(done, total, now - self.begun)}"

    def _said(self, done: int, total: int, seconds: float) -> str:
        if seconds < KNOWN or done <= self.first or done >= total:
            return ""
        rate = (done - self.first) / seconds
        return f"，每秒{rate:.{0 if rate >= 10 else 1}f}，还需约{_spoken((total - done) / rate)}"


def _spoken(seconds: float) -> str:
    """Return a stretch of time in round figures.

    >>> _spoken(8.2), _spoken(75), _spoken(4000)
    ('9秒', '2分钟', '1.1小时')
    """
    if seconds < 60:
        return f"{int(seconds) + 1}秒"
    return f"{int(seconds / 60) + 1}分钟" if seconds < 3600 else f"{seconds / 3600:.1f}小时"
