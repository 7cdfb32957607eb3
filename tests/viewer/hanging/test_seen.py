"""What an image shows, in the words of many machines and languages."""

# ruff: noqa: E501 - a table

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.hanging.seen import Written, understand, with_teeth
from vetpacs_desktop.viewer.hanging.teeth import COLUMNS, MIDDLE, column_of
from vetpacs_desktop.viewer.hanging.vocabulary import folded, shipped


def seen(*words: str, species: str = "dog", **fields: object) -> object:
    return understand(Written(words=words, **{"modality": "DX", **fields}), shipped(), species)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "words", "region", "view", "side"),
    [
        ({"views": ("RL", "399198007", "Left-Right Lateral")}, "Thorax right lateral", "thorax", "lateral", "R"),
        ({"views": ("Right-Left Lateral",)}, "Thorax", "thorax", "lateral", "L"),
        ({"views": ("LL",), "anatomy": ("CHEST",)}, "", "thorax", "lateral", "L"),
        ({}, "Thorax LL", "thorax", "lateral", ""),  # latero-lateral in half of Europe
        ({}, "Thorax Le-RtL", "thorax", "lateral", "R"),
        ({}, "THORAX_VD", "thorax", "vd", ""),
        ({"views": ("441672003",)}, "Chest", "thorax", "dv", ""),
        ({"views": ("R-102CD",)}, "Chest", "thorax", "vd", ""),
        ({}, "Thorax rechte Seitenlage", "thorax", "lateral", "R"),
        ({}, "Abdomen profil gauche", "abdomen", "lateral", "L"),
        ({}, "Tórax lateral derecha", "thorax", "lateral", "R"),
        ({}, "Torace laterale sinistra", "thorax", "lateral", "L"),
        ({}, "Becken VD gestreckt", "pelvis", "vd", ""),
        ({}, "Hanches extended hips", "pelvis", "vd", ""),
        ({}, "PennHIP distraction", "pelvis", "distraction", ""),
        ({}, "Pelvis frog leg", "pelvis", "frog_leg", ""),
        ({"views": ("AP",), "anatomy": ("KNEE",), "laterality": "R"}, "Stifle ML", "stifle", "mediolateral", "R"),
        ({}, "Knie links CrCd", "stifle", "craniocaudal", "L"),
        ({}, "Rodilla izquierda perfil", "stifle", "lateral", "L"),
        ({"anatomy": ("EXTREMITY",)}, "Ellbogen re ML", "elbow", "mediolateral", "R"),
        ({"anatomy": ("FOOT", "419176008", "Forefoot")}, "Left fore foot lateromedial", "foot", "lateromedial", "L"),
        ({}, "Left front foot Oxspring", "foot", "upright", "L"),
        ({}, "LH fetlock DLPMO", "fetlock", "dlpmo", "L"),
        ({"views": ("Dorsal 45 degree medial-palmarolateral",)}, "Fesselgelenk VR", "fetlock", "dmplo", "R"),
        ({"views": ("Palmaroproximal-dorsodistal oblique",)}, "Strahlbein", "foot", "skyline", ""),
        ({"exam": "Skull"}, "DV", "head", "dv", ""),
        ({"anatomy": ("L-SPINE",)}, "LWS lateral", "spine", "lateral", ""),
    ],
)  # fmt: skip
def test_regions_views_and_sides(
    fields: dict[str, object], words: str, region: str, view: str, side: str
) -> None:
    found = seen(words, **fields)
    assert region in found.regions  # type: ignore[attr-defined]
    assert (found.view, found.side) == (view, side)  # type: ignore[attr-defined]


def test_a_limbs_parts_are_limbs_and_nothing_else_is() -> None:
    assert seen("stifle").regions == {"stifle", "limb"}  # type: ignore[attr-defined]
    assert seen("thorax").regions == {"thorax"}  # type: ignore[attr-defined]


def test_a_horses_knee_is_its_carpus() -> None:
    assert "carpus" in seen("LF knee DLPMO", species="horse").regions  # type: ignore[attr-defined]
    assert "stifle" in seen("Left knee", species="dog").regions  # type: ignore[attr-defined]
    assert "stifle" in seen("Left stifle", species="horse").regions  # type: ignore[attr-defined]


def test_what_contradicts_itself_has_no_side() -> None:
    assert seen("Right and left stifle").side == ""  # type: ignore[attr-defined]
    assert seen("Hips left", laterality="B").side == ""  # type: ignore[attr-defined]


def test_words_of_the_exam_are_asked_last() -> None:
    assert seen("VD", exam="Thorax and hips").regions == {"thorax", "pelvis"}  # type: ignore[attr-defined]
    assert seen("Hip VD", exam="Thorax").regions == {"pelvis"}  # type: ignore[attr-defined]


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=6))
def test_any_words_are_understood_or_not_but_never_fail(words: str, view: str, side: str) -> None:
    found = understand(Written("DX", (view,), (words,), side, (words, view), words), shipped(), "horse")
    assert found.side in ("", "R", "L")


@given(st.sampled_from(sorted(" ".join(one) for one in shipped().views.phrases)))
def test_case_accents_and_signs_make_no_difference(phrase: str) -> None:
    plain = shipped().views.found(phrase)
    assert plain
    assert shipped().views.found(f"  {phrase.upper().replace(' ', '_-/ ')}!") == plain
    assert folded("Schädel, Höhe") == ["schadel", "hohe"]


# --- teeth ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "fields", "teeth", "jaw"),
    [
        ("108", {}, (108,), "upper"),
        ("Left mandible, 307-309", {}, (307, 308, 309), "lower"),
        ("Upper left 4th premolar", {}, (208,), "upper"),
        ("P4 maxilla", {"laterality": "R"}, (108,), "upper"),
        ("Unterkiefer rechts M1", {}, (409,), "lower"),
        ("Oberkiefer links Eckzahn", {}, (204,), "upper"),
        ("mandible left second premolar", {}, (306,), "lower"),
        ("upper incisors 101-203", {}, (101, 203), "upper"),
        ("left mandible", {}, (), "lower"),
        ("Dental", {}, (), ""),
    ],
)
def test_teeth_in_numbers_and_words(
    words: str, fields: dict[str, object], teeth: tuple[int, ...], jaw: str
) -> None:
    found = seen(words, modality="IO", **fields)
    assert (found.teeth, found.jaw) == (teeth, jaw)  # type: ignore[attr-defined]


def test_the_side_follows_from_the_teeth() -> None:
    assert seen("108-110", modality="IO").side == "R"  # type: ignore[attr-defined]
    assert seen("101-203", modality="IO").side == ""  # type: ignore[attr-defined]
    named = with_teeth(seen("x", modality="IO"), (304, 305))  # type: ignore[arg-type]
    assert (named.jaw, named.side) == ("lower", "L")


def test_no_tooth_is_read_where_no_mouth_is_shown() -> None:
    assert seen("Thorax 108").teeth == ()  # type: ignore[attr-defined]


def test_columns_of_the_chart_go_from_the_right_molars_to_the_left_ones() -> None:
    rows = [(110,), (106,), (104,), (101, 201), (204,), (206,), (210,)]
    assert [column_of(row, "") for row in rows] == list(range(COLUMNS))
    assert [column_of((n + 300,), "") for n in (4, 6, 9)] == [4, 5, 6]
    assert column_of((), "") == MIDDLE
    assert column_of((), "R") < MIDDLE < column_of((), "L")
