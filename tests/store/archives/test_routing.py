"""Rules that send by themselves: what fits, what is new, and that nothing is sent twice or back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.small_files import picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.routing import Exam, Rule, RuleIncomplete, came_from, fits, title_of
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.sending.router import Router
from vetpacs_desktop.store.records import Arrival

CT = Exam(("CT", "SR"), ("Thorax", "Lung 1 mm"), ("CT1 (192.168.1.7)",), "Canis lupus familiaris")
NODE = Node("Clinic", "ORTHANC", "pacs.example", 104)


@pytest.mark.parametrize(
    ("conditions", "fitting"),
    [
        ({}, True),
        ({"modalities": "CT"}, True),
        ({"modalities": "mr, ct"}, True),
        ({"modalities": "MR"}, False),
        ({"description": "thorax"}, True),
        ({"description": "LUNG"}, True),
        ({"description": "abdomen, lung"}, True),
        ({"description": "abdomen"}, False),
        ({"machines": "ct1"}, True),
        ({"machines": "CT"}, False),
        ({"species": "dog"}, True),
        ({"species": "Hund"}, True),
        ({"species": "lupus"}, True),
        ({"species": "cat"}, False),
        ({"species": "cat, dog"}, True),
        ({"modalities": "CT", "species": "cat"}, False),
        ({"modalities": " , "}, True),
    ],
)
def test_every_condition_must_fit_and_one_of_its_parts_is_enough(
    conditions: dict[str, str], fitting: bool
) -> None:
    assert fits(Rule("a rule", "Clinic", **conditions), CT) is fitting


@given(st.lists(st.sampled_from(["CT", "MR", "US", "DX"]), max_size=3), st.text(max_size=20))
def test_an_empty_rule_fits_every_exam_and_an_exams_own_words_fit_it(found: list[str], text: str) -> None:
    exam = Exam(tuple(found), (text,), (), "")
    assert fits(Rule("all", "Clinic"), exam)
    if found:
        assert fits(Rule("own", "Clinic", modalities=", ".join(found)), exam)


def test_where_an_image_came_from() -> None:
    def is_at(host: str, address: str) -> bool:
        return (host, address) == ("pacs.example", "192.168.1.30")

    assert title_of("CT 1 (192.168.1.7)") == "CT 1"
    assert title_of("/media/disc") == "/media/disc"
    assert came_from("ORTHANC (10.0.0.1)", NODE, is_at)
    assert came_from("ANOTHERNAME (192.168.1.30)", NODE, is_at)
    assert not came_from("CT1 (192.168.1.7)", NODE, is_at)
    assert not came_from("ORTHANC", NODE, is_at)  # a folder of that name
    # Programs on this computer share its number: there only the name counts.
    assert not came_from("CT1 (127.0.0.1)", NODE, lambda host, address: True)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Clinic:
    """A library with a router whose clock stands still, and machines that send to it."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library, self._folder, self._clock = library, folder, Clock()
        self.node = library.nodes.add(Node("Clinic", "ORTHANC", "127.0.0.1", 104))
        self.router = Router(library, 30, self._clock)
        self._number = 0

    def receive(self, study: str, sop: str, source: str = "CT1 (192.168.1.7)", **words: Any) -> None:
        """An image comes from a machine, now."""
        self._number += 1
        path = write(picture(study=study, sop=sop, **words), self._folder / f"{self._number}.dcm")
        now = datetime.now(UTC) + timedelta(milliseconds=self._number)
        self.library.file([Arrival(path, source, now, keep_source=True)])

    def rest(self, seconds: float = 31) -> int:
        """Time goes by; answers how many images the rules queued."""
        self.router.tick()
        self._clock.now += seconds
        return self.router.tick()

    def restart(self) -> None:
        """As after a restart of the service."""
        self.router = Router(self.library, 30, self._clock)


@pytest.fixture
def clinic(home: Home, tmp_path: Path) -> Iterator[Clinic]:
    library = Library.open(home)
    yield Clinic(library, tmp_path)
    library.close()


def test_an_exam_is_sent_once_it_rests_and_late_images_follow_alone(clinic: Clinic) -> None:
    clinic.library.routes.save(Rule("All", "Clinic"))
    clinic.receive("1", "1")
    assert clinic.rest(20) == 0
    clinic.receive("1", "2")
    assert clinic.rest(20) == 0  # it still grows
    assert clinic.rest(20) == 2
    assert clinic.rest(60) == 0
    clinic.receive("1", "3")
    assert clinic.rest() == 1
    clinic.library.mark_seen(clinic.library.search("")[0].study_uid)
    assert clinic.rest() == 0


def test_a_rule_is_about_what_comes_after_it(clinic: Clinic) -> None:
    clinic.receive("1", "1")
    rule = clinic.library.routes.save(Rule("All", "Clinic"))
    assert clinic.rest() == 0
    clinic.receive("1", "2")
    assert clinic.rest() == 1
    assert [row.animal_name for row in clinic.library.routes.preview(rule)] == ["Fluffy"]
    assert clinic.library.routes.preview(Rule("x", "Clinic", modalities="MR")) == []


def test_what_came_while_the_service_was_off_is_sent(clinic: Clinic) -> None:
    clinic.library.routes.save(Rule("All", "Clinic"))
    assert clinic.rest() == 0
    clinic.receive("1", "1")
    clinic.router.tick()  # seen, but the service ends before it rested
    clinic.restart()
    assert clinic.rest() == 1
    clinic.restart()
    assert clinic.rest() == 0


def test_the_first_exam_after_the_first_rule_is_not_missed(clinic: Clinic) -> None:
    """The courier starts only once there is an archive; the rule itself remembers where to begin."""
    clinic.library.routes.save(Rule("All", "Clinic"))
    clinic.receive("1", "1")
    clinic.restart()
    assert clinic.rest() == 1


def test_nothing_goes_back_and_a_sending_taken_out_does_not_return(clinic: Clinic) -> None:
    clinic.library.routes.save(Rule("All", "Clinic"))
    clinic.receive("1", "1", source="ORTHANC (192.168.1.30)")
    assert clinic.rest() == 0
    clinic.receive("2", "1")
    assert clinic.rest() == 1
    clinic.library.outbox.remove([one.job_id for one in clinic.library.outbox.sendings()])
    clinic.receive("2", "2")
    assert clinic.rest() == 1


def test_two_rules_for_one_archive_send_an_exam_once(clinic: Clinic) -> None:
    clinic.library.routes.save(Rule("All", "Clinic"))
    clinic.library.routes.save(Rule("CT", "Clinic", modalities="CT"))
    clinic.receive("1", "1")
    assert clinic.rest() == 1


def test_a_rule_that_is_switched_off_sends_nothing_and_one_without_a_name_is_not_kept(clinic: Clinic) -> None:
    clinic.library.routes.save(Rule("All", "Clinic", active=False))
    clinic.receive("1", "1")
    assert clinic.rest() == 0
    with pytest.raises(RuleIncomplete, match="a name"):
        clinic.library.routes.save(Rule(" ", "Clinic"))
