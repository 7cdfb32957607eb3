"""The tour walks through the real window on small example animals, and tells a step that fails."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from vetpacs_desktop.ui import tour
from vetpacs_desktop.ui.tour import StepFailed, Tour, run_tour


def test_every_step_succeeds_and_leaves_a_picture_with_something_on_it(qtbot: QtBot, tmp_path: Path) -> None:
    steps = run_tour(tmp_path, small=True)
    assert [step.note for step in steps if not step.ok] == []
    pictures = [step.picture for step in steps if step.picture is not None]
    assert len(pictures) >= 9
    for path in pictures:
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == tour.SIZE
        colours = {
            picture.pixel(x, y) for x in range(0, picture.width(), 16) for y in range(0, picture.height(), 16)
        }
        assert len(colours) > 12, path.name


def test_a_step_that_fails_is_told_and_the_others_go_on(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Tour) -> str:
        raise StepFailed(reason="the pencil broke")

    monkeypatch.setattr(Tour, "_draw", fail)
    monkeypatch.setattr(tour, "SETTLE_SECONDS", 0.05)  # nobody looks at these pictures
    steps = run_tour(tmp_path, small=True)
    drawing = next(step for step in steps if "drawn" in step.name)
    assert not drawing.ok
    assert "the pencil broke" in drawing.note
    assert steps[0].ok
    assert steps[-1].ok
