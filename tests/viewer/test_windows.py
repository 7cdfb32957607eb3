"""Windows as data: the shipped ones have sources and keep their order; the reader's come back as saved."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.presets import TISSUES, offers, shares_of
from vetpacs_desktop.viewer.windows import (
    BadWindows,
    OwnWindow,
    WindowNotSaved,
    named_windows,
    read_named,
    read_own,
    with_window,
    write_own,
)

own_windows = st.builds(
    OwnWindow,
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.floats(-5000, 5000),
    st.floats(0.1, 9000),
    st.sampled_from(["CT", "MR", "DX"]),
    st.sampled_from([None, *range(1, 10)]),
)


def frame(folder: Path, values: np.ndarray, **header: object) -> LoadedFrame:
    path = image_file(folder, values, **header)
    return loaded(FrameKey(path), open_file(path))


def test_every_window_says_where_it_comes_from() -> None:
    assert all(len(one.source) > 10 for one in named_windows())
    assert {one.modality for one in named_windows()} == {"CT", "MR"}


def test_the_first_ones_keep_their_places_for_saved_screens_name_them_by_number() -> None:
    assert [one.label for one in TISSUES[:5]] == ["Soft tissue", "Bone", "Lung", "Brain", "Abdomen"]
    assert (TISSUES[0].center, TISSUES[0].width) == (40, 350)


@given(st.lists(own_windows, max_size=5))
def test_the_readers_come_back_as_saved(
    tmp_path_factory: pytest.TempPathFactory, own: list[OwnWindow]
) -> None:
    path = tmp_path_factory.mktemp("own") / "windows.toml"
    write_own(path, own)
    assert read_own(path) == tuple(own)


def test_nothing_saved_is_no_fault_and_a_bad_file_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    assert read_own(path) == ()
    for text in ("[[window]]\nname = 1", "no toml", '[[window]]\nname="a"\ncenter=1\nwidth=0\nmodality="CT"'):
        path.write_text(text)
        with pytest.raises(BadWindows):
            read_own(path)
    path.write_text('modality = "MR"\n[[window]]\nwords = "a"\nlow = 50\nhigh = 20\nsource = "b"')
    with pytest.raises(BadWindows, match="do not rise"):
        read_named(path)
    (tmp_path / "file").touch()
    with pytest.raises(WindowNotSaved):
        write_own(tmp_path / "file" / "windows.toml", [])


def test_a_key_has_one_window_and_a_name_one_place() -> None:
    first = OwnWindow("Disc", 60, 200, "CT", 4)
    second = OwnWindow("Lens", 20, 90, "CT", 4)
    elsewhere = OwnWindow("Fat", 300, 500, "MR", 4)
    own = with_window(with_window((elsewhere,), first), second)
    assert own == (elsewhere, replace(first, key=None), second)
    assert with_window(own, OwnWindow("disc", 1, 2, "CT"))[-1].center == 1
    assert len(with_window(own, OwnWindow("disc", 1, 2, "CT"))) == 3


def test_keys_stay_when_more_windows_come_and_the_readers_take_theirs(tmp_path: Path) -> None:
    ct = frame(tmp_path, np.arange(64, dtype=np.int16).reshape(8, 8), Modality="CT")
    by_key = {offer.key: offer.label for offer in offers(ct)}
    assert [by_key[n] for n in range(1, 9)] == [
        *(one.label for one in TISSUES[:5]),
        "Automatic",
        "Full range",
        by_key[8],
    ]
    own = (OwnWindow("Mine", 10, 20, "CT", 2), OwnWindow("Other", 1, 2, "MR", 1))
    found = {offer.label: offer.key for offer in offers(ct, own)}
    assert found["Mine"] == 2
    assert found["Bone"] is None
    assert found["Lung"] == 3
    assert "Other" not in found


def test_a_region_in_the_header_brings_its_windows_forward(tmp_path: Path) -> None:
    values = np.arange(64, dtype=np.int16).reshape(8, 8)
    labels = [o.label for o in offers(frame(tmp_path, values, Modality="CT", BodyPartExamined="SKULL"))]
    assert labels.index("Nose and bulla") == labels.index("Full range") + 1


def test_mr_windows_are_shares_of_the_animal_and_the_sequence_decides_the_order(tmp_path: Path) -> None:
    values = np.zeros((40, 40), np.uint16)
    values[10:30, 10:30] = np.arange(400).reshape(20, 20) + 600
    mr = frame(tmp_path, values, Modality="MR", SeriesDescription="STIR sagittal")
    windows = shares_of(mr)
    assert windows[0].label == "Fluid or fat suppressed"
    balanced = next(one for one in windows if one.label == "Balanced")
    low, high = balanced.center - balanced.width / 2, balanced.center + balanced.width / 2
    assert low == pytest.approx(np.percentile(np.arange(600, 1000), 1))
    assert high == pytest.approx(np.percentile(np.arange(600, 1000), 99))
    assert not shares_of(frame(tmp_path, np.zeros((8, 8), np.uint16), Modality="MR"))
