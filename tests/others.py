"""The documents of ../shared/data/policies that the sets about other documents ask about."""

from __future__ import annotations

from pathlib import Path

OTHERS = {
    "others": ("049", "055", "111", "115", "286", "324", "331", "344", "351", "394", "500", "519", "527"),
    "others2": (
        "010", "036", "039", "105", "109", "152", "164", "178", "229", "305", "356", "367", "374", "385", "399",
        "520", "549",
    ),
    "others3": (
        "051", "065", "153", "156", "169", "219", "225", "234", "245", "290", "335", "342", "348", "354", "358",
        "494", "561",
    ),
    "others4": (
        "026", "132", "146", "171", "235", "247", "327", "329", "388", "471", "501", "505", "559", "577",
    ),
    "others5": (
        "039", "115", "125", "149", "229", "305", "331", "342", "351", "425", "431", "439", "445", "463", "584",
    ),
}  # fmt: skip
"""By set, the numbers that the names of its files begin with."""


def files_of(name: str, data: Path) -> list[Path]:
    """Return the files of a set; none where one of them is missing."""
    found = [file for number in OTHERS[name] for file in (data / "policies").glob(f"{number}-*.pdf")]
    return found if len(found) == len(OTHERS[name]) else []
