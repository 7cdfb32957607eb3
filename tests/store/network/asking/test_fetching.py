"""Fetching from a real archive: sent to our receiver where it knows us, over our own connection where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.corpus import images
from tests.helpers.orthanc import Orthanc, orthanc
from tests.helpers.peers import data_set_bytes, service, wait_for
from vetpacs_desktop.errors import Cancelled
from vetpacs_desktop.jobs import CancelToken, Progress, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.network.asking.fetching import DoesNotKnowUs, Here, Order, fetch
from vetpacs_desktop.store.network.asking.remote import Wanted, find_series, find_studies
from vetpacs_desktop.store.network.link import Peer
from vetpacs_desktop.store.network.sending.send import send_files
from vetpacs_desktop.store.network.trouble import Address

pytestmark = pytest.mark.corpus


def peer_of(archive: Orthanc) -> Peer:
    return Peer(Address("Clinic", "127.0.0.1", archive.port, archive.title, "VETPACS"))


def order_of(peer: Peer, modality: str) -> Order:
    (study,) = find_studies(peer, Wanted(modality=modality)).studies
    return Order(study.study_uid, modalities=study.modalities, images=study.image_count)


def give(archive: Orthanc, files: list[Path]) -> None:
    assert send_files(files, "127.0.0.1", archive.port, archive.title).failed == ()


def test_an_archive_that_knows_us_sends_to_the_receiver(home: Home, tmp_path: Path) -> None:
    files = images("mr-jpeg2000")[:12]
    library = Library.open(home)
    with service(home) as served:
        known = {"us": ["VETPACS", "127.0.0.1", served.port]}
        with orthanc(tmp_path / "peer", DicomModalities=known) as archive:
            give(archive, files)
            peer = peer_of(archive)
            here = Here("VETPACS", "127.0.0.1", served.port)
            seen: list[Progress] = []
            fetched = fetch(peer, [order_of(peer, "MR")], here, home, seen.append, CancelToken())
            assert (fetched.images, fetched.failed, fetched.way, fetched.note) == (12, 0, "move", "")
            assert seen[-1].total == 12
            wait_for(lambda: library.counts()[1] == 12)
            (study,) = library.search("")
            kept = {data_set_bytes(row.path) for row in library.instances(study_uid=study.study_uid)}
            assert kept == {data_set_bytes(path) for path in files}
    library.close()


def test_an_archive_that_does_not_know_us_gives_over_our_own_connection(home: Home, tmp_path: Path) -> None:
    files = images("mr-jpeg2000")[:5] + images("ct-variable-gap")[:5]
    library = Library.open(home)
    with service(home) as served, orthanc(tmp_path / "peer") as archive:
        give(archive, files)
        peer = peer_of(archive)
        here = Here("VETPACS", "127.0.0.1", served.port)
        orders = [order_of(peer, "MR"), order_of(peer, "CT")]
        fetched = fetch(peer, orders, here, home, ignore, CancelToken())
        assert (fetched.images, fetched.failed, fetched.way) == (10, 0, "get")
        wait_for(lambda: library.counts()[1] == 10)
        kept = {
            data_set_bytes(row.path)
            for study in library.search("")
            for row in library.instances(study_uid=study.study_uid)
        }
        assert kept == {data_set_bytes(path) for path in files}  # compressed ones still are
        assert {study.source for study in library.search("")} == {"ORTHANC (127.0.0.1)"}
    library.close()


def test_one_series_can_be_fetched_alone(home: Home, tmp_path: Path) -> None:
    with service(home) as served, orthanc(tmp_path / "peer") as archive:
        give(archive, images("ct-variable-gap")[:6])
        peer = peer_of(archive)
        (study,) = find_studies(peer, Wanted()).studies
        (series,) = find_series(peer, study.study_uid)
        assert (series.modality, series.image_count) == ("CT", 6)
        order = Order(study.study_uid, series.series_uid, (series.modality,), series.image_count)
        here = Here("VETPACS", "127.0.0.1", served.port)
        assert fetch(peer, [order], here, home, ignore, CancelToken()).images == 6


def test_who_knows_us_not_and_gives_nothing_back_is_told_what_to_type(home: Home, tmp_path: Path) -> None:
    with orthanc(tmp_path / "peer", DicomCheckCalledAet=False, DicomAlwaysAllowGet=False) as archive:
        give(archive, images("ct-variable-gap")[:2])
        peer = peer_of(archive)
        order = order_of(peer, "CT")
        with pytest.raises(DoesNotKnowUs) as told:
            fetch(peer, [order], Here("VETPACS", "192.168.1.20", 11112), home, ignore, CancelToken())
        assert "VETPACS" in told.value.sentence
        assert "address 192.168.1.20, port 11112" in told.value.sentence


def test_fetching_can_be_stopped_and_keeps_what_came(home: Home, tmp_path: Path) -> None:
    library = Library.open(home)
    with service(home) as served, orthanc(tmp_path / "peer") as archive:
        give(archive, images("ct-thin"))
        peer = peer_of(archive)
        token = CancelToken()

        def stop_early(progress: Progress) -> None:
            if progress.done >= 5:
                token.cancel()

        here, order = Here("VETPACS", "127.0.0.1", served.port), order_of(peer, "CT")
        with pytest.raises(Cancelled):
            fetch(peer, [order], here, home, stop_early, token)
        # How many more come depends on how quickly the archive hears of it.
        wait_for(lambda: library.counts()[1] >= 5)
    library.close()
