"""Bad objects, imported and sent: refused in words and kept aside; the good ones are kept; nothing dies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.asking import answer, ask
from tests.contract.broken import CASES, DIRECTORY, KEPT, MARK, SECONDARY_CAPTURE, UNKNOWN_CLASS, Case
from tests.contract.clinic import Clinic, clinic
from tests.contract.raw_sender import connected, store
from tests.contract.test_real_files import plain_words
from tests.helpers.peers import data_set_bytes, wait_for
from tests.helpers.small_files import CT, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.reading.checks import check_file

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
SENT = (*(case for case in CASES if case.sendable), DIRECTORY)


def good(folder: Path, count: int = 2) -> list[Path]:
    """Sound images of one exam."""
    return [write(picture(sop=str(n)), folder / f"good{n}.dcm") for n in range(1, count + 1)]


# -- imported -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_file_is_refused_in_words_and_the_good_ones_are_kept(tmp_path: Path, case: Case) -> None:
    folder, home = tmp_path / "stick", tmp_path / "home"
    folder.mkdir()
    good(folder)
    bad = case.make(folder / "bad.dcm")
    before = bad.read_bytes()
    found = answer(home, "import", folder, code=1)
    assert found["stored"] == 2
    (refused,) = found["rejected"]
    assert refused["path"] == str(bad)
    assert case.says is not None
    assert case.says in refused["reason"]
    assert plain_words(refused["reason"]), refused["reason"]
    (kept,) = Quarantine(Home(home)).entries()
    assert kept.reason == refused["reason"]
    assert kept.name == "bad.dcm"
    assert kept.path is not None
    assert kept.path.read_bytes() == before == bad.read_bytes()
    assert sum(study["instance_count"] for study in answer(home, "studies")) == 2
    assert answer(home, "verify")["checked"] == 2


def test_nothing_leaves_the_home(tmp_path: Path) -> None:
    """Identifiers that would climb out of the library write nothing anywhere else."""
    folder, home = tmp_path / "stick", tmp_path / "deep" / "home"
    folder.mkdir()
    for number, case in enumerate(CASES):
        case.make(folder / f"{number}.dcm")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    answer(home, "import", folder, code=1)
    fresh = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert fresh
    assert all(path.is_relative_to(home) for path in fresh)
    assert not (Path("/tmp") / "evil").exists()


def test_a_table_of_contents_is_no_loss(tmp_path: Path) -> None:
    folder, home = tmp_path / "disc", tmp_path / "home"
    folder.mkdir()
    good(folder)
    DIRECTORY.make(folder / "DIRFILE")
    found = answer(home, "import", folder)
    assert (found["stored"], found["ignored"], found["rejected"]) == (2, 1, [])
    assert "table of contents" in answer(home, "inspect", folder)["problems"][0]


@pytest.mark.parametrize("case", KEPT, ids=str)
def test_an_object_without_a_picture_is_kept_and_says_so(tmp_path: Path, case: Case) -> None:
    home = tmp_path / "home"
    path = case.make(tmp_path / "odd.dcm")
    assert answer(home, "import", path)["stored"] == 1
    (study,) = answer(home, "studies")
    assert study["instance_count"] == 1
    found = answer(home, "inspect", study["study_uid"])
    said = ask(home, "render", study["study_uid"], "--out", tmp_path / "x.png")
    if case.shows:
        assert case.shows in found["problems"][0]
        assert said.code == 3
        assert case.shows in said.sentence
    else:
        assert found["problems"] == []
        assert said.code == 0


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bad_file_can_be_inspected_and_shown_without_harm(tmp_path: Path, case: Case) -> None:
    """Support is sent such a file first: it is explained as far as it goes, and never ends in a fault."""
    path = case.make(tmp_path / "bad.dcm")
    said = ask(tmp_path / "home", "inspect", path)
    assert said.code == 0
    assert said.document.keys() == {"series", "problems"}
    shown = ask(tmp_path / "home", "render", path, "--out", tmp_path / "x.png")
    assert shown.code in (0, 3)


# -- sent ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def receiving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic that all bad objects are sent to."""
    with clinic(tmp_path_factory.mktemp("bad") / "home") as one:
        yield one


def announced(path: Path) -> tuple[str, str]:
    """The class and identifier a machine announces: the object's own, made safe where they are not."""
    checked = check_file(path)
    return checked.sop_class_uid or CT, checked.sop_uid or "1.2.826.0.1.3680043.10.1500.9.1.1.77"


def test_bad_objects_in_one_connection_with_good_ones(receiving: Clinic, tmp_path: Path) -> None:
    """Each is answered for itself, the connection goes on, and all good ones are filed."""
    images = good(tmp_path, len(SENT) + 1)
    with connected(receiving.port, [CT, SECONDARY_CAPTURE]) as machine:
        for case, image in zip(SENT, images[1:], strict=True):
            path = case.make(tmp_path / "bad.dcm")
            reply = store(machine, data_set_bytes(path), *announced(path))
            assert case.says is not None
            if case is DIRECTORY:
                assert reply.status == 0xB007
            else:
                assert reply.status >> 12 in (0xA, 0xC), f"{case}: {reply.status:04X}"
            assert reply.comment
            assert MARK not in reply.comment
            kept = receiving.set_aside()
            assert any(case.says in one.reason and plain_words(one.reason) for one in kept), case
            assert store(machine, data_set_bytes(image), *announced(image)).status == 0
    assert store_one(receiving, images[0]) == 0
    receiving.holds(len(images))
    assert receiving.is_alive()
    assert answer(receiving.home, "verify")["orphans"] == []


def store_one(receiving: Clinic, path: Path) -> int:
    with connected(receiving.port, [CT]) as machine:
        return store(machine, data_set_bytes(path), *announced(path)).status


def test_odd_objects_are_received_and_kept(receiving: Clinic, tmp_path: Path) -> None:
    before = sum(study["instance_count"] for study in receiving.studies())
    paths = [case.make(tmp_path / f"{number}.dcm") for number, case in enumerate(KEPT)]
    with connected(receiving.port, [announced(path)[0] for path in paths]) as machine:
        for path in paths:
            assert store(machine, data_set_bytes(path), *announced(path)).status == 0
    receiving.holds(before + len(KEPT))
    assert receiving.studies("id:4711")


def test_an_object_that_is_not_what_was_announced(receiving: Clinic, tmp_path: Path) -> None:
    """Another identifier or another kind than the message says: refused, kept aside, in words."""
    path = write(picture(sop="900"), tmp_path / "a.dcm")
    _, uid = announced(path)
    with connected(receiving.port, [CT, SECONDARY_CAPTURE, UNKNOWN_CLASS]) as machine:
        for sop_class, sop_uid in ((CT, "1.2.3.4"), (SECONDARY_CAPTURE, uid), (CT, "1.2/../../x")):
            reply = store(machine, data_set_bytes(path), sop_class, sop_uid)
            assert reply.status == 0xA900
            assert plain_words(receiving.set_aside()[0].reason)
    assert receiving.is_alive()


def test_noise_does_no_harm(receiving: Clinic) -> None:
    for data in (b"\0", b"\xff" * 5000, bytes(100_000)):
        with connected(receiving.port, [CT]) as machine:
            assert store(machine, data, CT, "1.2.3.4").status >> 12 in (0xA, 0xC)
        assert receiving.is_alive()


def test_a_connection_cut_in_the_middle_leaves_nothing_half(receiving: Clinic, tmp_path: Path) -> None:
    before = receiving.studies()
    path = write(picture(sop="901", Rows=2048, Columns=2048, pixels=bytes(8 << 20)), tmp_path / "big.dcm")
    with connected(receiving.port, [CT]) as machine:
        machine.dul.socket.send(b"\x04\x00\x00\x10\x00\x00" + data_set_bytes(path)[:5000])
        machine.abort()
    wait_for(lambda: not list((receiving.home / "spool").iterdir()))
    assert receiving.is_alive()
    assert receiving.studies() == before


def test_the_diary_names_nobody_and_holds_no_fault(receiving: Clinic) -> None:
    """After all of the above: no name, no traceback, no crash report."""
    diary = receiving.diary()
    assert MARK not in diary
    assert "Fluffy" not in diary
    assert "Traceback" not in diary
    assert not list((receiving.home / "logs").glob("crash-*"))
