"""Damaged files among good ones; the bench has two thousand of them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers.peers import service
from tests.proof import fuzzing
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.reading.checks import check_file

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:pydicom"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pydicom"),
]
COUNT = 200
ORIGINALS = fuzzing.originals()
EDITS = st.lists(
    st.tuples(
        st.integers(0, 4000),
        st.integers(0, 12),
        st.one_of(
            st.binary(max_size=16),
            st.sampled_from([b"\xff" * 4, b"SQ\0\0\xff\xff\xff\xff", b"\xfe\xff\0\xe0"]),
        ),
    ),
    min_size=1,
    max_size=8,
)
"""(where, how many bytes are taken out, what is put in)"""


def test_damaged_files_in_a_folder_cost_no_good_one(home: Home, tmp_path: Path) -> None:
    report = fuzzing.imported(home, tmp_path / "folder", COUNT, seed=3)
    assert report.kept == report.good > 0
    assert report.refused > COUNT // 10
    assert report.slowest < fuzzing.MOST_SECONDS


def test_damaged_objects_over_the_network_cost_no_good_one(home: Home, tmp_path: Path) -> None:
    with service(home) as served:
        report = fuzzing.sent(served.port, home, tmp_path / "machine", COUNT, seed=4)
    assert report.kept == report.good > 0
    assert report.refused > COUNT // 10
    assert report.slowest < fuzzing.MOST_SECONDS
    assert not list(home.logs.glob("crash-*"))


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(ORIGINALS), EDITS)
def test_any_edit_is_taken_or_refused_in_words(
    tmp_path: Path, original: Path, edits: list[tuple[int, int, bytes]]
) -> None:
    data = bytearray(original.read_bytes())
    for where, out, put in edits:
        at = where % (len(data) + 1)
        data[at : at + out] = put
    path = tmp_path / "edited.dcm"
    path.write_bytes(data)
    checked = check_file(path)
    if checked.finding is not None:
        assert checked.finding.reason.endswith(".")
        return
    with contextlib.suppress(KnownError):
        assert read_header(path).instance.sop_uid
