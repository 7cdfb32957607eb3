"""States are written by a thread of its own, the newest of each; what can't be written holds nobody up."""

from pathlib import Path

import pytest

from vetpacs_desktop.store.readings import Readings
from vetpacs_desktop.ui.viewing.resuming.pen import Pen


def test_the_newest_state_is_written_and_known_before_that(tmp_path: Path) -> None:
    kept = Readings(tmp_path / "readings")
    pen = Pen(kept)
    assert pen.newest("1", "on the disk") == "on the disk"
    for number in range(50):
        pen.write("1", f"state {number}")
    pen.open_now("1")
    assert pen.newest("1", "on the disk") == "state 49"
    assert pen.settle()
    assert (kept.get("1"), kept.interrupted()) == ("state 49", "1")
    pen.write("1", "")
    pen.open_now("")
    pen.close()
    pen.close()
    assert (kept.get("1"), kept.interrupted()) == ("", "")
    assert pen.newest("1", "older") == ""


def test_a_disk_that_can_not_be_written_is_no_trouble(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "readings").write_text("a file where the folder should be")
    pen = Pen(Readings(tmp_path / "readings"))
    pen.write("1", "state")
    assert pen.settle()
    assert pen.newest("1", "") == "state"
    pen.close()
    assert "could not be written down" in caplog.text
