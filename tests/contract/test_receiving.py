"""The real series over the network: every image arrives, is found, shown, checked; twice changes nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.contract import truth
from tests.contract.asking import answer, ask
from tests.contract.clinic import Clinic, clinic
from tests.helpers.corpus import corpus, images
from tests.helpers.dcmtk import run, tool
from tests.helpers.peers import wait_for
from tests.helpers.program import serving

pytestmark = pytest.mark.corpus

SERIES = {
    "ct-thin": "-R",
    "ct-tilted": "-R",
    "ct-variable-gap": "-R",
    "mr-jpeg-lossless": "-xs",
    "mr-jpeg2000": "-xv",
    "mr-prone": "-R",
    "mr-enhanced": "-R",
    "mr-classic": "-R",
}
"""Real series and the option with which `storescu` proposes their encoding."""


def send(port: int, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Send a series' folder as DCMTK finds it, with whatever else lies in it."""
    folder = corpus(name)
    return run("storescu", "-aet", "CTROOM", "+sd", *options, SERIES[name], "127.0.0.1", str(port), folder)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic to which every real series was sent."""
    with clinic(tmp_path_factory.mktemp("received") / "home") as one:
        for name in SERIES:
            answered = send(one.port, name)
            assert answered.returncode == 0, f"{name}: {answered.stdout}{answered.stderr}"
        one.holds(sum(len(images(name)) for name in SERIES))
        yield one


def test_every_image_arrives_and_tables_of_contents_hold_nothing_up(sent: Clinic) -> None:
    """The two folders with a directory object among their images: 140 and 54 slices, a sentence for each."""
    found = {study["study_uid"]: study["instance_count"] for study in sent.studies("modality:CT")}
    assert sorted(found.values()) == sorted([140, 54, 28])
    aside = sent.set_aside()
    assert len(aside) == 2
    assert all("table of contents" in kept.reason for kept in aside)
    assert all(kept.source == "CTROOM (127.0.0.1)" for kept in aside)


def test_sending_again_changes_nothing(sent: Clinic) -> None:
    before, change = json.dumps(sent.studies()), sent.newest_change()
    for name in ("ct-thin", "mr-jpeg2000", "mr-enhanced"):
        assert send(sent.port, name).returncode == 0
    assert sent.is_alive()
    imported = answer(sent.home, "import", corpus("mr-jpeg-lossless"))
    assert (imported["stored"], imported["duplicates"], imported["rejected"]) == (0, 96, [])
    spool = sent.home / "spool"
    wait_for(lambda: not any(spool.iterdir()))
    assert json.dumps(sent.studies()) == before
    assert sent.newest_change() == change


def test_each_identifier_leads_to_its_images(sent: Clinic, tmp_path: Path) -> None:
    (study,) = sent.studies("modality:MR", "date:2022")
    by_study = answer(sent.home, "inspect", study["study_uid"])
    (series,) = by_study["series"]
    assert len(series["images"]) == 35
    assert answer(sent.home, "inspect", series["series_uid"]) == by_study
    image = series["images"][7]
    out = tmp_path / "slice.png"
    said = answer(sent.home, "render", image["sop_uid"], "--plain", "--out", out)
    ds = truth.opened(Path(image["path"]))
    off = np.abs(np.asarray(Image.open(out).convert("L"), float) - truth.expected(ds, 0, said["window"]))
    assert off.max() <= 1
    for uid, frame in ((study["study_uid"], 7), (series["series_uid"], 7)):
        other = tmp_path / "other.png"
        answer(sent.home, "render", uid, "--plain", "--out", other, "--frame", str(frame))
        assert other.read_bytes() == out.read_bytes()


def test_the_tilted_series_is_understood_from_the_library(sent: Clinic) -> None:
    (study,) = (one for one in sent.studies("modality:CT") if one["instance_count"] == 54)
    geometry = answer(sent.home, "inspect", study["study_uid"])["series"][0]["geometry"]
    assert geometry["kind"] == "volume"
    assert abs(abs(geometry["tilt_degrees"]) - 18.5) < 0.1


def test_everything_received_is_whole(sent: Clinic) -> None:
    found = answer(sent.home, "verify")
    assert found["checked"] == sum(len(images(name)) for name in SERIES)
    assert (found["missing"], found["corrupt"], found["orphans"]) == ([], [], [])


def test_what_is_kept_is_what_was_sent(sent: Clinic) -> None:
    """DCMTK compares values: the data set in the library is the sender's, byte for byte."""
    for name in ("ct-tilted", "mr-jpeg2000", "mr-enhanced"):
        original = images(name)[0]
        uid = str(truth.opened(original).SOPInstanceUID)
        (series,) = answer(sent.home, "inspect", uid)["series"]
        kept = Path(series["images"][0]["path"])
        assert kept.read_bytes()[-100_000:] == original.read_bytes()[-100_000:]


def test_two_clinics_side_by_side_do_not_meet(sent: Clinic, tmp_path: Path) -> None:
    before = sent.studies()
    with clinic(tmp_path / "other home") as other:
        assert other.port != sent.port
        assert send(other.port, "mr-prone").returncode == 0
        assert len(other.holds(35)) == 1
    assert sent.studies() == before


def test_a_second_service_for_the_same_home_is_a_sentence(sent: Clinic) -> None:
    said = ask(sent.home, "serve", "--host", "127.0.0.1", "--dicom-port", "0")
    assert said.code == 3
    assert "is already running" in said.sentence


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_the_service_says_once_that_it_listens_and_ends_cleanly(tmp_path: Path, name: str) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such signals")
    words = ["--host", "127.0.0.1", "--dicom-port", "0", "--ae-title", "VETTEST"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vetpacs_desktop", "serve", "--json", "--home", tmp_path / "home", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert ready.keys() == {"event", "dicom_port", "ae_title"}
    assert (ready["event"], ready["ae_title"]) == ("ready", "VETTEST")
    assert run("echoscu", "-aec", "VETTEST", "127.0.0.1", str(ready["dicom_port"])).returncode == 0
    process.send_signal(getattr(signal, name))
    rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")
    assert not list((tmp_path / "home" / "run").glob("service.json"))


def test_many_machines_send_the_same_exam_at_once(tmp_path: Path) -> None:
    """Six senders, one exam, an import beside them: each image once, nothing refused."""
    name = "mr-classic"
    with clinic(tmp_path / "home") as one:
        senders = [
            subprocess.Popen(
                [
                    tool("storescu"),
                    "-aet",
                    f"ROOM{number}",
                    "+sd",
                    "-R",
                    "127.0.0.1",
                    str(one.port),
                    corpus(name),
                ]
            )
            for number in range(6)
        ]
        imported = answer(one.home, "import", corpus(name))
        assert [sender.wait(60) for sender in senders] == [0] * 6
        wait_for(lambda: not any((one.home / "spool").iterdir()))
        assert imported["stored"] + imported["duplicates"] == len(images(name))
        assert imported["conflicts"] == 0
        (study,) = one.holds(len(images(name)))
        assert study["series_count"] == 1
        assert one.set_aside() == []
        assert answer(one.home, "verify")["checked"] == len(images(name))


def test_a_watched_folder_is_taken_in(tmp_path: Path) -> None:
    """An export folder: images as they come, also slowly; what is no image is left alone."""
    watched = tmp_path / "export"
    watched.mkdir()
    first, second, third = images("mr-prone")[:3]
    with serving(tmp_path / "home", "--watch", str(watched)) as port:
        one = Clinic(tmp_path / "home", port)
        (watched / "first.dcm").write_bytes(first.read_bytes())
        (watched / "letter.txt").write_text("Dear vet")
        with (watched / "slow.dcm").open("wb") as slow:
            content = second.read_bytes()
            for start in range(0, len(content), len(content) // 4):
                slow.write(content[start : start + len(content) // 4])
                slow.flush()
                time.sleep(0.3)
        (watched / "deep").mkdir()
        (watched / "deep" / "third").write_bytes(third.read_bytes())
        one.holds(3)
        assert one.set_aside() == []
    assert sorted(path.name for path in watched.rglob("*") if path.is_file()) == [
        "first.dcm",
        "letter.txt",
        "slow.dcm",
        "third",
    ]
