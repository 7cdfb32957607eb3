"""Trouble is told once, its end too, the same again after a day; what can't leave waits for the line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers import mail
from tests.helpers.mail import mail_server, web_server
from vetpacs_desktop import settings as settings_file
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings, Value
from vetpacs_desktop.store.backup.credentials import SecretsFile
from vetpacs_desktop.store.backup.tending import alarms, messengers
from vetpacs_desktop.store.backup.tending.alarms import Alarms, Told
from vetpacs_desktop.store.backup.tending.health import AMBER, GREEN, RED, Fault, Health

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Zurich"))
WELL = Health("NAS", GREEN, "Saved to NAS today 02:00, proved.")
HOUR = timedelta(hours=1)


def ill(*kinds: str, light: str = RED, failed_runs: int = 2) -> Health:
    faults = tuple(Fault(kind, light, f"It is {kind}.") for kind in kinds)
    return Health("NAS", light, faults[0].sentence, faults, failed_runs=failed_runs)


def tell(*steps: tuple[float, Health]) -> list[str]:
    """The subjects of what is told when health is looked at after so many hours."""
    told, subjects = Told(), []
    for hours, health in steps:
        told, message = alarms.news(told, health, NOW + hours * HOUR, "Example Clinic")
        subjects.append(message.subject.removeprefix("VetPACS: ") if message else "")
    return subjects


def test_trouble_is_told_once_and_so_is_its_end() -> None:
    assert tell((0, WELL), (1, ill("overdue")), (2, ill("overdue")), (3, WELL), (4, WELL)) == [
        "",
        "It is overdue.",
        "",
        "the backup to NAS is well again",
        "",
    ]


def test_trouble_that_lasts_is_told_each_day() -> None:
    said = tell(*((hour, ill("overdue")) for hour in range(0, 72, 3)))
    assert [hour * 3 for hour, subject in enumerate(said) if subject] == [0, 24, 48]


def test_what_comes_and_goes_is_told_once_a_day() -> None:
    said = tell(*((hour, ill("failed") if hour % 2 else WELL) for hour in range(48)))
    assert said.count("It is failed.") == 2
    assert said.count("the backup to NAS is well again") == 2


def test_new_trouble_and_worse_trouble_are_told_at_once() -> None:
    assert tell(
        (0, ill("overdue", light=AMBER)),
        (1, ill("overdue")),
        (2, ill("changed", "overdue")),
        (3, ill("overdue")),
    ) == ["It is overdue.", "It is overdue.", "It is changed.", ""]


def test_one_failure_and_a_pause_wake_nobody() -> None:
    assert tell((0, ill("failed", light=AMBER, failed_runs=1)), (1, WELL)) == ["", ""]
    assert tell((0, ill("paused", light=AMBER)), (1, ill("none", light=AMBER))) == ["", ""]
    assert tell((0, ill("failed", light=AMBER)), (1, ill("none"))) == ["It is failed.", "It is none."]


def test_a_pause_is_no_end_of_trouble() -> None:
    assert tell((0, ill("overdue")), (1, ill("paused", light=AMBER)), (2, WELL))[1:] == [
        "",
        "the backup to NAS is well again",
    ]


def test_a_clock_that_is_put_back_silences_nothing() -> None:
    assert tell((0, ill("overdue")), (-100, ill("overdue"))) == ["It is overdue."] * 2


def test_the_message_says_whose_what_and_where_to_look() -> None:
    _, message = alarms.news(Told(), ill("overdue", "space"), NOW, "Example Clinic")
    assert message is not None
    assert "The backup of Example Clinic to NAS needs somebody:" in message.body
    assert "- It is overdue.\n- It is space.\n" in message.body
    assert "System > Backup" in message.body
    assert message.facts["light"] == "red"
    assert message.facts["faults"] == [
        {"kind": "overdue", "light": "red", "sentence": "It is overdue."},
        {"kind": "space", "light": "red", "sentence": "It is space."},
    ]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["", "failed", "overdue", "space"])), max_size=60)
)
def test_no_kind_is_told_twice_within_a_day(steps: list[tuple[int, str]]) -> None:
    told, hours = Told(), 0
    last: dict[str, int] = {}
    for wait, kind in steps:
        hours += wait
        told, message = alarms.news(told, ill(kind) if kind else WELL, NOW + hours * HOUR)
        if message is not None and kind:
            assert hours - last.get(kind, -1000) >= 24
            last[kind] = hours
        if kind and not message:
            assert kind in last


@pytest.fixture
def secrets(home: Home) -> SecretsFile:
    return SecretsFile(home.root / "backup" / "credentials.json")


def configure(home: Home, **values: Value) -> None:
    named = {f"alarms.{name}": value for name, value in values.items()}
    settings_file.save(Settings({"clinic.name": "Example Clinic", **named}), home.settings)


def test_both_ways_are_served_once(home: Home, secrets: SecretsFile) -> None:
    with mail_server("none") as box, web_server() as posts:
        configure(
            home,
            email_to=("manager@example.org",),
            smtp_host=box.host,
            smtp_port=box.port,
            smtp_security="none",
            webhook=posts.address,
        )
        alarm = Alarms(home, secrets)
        for minute in range(3):
            alarm.look([ill("overdue"), replace(WELL, name="USB")], NOW + minute * HOUR / 60)
            assert alarm.send(NOW + minute * HOUR / 60) == 0
    assert [one["Subject"] for one in box.mails] == ["VetPACS: It is overdue."]
    assert [body["target"] for body in posts.bodies] == ["NAS"]
    assert alarms.pending(home) == alarms.Pending(0, "")


def test_what_can_not_leave_waits_survives_a_restart_and_is_not_doubled(
    home: Home, secrets: SecretsFile, caplog: pytest.LogCaptureFixture
) -> None:
    port = mail.free_port()
    configure(home, email_to=("a@example.org",), smtp_host="127.0.0.1", smtp_port=port, smtp_security="none")
    alarm = Alarms(home, secrets)
    alarm.look([ill("overdue")], NOW)
    assert alarm.send(NOW) == 1
    assert alarm.send(NOW + timedelta(seconds=30)) == 1
    waiting = alarms.pending(home)
    assert (waiting.count, "refused" in waiting.problem) == (1, True)
    again = Alarms(home, secrets)
    again.look([ill("overdue")], NOW + HOUR)
    with mail_server("none") as box:
        configure(
            home,
            email_to=("a@example.org",),
            smtp_host=box.host,
            smtp_port=box.port,
            smtp_security="none",
        )
        assert again.send(NOW + HOUR) == 0
        assert again.send(NOW + 2 * HOUR) == 0
    assert len(box.mails) == 1
    assert Alarms(home, secrets).send(NOW + 3 * HOUR) == 0


def test_the_pause_between_tries_grows_and_after_a_week_it_is_let_go(
    home: Home, secrets: SecretsFile
) -> None:
    configure(
        home,
        email_to=("a@example.org",),
        smtp_host="127.0.0.1",
        smtp_port=mail.free_port(),
        smtp_security="none",
    )
    alarm = Alarms(home, secrets)
    alarm.look([ill("overdue")], NOW)
    tried = []
    for minutes in range(0, 200):
        before = alarms.path_of(home).stat().st_mtime_ns
        alarm.send(NOW + timedelta(minutes=minutes))
        if alarms.path_of(home).stat().st_mtime_ns != before:
            tried.append(minutes)
    assert tried == [0, 1, 6, 21, 81, 141]
    assert alarm.send(NOW + timedelta(days=8)) == 0


def test_when_nobody_is_to_be_told_nothing_waits(home: Home, secrets: SecretsFile) -> None:
    alarm = Alarms(home, secrets)
    alarm.look([ill("overdue")], NOW)
    assert alarm.send(NOW) == 0
    assert alarms.send_trial(home, secrets, NOW) == []


def test_a_trial_says_for_each_way_how_it_went(home: Home, secrets: SecretsFile, tmp_path: Path) -> None:
    secrets.put(messengers.PASSWORD, "x")
    with web_server() as posts:
        configure(
            home,
            email_to=("a@example.org",),
            smtp_host="127.0.0.1",
            smtp_port=mail.free_port(),
            webhook=posts.address,
        )
        said = alarms.send_trial(home, secrets, NOW)
    assert [one.sent for one in said] == [False, True]
    assert "refused" in said[0].sentence
    assert said[1].sentence == "The message was posted."
    assert posts.bodies[0]["event"] == "trial"


def test_a_file_that_can_not_be_read_is_begun_anew(home: Home, secrets: SecretsFile) -> None:
    path = alarms.path_of(home)
    path.parent.mkdir(exist_ok=True)
    for text in ("", "[]", '{"told": {"NAS": {"x": 1}}, "waiting": [], "problem": ""}'):
        path.write_text(text)
        Alarms(home, secrets).look([ill("overdue")], NOW)
        assert alarms.pending(home).count == 0
