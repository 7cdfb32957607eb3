"""The export command through the real program: labelled files, its JSON, its exit codes and sentences."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.commands.test_cli import run
from tests.viewer.output.conftest import cine, ct
from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop import settings
from vetpacs_desktop.commands.exporting import FORMATS
from vetpacs_desktop.paths import Home
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.pixels.present import picture

NAMES = {"PatientName": "Smith^Bella", "StudyDate": "20260704", "ResponsiblePerson": "Smith^Anna"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """A home with a radiograph, a cine and two small CTs, each an exam."""
    folder = tmp_path_factory.mktemp("export")
    home, files = folder / "home", folder / "files"
    files.mkdir()
    settings.save(
        settings.Settings().with_values({"clinic.name": "Tierklinik Süd"}), Home(home).make().settings
    )
    places = {"StudyInstanceUID": "1.2.10", "SeriesInstanceUID": "1.2.10.1", "Modality": "DX"}
    window = {"WindowCenter": 0, "WindowWidth": 2000}
    made = {"1.2.10": image_file(files, ramp(300, 400), **NAMES, **places, **window), "1.2.3": cine(files)}
    for uid in ("1.2.20", "1.2.30"):
        ct(files, 4, StudyInstanceUID=uid, SeriesInstanceUID=f"{uid}.1")
    answer = run("import", str(files), home=home)
    assert answer.returncode == 0, answer.stderr
    return home, made


def export(home: Path, *words: str) -> dict[str, float]:
    answer = run("export", *words, "--json", home=home)
    assert answer.returncode == 0, answer.stderr
    document = json.loads(answer.stdout)
    assert set(document) == {"files", "bytes", "seconds"}
    assert answer.stderr == ""
    found: dict[str, float] = document
    return found


def test_an_exam_becomes_labelled_pictures(library: tuple[Path, dict[str, Path]], tmp_path: Path) -> None:
    home, files = library
    out = tmp_path / "out"
    document = export(home, "1.2.10", "--to", str(out), "--format", "png", "--plain")
    [made] = out.iterdir()
    assert (document["files"], document["bytes"]) == (1, made.stat().st_size)
    exact = picture(files["1.2.10"], read_description(files["1.2.10"]), 0, Window(0, 2000))
    with Image.open(made) as image:
        assert image.text["Author"] == "Tierklinik Süd"
        assert image.text["Creation Time"] == "2026-07-04"
        pixels = np.asarray(image)
    assert np.array_equal(pixels[:300, :, 0], exact)
    assert pixels[302:].max() > 200


def test_several_exams_go_to_one_folder(library: tuple[Path, dict[str, Path]], tmp_path: Path) -> None:
    home, _ = library
    document = export(home, "1.2.10", "1.2.20", "--to", str(tmp_path / "out"), "--format", "jpeg")
    files = list((tmp_path / "out").iterdir())
    assert document["files"] == len(files) == 5
    assert {path.suffix for path in files} == {".jpg"}
    assert document["bytes"] == sum(path.stat().st_size for path in files)


def test_a_single_image_may_have_a_name(library: tuple[Path, dict[str, Path]], tmp_path: Path) -> None:
    home, files = library
    uid = read_description(files["1.2.10"]).sop_uid
    assert export(home, uid, "--to", str(tmp_path / "bella.jpeg"), "--format", "jpeg")["files"] == 1
    with Image.open(tmp_path / "bella.jpeg") as image:
        assert image.format == "JPEG"


def test_a_cine_becomes_a_film_at_its_pace(library: tuple[Path, dict[str, Path]], tmp_path: Path) -> None:
    home, _ = library
    export(home, "1.2.3", "--to", str(tmp_path / "heart.mp4"), "--format", "mp4")
    with av.open(str(tmp_path / "heart.mp4")) as film:
        stream = film.streams.video[0]
        assert (stream.average_rate, len(list(film.decode(stream)))) == (25, 12)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["1.2.10", "--format", "mp4"], "several images"),
        (["1.2.10"], "Discs"),
        (["1.2.10", "--format", "iso"], "png, jpeg or mp4"),
        (["1.2.10", "--format", "png", "--deidentify"], "--deidentify"),
        (["1.2.99", "--format", "png"], "1.2.99"),
    ],
)
def test_what_can_not_be_is_one_sentence_and_code_3(
    library: tuple[Path, dict[str, Path]], tmp_path: Path, words: list[str], says: str
) -> None:
    answer = run("export", *words, "--to", str(tmp_path / "out"), home=library[0])
    assert (answer.returncode, answer.stdout) == (3, "")
    assert len(answer.stderr.strip().splitlines()) == 1
    assert says in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_place_that_can_not_be_written_is_a_sentence(
    library: tuple[Path, dict[str, Path]], tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    for place in ("letter.txt", "letter.txt/below"):
        answer = run("export", "1.2.10", "--to", str(tmp_path / place), "--format", "png", home=library[0])
        assert answer.returncode == 3
        assert "letter.txt" in answer.stderr
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "x"


def test_a_broken_image_is_named_and_the_others_come(
    library: tuple[Path, dict[str, Path]], tmp_path: Path
) -> None:
    home, _ = library
    stored = [path for path in (home / "objects").rglob("*") if path.is_file()]
    slices = [path for path in stored if read_description(path).study_uid == "1.2.30"]
    slices[0].chmod(0o644)
    slices[0].write_bytes(slices[0].read_bytes()[:-3000])
    answer = run("export", "1.2.30", "--to", str(tmp_path / "o"), "--format", "png", "--json", home=home)
    assert answer.returncode == 1
    document = json.loads(answer.stdout)
    assert document["files"] == 3
    assert [set(row) for row in document["refused"]] == [{"name", "reason"}]


def test_every_format_of_the_contract_is_known() -> None:
    assert set(FORMATS) == {"dicomdir", "zip", "iso", "png", "jpeg", "mp4"}
