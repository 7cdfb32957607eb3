"""Every real file through import and inspect: kept, or refused in words, and explained in promised words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.asking import answer, ask
from tests.helpers.corpus import corpus
from tests.helpers.peers import package_files

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pydicom")

SUMMARY = {"stored", "duplicates", "conflicts", "ignored", "rejected", "studies", "seconds"}
SERIES = {"series_uid", "modality", "geometry", "images"}
GEOMETRY = {"kind", "regular", "spacing", "tilt_degrees", "gaps_mm", "missing", "reason"}
IMAGE = {
    "sop_uid",
    "path",
    "rows",
    "columns",
    "frames",
    "transfer_syntax",
    "photometric",
    "units",
    "scale",
    "windows",
    "regions",
}
BASES = {"physical", "calibrated", "magnified", "detector", "unknown", "user", "region", "none"}
STUDY = {
    "study_uid",
    "animal_id",
    "animal_name",
    "owner_name",
    "species",
    "breed",
    "patient_id",
    "study_date",
    "modalities",
    "description",
    "series_count",
    "instance_count",
}
JARGON = re.compile(r"\b(SOP|SCP|AE|UID|VR|tag|pydicom|exception|error code|None|NoneType|traceback)\b", re.I)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One library that all files come to."""
    return tmp_path_factory.mktemp("real") / "home"


def plain_words(sentence: str) -> bool:
    """A whole sentence without the words of programmers, which may stand in brackets for the admin."""
    text = re.sub(r"\([^)]*\)", "", sentence)
    return bool(re.match(r"[A-Z]", sentence)) and sentence.endswith(".") and not JARGON.search(text)


def short(path: Path) -> str:
    return "/".join(path.parts[-2:])


DISCS = [path for path in package_files() if path.name == "DICOMDIR"]
"""Tables of contents: named alone they stand for their disc."""


@pytest.mark.parametrize("path", [path for path in package_files() if path not in DISCS], ids=short)
def test_each_file_is_kept_or_refused_in_words(home: Path, path: Path) -> None:
    said = ask(home, "import", path)
    found = said.document
    assert found.keys() == SUMMARY
    fates = [found[fate] for fate in ("stored", "duplicates", "conflicts", "ignored")]
    assert sum(fates) + len(found["rejected"]) == 1
    assert said.code == (1 if found["rejected"] else 0)
    for refused in found["rejected"]:
        assert refused.keys() == {"path", "reason"}
        assert refused["path"] == str(path)
        assert plain_words(refused["reason"]), refused["reason"]
    assert len(found["studies"]) == (1 if any(fates[:3]) else 0)


@pytest.mark.parametrize("path", DISCS, ids=short)
def test_a_table_of_contents_brings_in_its_disc(tmp_path: Path, path: Path) -> None:
    by_table = answer(tmp_path / "one", "import", path)
    by_folder = answer(tmp_path / "two", "import", path.parent)
    assert by_table["stored"] > 0
    assert set(by_table["studies"]) <= set(by_folder["studies"])


@pytest.mark.parametrize("path", package_files(), ids=short)
def test_each_file_is_explained_in_the_promised_words(home: Path, path: Path) -> None:
    found = answer(home, "inspect", path)
    assert found.keys() == {"series", "problems"}
    assert found["series"] or found["problems"]
    for problem in found["problems"]:
        assert str(path) in problem or not problem.startswith("/")
    for series in found["series"]:
        check_series(series)
        assert [image["path"] for image in series["images"]] == [str(path)]


def check_series(series: dict[str, Any]) -> None:
    """The keys and kinds of values that `commands.md` promises, no more and no less."""
    assert series.keys() == SERIES
    geometry = series["geometry"]
    assert geometry.keys() == GEOMETRY
    assert geometry["kind"] in ("volume", "cine", "single", "mixed")
    assert isinstance(geometry["regular"], bool)
    assert len(geometry["spacing"]) == 3
    assert all(one is None or one > 0 for one in geometry["spacing"])
    assert isinstance(geometry["tilt_degrees"], float)
    assert all(isinstance(number, int) and number > 0 for number in geometry["missing"])
    assert geometry["reason"]
    for image in series["images"]:
        check_image(image)


def check_image(image: dict[str, Any]) -> None:
    assert image.keys() == IMAGE
    assert image["frames"] >= 1
    assert image["scale"].keys() == {"row_mm", "column_mm", "basis"}
    assert image["scale"]["basis"] in BASES
    assert (image["scale"]["basis"] == "none") == (image["scale"]["row_mm"] is None)
    for window in image["windows"]:
        assert window.keys() == {"center", "width", "function", "label"}
        assert window["function"] in ("LINEAR", "LINEAR_EXACT", "SIGMOID")
        assert window["width"] > 0
    for region in image["regions"]:
        assert {"x0", "y0", "x1", "y1", "units_x", "units_y", "delta_x", "delta_y"} <= region.keys()


def test_the_library_of_all_files_is_whole_and_can_be_rebuilt(home: Path) -> None:
    """After every file of the packages: nothing missing, every line with its keys, the same list again."""
    before = answer(home, "studies")
    assert len(before) > 50
    assert all(study.keys() == STUDY for study in before)
    checked = answer(home, "verify")
    assert checked.keys() == {"checked", "missing", "corrupt", "orphans", "seconds"}
    assert checked["checked"] == sum(1 for _ in (home / "objects").rglob("*.dcm"))
    assert checked["checked"] >= sum(study["instance_count"] for study in before) > 100
    assert (checked["missing"], checked["corrupt"], checked["orphans"]) == ([], [], [])
    rebuilt = answer(home, "rebuild-index")
    assert rebuilt["checked"] == checked["checked"]
    assert answer(home, "studies") == before


def test_every_kept_object_can_be_inspected_by_each_of_its_identifiers(home: Path) -> None:
    for study in answer(home, "studies", "--limit", "12"):
        by_study = answer(home, "inspect", study["study_uid"])
        assert len(by_study["series"]) <= study["series_count"]
        for series in by_study["series"][:2]:
            by_series = answer(home, "inspect", series["series_uid"])
            assert series["series_uid"] in [one["series_uid"] for one in by_series["series"]]
            image = series["images"][0]
            (found,) = answer(home, "inspect", image["sop_uid"])["series"]
            assert image["sop_uid"] in [one["sop_uid"] for one in found["images"]]


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("series", "kind", "count", "spacing", "tilt"),
    [
        ("ct-thin", "volume", 140, 1.0, 0.0),
        ("ct-tilted", "volume", 54, None, 18.5),
        ("ct-variable-gap", "volume", 28, None, 18.5),
        ("mr-prone", "volume", 35, None, 0.0),
        ("mr-classic", "volume", 63, None, 0.0),
    ],
)
def test_the_real_series_are_understood(
    home: Path, series: str, kind: str, count: int, spacing: float | None, tilt: float
) -> None:
    (found,) = answer(home, "inspect", corpus(series))["series"]
    check_series(found)
    geometry = found["geometry"]
    assert geometry["kind"] == kind
    assert len(found["images"]) == count
    assert abs(abs(geometry["tilt_degrees"]) - tilt) < 0.1
    if spacing is not None:
        assert abs(geometry["spacing"][0] - spacing) < 0.01
    assert geometry["regular"] is (series in ("ct-thin", "ct-tilted", "mr-prone", "mr-classic"))
