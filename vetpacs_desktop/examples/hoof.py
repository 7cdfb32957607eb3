"""The example horse's left fore foot, lateromedial: bones and capsule whose distances are known.

The plane of the picture in mm: u to the palmar side (the viewer's right), v upwards from the ground. Owns
`HOOF`, the numbers, and the radiograph drawn from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin
from pathlib import Path

import numpy as np

from vetpacs_desktop.examples.anatomy import Shot
from vetpacs_desktop.examples.cast import HORSE_FOOT, Code
from vetpacs_desktop.examples.dicom import save
from vetpacs_desktop.examples.exposure import Exposure, develop
from vetpacs_desktop.examples.lettering import strokes
from vetpacs_desktop.examples.plates import Film, add_plate, add_rod, curve, smooth
from vetpacs_desktop.examples.projection import WATER_PER_MM
from vetpacs_desktop.examples.texture import Floats, clouds, generator, resize
from vetpacs_desktop.examples.xray import LATEROMEDIAL, Projection, radiograph

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class HoofAnatomy:
    """Known points (u, v) and lengths of the foot, mm and degrees, in the true plane."""

    wall_degrees: float
    """Of the dorsal hoof wall against the ground."""
    coronary_band: Spot
    """Proximal end of the horn; a wire on the wall ends here."""
    tip: Spot
    """Of the distal phalanx."""
    extensor_process: Spot
    """Its highest point."""
    palmar_process: Spot
    """Palmar end of the solar margin."""
    wall_to_bone_mm: float
    """From the dorsal wall to the distal phalanx, perpendicular, along the whole parallel part."""
    shot: Shot

    @property
    def founder_distance_mm(self) -> float:
        """Height of the coronary band above the extensor process."""
        return self.coronary_band[1] - self.extensor_process[1]

    @property
    def sole_depth_mm(self) -> float:
        """From the tip of the distal phalanx to the ground surface of the sole."""
        return self.tip[1]

    @property
    def palmar_degrees(self) -> float:
        """Of the solar margin against the ground."""
        rise = self.palmar_process[1] - self.tip[1]
        return degrees(atan2(rise, self.palmar_process[0] - self.tip[0]))

    def on_wall(self, length: float, inwards: float = 0.0) -> Spot:
        """The point `length` mm up the dorsal wall from the toe and `inwards` mm inside it."""
        turn = radians(self.wall_degrees)
        return (length * cos(turn) + inwards * sin(turn), length * sin(turn) - inwards * cos(turn))


HOOF = HoofAnatomy(
    wall_degrees=52.0,
    coronary_band=(50.5, 64.6),
    tip=(33.6, 17.0),
    extensor_process=(66.6, 58.6),
    palmar_process=(97.0, 22.5),
    wall_to_bone_mm=16.0,
    shot=Shot(source_to_detector=800.0, source_to_object=720.0),
)
FOREFOOT = Code("419176008", "Forefoot")
SOFT, HORN, BONE, SHELL, WIRE = WATER_PER_MM, WATER_PER_MM * 1.12, WATER_PER_MM * 0.62, 0.030, 1.6


def hoof_film(pitch: float) -> Film:
    """The detector brought back to the plane of the foot."""
    step = pitch / HOOF.shot.magnification
    return Film(round(205 / step), round(205 / step), step, left=-32.0, top=178.0)


def hoof_attenuation(film: Film, seed: int) -> Floats:
    """Attenuation along the beam, lateral to medial."""
    total = film.blank()
    horn, skin = film.blank(), film.blank()
    _capsule(horn, film)
    _soft(skin, film)
    np.maximum(horn, skin, out=total)
    _tendons(total, film)
    bones = film.blank()
    _pastern(bones, film)
    _coffin(bones, film)
    grit = clouds(generator(seed, "hoof grit"), (film.rows // 2, film.columns // 2), 2.6 / film.pitch / 2, 4)
    bones *= 1 + np.float32(0.035) * resize(grit, bones.shape)
    total += bones
    _wire_and_block(total, film)
    return total


def _capsule(total: Floats, film: Film) -> None:
    h = HOOF
    top = h.coronary_band
    shell = [
        (0, 0),
        h.on_wall(30),
        h.on_wall(60),
        top,
        (66, 66),
        (100, 57),
        (128, 44),
        (134, 33),
        (127, 14),
        (118, 0),
        (95, 2.5),
        (60, 4.5),
        (25, 2.5),
    ]
    add_plate(total, film, shell, 96, 46, HORN * 0.98)
    inner = [
        h.on_wall(6, 9.5),
        h.on_wall(40, 9.5),
        h.on_wall(78, 8.5),
        (66, 63),
        (100, 54),
        (124, 41),
        (120, 16),
        (80, 13.5),
        (40, 12),
    ]
    add_plate(total, film, smooth(inner, 4), 82, 40, SOFT * -0.13)
    frog = [(62, 5), (92, 11), (122, 17), (121, 7), (112, 1), (88, 2)]
    add_plate(total, film, smooth(frog, 4), 34, 9, HORN * 0.25)
    sulcus = [(70, 9), (96, 14), (119, 19), (118, 16.5), (96, 11), (72, 6.5)]
    add_plate(total, film, smooth(sulcus, 3), 18, 3, -HORN * 0.35)
    add_rod(
        total,
        film,
        curve([h.on_wall(2, 4.5), h.on_wall(40, 4.5), h.on_wall(79, 3.5)]),
        [2.4, 2.4, 1.8],
        HORN * 2.2,
    )


def _soft(total: Floats, film: Film) -> None:
    skin = [
        (45, 62),
        (60, 84),
        (78, 108),
        (97, 133),
        (112, 156),
        (128, 190),
        (206, 190),
        (190, 160),
        (168, 128),
        (152, 100),
        (143, 75),
        (137, 50),
        (126, 40),
        (90, 50),
    ]
    add_plate(total, film, smooth(skin, 4), 58, 27, SOFT)


def _tendons(total: Floats, film: Film) -> None:
    deep = curve([(196, 186), (172, 146), (148, 108), (126, 74), (108, 50), (92, 30)])
    add_rod(total, film, deep, list(np.linspace(6, 5, len(deep))), SOFT * 0.22)
    flat = curve([(206, 186), (184, 148), (160, 112), (138, 86)])
    add_rod(total, film, flat, list(np.linspace(4.5, 3.5, len(flat))), SOFT * 0.18)
    front = curve([(118, 186), (96, 142), (80, 110), (67, 68)])
    add_rod(total, film, front, list(np.linspace(4, 3, len(front))), SOFT * 0.16)


def _pastern(total: Floats, film: Film) -> None:
    short = [
        (73.5, 62.5),
        (69.5, 66),
        (71, 71),
        (77, 78),
        (84, 88),
        (88.5, 96),
        (90, 100.5),
        (97, 99),
        (105, 96),
        (113, 91.5),
        (117.5, 87.5),
        (117, 83),
        (110.5, 77),
        (104.5, 69),
        (102, 62),
        (101.5, 55.5),
        (98, 50.5),
        (91, 48),
        (84.5, 50),
        (78.5, 55.5),
    ]
    add_plate(total, film, smooth(short, 4), 44, 16, BONE * 0.85, (2.2, SHELL))
    long = [
        (94, 103.5),
        (91.5, 107),
        (93.5, 113),
        (101, 126),
        (110, 142),
        (119, 160),
        (126, 178),
        (131, 196),
        (166, 196),
        (158, 176),
        (150, 156),
        (141, 138),
        (131, 121),
        (124.5, 106),
        (123, 99),
        (119.5, 93),
        (115, 92.5),
        (108, 97.5),
        (101, 101.5),
    ]
    add_plate(total, film, smooth(long, 4), 40, 17, BONE * 0.7, (3.4, SHELL * 1.1))


def _coffin(total: Floats, film: Film) -> None:
    h = HOOF
    length = (h.extensor_process[0] - 2.8 - h.tip[0]) / cos(radians(h.wall_degrees))
    turn = radians(h.wall_degrees)
    front = [
        (h.tip[0] + length * t * cos(turn), h.tip[1] + length * t * sin(turn))
        for t in (0, 0.06, 0.3, 0.6, 0.9, 1.0)
    ]
    rest = [
        h.extensor_process,
        (69.2, 57.6),
        (71.5, 53.4),
        (76.5, 48.2),
        (83, 43.8),
        (88, 41.2),
        (90.5, 38.8),
        (93.5, 36.5),
        (98, 34),
        (101.5, 29.5),
        (101, 25),
        h.palmar_process,
    ]
    add_plate(total, film, [*front, *rest], 46, 24, BONE * 0.55, (1.6, SHELL * 0.9))
    canal = [(70, 33), (76, 37), (82, 34), (80, 29), (73, 28.5)]
    add_plate(total, film, smooth(canal, 4), 14, 4, -BONE * 1.1)
    for reach in (0.25, 0.45, 0.65):
        a = (72.0, 31.0)
        b = (h.tip[0] + 60 * reach, h.tip[1] + 2.5)
        add_rod(
            total,
            film,
            curve([a, ((a[0] + b[0]) / 2 - 3, (a[1] + b[1]) / 2), b]),
            list(np.linspace(1.1, 0.4, 17)),
            -BONE * 2.2,
        )
    boat = [(91.5, 44.2), (97, 48.6), (102.5, 47), (104.5, 42), (101, 38), (95.5, 39.2)]
    add_plate(total, film, smooth(boat, 4), 40, 6, BONE * 0.8, (1.2, SHELL * 0.8))


def _wire_and_block(total: Floats, film: Film) -> None:
    h = HOOF
    add_rod(total, film, [h.coronary_band, h.on_wall(32)], [0.7, 0.7], WIRE)
    add_plate(total, film, [(-20, 0), (150, 0), (150, -26), (-20, -26)], 90, 4, WATER_PER_MM * 0.45)
    add_rod(total, film, [(-18, -0.9), (148, -0.9)], [0.8, 0.8], WIRE * 0.8)


def write_hoof(seed: int, folder: Path, pitch: float) -> list[Path]:
    """The lateromedial radiograph."""
    how = Projection(
        "lateromedial", "Left fore foot lateromedial", LATEROMEDIAL, "LM", ("PA", "DI"), FOREFOOT, "FOOT",
            "L",
        HOOF.shot, pitch, 68, 2.0,
    )  # fmt: skip
    film = hoof_film(pitch)
    total = hoof_attenuation(film, seed)
    for stroke in strokes("L"):
        add_rod(total, film, [(12 + x * 9, 150 - y * 9) for x, y in stroke], [0.95] * len(stroke), WIRE)
    look = Exposure(
        pitch, latitude=0.7, border_mm=7, body_from=0.5, black_share=1.0, white_share=98.6, scatter=0.10
    )
    picture = develop(total, look, generator(seed, HORSE_FOOT.key))
    return [save(radiograph(seed, HORSE_FOOT, 1, how, picture), folder / HORSE_FOOT.key / "lateromedial.dcm")]
