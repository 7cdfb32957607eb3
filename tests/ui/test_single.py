"""One window for each home: a second start hands over its wish; another home is another window."""

import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.conftest import WAIT_MS
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.single import FirstWindow, Wish, hand_over

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from vetpacs_desktop.paths import Home
from vetpacs_desktop.ui.single import Wish, hand_over
app = QCoreApplication([])
sys.exit(0 if hand_over(Home(Path(sys.argv[1])), Wish(study="1.2.3")) else 1)
"""


def second_start(home: Home) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", SECOND, str(home.root)])


def test_nobody_is_there(home: Home) -> None:
    assert not hand_over(home, Wish())


def test_a_second_start_hands_its_wish_to_the_first(qtbot: QtBot, home: Home) -> None:
    first = FirstWindow(home)
    with qtbot.waitSignal(first.asked, timeout=WAIT_MS) as asked:
        second = second_start(home)
    assert asked.args == [Wish(study="1.2.3")]
    assert second.wait(30) == 0
    first.close()
    assert not hand_over(home, Wish())


def test_another_home_is_not_disturbed(qtbot: QtBot, home: Home, tmp_path: Path) -> None:
    first = FirstWindow(home)
    other = Home(tmp_path / "other").make()
    assert not hand_over(other, Wish())
    first.close()


def test_what_a_crashed_window_left_does_not_lock_the_next_one_out(qtbot: QtBot, home: Home) -> None:
    script = SECOND.replace(
        "sys.exit", "from vetpacs_desktop.ui.single import FirstWindow\nimport os\n"
    ).split("import os")[0]
    crash = f"{script}import os\nfirst = FirstWindow(Home(Path(sys.argv[1])))\nos._exit(9)\n"
    assert subprocess.run([sys.executable, "-c", crash, str(home.root)], check=False).returncode == 9
    first = FirstWindow(home)
    with qtbot.waitSignal(first.asked, timeout=WAIT_MS):
        second = second_start(home)
    assert second.wait(30) == 0
    first.close()
