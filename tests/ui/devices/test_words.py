"""What is said of a connection, of a folder and of a habit: each state has its sentence and its remedy."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.store.intake.folders.folder_memory import FolderState
from vetpacs_desktop.store.intake.folders.rules import Policy, Rule
from vetpacs_desktop.store.machines import habits, visits
from vetpacs_desktop.store.machines.habits import Habit
from vetpacs_desktop.store.machines.visits import Proposal, Visit
from vetpacs_desktop.ui.devices import firewall, folder_words, saying
from vetpacs_desktop.ui.devices.advice import habit_in_words
from vetpacs_desktop.ui.devices.folder_dialog import fault
from vetpacs_desktop.ui.devices.kinds import KINDS, kind_of, text_of, where_of
from vetpacs_desktop.ui.receiver import Light

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
CT = "1.2.840.10008.5.1.4.1.1.2"
WORKLIST = "1.2.840.10008.5.1.4.31"
PLAIN = "1.2.840.10008.1.2"
GRANTED = (Proposal(CT, (PLAIN,), PLAIN, answered=True),)
pytestmark = pytest.mark.usefixtures("qapp")


def visit(**facts: object) -> Visit:
    whole: dict[str, object] = {"calling": "US1", "called": "VETPACS", "asked": True, "ended": "released"}
    return Visit("1", NOW.isoformat(), "10.0.0.5", **{**whole, **facts})  # type: ignore[arg-type]


def proposal(uid: str, *, accepted: bool) -> Proposal:
    return Proposal(uid, (PLAIN,), PLAIN if accepted else "", answered=True)


@pytest.mark.parametrize(
    ("one", "light", "words", "remedy"),
    [
        (visit(welcomed=True, echoes=1, proposals=GRANTED), "GREEN", "echo", ""),
        (visit(welcomed=True, objects=3, proposals=GRANTED), "GREEN", "3 images", ""),
        (
            visit(welcomed=True, called="WRONG", proposals=GRANTED),
            "AMBER",
            "“WRONG”; the name is VETPACS",
            "",
        ),
        (
            visit(welcomed=True, refused=2, last_refusal="Too large.", proposals=GRANTED),
            "RED",
            "2 images were not taken: Too large.",
            "",
        ),
        (visit(refusal=visits.NOT_ALLOWED), "RED", "not on the list", saying.ALLOW),
        (visit(refusal=visits.OTHER_NAME, called="X"), "RED", "calls this computer “X”", saying.ANY_NAME),
        (visit(refusal=visits.TOO_MANY), "RED", "too many machines", ""),
        (visit(welcomed=True, proposals=(proposal(WORKLIST, accepted=False),)), "RED", "worklist", ""),
        (visit(asked=False, strange=visits.TLS), "RED", "encrypted (TLS)", ""),
        (visit(asked=False, strange=visits.PLAIN), "RED", "plainly", ""),
        (visit(asked=False, strange=visits.WEB), "AMBER", "browser", ""),
        (visit(asked=False, strange=visits.GARBAGE), "RED", "no DICOM", ""),
        (visit(asked=False), "AMBER", "knocked", ""),
        (visit(asked=False, ended=""), "AMBER", "is connecting", ""),
        (
            visit(welcomed=True, ended="aborted", proposals=GRANTED),
            "AMBER",
            "broke",
            "",
        ),
    ],
)
def test_a_connection_in_words(one: Visit, light: str, words: str, remedy: str) -> None:
    said = saying.said(one, "VETPACS")
    assert said.light is Light[light]
    assert words in "\n".join((said.headline, *said.lines))
    assert said.remedy == remedy


def test_what_was_proposed_and_accepted_is_named() -> None:
    one = visit(
        welcomed=True,
        proposals=(
            proposal(CT, accepted=True),
            proposal(WORKLIST, accepted=False),
            proposal("1.3.6.1.4.1.99.1", accepted=False),
        ),
    )
    said = saying.said(one, "VETPACS")
    assert "It may send: CT." in said.lines
    assert any("switch the worklist off" in line for line in said.lines)
    assert any("1.3.6.1.4.1.99.1" in line for line in said.lines)
    assert "CT Image Storage: accepted as Implicit VR Little Endian" in said.details


def test_every_habit_has_words_and_advice() -> None:
    codes = [value for name, value in vars(habits).items() if name.isupper() and isinstance(value, str)]
    assert len(codes) >= 12
    for code in codes:
        what, advice = habit_in_words(Habit(code, 3, 12))
        assert what.endswith("(in 3 exams of 12).")
        assert advice.endswith((".", "?"))


def test_every_kind_of_machine_has_words() -> None:
    assert all(text_of(kind) and where_of(kind) for kind in KINDS)
    assert kind_of("unheard of").name == "other"


@pytest.mark.parametrize("system", ["linux", "win32", "darwin", "freebsd13"])
def test_every_system_has_its_steps(system: str) -> None:
    steps = firewall.steps(11112, system)
    assert len(steps) >= 3
    commands = [step.command for step in steps if step.command]
    assert all("11112" in command for command in commands)
    assert bool(commands) == (system != "darwin")


def state(**facts: object) -> FolderState:
    whole: dict[str, object] = {"looked_at": NOW.isoformat()}
    return FolderState("/scans", "keep", **{**whole, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "light", "words"),
    [
        (None, None, "first time"),
        (state(), "GREEN", "nothing has come yet"),
        (state(taken=3, taken_at=NOW.isoformat()), "GREEN", "3 files came"),
        (state(missing_since=NOW.isoformat()), "RED", "Can't be reached"),
        (state(problem="The disk is full."), "RED", "Waiting: The disk is full."),
        (
            state(refused=2, refusals=(("a", "It is cut off."),)),
            "AMBER",
            "2 files were refused: It is cut off.",
        ),
        (state(waiting=1), "GREEN", "1 file is still being written"),
        (state(stuck=1, stuck_reason="in use"), "AMBER", "(in use)"),
        (state(unproved=2), "GREEN", "can't be proved"),
        (state(left=1), "GREEN", "left alone"),
    ],
)
def test_a_folder_in_words(one: FolderState | None, light: str | None, words: str) -> None:
    rule = Rule(Path("/scans"))
    assert words in folder_words.sentence(rule, one, NOW)
    assert folder_words.light_of(rule, one) is (Light[light] if light else None)


def test_a_paused_folder_and_a_stopped_receiver_say_so() -> None:
    paused = Rule(Path("/scans"), paused=True)
    assert "Paused" in folder_words.sentence(paused, state(), NOW)
    assert folder_words.light_of(paused, state()) is None
    assert "isn't running" in folder_words.sentence(Rule(Path("/scans")), state(), NOW, running=False)


def test_each_rule_says_what_happens(qapp: QApplication) -> None:
    for policy in Policy:
        assert folder_words.choice(policy)
        assert folder_words.consequence(policy)
        assert folder_words.short(policy)


def test_folders_that_can_not_be_watched(tmp_path: Path) -> None:
    home, inbox = tmp_path / "home", tmp_path / "inbox"
    assert fault(str(inbox), home, []) == ""
    for text in ("", "inbox", str(home), str(home / "objects"), tmp_path.anchor):
        assert fault(text, home, [])
    assert "already" in fault(str(inbox), home, [inbox])
