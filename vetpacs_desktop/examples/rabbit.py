"""The example rabbit's skull, lateral: cheek teeth, incisors, bullae, orbit and soft outline.

The plane of the picture in mm: u caudally (the viewer's right), v upwards. Drawn to look right; nothing in it
is meant to be measured except through the header's scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vetpacs_desktop.examples.anatomy import Shot
from vetpacs_desktop.examples.cast import RABBIT_SKULL, Code
from vetpacs_desktop.examples.dicom import save
from vetpacs_desktop.examples.exposure import Exposure, develop
from vetpacs_desktop.examples.lettering import strokes
from vetpacs_desktop.examples.plates import Film, add_plate, add_rod, curve, smooth
from vetpacs_desktop.examples.projection import WATER_PER_MM
from vetpacs_desktop.examples.texture import Floats, clouds, generator, resize
from vetpacs_desktop.examples.xray import LEFT_RIGHT_LATERAL, Projection, radiograph

SKULL = Code("89546000", "Skull")
SHOT = Shot(source_to_detector=1000.0, source_to_object=955.0)
BONE, SHELL, TOOTH, ENAMEL, LEAD = 0.012, 0.050, 0.070, 0.14, 1.6

HEAD = [
    (-4, 14),
    (-3, 22),
    (6, 32),
    (20, 40),
    (34, 46),
    (46, 50),
    (58, 49),
    (70, 42),
    (84, 36),
    (104, 33),
    (104, -20),
    (86, -22),
    (66, -17),
    (52, -14),
    (36, -9),
    (22, -3),
    (8, 1),
    (-1, 6),
]
OUTER = [
    (4, 20.5),
    (5, 24.8),
    (12, 29.2),
    (24, 34.8),
    (34, 38.6),
    (40, 39.4),
    (46, 41),
    (54, 42),
    (63, 39),
    (69.5, 33),
    (73, 25),
    (72.5, 18),
    (68, 14),
    (60, 14.2),
    (52, 16),
    (45, 17.5),
    (36, 16.6),
    (24, 16.3),
    (14, 16.5),
    (8, 17.6),
]
BRAIN = [
    (43, 25),
    (42.5, 31),
    (45, 37),
    (51, 40),
    (58, 40),
    (66, 35),
    (71, 27),
    (71, 19),
    (66, 16),
    (54, 17),
    (47, 20),
]
JAW = [
    (6, 8.2),
    (10, 9.4),
    (18, 9.4),
    (25, 10.2),
    (38, 10.6),
    (44, 13),
    (49, 20),
    (54, 26),
    (58, 27),
    (57.5, 22),
    (58, 14),
    (59, 6),
    (57.5, -1),
    (54, -5.5),
    (49, -6.5),
    (43, -3.5),
    (34, -2.5),
    (24, 1),
    (14, 4.2),
    (8, 5.6),
]
EAR = [(60, 44), (66, 54), (80, 62), (100, 66), (112, 62), (112, 50), (100, 44), (84, 40), (70, 37)]


def skull_attenuation(film: Film, seed: int) -> Floats:
    """Attenuation along the beam; both halves of a paired part lie a little apart, as in life."""
    total = film.blank()
    add_plate(total, film, smooth(HEAD, 4), 36, 16, WATER_PER_MM)
    add_plate(total, film, smooth(EAR, 4), 6, 3, WATER_PER_MM)
    add_rod(total, film, curve([(70, 42), (86, 50), (104, 55)]), [1.6] * 17, -WATER_PER_MM * 0.8)
    bones = film.blank()
    _bones(bones, film)
    grit = clouds(generator(seed, "skull grit"), (film.rows // 2, film.columns // 2), 0.9 / film.pitch, 2)
    bones *= 1 + np.float32(0.07) * resize(grit, bones.shape)
    total += bones
    _airways(total, film)
    for shift in ((0.0, 0.0), (0.7, 0.45)):
        _teeth(total, film, shift)
    _neck(total, film)
    return total


def _moved(points: Sequence[tuple[float, float]], by: tuple[float, float]) -> list[tuple[float, float]]:
    return [(u + by[0], v + by[1]) for u, v in points]


def _bones(total: Floats, film: Film) -> None:
    add_plate(total, film, smooth(OUTER, 5), 20, 10, BONE * 0.42, (0.6, SHELL * 0.75))
    add_plate(total, film, smooth(BRAIN, 5), 22, 11, BONE * 0.25, (0.5, SHELL * 0.30))
    palate = curve([(8, 17.2), (24, 16.6), (34, 17.2), (44, 19.5), (56, 16.5)])
    add_rod(total, film, palate, [0.4], SHELL)
    orbit = [(40.5 + 7.2 * np.cos(t), 29.5 + 6.6 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 40)]
    add_rod(total, film, orbit, [0.55], SHELL * 0.6)
    add_plate(total, film, orbit[:-1], 9, 4, -WATER_PER_MM * 0.18)
    for shift in ((0.0, 0.0), (0.8, 0.6)):
        add_plate(total, film, smooth(_moved(JAW, shift), 5), 3.6, 1.6, BONE * 1.4, (0.55, SHELL))
        arch = curve(_moved([(29, 24), (36, 22.5), (46, 23), (54, 25)], shift))
        add_rod(total, film, arch, [1.5] * len(arch), BONE * 2.2)
        brow = curve(_moved([(33, 34), (38, 37.5), (45, 36.5)], shift))
        add_rod(total, film, brow, [0.9] * len(brow), SHELL * 0.8)
        bulla = [(60, 20), (59.5, 14.5), (62.5, 10), (67.5, 9.6), (71, 13), (70.5, 18.5), (66, 21.5)]
        add_plate(total, film, smooth(_moved(bulla, shift), 5), 8, 4, -0.012, (0.95, SHELL * 1.5))
        joint = [(52, 27.5), (57, 28.5), (60, 26), (57, 24.5)]
        add_plate(total, film, smooth(_moved(joint, shift), 4), 4, 1.5, BONE * 2)


def _airways(total: Floats, film: Film) -> None:
    nose = [(9, 21), (11, 25), (22, 30), (32, 33), (33, 25), (24, 20.5), (13, 19.5)]
    add_plate(total, film, smooth(nose, 4), 9, 4, -WATER_PER_MM * 0.75)
    for n in range(5):
        scroll = curve([(12 + 2.2 * n, 21.5 + n * 0.5), (17 + 2 * n, 24 + n * 0.9), (20 + 2.2 * n, 26.5 + n)])
        add_rod(total, film, scroll, [0.35] * len(scroll), 0.05)
    throat = curve([(40, 14.5), (52, 11), (60, 3), (70, -6), (104, -9)])
    add_rod(
        total,
        film,
        throat,
        list(np.interp(np.linspace(0, 1, len(throat)), [0, 0.3, 1], [1.4, 2.4, 3.0])),
        -WATER_PER_MM * 0.8,
    )
    mouth = curve([(5, 13), (16, 13.6), (28, 13.4)])
    add_rod(total, film, mouth, [0.8] * len(mouth), -WATER_PER_MM * 0.8)


def _teeth(total: Floats, film: Film, shift: tuple[float, float]) -> None:
    upper = _moved([(19.5, 22.5), (15.5, 26.3), (9.8, 25.6), (6.2, 21.0), (5.6, 15.0), (6.4, 11.6)], shift)
    lower = _moved([(25, 3.5), (18, 5.0), (11, 7.3), (7.2, 10.2), (6.4, 13.0)], shift)
    peg = _moved([(11, 20), (8.3, 17), (7.6, 13.8)], shift)
    for line, radius in ((upper, 1.35), (lower, 1.3), (peg, 0.55)):
        bent = curve(line, 10)
        add_rod(total, film, bent, [radius] * len(bent), TOOTH * 1.25)
        add_rod(total, film, bent, list(np.linspace(radius * 0.5, 0.12, len(bent))), -TOOTH * 0.9)
    for n in range(6):
        u = 25.3 + 3.15 * n
        lean = (n - 2.5) * 0.55
        crown = 12.6 + 0.12 * n
        tall = (9.2, 10.2, 10.4, 10.2, 9.6, 6.5)[n]
        _cheek_tooth(total, film, shift, (u + lean, crown + tall), (u, crown), 1.42 if n < 5 else 0.9)
    for n in range(5):
        u = 26.6 + 3.3 * n
        lean = (n - 2.0) * 0.6
        tall = (11.2, 11.6, 11.4, 10.8, 8.5)[n]
        _cheek_tooth(
            total, film, shift, (u + lean, 12.2 - tall), (u, 12.2 + 0.12 * n), 1.5 if n < 4 else 1.05
        )


def _cheek_tooth(
    total: Floats,
    film: Film,
    shift: tuple[float, float],
    root: tuple[float, float],
    tip: tuple[float, float],
    half: float,
) -> None:
    line = curve(_moved([root, ((root[0] + tip[0]) / 2 + 0.15, (root[1] + tip[1]) / 2), tip], shift), 6)
    add_rod(total, film, line, [half + 0.42] * len(line), 0.010)
    add_rod(total, film, line, [half + 0.26] * len(line), -0.020)
    add_rod(total, film, line, [half] * len(line), TOOTH * 0.85)
    for side in (-0.86, 0.0, 0.86):
        edge = [(u + side * half, v) for u, v in line]
        add_rod(total, film, edge, [0.2] * len(edge), ENAMEL * 1.2)


def _neck(total: Floats, film: Film) -> None:
    atlas = [(74, 26), (74.5, 31), (80, 32.5), (82, 27), (80.5, 18), (75.5, 15.5)]
    add_plate(total, film, smooth(atlas, 4), 10, 3, BONE * 1.2, (0.6, SHELL * 0.7))
    for n, (u, v) in enumerate(((84, 21), (93.5, 17.5), (103, 15))):
        body = [(u, v + 3), (u + 8, v + 1), (u + 8, v - 4.2), (u, v - 2.4)]
        add_plate(total, film, body, 8, 3, BONE * 1.3, (0.6, SHELL))
        arch = smooth(
            [(u - (3 if n == 0 else 0), v + 11), (u + 6, v + 13 - n), (u + 8, v + 7), (u + 3, v + 6)], 4
        )
        add_plate(total, film, arch, 3, 1.3, BONE * 1.4, (0.5, SHELL * 0.8))


def write_rabbit(seed: int, folder: Path, pitch: float) -> list[Path]:
    """The lateral skull, stored as MONOCHROME1."""
    how = Projection(
        "skull-lateral", "Skull right lateral", LEFT_RIGHT_LATERAL, "RL", ("CD", "V"), SKULL, "SKULL", "U",
            SHOT, pitch,
        48, 2.5, bits=12, inverted=True,
    )  # fmt: skip
    step = pitch / SHOT.magnification
    film = Film(round(98 / step), round(118 / step), step, left=-12.0, top=70.0)
    total = skull_attenuation(film, seed)
    for stroke in strokes("R"):
        add_rod(total, film, [(2 + x * 6.5, 62 - y * 6.5) for x, y in stroke], [0.6] * len(stroke), LEAD)
    look = Exposure(
        pitch,
        latitude=0.85,
        border_mm=4,
        body_from=0.25,
        spot_mm=0.09,
        scatter=0.08,
        black_share=0.5,
        white_share=98.2,
    )
    picture = develop(total, look, generator(seed, RABBIT_SKULL.key))
    return [
        save(radiograph(seed, RABBIT_SKULL, 1, how, picture), folder / RABBIT_SKULL.key / "skull-lateral.dcm")
    ]
