"""What is said beside a value: compared with a publication, never judged; the source is always there."""

import re
from pathlib import Path

import pytest

from tests.viewer.measure.pictures import measure
from tests.viewer.measure.veterinary.landmarks import drawn, on_detector
from vetpacs_desktop.viewer.geometry.scale import Basis
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.veterinary.animals import breed_of, species_of
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measure.veterinary.reference import References, Standing, Strength, published

UNITS = {"vhs": "v", "tpa": "deg", "sole_depth": "mm", "kidney_l2": "ratio", "founder_distance": "mm"}


def said(name: str, value: float, species: str, breed: str = "", unit: str = "") -> list[str]:
    """The sentences on a value."""
    found = Measured(value, unit or UNITS.get(name, "ratio"), Basis.USER)
    return [one.sentence for one in published().compare(name, found, species, breed)]


@pytest.mark.parametrize(
    ("value", "where"), [(10.24, "Below"), (10.26, "Within"), (12.64, "Within"), (12.66, "Above")]
)
def test_a_breeds_own_range_goes_first_and_is_compared_as_it_is_published(value: float, where: str) -> None:
    assert said("vhs", value, "Canine", "Boxer") == [
        f"{where} the published range for Boxers (10.3-12.6; Lamb et al. 2001, secondary source)."
    ]


def test_means_with_their_spread_and_without() -> None:
    assert said("vhs", 14.0, "dog", "Pomeranian") == [
        "Above the published mean for Pomeranians by more than two standard deviations "
        "(10.5 ± 0.9; Jepsen-Grant et al. 2013, secondary source)."
    ]
    assert said("vhs", 10.6, "dog", "Norwich Terrier") == [
        "Within two standard deviations of the published mean for Norwich Terriers "
        "(10.6 ± 0.6; Taylor et al. 2020)."
    ]
    starts = [said("vhs", value, "dog", "Norwich Terrier")[0].split()[0] for value in (9.3, 9.4, 11.8, 11.9)]
    assert starts == ["Below", "Within", "Within", "Above"]
    assert said("vhs", 14.0, "dog", "Greyhound") == [
        "The published mean for Greyhounds is 10.5 (Marin et al. 2007), without a range."
    ]
    assert len(said("vhs", 11.0, "dog", "Whippet")) == 2, "one for each side"


def test_cut_offs_are_the_authors_words() -> None:
    sentences = said("rlad", 1.8, "dog", unit="v")
    assert sentences == [
        "At the published cut-off for dogs (1.8; Sánchez Salguero et al. 2018; sensitivity 93.5 %, "
        "specificity 96.8 %)."
    ]
    assert said("m_vlas", 3.5, "dog", unit="v")[0].startswith("Above the published cut-off for dogs (3.4;")


def test_animals_without_a_reference_are_told_so() -> None:
    assert said("vhs", 9.0, "") == ["The species is not known, so there is no reference to compare with."]
    assert said("vhs", 9.0, "Python regius") == ["There is no published reference for this species here."]
    assert said("vhs", 9.0, "Equus caballus") == ["There is no published reference for horses here."]
    assert said("cora", 9.0, "dog", unit="deg") == [
        "There is no published reference for this measurement here."
    ]
    assert published().compare("vhs", Measured(9.0, "v"), "")[0].standing is Standing.NONE


def test_lengths_in_pixels_and_at_the_detector() -> None:
    assert said("sole_depth", 60, "horse", unit="px")[0].endswith(
        "The value can't be compared, as it is in px. Calibrate the picture first."
    )
    detector = Measured(12.0, "mm", Basis.DETECTOR)
    found = published().compare("sole_depth", detector, "horse")[0]
    assert found.standing is Standing.BELOW
    assert found.sentence.endswith("The measured length may be larger than in the animal.")
    assert said("sole_depth", 15.2, "horse") == [
        "Within the published range for horses (15 and more; The Horse, secondary source)."
    ]


def test_parts_have_references_of_their_own() -> None:
    found = measure("femur_angles", drawn("femur_angles"), on_detector())
    comparisons = published().compare("femur_angles", found, "dog", "Rottweiler")
    assert {one.part for one in comparisons} == {"", "mLDFA", "aLPFA", "mLPFA", "inclination"}
    assert any(
        one.sentence.startswith("aLPFA: The published mean for Rottweilers is 96 ") for one in comparisons
    )


@pytest.mark.parametrize(
    ("text", "breed"),
    [
        ("boxer", "Boxer"),
        ("BOXER DOG", "Boxer"),
        ("Retriever, Labrador", "Labrador Retriever"),
        ("Labrador Retriever dog breed", "Labrador Retriever"),
        ("Labrador Retreiver", "Labrador Retriever"),
        ("CKCS", "Cavalier King Charles Spaniel"),
        ("Cavalier King-Charles Spaniel", "Cavalier King Charles Spaniel"),
        ("Deutscher Schäferhund", "German Shepherd Dog"),
        ("English Bulldog breed", "Bulldog"),
        ("French Bulldog", None),
        ("Boxer mix", None),
        ("Labrador x Poodle", None),
        ("Cavalier King Charles Spaniel mix", None),
        ("Italian Greyhound", None),
        ("Labradoodle", None),
        ("", None),
    ],
)
def test_breeds_are_known_however_they_are_written(text: str, breed: str | None) -> None:
    found = breed_of(text, "dog", published().breeds)
    assert (found.name if found else None) == breed


def test_a_breed_belongs_to_its_species() -> None:
    assert breed_of("Boxer", "cat", published().breeds) is None


@pytest.mark.parametrize(
    ("text", "species"),
    [
        ("Canine", "dog"),
        ("Canis lupus familiaris", "dog"),
        ("HUND", "dog"),
        ("Dogs", "dog"),
        ("Felis catus", "cat"),
        ("Equus caballus", "horse"),
        ("Oryctolagus cuniculus", "rabbit"),
        ("Bos taurus", None),
        ("", None),
    ],
)
def test_species_are_known_however_they_are_written(text: str, species: str | None) -> None:
    found = species_of(text, published().species)
    assert (found.name if found else None) == species


def test_every_row_fits_a_guide_its_figures_and_its_animals() -> None:
    table = published()
    species, breeds = {one.name for one in table.species}, {one.name for one in table.breeds}
    for row in table.rows:
        guide = GUIDES[row.measure]
        found = guide.compute(drawn(row.measure), on_detector())
        figure = found.parts[row.part] if row.part else found
        assert figure.unit == row.unit, row
        assert row.species in species
        assert not row.breed or row.breed in breeds
        assert not guide.species or row.species in guide.species, row
        kinds = (row.cut_off is not None, row.mean is not None, row.low is not None or row.high is not None)
        assert sum(kinds) == 1, row
        assert row.low is None or row.high is None or row.low < row.high
        assert row.figures
        assert row.source
    assert {row.strength for row in table.rows} == set(Strength)


def test_no_sentence_is_a_diagnosis() -> None:
    judging = re.compile(
        r"\b(normal|abnormal|healthy|enlarged|diseased|dysplas|cardiomegal|severe|mild)", re.I
    )
    table = published()
    for row in table.rows:
        for value in (0.01, 1e3):
            found = Measured(value, row.unit, Basis.USER)
            whole = found if not row.part else Measured(None, parts={row.part: found})
            for one in table.compare(row.measure, whole, row.species, row.breed):
                assert not judging.search(one.sentence), one.sentence
                assert one.reference is None or one.reference.source in one.sentence


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "animals.toml").write_text("species = []\nbreed = []\n", encoding="utf-8")
    (tmp_path / "thorax.toml").write_text('[sources]\n[[reference]]\nmeasure = "vhs"\n', encoding="utf-8")
    with pytest.raises(KeyError):
        References.load(tmp_path)


def test_sentences_are_translated_whole() -> None:
    german = {
        "Above the published range for {animals} ({figures}; {source}).": "Über dem für {animals} "
        "veröffentlichten Bereich ({source}: {figures}).",
        "Boxers": "Boxer",
        "secondary source": "nach zweiter Hand",
    }
    asked: list[str] = []

    def translate(text: str) -> str:
        asked.append(text)
        return german.get(text, text)

    (one,) = published().compare("vhs", Measured(12.9, "v"), "dog", "Boxer", translate)
    assert one.sentence == (
        "Über dem für Boxer veröffentlichten Bereich (Lamb et al. 2001, nach zweiter Hand: 10.3-12.6)."
    )
    assert set(asked) == german.keys(), "no piece of a sentence is asked for alone"
