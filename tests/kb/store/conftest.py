"""An empty library and its vectors in a new folder; invented documents are in ``store_samples`` beside this file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.store.registry import Registry
from kb.store.vectors import VectorIndex

# Also the folder from which the child processes of these tests import.
sys.path.append(str(Path(__file__).parent))
from store_samples import DIMENSIONS, MODEL  # noqa: E402


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Name the folder of a new library."""
    return tmp_path / "home"


@pytest.fixture
def registry(home: Path) -> Iterator[Registry]:
    """Open an empty library in a new folder."""
    opened = Registry.open(home)
    yield opened
    opened.close()


@pytest.fixture
def index(home: Path, registry: Registry) -> Iterator[VectorIndex]:
    """Open the vectors of the library; Chroma answers from one passage on."""
    opened = VectorIndex.open(home, registry, dimensions=DIMENSIONS, model=MODEL, exact_below=0)
    yield opened
    opened.close()
