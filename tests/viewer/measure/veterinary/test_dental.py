"""Triadan numbers, the teeth that a species has, and the chart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS, Chart, Finding
from vetpacs_desktop.viewer.measure.veterinary.dental import FORMULAS, Kind, Tooth, carnassial
from vetpacs_desktop.viewer.measure.veterinary.reference import published


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("101", "upper right first incisor"),
        ("204", "upper left canine"),
        ("308", "lower left fourth premolar"),
        ("409", "lower right first molar"),
        ("504", "upper right milk canine"),
        ("708", "lower left milk fourth premolar"),
    ],
)
def test_numbers_name_teeth(number: str, words: str) -> None:
    tooth = Tooth.parse(f" {number} ")
    assert (tooth.words, str(tooth)) == (words, number)


@pytest.mark.parametrize("text", ["", "10", "1o8", "100", "112", "901", "008", "+108", "1080", "¹08"])
def test_what_is_no_tooth(text: str) -> None:
    with pytest.raises(UsageError, match="no tooth"):
        Tooth.parse(text)


@pytest.mark.parametrize(
    ("species", "adult", "milk"), [("dog", 42, 28), ("cat", 30, 26), ("rabbit", 28, 0), ("horse", 44, 24)]
)
def test_formulas_of_species(species: str, adult: int, milk: int) -> None:
    formula = FORMULAS[species]
    assert (len(set(formula.adult)), len(formula.deciduous)) == (adult, milk)
    for teeth in (formula.adult, formula.deciduous):
        right = {tooth.number % 400 - 100 * (tooth.quadrant % 4) for tooth in teeth if tooth.right}
        left = {tooth.number % 400 - 100 * (tooth.quadrant % 4) for tooth in teeth if not tooth.right}
        assert right == left, "both sides are alike"


def test_what_is_known_of_carnivores_horses_and_rabbits() -> None:
    cat = {tooth.number for tooth in FORMULAS["cat"].adult}
    assert not cat & {105, 205, 305, 306, 405, 406, 110, 310}
    assert {106, 108, 109, 307, 309} <= cat
    assert {111, 211} & {tooth.number for tooth in FORMULAS["dog"].adult} == set()
    assert FORMULAS["dog"].has(Tooth(411))
    assert FORMULAS["rabbit"].has(Tooth(102))
    assert not any(tooth.kind is Kind.CANINE for tooth in FORMULAS["rabbit"].adult)
    horse = FORMULAS["horse"]
    assert horse.often_missing == (4, 5)
    assert len([tooth for tooth in horse.adult if tooth.place not in horse.often_missing]) == 36
    assert [carnassial(Tooth(number), "cat") for number in (108, 309, 208, 409, 308)] == [True] * 4 + [False]
    assert not carnassial(Tooth(108), "horse")


def test_a_row_of_the_chart_runs_from_the_animals_right_to_its_left() -> None:
    upper = [tooth.number for tooth in FORMULAS["cat"].row(upper=True)]
    assert upper == [109, 108, 107, 106, 104, 103, 102, 101, 201, 202, 203, 204, 206, 207, 208, 209]
    lower = [tooth.number for tooth in FORMULAS["cat"].row(upper=False, deciduous=True)]
    assert lower == [808, 807, 804, 803, 802, 801, 701, 702, 703, 704, 707, 708]


def test_charting_values() -> None:
    chart = Chart.blank("Feline", published().species)
    chart = chart.with_finding(Tooth(307), "resorption_stage", 4).with_finding(Tooth(307), "missing")
    chart = chart.with_finding(Tooth(108), "probing_depth", 2.5)
    assert chart.at(Tooth(307)) == {"resorption_stage": 4, "missing": True}
    assert [tooth.number for tooth in chart.findings] == [108, 307]
    assert chart.teeth_with("missing") == (Tooth(307),)
    assert chart.without(Tooth(108), "probing_depth").teeth_with("probing_depth") == ()
    assert chart.without(Tooth(101), "missing") == chart
    assert Chart.from_json(chart.to_json()) == chart
    assert (
        chart.with_finding(Tooth(105), "supernumerary").with_finding(Tooth(105), "calculus", 1).at(Tooth(105))
    )


@pytest.mark.parametrize(
    ("tooth", "name", "value", "words"),
    [
        (105, "missing", True, "A cat has no tooth 105"),
        (108, "loose", True, "no finding 'loose'"),
        (108, "mobility", 4, "Mobility goes from 0 to 3"),
        (108, "mobility", 1.5, "Mobility goes from 0 to 3"),
        (108, "mobility", True, "Mobility goes from 0 to 3"),
        (108, "probing_depth", -1.0, "from 0 to 30 mm"),
        (108, "missing", 2, "is a mark"),
    ],
)
def test_values_that_can_not_be(tooth: int, name: str, value: float, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Chart.blank("cat").with_finding(Tooth(tooth), name, value)


def test_a_species_without_a_formula_and_texts_that_are_no_chart() -> None:
    with pytest.raises(UsageError, match="no dental formula"):
        Chart.blank("parrot")
    broken = [
        "", "[]", "{}", '{"species": "cat"}', '{"species": "cat", "teeth": {"108": 3}}',
        '{"species": "cat", "teeth": {"108": {"probing_depth": "deep"}}}',
        '{"species": "cat", "teeth": {"108": {"probing_depth": NaN}}}',
    ]  # fmt: skip
    for text in broken:
        with pytest.raises(UsageError):
            Chart.from_json(text)


@given(
    st.dictionaries(
        st.sampled_from(FORMULAS["dog"].adult),
        st.sets(st.sampled_from(list(FINDINGS.values())), min_size=1),
    )
)
def test_a_chart_survives_being_kept(found: dict[Tooth, set[Finding]]) -> None:
    chart = Chart.blank("dog")
    for tooth, findings in found.items():
        for finding in findings:
            value = True if finding.is_mark else int(finding.high)
            chart = chart.with_finding(tooth, finding.name, value)
    assert Chart.from_json(chart.to_json()) == chart
