"""Letters name the true side of the animal, whatever way the picture is flipped and turned."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.corpus import images
from tests.helpers.headers import AXIAL, CORONAL, DX, SAGITTAL, US, image
from tests.viewer.geometry.test_planes import angles, cosines
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.geometry.letters import Letters, edge_letters, vector_letters

OPPOSITE = {
    False: {"L": "R", "R": "L", "P": "A", "A": "P", "H": "F", "F": "H"},
    True: {"LE": "RT", "RT": "LE", "D": "V", "V": "D", "CR": "CD", "CD": "CR"},
}
AXES = {False: ("L", "P", "H"), True: ("LE", "D", "CR")}


def plane(orientation: Any, **values: Any) -> ImageDescription:
    return image(ImageOrientationPatient=list(orientation), ImagePositionPatient=[0, 0, 0], **values)


def opposite(letters: str, quadruped: bool) -> str:
    words = letters.split("-") if quadruped else list(letters)
    return ("-" if quadruped else "").join(OPPOSITE[quadruped][word] for word in words if word)


@pytest.mark.parametrize(
    ("orientation", "biped", "quadruped"),
    [
        (AXIAL, Letters("R", "L", "A", "P"), Letters("RT", "LE", "V", "D")),
        (SAGITTAL, Letters("A", "P", "H", "F"), Letters("V", "D", "CR", "CD")),
        (CORONAL, Letters("R", "L", "H", "F"), Letters("RT", "LE", "CR", "CD")),
    ],
)
def test_the_three_planes(orientation: Any, biped: Letters, quadruped: Letters) -> None:
    assert edge_letters(plane(orientation)) == biped
    assert edge_letters(plane(orientation), quadruped=True) == quadruped
    stated = plane(orientation, AnatomicalOrientationType="QUADRUPED")
    assert edge_letters(stated) == quadruped
    assert edge_letters(stated, quadruped=False) == biped


def test_real_series_prone_and_tilted() -> None:
    prone = read_description(images("mr-prone")[0])
    assert edge_letters(prone) == Letters("A", "P", "H", "F")
    tilted = read_description(images("ct-tilted")[0])
    assert edge_letters(tilted) == Letters("R", "L", "AH", "PF")
    assert edge_letters(tilted, quadruped=True) == Letters("RT", "LE", "V-CR", "D-CD")


def test_a_quarter_turn_clockwise_brings_the_left_edge_to_the_top() -> None:
    assert edge_letters(plane(AXIAL), rotation_degrees=90) == Letters("P", "A", "R", "L")


def test_flips_exchange_two_edges_and_leave_the_others() -> None:
    assert edge_letters(plane(AXIAL), flip_h=True) == Letters("L", "R", "A", "P")
    assert edge_letters(plane(AXIAL), flip_v=True) == Letters("R", "L", "P", "A")


def test_a_small_turn_keeps_the_letter_and_half_a_quarter_combines_two() -> None:
    assert edge_letters(plane(AXIAL), rotation_degrees=8) == edge_letters(plane(AXIAL))
    assert edge_letters(plane(AXIAL), rotation_degrees=-30).top == "AL"
    assert edge_letters(plane(AXIAL), rotation_degrees=-60, quadruped=True).top == "LE-V"


@settings(deadline=None)
@given(
    a=angles, b=angles, c=angles, quadruped=st.booleans(), turn=st.floats(-720, 720), flips=st.integers(0, 3)
)
def test_opposite_edges_carry_opposite_letters(
    a: float, b: float, c: float, quadruped: bool, turn: float, flips: int
) -> None:
    found = edge_letters(
        plane(cosines(a, b, c)),
        quadruped=quadruped,
        flip_h=bool(flips & 1),
        flip_v=bool(flips & 2),
        rotation_degrees=turn,
    )
    assert found.right == opposite(found.left, quadruped)
    assert found.bottom == opposite(found.top, quadruped)
    assert all((found.left, found.right, found.top, found.bottom))


@settings(deadline=None)
@given(a=angles, b=angles, c=angles, quarter=st.integers(-4, 4), flips=st.integers(0, 3))
def test_four_quarter_turns_and_a_double_flip_change_nothing(
    a: float, b: float, c: float, quarter: int, flips: int
) -> None:
    shown = plane(cosines(a, b, c))
    flip_h, flip_v = bool(flips & 1), bool(flips & 2)
    here = edge_letters(shown, flip_h=flip_h, flip_v=flip_v, rotation_degrees=90 * quarter)
    again = edge_letters(shown, flip_h=flip_h, flip_v=flip_v, rotation_degrees=90 * quarter + 360)
    both = edge_letters(shown, flip_h=not flip_h, flip_v=not flip_v, rotation_degrees=90 * quarter + 180)
    assert here == again == both


@settings(deadline=None)
@given(
    a=angles,
    b=angles,
    c=angles,
    quadruped=st.booleans(),
    turn=st.floats(-360, 360),
    flip_h=st.booleans(),
    flip_v=st.booleans(),
)
def test_the_first_letter_is_the_nearest_axis_of_the_pixels_that_land_on_that_edge(
    a: float, b: float, c: float, quadruped: bool, turn: float, flip_h: bool, flip_v: bool
) -> None:
    """Independent: draws an image, flips and turns its pixels, and asks where the edge's pixels came from."""
    orientation = cosines(a, b, c)
    across, below = np.array(orientation[:3]), np.array(orientation[3:])
    ring = [(math.cos(t), math.sin(t)) for t in np.linspace(0, 2 * math.pi, 3600, endpoint=False)]
    landed = []
    for x, y in ring:
        spot = complex(-x if flip_h else x, -y if flip_v else y) * complex(
            math.cos(math.radians(turn)), math.sin(math.radians(turn))
        )  # y points down, so multiplying turns clockwise
        landed.append(spot)
    found = edge_letters(
        plane(orientation), quadruped=quadruped, flip_h=flip_h, flip_v=flip_v, rotation_degrees=turn
    )
    for edge, towards in ((found.right, 1), (found.left, -1), (found.bottom, 1j), (found.top, -1j)):
        x, y = ring[int(np.argmin([abs(spot - towards) for spot in landed]))]
        direction = across * x + below * y
        sizes = np.sort(np.abs(direction))
        if sizes[2] - sizes[1] < 0.01:
            continue  # two axes are equally near: either name is right
        axis = int(np.argmax(np.abs(direction)))
        name = AXES[quadruped][axis]
        name = name if direction[axis] > 0 else OPPOSITE[quadruped][name]
        first = edge.split("-")[0] if quadruped else edge[:1]
        assert first == name


@pytest.mark.parametrize(
    ("direction", "biped", "quadruped"),
    [
        ((1, 0, 0), "L", "LE"),
        ((0, -1, 0), "A", "V"),
        ((0, 0, -3), "F", "CD"),
        ((0.8, -0.6, 0), "LA", "LE-V"),
        ((0.99, 0.1, 0), "L", "LE"),
        ((0, 0, 0), "", ""),
    ],
)
def test_names_of_directions(direction: Any, biped: str, quadruped: str) -> None:
    assert vector_letters(direction, quadruped=False) == biped
    assert vector_letters(direction, quadruped=True) == quadruped


# ------------------------------------------------------------ stated letters (projections)


def radiograph(*letters: str, kind: str | None = None) -> ImageDescription:
    return image("DX", DX, PatientOrientation=list(letters), AnatomicalOrientationType=kind)


@pytest.mark.parametrize(
    ("letters", "kind", "expected"),
    [
        (("L", "F"), None, Letters("R", "L", "H", "F")),
        (("A", "F"), "BIPED", Letters("P", "A", "H", "F")),
        (("PL", "F"), None, Letters("AR", "PL", "H", "F")),
        (("CD", "V"), "QUADRUPED", Letters("CR", "CD", "D", "V")),
        (("LE", "CD"), None, Letters("RT", "LE", "CR", "CD")),
        (("L", "DI"), "QUADRUPED", Letters("M", "L", "PR", "DI")),
        (("PA", "DI"), "QUADRUPED", Letters("D", "PA", "PR", "DI")),
        (("D", "DI"), "QUADRUPED", Letters("", "D", "PR", "DI")),
        (("CD", "R"), "QUADRUPED", Letters("CR", "CD", "CD", "R")),
        (("LEV", "CD"), "QUADRUPED", Letters("RT-D", "LE-V", "CR", "CD")),
        (("", "F"), None, Letters("", "", "H", "F")),
        (("L",), None, Letters("R", "L", "", "")),
        (("X", "F"), None, Letters("", "", "H", "F")),
        (("LEFT", "UP"), None, Letters()),
    ],
)
def test_letters_that_the_header_states(
    letters: tuple[str, ...], kind: str | None, expected: Letters
) -> None:
    assert edge_letters(radiograph(*letters, kind=kind)) == expected


def test_stated_letters_follow_flips_and_turns() -> None:
    lateral = radiograph("CD", "V", kind="QUADRUPED")
    assert edge_letters(lateral, flip_h=True) == Letters("CD", "CR", "D", "V")
    assert edge_letters(lateral, rotation_degrees=90) == Letters("V", "D", "CR", "CD")
    assert edge_letters(lateral, rotation_degrees=45).top == "CR-D"


@settings(deadline=None)
@given(
    quarter=st.integers(0, 3),
    flip_h=st.booleans(),
    flip_v=st.booleans(),
    kind=st.sampled_from(["BIPED", "QUADRUPED"]),
)
def test_stated_letters_agree_with_those_of_the_geometry(
    quarter: int, flip_h: bool, flip_v: bool, kind: str
) -> None:
    words = ("LE", "CD") if kind == "QUADRUPED" else ("L", "F")
    view = {"flip_h": flip_h, "flip_v": flip_v, "rotation_degrees": 90.0 * quarter}
    stated = edge_letters(radiograph(*words, kind=kind), **view)
    assert stated == edge_letters(plane(CORONAL, AnatomicalOrientationType=kind), **view)


def test_the_override_translates_what_has_a_counterpart_and_hides_the_rest() -> None:
    assert edge_letters(radiograph("L", "F"), quadruped=True) == Letters("RT", "LE", "CR", "CD")
    assert edge_letters(radiograph("CD", "V", kind="QUADRUPED"), quadruped=False) == Letters(
        "H", "F", "P", "A"
    )
    # Lateral must not turn into Left.
    assert edge_letters(radiograph("L", "DI", kind="QUADRUPED"), quadruped=False) == Letters()


def test_no_orientation_no_letters() -> None:
    assert not edge_letters(image("US", US))
    assert not edge_letters(image("US", US), quadruped=True, flip_h=True, rotation_degrees=30)
    assert not edge_letters(image(ImageOrientationPatient=[0, 0, 0, 0, 0, 0]))
