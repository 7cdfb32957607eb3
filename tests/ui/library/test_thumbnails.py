"""Which file of a series stands for it in the list, and when it is drawn."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.store.records import StudyUID
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.library.thumbnails import Thumbnails, middle


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


class TestWhileAnExamIsOpened:
    """A double click chooses an exam before it opens it: its small picture must not cost its large one."""

    @pytest.fixture
    def drawn(self) -> list[Path]:
        return []

    @pytest.fixture
    def thumbnails(self, drawn: list[Path], tmp_path: Path) -> Iterator[Thumbnails]:
        def draw(path: Path, side: int) -> tuple[NDArray[np.uint8] | None, str]:
            drawn.append(path)
            return np.zeros((side, side, 3), np.uint8), ""

        jobs = Jobs(1)
        bridge = Bridge(jobs)
        yield Thumbnails(Shelf(), tmp_path, bridge, draw)
        bridge.close()
        jobs.close()

    def test_nothing_is_decoded_for_the_list(
        self, thumbnails: Thumbnails, drawn: list[Path], qtbot: QtBot
    ) -> None:
        thumbnails.show(StudyUID("1.2"))
        thumbnails.rest()
        qtbot.wait(600)
        assert drawn == []
        with qtbot.waitSignal(thumbnails.picture_came, timeout=5000):
            thumbnails.go_on()
        assert len(drawn) == 1

    def test_a_picture_that_is_kept_comes_at_once(
        self, thumbnails: Thumbnails, drawn: list[Path], qtbot: QtBot
    ) -> None:
        with qtbot.waitSignal(thumbnails.picture_came, timeout=5000):
            thumbnails.show(StudyUID("1.2"))
        with qtbot.waitSignal(thumbnails.picture_came, timeout=300):
            thumbnails.show(StudyUID("1.2"))
        assert len(drawn) == 1


class Shelf:
    """One series of one image."""

    def series(self, study_uid: StudyUID) -> list[Any]:
        return [SimpleNamespace(series_id=1)]

    def instances(self, *, study_uid: StudyUID | None = None, series_id: int | None = None) -> list[Any]:
        return [SimpleNamespace(path=Path("x.dcm"), sha256="ab" * 32, has_pixels=True, conflict=False)]
