"""Who may search and fetch: nobody whom the clinic has not named, and whoever tries is written down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.answering import Answering, counts_in, status_in
from tests.helpers.dcmtk import run
from tests.helpers.small_files import ROOT
from vetpacs_desktop import settings
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.archives.addresses import Lookup, plain
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.machines.senders import senders
from vetpacs_desktop.store.network.answering.access import Access

Begin = Callable[..., Answering]


def searched(here: Answering, title: str = "STRANGER") -> str:
    keys = ("-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=Fluffy")
    told = run("findscu", "-d", "-S", "-aet", title, *keys, "127.0.0.1", str(here.receiver.port))
    return told.stdout + told.stderr


def test_a_stranger_neither_searches_nor_fetches_and_is_written_down(
    answering: Begin, home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here = answering(who_may_fetch="archives")
    here.add()
    said = searched(here)
    assert status_in(said) == 0x0124
    assert "STRANGER is not among the archives known here" in said
    for tool, options in (("getscu", ()), ("movescu", ("-aem", "STRANGER"))):
        out = tmp_path / tool if tool == "getscu" else None
        refused = here.fetch(tool, out, "-aet", "STRANGER", *options, StudyInstanceUID=f"{ROOT}.1")
        assert status_in(refused) == 0x0124
    assert not list((tmp_path / "getscu").iterdir())
    (stranger,) = [row for row in senders(home) if row.name == "STRANGER"]
    assert (stranger.refused, stranger.address) == (3, "127.0.0.1")
    assert "fetch exams" in stranger.last_refusal
    assert "STRANGER at 127.0.0.1 may not search" in caplog.text
    assert "Fluffy" not in caplog.text


def test_an_archive_of_the_clinic_may_from_its_own_address(answering: Begin) -> None:
    here = answering(who_may_fetch="archives")
    here.add()
    here.node("FRIEND", 104)
    assert status_in(searched(here, "FRIEND")) == 0
    here.library.nodes.add(Node("away", "AWAY", "192.0.2.7", 104))
    said = searched(here, "AWAY")
    assert status_in(said) == 0x0124
    assert "AWAY is known at another address than 127.0.0.1" in said


def test_an_archive_that_may_not_fetch_may_not_search_either(answering: Begin) -> None:
    here = answering(who_may_fetch="archives")
    here.node("MISER", 104, may_retrieve=False)
    assert status_in(searched(here, "MISER")) == 0x0124


def test_a_change_in_the_window_counts_at_once(answering: Begin, home: Home, tmp_path: Path) -> None:
    here = answering(who_may_fetch="nobody", fetching_machines=("VIEWER1",))
    here.add()
    assert status_in(searched(here, "VIEWER1")) == 0x0124
    named = Settings({"receiver.fetching_machines": ("VIEWER1@127.0.0.1", "OTHER@192.0.2.1")})
    settings.save(named, home.settings)
    assert status_in(searched(here, "VIEWER1")) == 0
    assert status_in(searched(here, "OTHER")) == 0x0124
    settings.save(Settings({"receiver.who_may_fetch": "anyone"}), home.settings)
    said = here.fetch("getscu", tmp_path / "out", StudyInstanceUID=f"{ROOT}.1")
    assert (status_in(said), counts_in(said)) == (0, (1, 0, 0))


def test_a_word_that_is_no_choice_opens_nothing(home: Home) -> None:
    door = Access(
        home, Settings({"receiver.who_may_fetch": "everyone"}), lambda: [Node("a", "A", "127.0.0.1", 1)]
    )
    assert door.refusal("A", "127.0.0.1")


def test_one_computer_has_one_number_however_it_is_written() -> None:
    assert plain("::ffff:10.0.0.7") == plain("10.0.0.7") == "10.0.0.7"
    assert plain("fe80::1%eth0") == "fe80::1"
    assert plain("server.clinic") == ""
    here = Lookup()
    assert here.is_at("localhost", "127.0.0.1")
    assert here.is_at("10.0.0.7", "::ffff:10.0.0.7")
    assert not here.is_at("no-such-computer.invalid", "127.0.0.1")


def test_a_damaged_library_is_said_not_shown_as_empty(
    answering: Begin, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "vetpacs_desktop.store.network.answering.finding")
    here = answering()
    here.add()
    here.library.close()
    home.database.write_bytes(b"no database" * 500)
    said = searched(here)
    assert status_in(said) == 0xC001
    assert "The library can't be searched at the moment" in said
