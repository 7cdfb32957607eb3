"""The real series that tests read: ``../shared/corpus`` or ``VETPACS_CORPUS``; absent means a said skip."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def corpus(name: str) -> Path:
    """The folder of one real series, or skip the test."""
    base = Path(os.environ.get("VETPACS_CORPUS", ROOT.parent / "shared" / "corpus"))
    folder = base / name
    if not folder.is_dir():
        pytest.skip(f"needs the real series {name} in ../shared/corpus (or VETPACS_CORPUS)")
    return folder


def images(name: str) -> list[Path]:
    """The image files of one real series (without directory objects), by name."""
    return sorted(path for path in corpus(name).iterdir() if path.is_file() and path.name != "DIRFILE")
