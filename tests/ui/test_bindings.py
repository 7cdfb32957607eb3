"""Qt's bindings must not use up Python's own constants: one that does ends the window after some hours."""

import gc
import sys

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QApplication

ROUNDS = 500
NOISE = 50


class _Sender(QObject):
    sent = Signal(object)


def test_signals_and_the_event_loop_keep_the_count_of_none_and_true(qapp: QApplication) -> None:
    """Seen with PySide6 6.12.0 on Python 3.11: one None and one True lost each time, then a fatal error."""
    sender = _Sender()
    sender.sent.connect(lambda _: None)
    sender.sent.emit(True)
    gc.collect()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(ROUNDS):
        sender.sent.emit(True)
        QCoreApplication.processEvents()
    gc.collect()
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert after[0] > before[0] - NOISE
    assert after[1] > before[1] - NOISE
