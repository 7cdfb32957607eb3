"""The commands node and send: one JSON document each, exit codes, sentences; against real archives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.test_cli import run
from tests.helpers.corpus import images
from tests.helpers.orthanc import orthanc
from tests.helpers.program import command
from tests.helpers.small_files import picture, write
from tests.store.network.sending.test_send import plain_peer  # noqa: F401 - a fixture
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network import tls


def test_an_archive_is_added_listed_tested_and_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert command(home, "node", "list") == []
    with orthanc(tmp_path / "peer") as peer:
        address = f"ORTHANC@127.0.0.1:{peer.port}"
        added = command(home, "node", "add", "Clinic", address)
        assert added == {
            "name": "Clinic",
            "ae_title": "ORTHANC",
            "host": "127.0.0.1",
            "port": peer.port,
            "tls": False,
            "address": address,
        }
        assert command(home, "node", "list") == [added]
        tested = command(home, "node", "test", "clinic")
        assert (tested["name"], tested["ok"], tested["seconds"] < 10) == ("Clinic", True, True)
    answer = run("--json", "node", "test", "Clinic", home=home)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert "no program listens" in answer.stderr
    command(home, "node", "remove", "Clinic")
    assert command(home, "node", "list") == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("node",), 2, ""),
        (("node", "add", "Clinic"), 2, ""),
        (("node", "add", "Clinic", "nonsense"), 3, "is no address of another archive"),
        (("node", "test", "Nobody"), 3, "There is no other archive called Nobody"),
        (("node", "add", "Clinic", "A@b:104", "--trust", "/no/such/file"), 3, "is no certificate"),
        (("send", "1.2.3", "--to", "Nobody"), 3, "There is no other archive called Nobody"),
        (("send", "1.2.3"), 2, ""),
    ],
)
def test_what_can_not_be_is_told(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    answer = run(*words, home=tmp_path / "home")
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_trust_is_kept_and_means_encryption(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    from vetpacs_desktop.settings import Settings

    pem = tls.identity(home, Settings()).certificate
    added = command(home.root, "node", "add", "Clinic", "A@127.0.0.1:104", "--trust", str(pem))
    assert added["tls"] is True
    library = Library.open(home)
    assert library.nodes.get("Clinic").certificate == pem.read_text()
    library.close()


def test_exams_series_and_images_are_sent_once_each(tmp_path: Path) -> None:
    home = tmp_path / "home"
    files = [
        write(picture(study="1", series=str(image), sop=str(image)), tmp_path / f"{image}.dcm")
        for image in (1, 2, 3)
    ]
    (study,) = command(home, "import", *map(str, files))["studies"]
    with orthanc(tmp_path / "peer") as peer:
        command(home, "node", "add", "Clinic", f"ORTHANC@127.0.0.1:{peer.port}")
        first = command(home, "send", f"{study}.1", "--to", "Clinic")
        assert (first["sent"], first["failed"]) == (1, [])
        answer = command(home, "send", study, f"{study}.2", f"{study}.2.2", "--to", "clinic")
        assert (answer["sent"], answer["failed"]) == (3, [])
        assert peer.count() == 3
        assert command(home, "send", "1.2.3.4", "--to", "Clinic", expect=3) is None


def test_a_corrected_exam_travels_with_its_new_words_and_its_own_pixels(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    file = write(picture(), tmp_path / "1.dcm")
    (study,) = command(home.root, "import", str(file))["studies"]
    library = Library.open(home)
    library.corrections.record(study, Words(animal_name="Bruno", owner_name="Jones"), "a test")
    library.close()
    with orthanc(tmp_path / "peer") as peer:
        command(home.root, "node", "add", "Clinic", f"ORTHANC@127.0.0.1:{peer.port}")
        assert command(home.root, "send", study, "--to", "Clinic")["sent"] == 1
        (instance,) = peer.get("/instances")
        tags = peer.get(f"/instances/{instance}/simplified-tags")
        assert tags["PatientName"] == "Jones^Bruno"
        assert tags["SOPInstanceUID"] == f"{study}.1.1"
    assert not list(home.run.glob("outgoing-*"))


@pytest.mark.corpus
def test_what_the_other_side_refuses_is_listed_with_its_reason(
    plain_peer: tuple[int, Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    port, folder = plain_peer
    home = tmp_path / "home"
    strange = picture(study="9", SOPClassUID="1.3.6.1.4.1.99999.1")
    write(strange, tmp_path / "strange.dcm")
    compressed = images("mr-jpeg-lossless")[0]
    found = command(home, "import", str(tmp_path / "strange.dcm"), str(compressed))
    assert len(found["studies"]) == 2
    command(home, "node", "add", "Plain", f"STORESCP@127.0.0.1:{port}")
    answer = command(home, "send", *found["studies"], "--to", "Plain", expect=1)
    assert answer["sent"] == 1  # decompressed on the way, for it takes nothing else
    ((failed),) = answer["failed"]
    assert failed["sop_uid"] == strange.SOPInstanceUID
    assert "takes no objects of this kind" in failed["reason"]
    assert len(list(folder.iterdir())) == 1
