"""Which file of a series stands for it in the list."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from vetpacs_desktop.ui.library.thumbnails import middle


def row(name: str, *, pixels: bool, conflict: bool = False) -> Any:
    return cast(Any, SimpleNamespace(path=Path(name), has_pixels=pixels, conflict=conflict))


def test_the_middle_picture_stands_for_a_series() -> None:
    rows = [row("report", pixels=False), *(row(str(n), pixels=True) for n in range(3))]
    chosen = middle(rows)
    assert chosen is not None
    assert chosen.path == Path("1")


def test_a_document_stands_for_itself() -> None:
    chosen = middle([row("twin", pixels=False, conflict=True), row("report", pixels=False)])
    assert chosen is not None
    assert chosen.path == Path("report")


def test_nothing_stands_for_nothing() -> None:
    assert middle([]) is None
