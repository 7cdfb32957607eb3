"""The example cat's trunk: a slimmer body on the same plan, with a small leaning heart.

A cat is drawn at the dog's size and made small by the camera (`SCALE`); nothing of it is meant to be measured
except through the header's scale.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vetpacs_desktop.examples.anatomy import CARINA, Point, heart_from
from vetpacs_desktop.examples.bones import Bone, BonePart, Chest
from vetpacs_desktop.examples.dog import dog_trunk
from vetpacs_desktop.examples.flesh import Airway, Dome, Organ, Outline, Trunk
from vetpacs_desktop.examples.shapes import Bundle, Drum, Ellipsoid, Tube, axes_along

SCALE = 0.60
"""Millimetres of the cat per millimetre of the plan."""
SLIM = 0.84
"""How much lower and narrower than the dog's plan the body is."""
HEART = heart_from(CARINA, tilt_degrees=47.0, long_mm=96.0, short_mm=66.0, width_mm=54.0)


def cat_trunk(seed: int, *, vessels: int = 300) -> Trunk:
    """The cat, at the size of the dog's plan."""
    dog = dog_trunk(seed + 2000, HEART, vessels=vessels)
    airways = tuple(Airway(_tube(a.tube), a.wall_mm * SLIM) for a in dog.airways)
    return replace(
        dog,
        skin=_outline(dog.skin),
        inner=_outline(dog.inner),
        chest=Chest(tuple((z, w * SLIM, a * SLIM, b * SLIM, c * SLIM) for z, w, a, b, c in dog.chest.rows)),
        dome=Dome(
            _point(dog.dome.center),
            (dog.dome.radii[0] * SLIM, dog.dome.radii[1] * SLIM, dog.dome.radii[2]),
            dog.dome.axes,
        ),
        limbs=tuple(_tube(limb) for limb in dog.limbs),
        organs=tuple(_organ(organ) for organ in dog.organs),
        lung_vessels=Bundle.of([_tube(vessel) for vessel in dog.lung_vessels.tubes]),
        airways=airways,
        airway_tubes=Bundle.of([a.tube for a in airways]),
        bones=tuple(_bone(bone) for bone in dog.bones),
        fat_mm=7.0,
    )


def _point(point: Point) -> Point:
    return (point[0] * SLIM, point[1] * SLIM, point[2])


def _outline(outline: Outline) -> Outline:
    rows = tuple((z, w * SLIM, a * SLIM, b * SLIM, c * SLIM) for z, w, a, b, c in outline.rows)
    return Outline(rows, outline.keel)


def _tube(tube: Tube) -> Tube:
    return Tube(tube.points * np.array([SLIM, SLIM, 1.0]), tube.radii * SLIM)


def _ellipsoid(shape: Ellipsoid) -> Ellipsoid:
    """An ellipsoid stays one when it is squeezed: its new axes are the singular vectors."""
    stretched = (np.diag([SLIM, SLIM, 1.0]) @ shape.axes.T) * np.array(shape.radii)
    axes, radii, _ = np.linalg.svd(stretched)
    return Ellipsoid(_point(shape.center), (float(radii[0]), float(radii[1]), float(radii[2])), axes.T)


def _drum(shape: Drum) -> Drum:
    along = shape.axes[2] * np.array([SLIM, SLIM, 1.0])
    radii = (shape.radii[0] * SLIM, shape.radii[1] * SLIM)
    return Drum(_point(shape.center), radii, shape.half, axes_along(along.tolist()), shape.waist)


def _part(part: BonePart) -> BonePart:
    if isinstance(part, Tube):
        return _tube(part)
    return _drum(part) if isinstance(part, Drum) else _ellipsoid(part)


def _bone(bone: Bone) -> Bone:
    return replace(bone, parts=tuple(_part(part) for part in bone.parts))


def _organ(organ: Organ) -> Organ:
    shape = _tube(organ.shape) if isinstance(organ.shape, Tube) else _ellipsoid(organ.shape)
    return replace(organ, shape=shape)
