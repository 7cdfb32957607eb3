"""What is done with one exam runs elsewhere and answers here."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from vetpacs_desktop.errors import NotFound
from vetpacs_desktop.jobs import Jobs
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.notices import Notice
from vetpacs_desktop.ui.operations import exams

WAIT_MS = 10_000


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    jobs = Jobs(1)
    made = Bridge(jobs)
    yield made
    made.close()
    jobs.close()


def test_an_unknown_animal_is_searched_by_its_other_ids(qtbot: QtBot, home: Home, bridge: Bridge) -> None:
    library = Library.open(home)
    found: list[str] = []
    exams.find_animal(library, bridge, "H-20417", found.append, lambda notice: pytest.fail(notice.text))
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    assert found == ['id:"H-20417"']
    library.close()


def test_an_exam_that_is_gone_is_said(qtbot: QtBot, bridge: Bridge) -> None:
    class Gone:
        def exam(self, study_uid: str) -> None:
            raise NotFound(uid=study_uid)

    told: list[Notice] = []
    exams.open_exam(Gone(), bridge, "1.2.3", lambda _: pytest.fail("it is gone"), told.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert "1.2.3" in told[0].text
