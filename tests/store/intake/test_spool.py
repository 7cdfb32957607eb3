"""The spool: whole or not at all, and everything about an arrival survives in its name."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.spool import Spool

TITLES = st.text(st.characters(codec="ascii", exclude_characters="\\\0"), min_size=1, max_size=16)
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=TITLES, address=ADDRESSES, content=st.binary(max_size=3000))
def test_an_arrival_reads_back_as_it_was_committed(
    home: Home, title: str, address: str, content: bytes
) -> None:
    spool = Spool(home)
    incoming = spool.begin()
    for start in range(0, len(content), 700):
        incoming.write(memoryview(content)[start : start + 700])
    with incoming.content() as seen:
        assert bytes(seen) == content
    arrival = spool.commit(incoming, f"{title} ({address})")
    assert arrival.path.read_bytes() == content
    assert arrival.sha256 == hashlib.sha256(content).hexdigest()
    assert spool.pending() == [arrival]
    assert arrival.path.parent == home.spool
    arrival.path.unlink()


def test_arrivals_come_back_in_order_after_a_restart(home: Home) -> None:
    spool = Spool(home)
    sent = []
    for number in range(30):
        incoming = spool.begin()
        incoming.write(bytes([number]))
        sent.append(spool.commit(incoming, "XRAY (10.0.0.1)"))
    assert Spool(home).pending() == sent
    assert Spool(home).pending(limit=4) == sent[:4]


def test_what_was_never_finished_is_swept_and_what_was_finished_stays(home: Home) -> None:
    spool = Spool(home)
    half, whole = spool.begin(), spool.begin()
    half.write(b"half")
    half.close()
    whole.write(b"whole")
    kept = spool.commit(whole, "XRAY (10.0.0.1)")
    assert Spool(home).sweep() == 1
    assert list(home.spool.iterdir()) == [kept.path]


def test_a_discarded_object_leaves_nothing(home: Home) -> None:
    incoming = Spool(home).begin()
    incoming.write(b"x")
    incoming.discard()
    incoming.discard()
    assert list(home.spool.iterdir()) == []


def test_a_file_put_there_by_hand_is_an_arrival_too(home: Home) -> None:
    (home.spool / "found on a stick.dcm").write_bytes(b"x")
    (arrival,) = Spool(home).pending()
    assert (arrival.source, arrival.sha256) == ("spool", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps its own permissions")
def test_only_this_account_may_read_what_arrives(home: Home) -> None:
    incoming = Spool(home).begin()
    incoming.write(b"x")
    path: Path = Spool(home).commit(incoming, "XRAY").path
    assert path.stat().st_mode & 0o077 == 0
