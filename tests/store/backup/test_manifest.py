"""Manifests and lists say what they said when they were written, or are told of as damaged."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.store.backup import layout
from vetpacs_desktop.store.backup.manifest import (
    DatabaseRef,
    FileRef,
    ListRef,
    Manifest,
    ManifestDamaged,
    from_bytes,
    list_bytes,
    list_rows,
    ref_of,
    to_bytes,
)

ID = "20261124T020000Z-0a1b2c"
A, B = "a" * 64, "b" * 64
MANIFEST = Manifest(
    ID,
    "2026-11-24T02:00:00+00:00",
    "VetPACS 1",
    "library",
    DatabaseRef(A, 4096),
    (ListRef(B, 2, 1000),),
    (FileRef("settings.toml", A, 10),),
    3,
    1010,
)
PARTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\\\0:"), min_size=1, max_size=12
)
PATHS = st.lists(PARTS.filter(lambda part: part not in (".", "..")), min_size=1, max_size=4).map("/".join)
ROWS = st.lists(
    st.builds(FileRef, PATHS, st.binary(min_size=32, max_size=32).map(bytes.hex), st.integers(0, 1 << 40))
)


def test_a_manifest_comes_back() -> None:
    assert from_bytes(to_bytes(MANIFEST), ID) == MANIFEST


@given(ROWS)
def test_lists_come_back_whatever_files_are_called(rows: list[FileRef]) -> None:
    data = list_bytes(rows)
    assert list_rows(data, ref_of(data, rows)) == rows
    assert data.count(b"\n") == len(rows)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", 2),
        ("id", "20261124T020000Z-ffffff"),
        ("objects", -1),
        ("objects", True),
        ("bytes", "many"),
        ("database", {"sha256": "A" * 64, "bytes": 1}),
        ("database", None),
        ("lists", [{"sha256": A}]),
        ("lists", {"sha256": A}),
        ("files", [{"path": "../elsewhere", "sha256": A, "bytes": 1}]),
        ("files", [{"path": "/etc/passwd", "sha256": A, "bytes": 1}]),
        ("files", [{"path": "C:/windows", "sha256": A, "bytes": 1}]),
        ("files", [{"path": "a\\..\\b", "sha256": A, "bytes": 1}]),
        ("lost", [1]),
    ],
)
def test_a_manifest_that_says_something_else_is_damaged(name: str, value: object) -> None:
    facts = {**json.loads(to_bytes(MANIFEST)), name: value}
    with pytest.raises(ManifestDamaged):
        from_bytes(json.dumps(facts).encode(), ID)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff\xfe", to_bytes(MANIFEST)[:-40], b"[" * 100_000])
def test_what_is_no_manifest_is_damaged(data: bytes) -> None:
    with pytest.raises(ManifestDamaged):
        from_bytes(data, ID)


def test_a_changed_list_is_damaged_even_with_its_own_digest() -> None:
    rows = [FileRef("objects/a.dcm", A, 5)]
    data = list_bytes(rows)
    ref = ref_of(data, rows)
    for wrong in (data[:-1], data + data, data.replace(b"a.dcm", b"b.dcm"), b""):
        with pytest.raises(ManifestDamaged):
            list_rows(wrong, ref)
        with pytest.raises(ManifestDamaged):
            list_rows(wrong, ListRef(hashlib.sha256(wrong).hexdigest(), 1, 6))
    climbing = list_bytes([FileRef("x/../../y", A, 5)])
    with pytest.raises(ManifestDamaged):
        list_rows(climbing, ListRef(hashlib.sha256(climbing).hexdigest(), 1, 5))


def test_names_keep_short_plain_endings_only() -> None:
    ends = {
        "a/b.DCM": ".dcm",
        "settings.toml": ".toml",
        "identity": "",
        "x.tar.gz": ".gz",
        "a.ü": "",
        "a.b c": "",
    }
    for path, end in ends.items():
        assert layout.object_name(A, path) == f"VetPACS/objects/aa/{A}{end}"
        assert layout.is_object(layout.object_name(A, path))
    assert not layout.is_object(f"VetPACS/objects/aa/{A}.dcm.locked")


def test_a_generation_is_always_newer_than_the_one_before() -> None:
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    for distance in (-400 * 86_400, -3600, -1, 0, 1, 3600):
        newest = layout.new_id(now + timedelta(seconds=distance))
        made, note = layout.after(now, newest)
        assert layout.new_id(made) > newest
        assert bool(note) == (distance >= 60)
    assert layout.after(now, "") == (now, "")
