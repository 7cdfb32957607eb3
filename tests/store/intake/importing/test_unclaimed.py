"""Pictures, documents and videos that nobody gave an animal: taken in under a name a person can sort by."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from tests.contract.asking import answer
from tests.helpers.small_files import picture, write
from tests.store.intake.discs import zipped
from tests.store.intake.foreign.clips import clip
from tests.store.intake.foreign.files import corners, exif, faults, jpeg_bytes
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library


def photo(path: Path, day: str = "2026:03:12 09:30:15", size: int = 64) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg_bytes(corners(size, 48), exif=exif(model="D7", taken=day).tobytes()))
    return path


def test_a_picture_is_filed_for_an_animal_named_after_it(home: Home, tmp_path: Path) -> None:
    path = photo(tmp_path / "Bello teeth.jpg")
    found = answer(home.root, "import", path)
    assert (found["stored"], found["rejected"]) == (1, [])
    (study,) = answer(home.root, "studies", "bello")
    assert (study["animal_name"], study["study_date"]) == ("Unknown (Bello teeth)", "2026-03-12")
    assert study["modalities"] == ["XC"]
    assert faults(next(home.objects.rglob("*.dcm"))) == []
    again = answer(home.root, "import", path)
    assert (again["stored"], again["duplicates"], again["studies"]) == (0, 1, [study["study_uid"]])


def test_the_same_picture_under_another_name_is_a_duplicate(
    home: Home, library: Library, tmp_path: Path
) -> None:
    path = photo(tmp_path / "a.jpg")
    import_paths(library, home, [path])
    copy = shutil.copy(path, tmp_path / "elsewhere.jpg")
    assert import_paths(library, home, [Path(copy)]).duplicates == 1
    library.rebuild_index()
    assert import_paths(library, home, [Path(copy)]).duplicates == 1
    twice = tmp_path / "twice"
    for name in ("b.jpg", "c.jpg"):
        photo(twice / name, size=80)
    summary = import_paths(library, home, [twice])
    assert (summary.stored, summary.duplicates) == (1, 1)


def test_pictures_of_a_folder_and_a_day_are_one_exam(home: Home, library: Library, tmp_path: Path) -> None:
    for number in range(3):
        photo(tmp_path / "Minka endoscopy" / f"IMG_{number}.jpg", size=64 + 2 * number)
    photo(tmp_path / "Minka endoscopy" / "IMG_9.jpg", "2026:03:14 10:00:00")
    photo(tmp_path / "Other" / "IMG_1.jpg", size=90)
    summary = import_paths(library, home, [tmp_path])
    assert (summary.stored, len(summary.studies)) == (5, 3)
    rows = {(row.animal_name, row.study_date): row for row in library.search("")}
    assert rows["Unknown (Minka endoscopy)", "2026-03-12"].instance_count == 3
    assert len({row.animal_id for row in rows.values()}) == 3


def test_without_a_moment_in_the_file_its_own_time_counts(
    home: Home, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "plain.jpg"
    path.write_bytes(jpeg_bytes(corners()))
    moment = datetime(2025, 11, 3, 8, 15).timestamp()  # noqa: DTZ001 - the clinic's own clock
    os.utime(path, (moment, moment))
    import_paths(library, home, [path])
    assert [row.study_date for row in library.search("")] == ["2025-11-03"]


def test_documents_and_videos_come_along(home: Home, library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "Visit"
    folder.mkdir()
    clip(folder / "loop.mp4", notes={"creation_time": "2026-03-12T08:00:00Z"})
    shutil.copy(_pdf(tmp_path / "made.pdf"), folder / "letter.pdf")
    write(picture(), folder / "IM1")
    summary = import_paths(library, home, [folder])
    assert (summary.stored, summary.rejected) == (3, ())
    assert library.search("modality:DOC")
    assert library.search("modality:XC")


def _pdf(path: Path) -> Path:
    from PIL import Image

    Image.new("RGB", (60, 80), "white").save(path, "PDF")
    return path


def test_broken_and_unknown_pictures_are_told_of(home: Home, library: Library, tmp_path: Path) -> None:
    whole = photo(tmp_path / "whole.jpg")
    (tmp_path / "cut.jpg").write_bytes(whole.read_bytes()[:-200])
    (tmp_path / "text.png").write_text("no picture at all")
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    (tmp_path / "animated.gif").write_bytes(b"GIF89a" + bytes(100))
    summary = import_paths(library, home, [tmp_path])
    assert summary.stored == 1
    reasons = {Path(path).name: reason for path, reason in summary.rejected}
    assert reasons.keys() == {"cut.jpg", "text.png", "phone.heic", "animated.gif"}
    assert "Most Compatible" in reasons["phone.heic"]
    assert {kept.name for kept in Quarantine(home).entries()} == {"cut.jpg", "text.png", "animated.gif"}


def test_pictures_in_an_archive(home: Home, library: Library, tmp_path: Path) -> None:
    data = photo(tmp_path / "x.jpg").read_bytes()
    path = zipped(tmp_path / "Rex from owner.zip", {"IMG_1.jpg": data, "letter.txt": b"Dear vet"})
    summary = import_paths(library, home, [path])
    assert (summary.stored, summary.ignored) == (1, 1)
    assert [row.animal_name for row in library.search("")] == ["Unknown (Rex from owner)"]
    assert import_paths(library, home, [path]).duplicates == 1


def test_several_named_pictures_are_one_exam(home: Home, library: Library, tmp_path: Path) -> None:
    paths = [photo(tmp_path / "Rex" / f"{n}.jpg", size=64 + 2 * n) for n in range(2)]
    assert len(import_paths(library, home, paths).studies) == 1
    assert [row.animal_name for row in library.search("")] == ["Unknown (Rex)"]
