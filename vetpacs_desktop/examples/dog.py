"""The example dog's trunk: outline, organs, vessels and airways around the exact anatomy.

Measured things (heart, kidneys, trachea, spine, hips) come from anatomy.py unchanged; the rest is drawn to
look right. Two hearts exist: today's and the smaller one of a year ago.
"""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.examples import bones
from vetpacs_desktop.examples.anatomy import ANATOMY, DogAnatomy, Heart, Kidney, Point, spine_height
from vetpacs_desktop.examples.bones import Bone, Chest
from vetpacs_desktop.examples.flesh import Airway, Dome, Organ, Outline, Trunk, ball
from vetpacs_desktop.examples.lungs import Points, branches, grow, scatter, shifted
from vetpacs_desktop.examples.shapes import (
    Bundle,
    Ellipsoid,
    Tube,
    axes_along,
    axes_towards,
    smooth_tube,
    tube,
)
from vetpacs_desktop.examples.texture import generator

SKIN = Outline(
    (
        (330, 44, 84, 128, 44), (260, 44, 52, 98, 4), (210, 52, 30, 97, -22), (170, 64, 12, 102, -48),
        (130, 71, 6, 108, -70), (100, 74, 4, 109, -82), (60, 75, 4, 107, -88), (0, 77, 3, 103, -88),
        (-60, 78, 0, 102, -80), (-110, 78, 2, 102, -70), (-160, 74, 8, 103, -58), (-220, 68, 14, 103, -42),
        (-270, 66, 20, 100, -32), (-310, 70, 24, 92, -26), (-345, 56, 30, 80, -10), (-368, 26, 46, 72, 26),
        (-392, 5, 62, 66, 58),
    ),
    keel=0.10,
)  # fmt: skip
INNER = Outline(
    (
        (153, 2, 12, 16, 8), (146, 11, 13, 27, -2), (134, 25, 11, 39, -24), (118, 36, 6, 45, -43), (90, 49,
            2, 50, -60),
        (60, 57, 0, 54, -68), (30, 61, -2, 58, -70), (0, 63, -2, 61, -70), (-40, 65, 0, 63, -66), (-80, 66,
            4, 65, -60),
        (-115, 66, 6, 64, -56), (-160, 63, 8, 60, -47), (-220, 57, 14, 60, -31), (-270, 49, 20, 54, -21),
        (-310, 32, 26, 48, -6), (-350, 16, 32, 44, 16),
    ),
    keel=0.06,
)  # fmt: skip
CHEST = Chest(
    (
        (140, 20, 12, 36, -22), (120, 36, 6, 44, -44), (90, 50, 2, 50, -62), (60, 58, 0, 54, -70), (30, 62,
            -2, 58, -72),
        (0, 64, -2, 60, -72), (-40, 66, 0, 62, -68), (-80, 67, 4, 64, -58), (-115, 66, 8, 64, -48), (-160,
            62, 8, 60, -44),
    )
)  # fmt: skip
SPINE_Z = np.arange(-200.0, 200.0, 5.0)
SPINE_Y = np.array([spine_height(z) for z in SPINE_Z.tolist()])
BLOOD, HEART, MUSCLE = 175.0, 108.0, 60.0


def dog_trunk(seed: int, heart: Heart = ANATOMY.heart, *, vessels: int = 420) -> Trunk:
    """The dog with `heart`; `vessels` is how many twigs each lung's trees serve."""
    airways, lung_vessels = _lung_trees(seed, heart, vessels)
    return Trunk(
        skin=SKIN,
        inner=INNER,
        chest=CHEST,
        dome=_dome(),
        limbs=tuple(_limbs()),
        organs=(*_chest_organs(heart), *_belly_organs(ANATOMY), *_gut(seed)),
        lung_vessels=Bundle.of(lung_vessels),
        airways=tuple(airways),
        airway_tubes=Bundle.of([airway.tube for airway in airways]),
        bones=tuple(_skeleton(ANATOMY)),
        lung_back=-96.0,
    )


def _skeleton(dog: DogAnatomy) -> list[Bone]:
    return [
        *bones.spine(dog.vertebrae),
        *bones.ribs(dog.vertebrae, CHEST),
        *bones.sternum(CHEST),
        *bones.shoulders(),
        *bones.hindquarters(dog),
    ]


def _dome() -> Dome:
    lean = radians(21)
    return Dome((2.0, -15.0, -90.0), (70.0, 88.0, 60.0), axes_along((0.0, sin(lean), cos(lean))))


def _limbs() -> list[Tube]:
    tubes = []
    for side in (-1, 1):
        arm = [
            (side * 46, 40, 118),
            (side * 48, 0, 158),
            (side * 47, -40, 192),
            (side * 45, -88, 236),
            (side * 44, -140, 280),
        ]
        tubes.append(smooth_tube(arm, [24, 32, 31, 24, 19]))
        thigh = [
            (side * 36, 34, -292),
            (side * 44, 26, -330),
            (side * 47, 24, -385),
            (side * 47, 24, -440),
            (side * 46, 24, -540),
        ]
        tubes.append(smooth_tube(thigh, [22, 38, 36, 25, 18]))
    tubes.append(smooth_tube([(0, 58, -330), (0, 63, -380), (0, 66, -430), (0, 66, -520)], [11, 8, 6.5, 5]))
    return tubes


def heart_shape(heart: Heart) -> Ellipsoid:
    """The heart's silhouette: the ellipsoid whose axes anatomy.py names."""
    along = np.subtract(heart.carina, heart.apex)
    return Ellipsoid(
        heart.center, (heart.width_mm / 2, heart.short_mm / 2, heart.long_mm / 2), axes_along(along.tolist())
    )


def _chest_organs(heart: Heart) -> list[Organ]:
    body = heart_shape(heart)
    size = heart.short_mm / 85.0

    def at(left: float, dorsal: float, base: float) -> Point:
        x, y, z = (np.array([left, dorsal, base]) * size @ body.axes + np.array(body.center)).tolist()
        return (x, y, z)

    def chamber(name: str, where: Point, a: float, b: float, c: float, hu: float = BLOOD) -> Organ:
        return Organ(name, Ellipsoid(where, (a * size, b * size, c * size), body.axes), 44, hu, 5)

    spine_y = spine_height
    aorta = [at(3, 4, 22), at(3, 8, 42), (6.0, 37.0, 66.0), (9.0, 41.0, 48.0)]
    aorta += [(8.0, spine_y(z) - 13.5, z) for z in (20.0, -30.0, -80.0)] + [
        (2.0, spine_y(z) - 11.0, z) for z in (-130.0, -200.0, -285.0)
    ]
    gullet = [(5, 22, 230), (5, 27, 150), (6, 35, 100), (4, 41, 60), (2, 39, 10), (3, 33, -42), (8, 24, -78)]
    return [
        Organ("cranial mediastinum", ball((0, 4, 100), 8, 46, 44), -20, -5, 14),
        Organ("caudal mediastinum", ball((2, 12, -18), 2.4, 52, 58), 15, 25, 6),
        Organ("prevertebral", smooth_tube([(0, spine_y(z) - 7, z) for z in (140.0, 80, 20, -40, -110)], [9,
            8, 7, 7, 8]), 20, 40, 10),
        Organ("oesophagus", smooth_tube(gullet, [6, 6, 6.5, 6, 6, 6, 7]), 45, 68, 6),
        Organ("oesophageal gas", smooth_tube(gullet[1:5], [0.4, 1.5, 2.1, 0.5]), -600, -600, 40),
        Organ("cranial vena cava", smooth_tube([(-7, 8, 150), (-9, 10, 105), (-10, 6, 62), at(-12, 6, 22)],
            [5.5, 6, 6.5, 7]), 44, BLOOD + 30, 5),
        Organ("brachiocephalic trunk", smooth_tube([(5, 36, 68), (2, 20, 96), (-3, 12, 140)], [4.2, 3.6,
            3.2]), 44, BLOOD, 5),
        Organ("azygos", smooth_tube([(-6, spine_y(z) - 7, z) for z in (30.0, -30.0, -110.0)], [2.0, 2.0,
            1.8]), 44, BLOOD, 5),
        Organ("aorta", smooth_tube(aorta, [7.5, 7.5, 7.4, 7.2, 6.8, 6.6, 6.2, 5.6, 5.0, 4.2]), 46,
            BLOOD + 15, 5),
        Organ("caudal vena cava", smooth_tube([at(-14, -4, 4), (-11, 1, -4), (-11, -1, -52), (-9, 12, -94),
            (-7, 40, -126), (-6, spine_y(-200) - 12, -200), (-4, 46, -285)], [7, 7, 7, 7, 6, 5.5, 4.5]), 44,
            BLOOD - 25, 5),
        Organ("heart", body, 48, HEART, 6),
        chamber("right ventricle", at(-20, 15, -2), 10, 15, 33),
        chamber("right atrium", at(-19, 18, 24), 13, 15, 15),
        chamber("left ventricle", at(9, -8, -8), 13, 14, 28),
        chamber("left atrium", at(8, -17, 28), 17, 18, 14),
        chamber("aortic root", at(3, 2, 26), 8, 8, 14),
        Organ("pulmonary trunk", smooth_tube([at(10, 20, 20), (14, 30, 62), (12, 28, 46)], [8, 7.5, 7]), 44,
            BLOOD, 5),
        Organ("right pulmonary artery", smooth_tube([(12, 28, 46), (-4, 20, 46), (-18, 20, 38)], [6.5, 6,
            5]), 44, BLOOD, 5),
    ]  # fmt: skip


def _belly_organs(dog: DogAnatomy) -> list[Organ]:
    liver, spleen = axes_towards((0.1, 0.45, 1.0)), axes_towards((-0.22, -0.70, -0.62))
    stomach = axes_towards((0.95, 0.25, -0.1))
    return [
        Organ("liver", ball((-4, -16, -62), 76, 74, 46, axes=liver), 58, 104, 6, inside_belly=True),
        Organ("liver, right caudal lobe", ball((-36, 20, -98), 24, 30, 34), 58, 104, 6, inside_belly=True),
        Organ("gall bladder", ball((-24, -24, -78), 11, 13, 15), 8, 9, 3, inside_belly=True),
        Organ("portal vein", smooth_tube([(-4, 10, -130), (-8, 4, -100), (-10, -2, -70)], [5, 5, 4]), 44,
            165, 4, inside_belly=True),
        Organ("hepatic veins", smooth_tube([(-10, 10, -62), (14, -18, -48), (34, -30, -50)], [4, 3.2, 2]),
            48, 150, 4, inside_belly=True),
        Organ("stomach wall", ball((14, 4, -104), 27, 33, 48, axes=stomach), 45, 82, 6, inside_belly=True),
        Organ("stomach", ball((14, 4, -104), 24, 30, 45, axes=stomach), 22, 24, 9, inside_belly=True,
            level=(18.0, -960.0)),
        Organ("fundic gas", ball((28, 26, -106), 12, 9, 20, axes=stomach), -880, None, 30, inside_belly=True),
        Organ("food", ball((8, -8, -104), 15, 17, 30, axes=stomach), 95, None, 70, inside_belly=True),
        Organ("pylorus", smooth_tube([(-24, -6, -108), (-40, -4, -112), (-46, 10, -122)], [11, 8, 8]), 38,
            70, 8, inside_belly=True),
        Organ("spleen", ball((46, -8, -140), 8.0, 19, 48, axes=spleen), 52, 118, 5, inside_belly=True),
        *_kidney(dog.kidney_left, "left kidney", 1),
        *_kidney(dog.kidney_right, "right kidney", -1),
        Organ("bladder wall", ball((2, -6, -276), 22, 19, 29), 40, 66, 4),
        Organ("bladder", ball((2, -6, -276), 20, 17, 27), 6, 12, 2),
        Organ("adrenal", ball((12, 46, -126), 3, 3.4, 10), 35, 90, 3),
    ]  # fmt: skip


def _kidney(kidney: Kidney, name: str, side: int) -> list[Organ]:
    x, y, z = kidney.center
    a, b, c = kidney.width_mm / 2, kidney.height_mm / 2, kidney.length_mm / 2
    return [
        Organ(name, ball(kidney.center, a, b, c), 34, 168, 5),
        Organ(name + " medulla", ball(kidney.center, a - 5.5, b - 5, c - 7), 32, 112, 7),
        Organ(name + " pelvis", ball((x - side * 6, y, z), 5, 2.2, 9), 26, 70, 8),
        Organ(name + " sinus", ball((x - side * 12, y, z), 4, 2.6, 7), 20, 95, 10),
    ]


def _gut(seed: int) -> list[Organ]:
    """Small intestine in loops, duodenum and a colon with gas and faeces."""
    rng = generator(seed, "gut")
    organs: list[Organ] = []
    loops = _loops(rng)
    for number, line in enumerate(loops):
        wide = float(rng.uniform(5.4, 7.2))
        gassy = rng.uniform() < 0.4
        organs.append(Organ(f"loop {number}", smooth_tube(line, wide, 4), 42, 88, 6, inside_belly=True))
        inner = smooth_tube(line, wide - 2.3, 4)
        organs.append(
            Organ(
                f"content {number}",
                inner,
                -550 if gassy else 18,
                -550 if gassy else 22,
                60 if gassy else 9,
                inside_belly=True,
            )
        )
    colon = [(-22, 8, -178), (-18, 10, -140), (0, 8, -126), (14, 13, -142), (4, 29, -178), (3, 33, -250)]
    colon += [(1, 39, -300), (0, 42, -350)]
    organs.append(
        Organ(
            "colon wall", smooth_tube(colon, [8, 9, 10, 10.5, 11, 10.5, 10, 7]), 44, 84, 6, inside_belly=True
        )
    )
    organs.append(Organ("colon", smooth_tube(colon, [6.4, 7.4, 8.4, 9, 9.4, 9, 8.4, 5]), -20, -20, 150))
    for _ in range(26):
        t = float(rng.uniform(0.05, 0.95)) * (len(colon) - 1)
        a, b = np.array(colon[int(t)]), np.array(colon[min(int(t) + 1, len(colon) - 1)])
        x, y, z = (a + (b - a) * (t % 1) + rng.normal(0, 2.6, 3)).tolist()
        size = float(rng.uniform(1.8, 4.6))
        organs.append(Organ("gas", ball((x, y, z), size, size * 0.8, size * 1.4), -900, -900, 30))
    return organs


def _loops(rng: np.random.Generator) -> list[list[Point]]:
    lines: list[list[Point]] = [
        [(-46, 10, -122), (-49, 14, -160), (-44, 10, -200), (-30, 6, -214), (-20, 10, -190)]
    ]
    for column in range(6):
        line: list[Point] = []
        z = -128.0 - rng.uniform(0, 12)
        for bend in range(9):
            x = (-30 + 13 * column) + (14 if bend % 2 else -14) + rng.normal(0, 3)
            y = -30.0 + 9 * (column % 3) + rng.normal(0, 5) + 8 * np.sin(bend * 1.7 + column)
            line.append((float(np.clip(x, -44, 44)), float(y), float(z)))
            z -= rng.uniform(9, 16)
        lines.append(line)
    return lines


def in_lung(points: Points, heart: Heart) -> NDArray[np.bool_]:
    """Which of `points` (n, 3) lie in the lungs, a little away from heart, midline and diaphragm."""
    x, y, z = points.T
    table = np.array(CHEST.rows)[::-1]
    w, level, top, bottom = (np.interp(z, table[:, 0], table[:, n]) for n in range(1, 5))
    up = np.where(y > level, top - level, level - bottom)
    wall = (x / (w - 4)) ** 2 + ((y - level) / (up - 5)) ** 2 < 1
    dome = _dome()
    p, q, s = dome.axes @ (points - np.array(dome.center)).T
    clear = (p / (dome.radii[0] + 2)) ** 2 + (q / (dome.radii[1] + 2)) ** 2 + (
        np.maximum(s, 0) / (dome.radii[2] + 3)
    ) ** 2 > 1
    shape = heart_shape(heart)
    a, b, c = shape.axes @ (points - np.array(shape.center)).T
    beside = (a / (shape.radii[0] + 2)) ** 2 + (b / (shape.radii[1] + 2)) ** 2 + (
        c / (shape.radii[2] + 2)
    ) ** 2 > 1
    spine_y = np.interp(z, SPINE_Z, SPINE_Y) - 9
    off_midline = (np.abs(x - 2) > 5) & ((np.abs(x) > 13) | (y < spine_y))
    inside: NDArray[np.bool_] = wall & clear & beside & off_midline & (z > -94)
    return inside


def _lung_trees(seed: int, heart: Heart, twigs: int) -> tuple[list[Airway], list[Tube]]:
    """Trachea and bronchi; arteries and veins of both lungs."""
    x, y, z = heart.carina
    lumen = ANATOMY.trachea_lumen_mm / 2
    fork = (x, y + lumen, z)
    neck = [
        (0.0, 60.0, 330.0),
        (0.0, 28.0, 260.0),
        (0.0, 12.0, 205.0),
        (0.0, 10.0, 150.0),
        (0.5, 18.0, 105.0),
        fork,
    ]
    airways = [Airway(smooth_tube(neck, lumen, 8), 1.6)]
    vessels: list[Tube] = []
    for side, name in ((1.0, "left"), (-1.0, "right")):
        rng = generator(seed, "lung", name)
        hilum = np.array([x + side * 19.0, y + 2.0, z - 20.0])
        low, high = (
            np.array([min(side, 0) * 68.0, -72.0, -110.0]),
            np.array([max(side, 0) * 68.0, 64.0, 134.0]),
        )

        def inside(points: Points) -> NDArray[np.bool_]:
            return in_lung(points, heart)

        trunk = _trunk(np.array(fork), hilum, side)
        artery = grow(rng, trunk, scatter(rng, low, high, twigs, inside), 4.6, 0.3)
        vein = grow(rng, trunk + np.array([0, -9.0, -3.0]), scatter(rng, low, high, twigs, inside), 4.4, 0.3)
        vessels += [*branches(artery)[1:], *branches(vein)[1:]]
        bronchi = shifted(artery, (side * -2.0, 7.5, -2.0), 0.95)
        airways += [Airway(b, 0.9) for b in branches(bronchi, 1.15)]
        airways.append(
            Airway(
                tube([fork, (x + side * 9, y + 4.5, z - 10), tuple(bronchi.nodes[1])], [5.6, 5.0, 4.6]), 1.2
            )
        )
    return airways, vessels


def _trunk(fork: Points, hilum: Points, side: float) -> Points:
    """The stem of a lung's tree: from the fork past the hilum into the caudal lobe."""
    tail = hilum + np.array([side * 8.0, 1.0, -32.0])
    return np.stack([hilum + (fork - hilum) * 0.25, hilum, (hilum + tail) / 2, tail])
