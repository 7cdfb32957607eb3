"""Zip archives and images of discs: everything inside is taken in, nothing they say can do harm."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.contract.test_real_files import plain_words
from tests.store.intake.discs import burnt, disc, image_bytes, zipped
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.store.intake.sources import archives, gather
from vetpacs_desktop.store.kept.quarantine import Quarantine
from vetpacs_desktop.store.library import Library

TWO = {"a/IM1": image_bytes(1), "a/IM2.dcm": image_bytes(2)}


def bytes_of(archive: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in archive.items():
            made.writestr(name, data)
    return buffer.getvalue()


def leftovers(home: Home) -> list[Path]:
    return [path for path in home.run.iterdir() if path.name.startswith("import-")]


def test_a_zip_archive_is_a_folder(home: Home, library: Library, tmp_path: Path) -> None:
    path = zipped(tmp_path / "exam.zip", {**TWO, "readme.txt": b"hello", "__MACOSX/a/._IM1": b"junk"})
    before = path.read_bytes()
    summary = import_paths(library, home, [path])
    assert (summary.stored, summary.ignored, summary.rejected) == (2, 1, ())
    assert path.read_bytes() == before
    assert import_paths(library, home, [path]).duplicates == 2
    assert leftovers(home) == []


def test_an_archive_in_an_archive_is_opened_and_no_deeper(
    home: Home, library: Library, tmp_path: Path
) -> None:
    deep = bytes_of({"IM3": image_bytes(3)})
    inner = bytes_of({"IM2": image_bytes(2), "deep.zip": deep})
    path = zipped(tmp_path / "outer.zip", {"IM1": image_bytes(1), "inner.zip": inner})
    summary = import_paths(library, home, [path])
    assert summary.stored == 2
    ((shown, reason),) = summary.rejected
    assert shown == f"{path}/inner.zip/deep.zip"
    assert "unpack" in reason


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/evil", "C:\\evil", "a/../../../evil", "..\\..\\evil", "nul"]
)
def test_names_in_archives_write_nothing_elsewhere(
    home: Home, library: Library, tmp_path: Path, name: str
) -> None:
    path = zipped(tmp_path / "exam.zip", {name: image_bytes(1), f"{name}.txt": b"x"})
    before = {file for file in tmp_path.rglob("*") if not file.is_relative_to(home.root)}
    assert import_paths(library, home, [path]).stored == 1
    assert {file for file in tmp_path.rglob("*") if not file.is_relative_to(home.root)} == before
    assert not list(home.root.rglob("*evil*"))


def test_a_locked_archive_says_so(home: Home, library: Library, tmp_path: Path) -> None:
    path = zipped(tmp_path / "exam.zip", {"IM1": image_bytes(1)}, packed=False)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    ((shown, reason),) = import_paths(library, home, [path]).rejected
    assert shown == str(path)
    assert "password" in reason
    assert plain_words(reason)
    assert Quarantine(home).entries() == []


def test_an_archive_that_grows_without_measure_is_refused(
    home: Home, library: Library, tmp_path: Path
) -> None:
    path = zipped(tmp_path / "bomb.zip", {"IM1": bytes(120 << 20), "IM2": image_bytes(2)})
    assert path.stat().st_size < 1 << 20
    summary = import_paths(library, home, [path])
    ((_, reason),) = summary.rejected
    assert "times its own size" in reason
    assert plain_words(reason)
    assert summary.stored == 0


def test_one_damaged_member_costs_only_itself(home: Home, library: Library, tmp_path: Path) -> None:
    path = zipped(tmp_path / "exam.zip", {"IM1": image_bytes(1), "IM2": image_bytes(2)}, packed=False)
    data = bytearray(path.read_bytes())
    at = data.index(image_bytes(2)) + 400
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))
    summary = import_paths(library, home, [path])
    assert summary.stored == 1
    ((shown, reason),) = summary.rejected
    assert shown == f"{path}/IM2"
    assert "damaged" in reason


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_an_archive_that_is_cut_off_says_so(
    home: Home, library: Library, tmp_path: Path, keep: float
) -> None:
    path = zipped(tmp_path / "exam.zip", TWO)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    ((_, reason),) = import_paths(library, home, [path]).rejected
    assert "damaged or cut off" in reason


def test_office_documents_are_no_archives(home: Home, library: Library, tmp_path: Path) -> None:
    letter = zipped(
        tmp_path / "letter.docx", {"[Content_Types].xml": b"<x/>", "word/media/a.png": b"\x89PNG"}
    )
    summary = import_paths(library, home, [tmp_path])
    assert (summary.ignored, summary.rejected) == (1, ())
    ((_, reason),) = import_paths(library, home, [letter]).rejected
    assert "document" in reason


@pytest.mark.parametrize("kind", ["iso", "joliet", "rockridge", "udf"])
def test_an_image_of_a_disc_is_a_folder(home: Home, library: Library, tmp_path: Path, kind: str) -> None:
    files = {
        "Bilder/Aufnahme 1.dcm": image_bytes(1),
        "Bilder/Aufnahme 2": image_bytes(2),
        "viewer.exe": b"MZ" + bytes(100),
        "cut.dcm": image_bytes(3)[:-9],
    }
    path = burnt(tmp_path / "disc.iso", files, kind)
    summary = import_paths(library, home, [path])
    assert (summary.stored, summary.ignored) == (2, 1)
    ((shown, reason),) = summary.rejected
    assert "cut off" in reason
    assert shown == f"{path}/{'cut.dcm' if kind != 'iso' else 'F00003'}"
    assert import_paths(library, home, [path]).duplicates == 2


def test_a_disc_in_a_zip(home: Home, library: Library, tmp_path: Path) -> None:
    image = burnt(tmp_path / "d.iso", {"IM1": image_bytes(1)}, "joliet").read_bytes()
    (tmp_path / "d.iso").unlink()
    path = zipped(tmp_path / "mail.zip", {"disc.iso": image})
    assert import_paths(library, home, [path]).stored == 1


@pytest.mark.parametrize("keep", [0.05, 0.5, 0.9])
def test_a_damaged_image_of_a_disc_says_so(home: Home, library: Library, tmp_path: Path, keep: float) -> None:
    path = burnt(tmp_path / "disc.iso", {f"IM{n}": image_bytes(n) for n in range(1, 30)}, "joliet")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    summary = import_paths(library, home, [path])
    assert summary.rejected
    assert all(plain_words(reason) for _, reason in summary.rejected)


def test_members_come_with_their_times_and_one_by_one(tmp_path: Path) -> None:
    path = zipped(tmp_path / "exam.zip", TWO, packed=False)
    item = next(iter(gather.found([path], CancelToken())))
    scratch = gather.Scratch(tmp_path / "scratch")
    for member, _ in gather.expand(item, scratch, CancelToken()):
        assert len([one for one in scratch.folder.rglob("*") if one.is_file()]) == 1
        member.remove()
    assert not any(one.is_file() for one in scratch.folder.rglob("*"))


def test_random_damage_is_never_a_fault(tmp_path: Path) -> None:
    """Whatever a few wrong bytes do, the archive opens, or says in words why not."""
    import random

    from vetpacs_desktop.store.intake.sources.members import ArchiveRefused

    rng = random.Random(4711)
    wholes = [
        zipped(tmp_path / "a.zip", TWO).read_bytes(),
        *(burnt(tmp_path / f"{kind}.iso", TWO, kind).read_bytes() for kind in ("joliet", "rockridge", "udf")),
    ]
    path = tmp_path / "damaged"
    refused: list[str] = []
    for number in range(80):
        data = bytearray(wholes[number % len(wholes)])
        first = 0x8000 if number % len(wholes) else 0
        for _ in range(rng.randint(1, 12)):
            data[rng.randrange(first, min(len(data), first + 0x18000))] = rng.randrange(256)
        path.write_bytes(bytes(data))
        if not archives.is_archive(path):
            continue
        try:
            with archives.opened(path) as members:
                for member in members:
                    try:
                        member.head(200)
                    except ArchiveRefused:
                        continue
        except ArchiveRefused as error:
            refused.append(error.sentence)
    assert refused
    assert all(plain_words(sentence) for sentence in refused)


def test_a_disc_with_a_viewer_gives_its_images_and_not_its_icons(
    home: Home, library: Library, tmp_path: Path
) -> None:
    folder = disc(tmp_path / "cd")
    (folder / "VIEWER").mkdir()
    for name in ("VIEWER/start.html", "VIEWER/view.exe"):
        (folder / name).write_bytes(b"MZ")
    (folder / "VIEWER" / "logo.gif").write_bytes(b"GIF89a")
    (folder / "VIEWER" / "manual.pdf").write_bytes(b"%PDF-1.4")
    (folder / "VIEWER" / "lib.zip").write_bytes(zlib.compress(b"x"))
    summary = import_paths(library, home, [folder])
    assert (summary.stored, summary.rejected) == (3, ())
    assert summary.ignored == 6
