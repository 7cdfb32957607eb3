"""Sending: each file in its own coding, and a reason for each that failed."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset
from pydicom.filereader import read_file_meta_info
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from tests.helpers.corpus import images
from tests.helpers.dcmtk import echoscu, tool
from tests.helpers.peers import data_set_bytes, package_files, wait_for
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Progress
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.network.receiving.receiver import Receiver
from vetpacs_desktop.store.network.sending.send import MachineUnreachable, send_files
from vetpacs_desktop.store.reading.checks import check_file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def receiver(home: Home) -> Iterator[Receiver]:
    """This program's own receiver, which takes every kind and coding."""
    running = Receiver(
        home,
        Settings({"receiver.min_free_mib": 0}),
        host="127.0.0.1",
        port=0,
        ae_title="VETPACS",
        arrived=lambda arrival: None,
    )
    yield running
    running.stop()


@pytest.fixture
def plain_peer(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """DCMTK's storescp with its defaults: uncompressed codings only."""
    folder = tmp_path / "peer"
    folder.mkdir()
    port = free_port()
    process = subprocess.Popen(
        [tool("storescp"), "+uf", "-od", str(folder), str(port)], env={**os.environ, "TCP_NODELAY": "1"}
    )
    try:
        wait_for(lambda: echoscu(port).returncode == 0)
        yield port, folder
    finally:
        process.kill()
        process.wait()


def test_every_coding_leaves_byte_for_byte(receiver: Receiver) -> None:
    files = [images(name)[0] for name in ("ct-thin", "mr-jpeg2000", "mr-jpeg-lossless", "mr-enhanced")]
    for path in package_files():
        if check_file(path).finding is None and named_rightly(path):
            files.append(path)
    summary = send_files(files, "127.0.0.1", receiver.port, "VETPACS")
    assert summary.failed == ()
    assert summary.sent == len(files) > 150
    sent = sorted(data_set_bytes(path) for path in files)
    assert sorted(data_set_bytes(arrival.path) for arrival in receiver.spool.pending()) == sent
    codings = {
        str(read_file_meta_info(arrival.path).TransferSyntaxUID) for arrival in receiver.spool.pending()
    }
    assert len(codings) >= 11


def named_rightly(path: Path) -> bool:
    """Whether the file meta information is there and names the data set's own identity."""
    if path.read_bytes()[128:132] != b"DICM":
        return False
    meta, checked = read_file_meta_info(path), check_file(path)
    named = (meta.get("MediaStorageSOPClassUID"), meta.get("MediaStorageSOPInstanceUID"))
    return named == (checked.sop_class_uid, checked.sop_uid) and "TransferSyntaxUID" in meta


def test_a_file_that_names_another_identity_is_sent_under_its_own(receiver: Receiver, tmp_path: Path) -> None:
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    dataset.save_as(tmp_path / "renamed.dcm")
    assert send_files([tmp_path / "renamed.dcm"], "127.0.0.1", receiver.port, "VETPACS").sent == 1
    (arrival,) = receiver.spool.pending()
    assert check_file(arrival.path).sop_uid == dataset.SOPInstanceUID


def test_more_kinds_than_one_association_can_name(receiver: Receiver, tmp_path: Path) -> None:
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    files = []
    for number in range(150):
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = f"1.3.6.1.4.1.99999.{number}"
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        files.append(tmp_path / f"{number}.dcm")
        dataset.save_as(files[-1])
    summary = send_files(files, "127.0.0.1", receiver.port, "VETPACS")
    assert (summary.sent, summary.failed) == (150, ())


def test_a_peer_without_the_coding_gets_the_pixels_decompressed(plain_peer: tuple[int, Path]) -> None:
    port, folder = plain_peer
    path = images("mr-jpeg-lossless")[0]
    summary = send_files([path], "127.0.0.1", port, "STORESCP")
    assert (summary.sent, summary.failed) == (1, ())
    received = dcmread(next(folder.iterdir()))
    assert received.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert (received.pixel_array == dcmread(path).pixel_array).all()


def test_one_refused_object_stops_no_other_and_says_why(plain_peer: tuple[int, Path], tmp_path: Path) -> None:
    port, folder = plain_peer
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.3.6.1.4.1.99999.1"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4.5"
    dataset.save_as(tmp_path / "private.dcm")
    (tmp_path / "text").write_text("no image")
    files = [tmp_path / "private.dcm", tmp_path / "text", images("ct-thin")[0]]
    summary = send_files(files, "127.0.0.1", port, "STORESCP")
    assert summary.sent == 1
    assert dict(summary.failed).keys() == {"1.2.3.4.5", str(tmp_path / "text")}
    assert "takes no objects of this kind" in dict(summary.failed)["1.2.3.4.5"]
    assert "text file" in dict(summary.failed)[str(tmp_path / "text")]
    assert len(list(folder.iterdir())) == 1


def test_a_file_without_preamble_is_sent_too(receiver: Receiver, tmp_path: Path) -> None:
    dataset = dcmread(get_testdata_file("CT_small.dcm"))
    dataset.file_meta, dataset.preamble = FileMetaDataset(), None
    dataset.save_as(tmp_path / "bare", implicit_vr=True, little_endian=True, enforce_file_format=False)
    assert send_files([tmp_path / "bare"], "127.0.0.1", receiver.port, "VETPACS").sent == 1
    (arrival,) = receiver.spool.pending()
    assert dcmread(arrival.path).PixelData == dataset.PixelData


def test_nobody_there_is_a_sentence() -> None:
    with pytest.raises(MachineUnreachable, match="can't be reached"):
        send_files([Path(get_testdata_file("CT_small.dcm"))], "127.0.0.1", free_port(), "NOBODY")


def test_progress_counts_and_cancelling_stops(receiver: Receiver) -> None:
    files = images("ct-variable-gap")
    token = CancelToken()
    seen: list[int] = []

    def stop_at_five(progress: Progress) -> None:
        seen.append(progress.done)
        if progress.done == 5:
            token.cancel()

    with pytest.raises(Cancelled):
        send_files(files, "127.0.0.1", receiver.port, "VETPACS", report=stop_at_five, cancel=token)
    assert seen == [1, 2, 3, 4, 5]
    assert len(receiver.spool.pending()) == 5
