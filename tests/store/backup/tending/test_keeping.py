"""The keeper makes backups when they are due, by the target's rules, and tells of what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.helpers.kept_library import NoSecrets
from tests.helpers.mail import web_server
from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop import __version__
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.history import FAILED, OK, STOPPED, History
from vetpacs_desktop.store.backup.ledger import Ledger
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning import coming_back
from vetpacs_desktop.store.backup.returning.coming_back import Scope
from vetpacs_desktop.store.backup.sealing import keys, place_keys
from vetpacs_desktop.store.backup.tending import deeds, health, requests, schedule
from vetpacs_desktop.store.backup.tending.keeping import Interrupted, Keeper, Rules, runs_on_battery, wanted
from vetpacs_desktop.store.library import Library


@dataclass
class Night:
    """A home with a keeper, and a clock that a test moves."""

    home: Home
    folder: Path
    now: datetime
    secrets: NoSecrets = field(default_factory=NoSecrets)
    battery: bool = False
    keepers: list[Keeper] = field(default_factory=list)
    ledgers: list[Ledger] = field(default_factory=list)

    def keeper(self) -> Keeper:
        """A fresh one, as after a start of the service."""
        self.keepers.append(
            Keeper(self.home, self.secrets, lambda: self.now, lambda: self.battery, every=0.0)
        )
        return self.keepers[-1]

    def add(self, **values: object) -> Place:
        words = {"drill_days": 0, **values}
        places.add(self.home, Place("NAS", str(self.folder), **words))  # type: ignore[arg-type]
        return self.place

    @property
    def place(self) -> Place:
        return places.find(self.home, "NAS")

    def made(self) -> int:
        """Generations on the target."""
        folder = self.folder / "VetPACS" / "generations"
        return len(list(folder.glob("2*/manifest.json*"))) if folder.exists() else 0

    def ask(self, what: str = requests.RUN) -> None:
        requests.ask(self.home, "NAS", what)

    def read(self) -> History:
        """The ledger's rows, read after the test is done with them."""
        ledger = Ledger.open(self.home)
        self.ledgers.append(ledger)
        return ledger.book(self.place.backup_id).history


def settle(keeper: Keeper, seconds: float = 30.0) -> None:
    """Tick until nothing is under way and nothing more begins."""
    until = time.monotonic() + seconds
    idle = 0
    while idle < 3:
        keeper.tick()
        idle = 0 if keeper.busy() else idle + 1
        assert time.monotonic() < until, "it never ends"
        time.sleep(0.005)


def tick_until(keeper: Keeper, condition: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        keeper.tick()
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.005)


@pytest.fixture
def night(home: Home, tmp_path: Path) -> Iterator[Night]:
    home.make()
    library = Library.open(home)
    library.file([from_folder(write(picture(), tmp_path / "1.dcm"))])
    library.close()
    (tmp_path / "nas").mkdir()
    at_noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    one = Night(home, tmp_path / "nas", at_noon - timedelta(days=30))
    yield one
    for keeper in one.keepers:
        keeper.close()
    for ledger in one.ledgers:
        ledger.close()


def test_the_first_backup_is_made_at_once_and_the_next_at_its_time(night: Night) -> None:
    night.add()
    keeper = night.keeper()
    settle(keeper)
    assert night.made() == 1
    night.now += timedelta(hours=13, minutes=59)
    settle(keeper)
    assert night.made() == 1
    night.now += timedelta(minutes=1)
    settle(keeper)
    assert night.made() == 2
    assert keeper.plan(night.place, night.now).next == night.now + timedelta(days=1)


def test_after_days_off_it_is_caught_up_once(night: Night) -> None:
    night.add()
    settle(night.keeper())
    night.now += timedelta(days=5)
    again = night.keeper()
    settle(again)
    settle(again)
    assert night.made() == 2


def test_nothing_is_set_up_and_nothing_happens(night: Night) -> None:
    assert not wanted(night.home)
    settle(night.keeper())
    night.add()
    assert wanted(night.home)


def test_asked_it_runs_whatever_the_rules(night: Night) -> None:
    night.add(hours="02:00-03:00")
    night.battery = True
    keeper = night.keeper()
    settle(keeper)
    assert night.made() == 0
    assert keeper.plan(night.place, night.now).waits == schedule.OUTSIDE
    night.ask()
    settle(keeper)
    assert night.made() == 1
    assert not requests.waits(night.home, "NAS")


def test_half_a_library_that_is_coming_back_is_not_backed_up(night: Night) -> None:
    place = night.add()
    coming_back.begin(night.home, place, "20261101T020000Z-000000", Scope(), whole=True)
    keeper = night.keeper()
    night.ask()
    settle(keeper)
    assert night.made() == 0
    coming_back.finished(night.home)
    settle(keeper)
    assert night.made() == 1


def test_on_battery_it_waits_for_the_plug(night: Night) -> None:
    night.add()
    night.battery = True
    keeper = night.keeper()
    settle(keeper)
    assert night.made() == 0
    night.battery = False
    settle(keeper)
    assert night.made() == 1


def test_a_newer_program_makes_a_backup_at_once(night: Night) -> None:
    night.add()
    keeper = night.keeper()
    settle(keeper)
    history = night.read()
    assert history.fact(deeds.PROGRAM) == __version__
    history.keep_fact(deeds.PROGRAM, "0.0.1")
    settle(keeper)
    assert night.made() == 2
    assert history.fact(deeds.PROGRAM) == __version__


def test_a_target_that_is_away_is_tried_again_and_the_failure_is_in_the_ledger(night: Night) -> None:
    night.add()
    keeper = night.keeper()
    settle(keeper)
    aside = night.folder.rename(night.folder.parent / "aside")
    night.now += timedelta(days=1)
    settle(keeper)
    runs = night.read().runs()
    assert (runs[0].outcome, "NAS" in runs[0].sentence) == (FAILED, True)
    plan = keeper.plan(night.place, night.now)
    assert (plan.due, plan.waits) == (True, schedule.RETRY)
    aside.rename(night.folder)
    settle(keeper)
    assert night.made() == 1
    night.now += timedelta(minutes=6)
    settle(keeper)
    assert night.made() == 2


def test_a_target_that_never_answered_is_not_tried_without_end(night: Night) -> None:
    night.folder.rmdir()
    night.folder.write_text("a file, no folder")
    night.add()
    keeper = night.keeper()
    settle(keeper)
    plan = keeper.plan(night.place, night.now)
    assert (plan.due, plan.waits, plan.until) == (True, schedule.RETRY, night.now + timedelta(minutes=5))
    night.now += timedelta(minutes=5)
    settle(keeper)
    plan = keeper.plan(night.place, night.now)
    assert plan.until is not None
    assert plan.until - night.now == timedelta(minutes=15)
    with Ledger.open(night.home) as ledger:
        found = health.look(ledger.book(places.ledger_name(night.place)), night.place, night.now)
    assert (found.light, found.failed_runs) == ("red", 2)
    assert [fault.kind for fault in found.faults] == ["none", "failed"]
    assert "NAS" in found.faults[1].sentence


def test_a_target_for_runs_by_hand_is_left_alone_until_somebody_asks(night: Night) -> None:
    night.add(every="never", drill_days=1)
    keeper = night.keeper()
    settle(keeper)
    assert night.made() == 0
    night.ask()
    settle(keeper)
    night.now += timedelta(days=3)
    settle(keeper)
    assert night.made() == 1
    assert night.read().drills("drill") == []


def slow_library(night: Night, folder: Path) -> None:
    """4 MiB in small files, for a target that takes 1 MiB a second: a run that can be caught at it."""
    library = Library.open(night.home)
    arrivals = []
    for number in range(2, 66):
        one = picture(sop=str(number), pixels=bytes([number]) * (1 << 16), Rows=128, Columns=256)
        arrivals.append(from_folder(write(one, folder / f"{number}.dcm")))
    library.file(arrivals)
    library.close()


def test_what_a_person_stops_waits_for_its_next_time_and_a_wish_undoes_that(
    night: Night, tmp_path: Path
) -> None:
    slow_library(night, tmp_path)
    night.add(limit_mib=1)
    keeper = night.keeper()
    tick_until(keeper, lambda: any((night.folder / "VetPACS" / "objects").rglob("*.dcm")))
    night.ask(requests.STOP)
    settle(keeper)
    assert night.made() == 0
    assert night.read().runs()[0].outcome == STOPPED
    night.now += timedelta(hours=2)
    settle(keeper)
    assert night.made() == 0
    places.change(night.home, "NAS", limit_mib=0)
    night.ask()
    settle(keeper)
    assert night.made() == 1


def test_the_end_of_the_service_is_no_stop_and_it_goes_on_at_the_next_start(
    night: Night, tmp_path: Path
) -> None:
    slow_library(night, tmp_path)
    night.add(limit_mib=1)
    keeper = night.keeper()
    tick_until(keeper, lambda: any((night.folder / "VetPACS" / "objects").rglob("*.dcm")))
    keeper.close()
    night.keepers.clear()
    assert night.made() == 0
    places.change(night.home, "NAS", limit_mib=0)
    settle(night.keeper())
    assert night.made() == 1


def test_when_its_hours_are_over_it_stops_and_goes_on_in_the_next_ones(night: Night, tmp_path: Path) -> None:
    slow_library(night, tmp_path)
    night.add(limit_mib=1, hours="11:00-13:00")
    keeper = night.keeper()
    tick_until(keeper, lambda: any((night.folder / "VetPACS" / "objects").rglob("*.dcm")))
    night.now += timedelta(hours=1)
    settle(keeper)
    last = night.read().runs()[0]
    assert (last.outcome, "hours set for NAS are over" in last.sentence) == (STOPPED, True)
    assert keeper.plan(night.place, night.now).until == night.now + timedelta(hours=22)
    places.change(night.home, "NAS", limit_mib=0)
    night.now += timedelta(hours=22)
    settle(keeper)
    assert night.made() == 1


def test_rules_let_go_on_what_was_asked_for_and_a_short_time_on_battery(night: Night) -> None:
    place = night.add(hours="02:00-03:00")
    Rules(place, lambda: night.now, lambda: True, asked=True)()
    with pytest.raises(Interrupted, match="goes on from there by itself"):
        Rules(place, lambda: night.now, lambda: False, asked=False)()
    anytime = places.change(night.home, "NAS", hours="")
    Rules(anytime, lambda: night.now, lambda: True, asked=False)()


def test_old_generations_are_thinned_out_after_a_run(night: Night) -> None:
    night.add(keep="daily 2")
    keeper = night.keeper()
    for _ in range(5):
        settle(keeper)
        night.now += timedelta(days=1)
    assert night.made() == 2


def test_copies_are_read_back_day_by_day_and_a_restore_is_rehearsed(night: Night) -> None:
    night.add(every="weekly", drill_days=7, prove_days=1)
    night.now = datetime.now().astimezone()
    keeper = night.keeper()
    settle(keeper, 60)
    history = night.read()
    [drill] = history.drills("drill")
    assert drill.ok
    before = len(history.drills("share"))
    night.now += timedelta(days=1)
    settle(keeper)
    assert len(history.drills("share")) == before + 1
    assert len(history.drills("drill")) == 1
    night.ask(requests.DRILL)
    night.ask(requests.VERIFY)
    settle(keeper, 60)
    assert len(history.drills("drill")) == 2
    assert history.drills("verify", 1)[0].ok


def test_a_sealed_target_is_kept_like_any_other(night: Night) -> None:
    public = place_keys.keep("NAS", keys.new_secret(), night.secrets)
    night.add(recipient=public)
    settle(night.keeper())
    assert night.made() == 1
    assert list((night.folder / "VetPACS" / "objects").rglob("*.age"))
    assert night.read().runs()[0].outcome == OK


def test_several_targets_do_not_wait_for_each_other(night: Night, tmp_path: Path) -> None:
    slow_library(night, tmp_path)
    night.add(limit_mib=1)
    (tmp_path / "usb").mkdir()
    places.add(night.home, Place("USB", str(tmp_path / "usb"), drill_days=0))
    keeper = night.keeper()
    tick_until(keeper, lambda: bool(list((tmp_path / "usb").glob("VetPACS/generations/*/manifest.json"))))
    assert night.made() == 0
    places.remove(night.home, "NAS")
    settle(keeper)
    assert not list(night.folder.glob("VetPACS/generations/*/manifest.json"))


def test_trouble_is_told_and_so_is_its_end(night: Night) -> None:
    night.add()
    keeper = night.keeper()
    settle(keeper)
    with web_server() as posts:
        settings_file.save(Settings({"alarms.webhook": posts.address}), night.home.settings)
        keeper.tell()
        assert posts.bodies == []
        aside = night.folder.rename(night.folder.parent / "aside")
        for minutes in (24 * 60, 6):
            night.now += timedelta(minutes=minutes)
            settle(keeper)
            keeper.tell()
        assert [body["event"] for body in posts.bodies] == ["trouble"]
        aside.rename(night.folder)
        night.now += timedelta(hours=1)
        settle(keeper)
        keeper.tell()
        keeper.tell()
    assert [body["event"] for body in posts.bodies] == ["trouble", "well"]


def test_after_a_weekend_off_nobody_is_told_that_it_is_overdue_before_it_could_be_caught_up(
    night: Night,
) -> None:
    night.add(hours="20:00-21:00")
    night.ask()
    settle(night.keeper())
    night.now += timedelta(days=6)
    with web_server() as posts:
        settings_file.save(Settings({"alarms.webhook": posts.address}), night.home.settings)
        keeper = night.keeper()
        settle(keeper)
        keeper.tell()
        assert posts.bodies == []
        night.now += timedelta(minutes=31)
        keeper.tell()
    assert len(posts.bodies) == 1
    assert "overdue" in str(posts.bodies[0]["sentence"])


def test_a_schedule_nobody_understands_runs_by_hand_and_is_red(night: Night) -> None:
    night.add(at="soon")
    keeper = night.keeper()
    settle(keeper)
    assert night.made() == 0
    night.ask()
    settle(keeper)
    assert night.made() == 1
    with Ledger.open(night.home) as ledger:
        found = health.look(ledger.book(night.place.backup_id), night.place, night.now)
    assert found.light == "red"


def test_this_computer_says_whether_it_runs_on_battery() -> None:
    assert runs_on_battery() in (True, False)
