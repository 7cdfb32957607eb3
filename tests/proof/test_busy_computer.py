"""On a computer that has more to do than it can, no answer of the receiver goes astray.

The sender's own threads once took an answer from each other under load; a burning processor and a short
switch interval make that likely.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.peers import service
from tests.helpers.small_files import picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.network.sending.send import send_files

FILES = 148
ROUNDS = 3


@pytest.fixture
def busy() -> Iterator[None]:
    stop = threading.Event()

    def burn() -> None:
        while not stop.is_set():
            sum(range(200))

    before = sys.getswitchinterval()
    sys.setswitchinterval(0.00005)
    threads = [threading.Thread(target=burn) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("busy")
def test_every_image_of_many_is_confirmed(home: Home, tmp_path: Path) -> None:
    files = [
        write(picture(sop=str(number), InstanceNumber=number), tmp_path / f"{number}.dcm")
        for number in range(FILES)
    ]
    with service(home) as served:
        for _ in range(ROUNDS):
            summary = send_files(files, "127.0.0.1", served.port, served.ae_title)
            assert (summary.sent, summary.failed) == (FILES, ())
