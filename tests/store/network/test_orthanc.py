"""Orthanc as the other archive: it searches here, fetches from here, and asks what is kept."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.answering import Answering
from tests.helpers.orthanc import Orthanc, free_port
from tests.helpers.peers import wait_for
from tests.helpers.small_files import CT, ROOT
from vetpacs_desktop.store.animals.corrections import Words

Begin = Callable[..., Answering]
Start = Callable[..., tuple[Answering, Orthanc]]


@pytest.fixture
def both(answering: Begin, tmp_path: Path) -> Iterator[Start]:
    """We and Orthanc know each other; who may fetch is left at its default."""
    running: list[Orthanc] = []

    def start(**changed: Any) -> tuple[Answering, Orthanc]:
        here = answering(**{"who_may_fetch": "archives", **changed})
        modalities = {"us": ["VETPACS", "127.0.0.1", here.receiver.port]}
        folder = tmp_path / "orthanc"
        folder.mkdir()
        peer = Orthanc(folder, {"DicomModalities": modalities}, port=free_port())
        here.node("ORTHANC", peer.port)
        peer.start()
        running.append(peer)
        return here, peer

    yield start
    for peer in running:
        peer.stop()


def post(peer: Orthanc, path: str, body: Any) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{peer.http}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_orthanc_searches_here_and_fetches_what_it_found(both: Start) -> None:
    here, peer = both()
    here.add(PatientName="Müller^Rex", ResponsiblePerson="Müller^Jürgen")
    here.add(sop="2", PatientName="Müller^Rex")
    here.add(study="2", PatientName="Smith^Fluffy", PatientID="99")
    here.library.corrections.record(f"{ROOT}.2", Words(animal_name="Hasso"))
    query = post(peer, "/modalities/us/query", {"Level": "Study", "Query": {"PatientName": "*MULLER*"}})
    answers = peer.get(f"/queries/{query['ID']}/answers?expand&simplify")
    assert [answer["StudyInstanceUID"] for answer in answers] == [f"{ROOT}.1"]
    post(peer, f"/queries/{query['ID']}/retrieve", {"TargetAet": "ORTHANC", "Synchronous": True})
    wait_for(lambda: peer.count() == 2)
    assert peer.uids() == {f"{ROOT}.1.1.1", f"{ROOT}.1.1.2"}
    other = post(peer, "/modalities/us/query", {"Level": "Study", "Query": {"PatientName": "hasso"}})
    post(peer, f"/queries/{other['ID']}/retrieve", {"TargetAet": "ORTHANC", "Synchronous": True})
    wait_for(lambda: peer.count() == 3)
    names = {row["MainDicomTags"]["PatientName"] for row in peer.get("/patients?expand")}
    assert "Smith^Hasso" in names


def test_orthanc_asks_what_is_kept_and_is_called_back(both: Start) -> None:
    here, peer = both()
    here.add()
    instances = [[CT, f"{ROOT}.1.1.1"], [CT, "1.2.3"]]
    asked = post(peer, "/modalities/us/storage-commitment", {"DicomInstances": instances})
    path = f"/storage-commitment/{asked['ID']}"
    wait_for(lambda: peer.get(path)["Status"] != "Pending")
    said = peer.get(path)
    assert said["Status"] == "Failure"
    assert [row["SOPInstanceUID"] for row in said["Success"]] == [f"{ROOT}.1.1.1"]
    assert [row["SOPInstanceUID"] for row in said["Failures"]] == ["1.2.3"]


def test_orthanc_is_a_stranger_once_it_is_forgotten(both: Start) -> None:
    here, peer = both()
    here.add()
    here.library.nodes.remove("orthanc")
    query = {"Level": "Study", "Query": {"PatientName": "*"}}
    with pytest.raises(urllib.error.HTTPError):
        post(peer, "/modalities/us/query", query)
