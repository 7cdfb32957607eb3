"""The small picture of a guide lies like the animal on the screen, or as it was drawn where nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.geometry.letters import Letters
from vetpacs_desktop.viewer.measure.veterinary.drawing import (
    ABOVE,
    FOOT_LATERAL,
    LATERAL,
    LIMB_LATERAL,
    Facing,
)
from vetpacs_desktop.viewer.measure.veterinary.facing import AS_DRAWN, Turn, turn_of
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES

TURNS = [Turn(mirrored, quarters) for mirrored in (False, True) for quarters in range(4)]


@pytest.mark.parametrize(
    ("facing", "letters", "turn"),
    [
        (LATERAL, Letters("CR", "CD", "D", "V"), AS_DRAWN),
        (LATERAL, Letters("CD", "CR", "D", "V"), Turn(mirrored=True)),
        (LATERAL, Letters("CD-V", "CR-D", "D-CD", "V-CR"), Turn(mirrored=True)),
        (LATERAL, Letters("CR", "CD", "V", "D"), Turn(mirrored=True, quarters=2)),
        (LATERAL, Letters("CD", "CR", "V", "D"), Turn(quarters=2)),
        (LATERAL, Letters("V", "D", "CR", "CD"), Turn(quarters=1)),
        (LATERAL, Letters("CD", "CR"), Turn(mirrored=True)),
        (LATERAL, Letters(), AS_DRAWN),
        (LATERAL, Letters("LE", "RT", "CR", "CD"), AS_DRAWN),
        (ABOVE, Letters("LE", "RT", "CR", "CD"), Turn(mirrored=True)),
        (FOOT_LATERAL, Letters("PL", "D", "PR", "DI"), Turn(mirrored=True)),
        (LIMB_LATERAL, Letters("CD", "CR", "PR", "DI"), Turn(mirrored=True)),
        (None, Letters("CD", "CR", "D", "V"), AS_DRAWN),
    ],
)
def test_a_drawing_lies_as_the_letters_say(facing: Facing | None, letters: Letters, turn: Turn) -> None:
    assert turn_of(facing, letters) == turn


@given(st.sampled_from(TURNS))
def test_the_letters_of_the_drawing_come_to_lie_at_those_of_the_screen(turn: Turn) -> None:
    edges = {"CR": (0.0, 0.5), "CD": (1.0, 0.5), "D": (0.5, 0.0), "V": (0.5, 1.0)}
    at = {turn.spot(spot): name for name, spot in edges.items()}
    letters = Letters(at[(0.0, 0.5)], at[(1.0, 0.5)], at[(0.5, 0.0)], at[(0.5, 1.0)])
    found = turn_of(LATERAL, letters)
    assert {found.spot(spot) for spot in edges.values()} == {turn.spot(spot) for spot in edges.values()}
    assert [found.spot(spot) for spot in edges.values()] == [turn.spot(spot) for spot in edges.values()]


def test_every_guide_says_how_its_drawing_lies_or_that_it_may_lie_any_way() -> None:
    free = {guide.drawing.name for guide in GUIDES.values() if guide.drawing.facing is None}
    assert free == {"a curved piece of the spine", "a bent long bone", "one hip from above"}
