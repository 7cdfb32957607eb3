"""The viewer reads the examples' scale as it was meant: same lengths, and where they come from."""

from pathlib import Path

import pytest

from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.hoof import HOOF, hoof_film
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.geometry.letters import edge_letters
from vetpacs_desktop.viewer.geometry.scale import Basis, scale_of


@pytest.mark.parametrize(
    ("path", "basis"),
    [
        ("dog-hips/ventrodorsal.dcm", Basis.MAGNIFIED),
        ("dog-thorax/right-lateral.dcm", Basis.MAGNIFIED),
        ("cat-teeth/left-mandible.dcm", Basis.MAGNIFIED),
        ("dog-ct/soft/0001.dcm", Basis.PHYSICAL),
        ("dog-head/t1/0001.dcm", Basis.PHYSICAL),
        ("cat-bladder/bladder.dcm", Basis.REGION),
    ],
)
def test_every_kind_of_picture_has_millimetres_with_their_source(
    small_set: Path, path: str, basis: Basis
) -> None:
    scale = scale_of(read_description(small_set / path))
    assert scale.basis is basis
    assert scale.in_mm


def test_the_magnified_scale_is_the_plane_of_the_hips(small_set: Path) -> None:
    description = read_description(small_set / "dog-hips" / "ventrodorsal.dcm")
    assert description.imager_pixel_spacing is not None
    expected = description.imager_pixel_spacing[0] / ANATOMY.pelvis.magnification
    assert scale_of(description).row_mm == pytest.approx(expected, rel=1e-5)


def test_the_hoof_is_drawn_at_the_scale_its_header_states(small_set: Path) -> None:
    description = read_description(small_set / "horse-foot" / "lateromedial.dcm")
    assert description.imager_pixel_spacing is not None
    film = hoof_film(description.imager_pixel_spacing[0])
    scale = scale_of(description)
    assert scale.row_mm is not None
    assert scale.row_mm == pytest.approx(film.pitch, rel=1e-5)
    tip, ground = film.to_pixels([HOOF.tip, (HOOF.tip[0], 0.0)])
    assert (ground[1] - tip[1]) * scale.row_mm == pytest.approx(HOOF.sole_depth_mm, rel=1e-5)


@pytest.mark.parametrize(
    ("path", "letters"),
    [
        ("dog-thorax/right-lateral.dcm", ("CR", "CD", "D", "V")),
        ("dog-thorax/ventrodorsal.dcm", ("RT", "LE", "CR", "CD")),
        ("dog-ct/soft/0001.dcm", ("RT", "LE", "D", "V")),
    ],
)
def test_the_letters_at_the_edges_are_a_quadrupeds(
    small_set: Path, path: str, letters: tuple[str, str, str, str]
) -> None:
    description = read_description(small_set / path)
    seen = edge_letters(description, 0, quadruped=None, flip_h=False, flip_v=False, rotation_degrees=0)
    assert (seen.left, seen.right, seen.top, seen.bottom) == letters
