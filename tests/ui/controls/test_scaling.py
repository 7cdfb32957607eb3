"""At 100 to 200 %, on a desk's screen and on a small one, no word is cut and no picture is blurred."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("factor", "width", "height"),
    [("1", 1280, 800), ("1.5", 853, 533), ("2", 800, 500)],
)
def test_nothing_is_cut_or_blurred(factor: str, width: int, height: int, tmp_path: Path) -> None:
    """`width` and `height` are logical pixels: 853 x 533 at 1.5 is a laptop of 1280 x 800."""
    answer = subprocess.run(
        [sys.executable, "-m", "tests.ui.controls.scaled_window", str(width), str(height), str(tmp_path)],
        env={**os.environ, "QT_SCALE_FACTOR": factor},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == ""
