"""A dental chart in words says what was charted and nothing more; files tell the teeth that they name."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth import Mouth, found
from vetpacs_desktop.viewer.mouth_words import finding_words, summary, teeth_of_file, tooth_words

AT = "2026-07-04T12:00:00+00:00"


def test_words_for_teeth_and_findings() -> None:
    assert tooth_words(Tooth(108), "dog") == "108 upper right fourth premolar (carnassial)"
    assert tooth_words(Tooth(108), "horse") == "108 upper right fourth premolar"
    assert finding_words("missing", True) == "Missing tooth"
    assert finding_words("mobility", 2) == "Mobility 2"
    assert finding_words("probing_depth", 5.5) == "Probing depth 5.5 mm"
    assert finding_words("of_a_newer_program", 1) == "of_a_newer_program"


def test_a_summary_has_a_line_for_each_tooth_and_says_who_and_when() -> None:
    mouth = found(Mouth(), Tooth(307), "mobility", 1, "Anna", AT, "a")
    mouth = found(mouth, Tooth(108), "probing_depth", 4.0, "Anna", AT, "b")
    mouth = found(mouth, Tooth(108), "fracture_open", True, "Ben", "2026-07-05T12:00:00+00:00", "c")
    mouth = found(mouth, Tooth(105), "missing", True, "Anna", AT, "d")
    assert summary(mouth, "cat").splitlines() == [
        "Dental chart (cat, modified Triadan)",
        "108 upper right fourth premolar (carnassial): Fracture with pulp exposure; Probing depth 4 mm",
        "307 lower left third premolar: Mobility 1",
        "Nothing was charted at the other teeth.",
        "Charted for another species and not shown: 105",
        "Anna, 2026-07-04; Ben, 2026-07-05",
    ]
    assert summary(Mouth(), "dog").splitlines()[1:] == ["Nothing was charted."]


def code(value: str, scheme: str, meaning: str) -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made


@pytest.mark.parametrize(
    ("tags", "teeth"),
    [
        ({"SeriesDescription": "Maxilla right 107-109"}, [107, 108, 109]),
        ({"ImageComments": "304"}, [304]),
        ({"SeriesDescription": "Left mandible"}, []),
        ({"SeriesDescription": "Upper left fourth premolar"}, [208]),
        ({"SeriesDescription": "Maxilla P4", "ImageLaterality": "R"}, [108]),
        ({"SeriesDescription": "Maxilla P4"}, []),
        ({"AnatomicRegionSequence": [code("38199008", "SCT", "Tooth 208")]}, [208]),
        ({"PrimaryAnatomicStructureSequence": [code("404", "99CLINIC", "Tooth")]}, [404]),
        ({"AnatomicRegionSequence": [code("36", "ISO3950", "Lower left first molar")]}, []),
        ({"AnatomicRegionSequence": [code("103", "SCT", "Jaw")]}, []),
    ],
)
def test_files_tell_the_teeth_that_they_name(
    tags: dict[str, object], teeth: list[int], tmp_path: Path
) -> None:
    path = image_file(tmp_path, np.zeros((4, 4), np.uint16), **tags)
    assert [tooth.number for tooth in teeth_of_file(path)] == teeth


def test_a_file_that_can_not_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.dcm").write_bytes(b"DICM?")
    assert teeth_of_file(tmp_path / "broken.dcm") == ()
    assert teeth_of_file(tmp_path / "gone.dcm") == ()
