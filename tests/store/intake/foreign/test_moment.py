"""When a picture was taken: from what it says itself, else from its file's time, and never nonsense."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.store.intake.foreign.clips import clip
from tests.store.intake.foreign.files import corners, exif, jpeg_bytes
from vetpacs_desktop.store.intake.foreign.moment import taken_at
from vetpacs_desktop.store.intake.foreign.recognise import Format


def dated(path: Path, moment: datetime) -> Path:
    stamp = moment.timestamp()
    os.utime(path, (stamp, stamp))
    return path


def photo(path: Path, taken: str = "") -> Path:
    path.write_bytes(
        jpeg_bytes(corners(), exif=exif(model="D7", **({"taken": taken} if taken else {})).tobytes())
    )
    return path


def test_a_picture_says_when_it_was_taken(tmp_path: Path) -> None:
    path = dated(photo(tmp_path / "a.jpg", "2026:03:12 09:30:15"), datetime(2026, 4, 1))  # noqa: DTZ001
    assert taken_at(path, Format.JPEG) == "2026-03-12T09:30:15"


def test_a_video_says_when_it_was_taken(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", notes={"creation_time": "2026-03-12T09:30:15Z"})
    assert taken_at(path, Format.MP4) == "2026-03-12T09:30:15"


@pytest.mark.parametrize("taken", ["", "0000:00:00 00:00:00", "yesterday"])
def test_else_its_file_does(tmp_path: Path, taken: str) -> None:
    path = dated(photo(tmp_path / "a.jpg", taken), datetime(2025, 11, 3, 8, 15))  # noqa: DTZ001
    assert taken_at(path, Format.JPEG) == "2025-11-03T08:15:00"


def test_a_clock_that_was_never_set_says_nothing(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.jpg")
    for moment in (datetime(1980, 1, 1), datetime.now() + timedelta(days=400)):  # noqa: DTZ001, DTZ005
        assert taken_at(dated(path, moment), Format.JPEG) == ""


@pytest.mark.parametrize("found", [Format.JPEG, Format.MP4, Format.PDF])
def test_what_is_broken_has_the_time_of_its_file(tmp_path: Path, found: Format) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"nonsense" * 100)
    assert taken_at(dated(path, datetime(2025, 11, 3, 8, 15)), found) == "2025-11-03T08:15:00"  # noqa: DTZ001
