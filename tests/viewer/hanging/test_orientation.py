"""However a detector stored the picture: with the right letters in its header it hangs the right way."""

from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.helpers.headers import image
from vetpacs_desktop.viewer.geometry.letters import edge_letters
from vetpacs_desktop.viewer.hanging.orientation import Turn, turn_for
from vetpacs_desktop.viewer.hanging.protocol import Edges


@dataclass(frozen=True)
class Lying:
    """What is truly at the four edges of a picture."""

    left: str
    right: str
    top: str
    bottom: str

    def mirrored(self) -> "Lying":
        return Lying(self.right, self.left, self.top, self.bottom)

    def turned(self) -> "Lying":
        """A quarter clockwise."""
        return Lying(self.bottom, self.top, self.left, self.right)


CONVENTIONS = {
    "trunk lateral": (Lying("CR", "CD", "D", "V"), Edges(("CR", "R"), ("D",))),
    "head lateral": (Lying("R", "CD", "D", "V"), Edges(("CR", "R"), ("D",))),
    "VD and DV": (Lying("RT", "LE", "CR", "CD"), Edges(("RT",), ("CR", "R"))),
    "stifle": (Lying("CR", "CD", "PR", "DI"), Edges(("CR", "D"), ("PR",))),
    "hoof": (Lying("D", "PA", "PR", "DI"), Edges(("D", "CR"), ("PR",))),
    "hind hoof": (Lying("D", "PL", "PR", "DI"), Edges(("D", "CR"), ("PR",))),
    "right limb from the front": (Lying("L", "M", "PR", "DI"), Edges(("L",), ("PR",))),
    "left limb from the front": (Lying("M", "L", "PR", "DI"), Edges(("M",), ("PR",))),
    "left of a mirrored pair": (Lying("PA", "D", "PR", "DI"), Edges(("CD", "PA", "PL"), ("PR",))),
}


def stored(lying: Lying, mirrored: bool, quarters: int) -> Lying:
    lying = lying.mirrored() if mirrored else lying
    for _ in range(quarters):
        lying = lying.turned()
    return lying


@pytest.mark.parametrize("name", CONVENTIONS)
@given(mirrored=st.booleans(), quarters=st.integers(0, 3), stated=st.sampled_from(["", "QUADRUPED"]))
def test_any_stored_picture_ends_with_the_same_letters(
    name: str, mirrored: bool, quarters: int, stated: str
) -> None:
    wanted, wish = CONVENTIONS[name]
    lying = stored(wanted, mirrored, quarters)
    assume(stated or {lying.right, lying.bottom} != {"PL", "PR"})  # as good for a person lying askew
    tags = {"AnatomicalOrientationType": stated} if stated else {}
    described = image(PatientOrientation=[lying.right, lying.bottom], **tags)
    turn = turn_for(described, [wish], quadruped=True)
    assert turn is not None
    assert turn.flip_h == mirrored, "a picture is mirrored only when it was stored so"
    letters = edge_letters(
        described, quadruped=True, flip_h=turn.flip_h, rotation_degrees=float(turn.rotation)
    )
    assert letters.left.replace("CR", "R") in (wanted.left.replace("CR", "R"), ""), (
        "caudal's other end is both"
    )
    assert letters.right in (wanted.right, "")
    assert (letters.left, letters.right) != ("", "")
    assert (letters.top, letters.bottom) == (wanted.top, wanted.bottom)


@given(mirrored=st.booleans(), quarters=st.integers(0, 3))
def test_slices_hang_by_their_vectors(mirrored: bool, quarters: int) -> None:
    lying = stored(Lying("RT", "LE", "D", "V"), mirrored, quarters)
    vectors = {"LE": (1, 0, 0), "RT": (-1, 0, 0), "D": (0, 1, 0), "V": (0, -1, 0)}
    described = image(
        ImageOrientationPatient=[*vectors[lying.right], *vectors[lying.bottom]],
        ImagePositionPatient=[0, 0, 0],
        AnatomicalOrientationType="QUADRUPED",
    )
    wishes = [Edges(("CR", "R"), ("D",)), Edges(("RT",), ("D",)), Edges(("RT",), ("CR", "R"))]
    turn = turn_for(described, wishes)
    assert turn is not None
    letters = edge_letters(described, flip_h=turn.flip_h, rotation_degrees=float(turn.rotation))
    assert (letters.left, letters.top) == ("RT", "D")


LATERAL = [Edges(("CR", "R"), ("D",))]


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"PatientOrientation": ["", ""]},
        {"PatientOrientation": ["CR", ""]},  # mirrored or turned by half: nobody knows
        {"PatientOrientation": ["", "D"]},
        {"PatientOrientation": ["XX", "V"]},
        {"PatientOrientation": ["LE", "CD"]},  # another plane
        {"PatientOrientation": ["F", "P"]},  # for people
        {"ImageOrientationPatient": [0, 0, 1, 0, -1, 0], "ImagePositionPatient": [0, 0, 0]},
    ],
)
def test_what_is_not_known_is_not_turned(tags: dict[str, object]) -> None:
    assert turn_for(image(**tags), LATERAL) is None


def test_letters_for_people_count_once_the_reader_says_that_they_are_meant_for_an_animal() -> None:
    described = image(PatientOrientation=["H", "A"])  # cranial right, ventral below
    assert turn_for(described, LATERAL) is None
    assert turn_for(described, LATERAL, quadruped=True) == Turn(True, 0)


def test_one_wished_edge_turns_and_never_mirrors() -> None:
    upside_down = image(PatientOrientation=["M", "PR"])
    assert turn_for(upside_down, [Edges(top=("PR",))]) == Turn(False, 180)
    assert turn_for(image(PatientOrientation=["PR", "M"]), [Edges(top=("PR",))]) == Turn(False, 270)


def test_a_leaning_picture_counts_by_its_main_direction() -> None:
    assert turn_for(image(PatientOrientation=["CDV", "VCD"]), LATERAL) == Turn()
    assert turn_for(image(PatientOrientation=["CRV", "VCR"]), LATERAL) == Turn(True, 0)
