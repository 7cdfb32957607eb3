"""What every kind of target promises, tried against the real thing: a disk, a Samba and an OpenSSH server."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.store.backup.targets.conftest import PATIENCE, Spot
from vetpacs_desktop.store.backup.target import (
    NotThere,
    Target,
    TargetChanged,
    TargetError,
    TargetUnreachable,
)

NAME = "VetPACS/objects/ab/abc.dcm"
ODD = (
    "VetPACS/READ ME.txt",
    "VetPACS/#%&{}+=,;@!$'()[]^`-_.dcm",
    "VetPACS/a~1.b.c",
    f"VetPACS/{'n' * 200}",
    "straight",
    "VetPACS/20261124T020000Z-0a1b2c/manifest.json",
)
IMPOSSIBLE = (
    "",
    "/x",
    "x/",
    "a//b",
    "../x",
    "a/./b",
    "a:b",
    "a\\b",
    "a?",
    "dot.",
    "blank ",
    "ümlaut",
    "CON.txt",
    "a\nb",
)


def content(target: Target, name: str) -> bytes:
    return b"".join(target.read(name))


@pytest.mark.parametrize("size", [0, 1, 65_536, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_001])
def test_what_is_written_comes_back(target: Target, spot: Spot, size: int) -> None:
    data = os.urandom(size)
    assert target.write(NAME, [data[: size // 3], b"", data[size // 3 :]], size) == size
    assert content(target, NAME) == data
    assert target.size(NAME) == size
    assert (spot.root / NAME).read_bytes() == data
    assert spot.parts() == []


def test_a_large_file_in_small_and_large_blocks(target: Target) -> None:
    block = os.urandom(3 << 20)
    digest = hashlib.sha256(block * 21)

    def blocks() -> Iterator[bytes]:
        for _ in range(20):
            yield block
        for start in range(0, len(block), 100_000):
            yield block[start : start + 100_000]

    assert target.write(NAME, blocks()) == 21 * len(block)
    found = hashlib.sha256()
    for data in target.read(NAME, block=1 << 18):
        assert len(data) <= 1 << 18
        found.update(data)
    assert found.digest() == digest.digest()


@pytest.mark.parametrize("name", ODD)
def test_odd_names(target: Target, spot: Spot, name: str) -> None:
    target.write(name, [b"odd"])
    assert content(target, name) == b"odd"
    assert (spot.root / name).read_bytes() == b"odd"
    folder = name.rpartition("/")[0]
    assert name in [one.name for one in target.entries(folder)]
    target.delete(name)
    assert target.size(name) is None


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_names_that_some_place_could_not_hold_are_refused_by_all(target: Target, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        target.write(name, [b"x"])


def test_a_file_of_another_length_is_not_put_in_place(target: Target, spot: Spot) -> None:
    target.write(NAME, [b"old"])
    with pytest.raises(TargetError, match="3 bytes and not 4"):
        target.write(NAME, [b"new"], 4)
    assert content(target, NAME) == b"old"
    assert spot.parts() == []


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt])
def test_what_the_source_raises_comes_through_and_leaves_the_old_file(
    target: Target, spot: Spot, error: type[BaseException]
) -> None:
    def blocks() -> Iterator[bytes]:
        yield os.urandom(3 << 20)
        raise error("the source")

    target.write(NAME, [b"old"])
    with pytest.raises(error, match="the source"):
        target.write(NAME, blocks())
    assert content(target, NAME) == b"old"
    assert spot.parts() == []


def test_a_server_that_is_killed_in_the_middle_leaves_the_old_file_and_the_next_call_works(far: Spot) -> None:
    server, target = far.server, far.open()
    assert server is not None
    target.write(NAME, [b"old"])

    def blocks() -> Iterator[bytes]:
        for number in range(40):
            if number == 20:
                server.kill()
            yield os.urandom(1 << 20)

    with pytest.raises(TargetUnreachable):
        target.write(NAME, blocks())
    assert (far.root / NAME).read_bytes() == b"old"
    with pytest.raises(TargetUnreachable, match="nothing answers"):
        content(target, NAME)
    server.start()
    assert content(target, NAME) == b"old"
    assert target.write(NAME, [b"new"]) == 3
    assert (far.root / NAME).read_bytes() == b"new"


def test_a_server_that_was_away_between_two_calls_is_not_noticed(far: Spot) -> None:
    target = far.open()
    target.write(NAME, [b"old"])
    assert content(target, NAME) == b"old"
    assert far.server is not None
    far.server.kill()
    far.server.start()
    assert target.size(NAME) == 3
    assert target.write(NAME, [b"new"]) == 3
    assert content(target, NAME) == b"new"


@pytest.mark.parametrize("act", ["write", "read", "list"])
def test_a_server_that_says_nothing_any_more_is_not_waited_for_for_ever(far: Spot, act: str) -> None:
    target = far.open(patience=PATIENCE)
    target.write(NAME, [b"x" * 3_000_000])
    assert far.server is not None
    acts = {
        "write": lambda: target.write(NAME, [os.urandom(1 << 20)] * 30),
        "read": lambda: content(target, NAME),
        "list": lambda: list(target.entries("VetPACS")),
    }
    acts["list"]()
    content(target, NAME)
    far.server.freeze()
    began = time.monotonic()
    with pytest.raises(TargetUnreachable, match=r"in time|cut"):
        acts[act]()
    assert time.monotonic() - began < PATIENCE * 4
    far.server.thaw()
    assert target.size(NAME) == 3_000_000


def test_many_files_at_once(target: Target, spot: Spot) -> None:
    files = {f"VetPACS/objects/{n % 16:02x}/{n}.dcm": os.urandom(20_000 + n) for n in range(300)}
    written = dict(target.write_many((name, [data], len(data)) for name, data in files.items()))
    assert written == {name: len(data) for name, data in files.items()}
    assert {name: (spot.root / name).read_bytes() for name in files} == files
    found = [
        one
        for folder in target.folders("VetPACS/objects")
        for one in target.entries(f"VetPACS/objects/{folder}")
    ]
    assert {one.name: one.size for one in found} == written
    assert all(abs(one.changed - time.time()) < 600 for one in found)
    assert spot.parts() == []


def test_of_many_files_one_that_fails_stops_the_rest_and_those_that_are_told_of_are_whole(
    target: Target, spot: Spot
) -> None:
    def blocks(number: int) -> Iterator[bytes]:
        yield b"x" * 10
        if number == 40:
            raise ValueError("the source")

    told = []

    def write() -> None:
        for name, _ in target.write_many((f"VetPACS/{n}", blocks(n), 10) for n in range(2000)):
            told.append(name)

    with pytest.raises(ValueError, match="the source"):
        write()
    assert 20 < len(told) < 200
    assert all((spot.root / name).read_bytes() == b"x" * 10 for name in told)
    assert spot.parts() == []


def test_many_files_may_be_left_half_way(target: Target, spot: Spot) -> None:
    files = target.write_many((f"VetPACS/{n}", [b"x"] * 10, 10) for n in range(1000))
    name, _ = next(files)
    files.close()  # type: ignore[attr-defined]
    assert (spot.root / name).read_bytes() == b"x" * 10
    assert spot.parts() == []


def test_only_one_of_many_makes_a_file(target: Target, spot: Spot) -> None:
    start = threading.Barrier(8)

    def race(number: int) -> list[bool]:
        start.wait()
        return [target.create(f"VetPACS/lock-{round_}", str(number).encode()) for round_ in range(10)]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(race, range(8)))
    for round_ in range(10):
        winners = [number for number in range(8) if made[number][round_]]
        assert len(winners) == 1
        assert content(target, f"VetPACS/lock-{round_}") == str(winners[0]).encode()
    assert spot.parts() == []


def test_renaming_replaces_a_file_and_moves_folders(target: Target) -> None:
    target.write("VetPACS/old", [b"old"])
    target.write("VetPACS/new", [b"new"])
    target.rename("VetPACS/new", "VetPACS/old")
    assert content(target, "VetPACS/old") == b"new"
    assert target.size("VetPACS/new") is None
    target.write("VetPACS/generations/a.part/manifest", [b"1"])
    target.rename("VetPACS/generations/a.part", "VetPACS/elsewhere/deep/a")
    assert content(target, "VetPACS/elsewhere/deep/a/manifest") == b"1"
    assert list(target.folders("VetPACS/generations")) == []
    target.write("VetPACS/generations/a.part/manifest", [b"2"])
    assert content(target, "VetPACS/generations/a.part/manifest") == b"2"
    with pytest.raises(NotThere, match="VetPACS/nothing"):
        target.rename("VetPACS/nothing", "VetPACS/x")


def test_a_folder_that_has_the_name_is_told_of_and_stays(target: Target, spot: Spot) -> None:
    target.write("VetPACS/a/inside", [b"1"])
    with pytest.raises(TargetError, match="taken by a folder"):
        target.write("VetPACS/a", [b"2"])
    with pytest.raises(TargetError):
        target.write("VetPACS/a/inside/below", [b"2"])
    assert content(target, "VetPACS/a/inside") == b"1"
    assert target.size("VetPACS/a") is None
    assert spot.parts() == []


def test_deleting_what_is_not_there_is_no_error(target: Target, spot: Spot) -> None:
    target.write("VetPACS/a/b", [b"1"])
    target.remove_folder("VetPACS/a")
    assert content(target, "VetPACS/a/b") == b"1"
    target.delete("VetPACS/a/b")
    target.delete("VetPACS/a/b")
    target.delete("VetPACS/never/was")
    target.remove_folder("VetPACS/a")
    target.remove_folder("VetPACS/a")
    assert list(target.folders("VetPACS")) == []
    target.write("VetPACS/a/b", [b"2"])
    assert (spot.root / "VetPACS/a/b").read_bytes() == b"2"


def test_what_is_missing(target: Target) -> None:
    with pytest.raises(NotThere, match="VetPACS/nothing"):
        content(target, "VetPACS/nothing")
    assert target.size("VetPACS/nothing") is None
    assert target.size("VetPACS/nothing/at/all") is None
    assert list(target.entries("VetPACS/nothing")) == []
    assert list(target.folders("VetPACS/nothing")) == []


def test_folders_that_somebody_removed_are_made_again(target: Target, spot: Spot) -> None:
    target.write("VetPACS/a/b", [b"1"])
    (spot.root / "VetPACS/a/b").unlink()
    (spot.root / "VetPACS/a").rmdir()
    target.write("VetPACS/a/b", [b"2"])
    assert content(target, "VetPACS/a/b") == b"2"
    assert spot.parts() == []


def test_room(target: Target, spot: Spot) -> None:
    target.write("VetPACS/a", [b"1"])
    room, volume = target.space(), os.statvfs(spot.root)
    assert room is not None
    assert room.total == pytest.approx(volume.f_blocks * volume.f_frsize, rel=0.01)
    assert room.free == pytest.approx(volume.f_bavail * volume.f_frsize, rel=0.05)


def test_a_reader_sees_the_old_or_the_new_file_never_a_mixture(spot: Spot) -> None:
    writer, reader = spot.open(), spot.open()
    size, done = 400_000, threading.Event()
    writer.write(NAME, [b"0" * size])

    def read() -> int:
        seen = set()
        while not done.is_set():
            data = content(reader, NAME)
            assert len(data) == size
            assert len(set(data)) == 1
            seen.add(data[0])
        return len(seen)

    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(read)
        try:
            for number in range(40):
                writer.write(NAME, [bytes([48 + number]) * (size // 4)] * 4, size)
        finally:
            done.set()
        assert seen.result() > 1


def test_the_place_is_known_again(spot: Spot) -> None:
    identity = spot.open().identity()
    assert identity
    again = spot.open(identity)
    assert again.identity() == identity
    again.write(NAME, [b"1"])


def test_another_place_at_the_same_address_is_refused_and_nothing_is_written(spot: Spot) -> None:
    first = spot.open()
    identity = first.identity()
    second = spot.open(identity)
    spot.root.rename(spot.root.with_name(f"{spot.root.name}-away"))
    spot.root.mkdir()
    with pytest.raises(TargetChanged, match="the mark that was left there is gone"):
        spot.open(identity)
    (spot.root / "VetPACS").mkdir()
    (spot.root / "VetPACS/place.id").write_text("another")
    with pytest.raises(TargetChanged, match="the mark of another target"):
        spot.open(identity)
    if spot.kind == "local":
        with pytest.raises(TargetChanged):
            second.write(NAME, [b"1"])
    assert [path.name for path in spot.root.rglob("*") if path.is_file()] == ["place.id"]


def test_a_server_that_comes_back_without_its_disk_is_refused(far: Spot) -> None:
    target = far.open(far.open().identity())
    target.write(NAME, [b"1"])
    assert far.server is not None
    far.server.kill()
    far.root.rename(far.root.with_name(f"{far.root.name}-away"))
    far.root.mkdir()
    far.server.start()
    with pytest.raises(TargetChanged):
        target.write(NAME, [b"2"])
    assert list(far.root.iterdir()) == []


def test_looking_at_a_place_makes_nothing_there(spot: Spot) -> None:
    target = spot.open()
    assert list(target.folders("")) == []
    assert target.size("VetPACS/x") is None
    assert target.space() is not None
    assert not spot.root.exists()


def test_after_closing_every_call_says_so(target: Target) -> None:
    target.write(NAME, [b"1"])
    target.close()
    target.close()
    with pytest.raises(TargetUnreachable, match="closed"):
        target.write(NAME, [b"2"])
    with pytest.raises(TargetUnreachable, match="closed"):
        content(target, NAME)


def test_what_was_left_in_the_making_days_ago_is_cleared_away_and_what_is_fresh_stays(spot: Spot) -> None:
    target = spot.open()
    target.write(NAME, [b"1"])
    stale, fresh = spot.root / "VetPACS/.part/stale", spot.root / "VetPACS/.part/fresh"
    for path in (stale, fresh):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    os.utime(stale, (time.time() - 10 * 86400,) * 2)
    again = spot.open()
    assert not stale.exists()
    assert fresh.exists()
    assert [one.name for one in again.entries("VetPACS")] == []
    assert ".part" not in list(again.folders("VetPACS"))
