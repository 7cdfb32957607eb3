"""The example cat's left lower premolars and molar, intra-oral: crowns, roots, pulp, jaw with its canal.

The plane of the picture in mm: u caudally (the viewer's right), v downwards from the occlusal edge. The third
premolar has a resorbed neck, which is what one looks for in such pictures.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vetpacs_desktop.examples.anatomy import Shot
from vetpacs_desktop.examples.cast import CAT_TEETH, Code
from vetpacs_desktop.examples.dicom import save
from vetpacs_desktop.examples.exposure import Exposure, develop
from vetpacs_desktop.examples.plates import Film, add_plate, add_rod, curve, smooth
from vetpacs_desktop.examples.projection import WATER_PER_MM
from vetpacs_desktop.examples.texture import Floats, clouds, generator, resize
from vetpacs_desktop.examples.xray import LATEROMEDIAL, Projection, intraoral

MANDIBLE = Code("91609006", "Mandible")
SHOT = Shot(source_to_detector=300.0, source_to_object=291.0)
DENTINE, ENAMEL, JAW = 0.085, 0.16, 0.020

Roots = list[tuple[list[tuple[float, float]], float]]

TEETH: tuple[tuple[str, list[tuple[float, float]], Roots], ...] = (
    (
        "307",
        [(8.2, 8.3), (8.0, 6.6), (9.2, 4.6), (10.7, 2.6), (12.0, 4.5), (13.6, 5.7), (14.4, 6.8), (14.0,
            8.4), (11.2, 8.9)],
        [([(9.3, 7.8), (8.9, 11.0), (8.3, 14.6)], 1.15), ([(13.1, 7.9), (13.4, 11.0), (13.5, 14.2)], 1.15)],
    ),
    (
        "308",
        [(15.6, 8.4), (15.4, 6.4), (16.9, 4.3), (18.7, 1.4), (20.5, 4.2), (22.4, 5.2), (23.2, 6.6), (22.8,
            8.5), (19.3, 9.1)],
        [([(16.9, 8.0), (16.6, 11.8), (16.2, 15.8)], 1.35), ([(21.6, 8.0), (21.8, 11.6), (21.7, 15.4)],
            1.35)],
    ),
    (
        "309",
        [(24.6, 8.5), (24.4, 6.2), (25.6, 3.4), (27.3, 1.0), (28.6, 3.6), (29.8, 1.4), (31.6, 3.8), (32.3,
            6.6), (31.6, 8.6), (28.0, 9.3)],
        [([(26.2, 8.0), (26.2, 12.2), (26.0, 16.6)], 1.75), ([(30.8, 8.2), (31.2, 11.2), (31.4, 13.6)],
            0.85)],
    ),
)  # fmt: skip


RIDGE = [
    (-8, 9.8),
    (4, 9.6),
    (11, 9.5),
    (15, 9.8),
    (19, 9.6),
    (24, 9.9),
    (28, 9.7),
    (34, 9.4),
    (42, 7.0),
    (50, 2.0),
]
"""The upper edge of the jaw, mm in the film's plane."""
BASE = [(50, 30), (36, 25.4), (24, 22.8), (10, 21.6), (-8, 21.0)]
CANAL = [(50, 13), (36, 18.3), (24, 18.9), (10, 18.2), (3.5, 16.8)]
MENTAL_FORAMINA = ((3.2, 16.6), (6.0, 17.2))
GUM = [(-8, 7.6), (4, 7.9), (8, 8.1), (15, 7.7), (24, 7.9), (33, 7.6), (44, 3), (50, -2), (50, 34), (-8, 27)]


def teeth_attenuation(film: Film, seed: int) -> Floats:
    """Attenuation along the beam."""
    total = film.blank()
    total += np.float32(WATER_PER_MM * 7)
    total += _jaw(film, seed)
    _openings(total, film)
    _canine(total, film)
    for name, crown, roots in TEETH:
        _tooth(total, film, name, crown, roots)
    add_plate(total, film, smooth(GUM, 3), 9, 4, WATER_PER_MM)
    return total


def _jaw(film: Film, seed: int) -> Floats:
    """Bone with fine and coarse trabeculae."""
    bone = film.blank()
    add_plate(bone, film, smooth(RIDGE + BASE, 4), 7.5, 2.6, JAW, (0.75, 0.026))
    grit = clouds(generator(seed, "jaw grit"), (film.rows, film.columns), 0.85 / film.pitch, 2)
    quarter = (film.rows // 4 + 1, film.columns // 4 + 1)
    coarse = clouds(generator(seed, "jaw coarse"), quarter, 0.75 / film.pitch, 2)
    bone *= 1 + np.float32(0.10) * grit + np.float32(0.05) * resize(coarse, bone.shape)
    return bone


def _openings(total: Floats, film: Film) -> None:
    """The mandibular canal and the mental foramina: less bone."""
    canal = curve(CANAL)
    add_rod(total, film, canal, [0.95] * len(canal), -JAW * 1.3)
    for x, y in MENTAL_FORAMINA:
        diamond = smooth([(x - 0.8, y), (x, y - 0.6), (x + 0.8, y), (x, y + 0.6)])
        add_plate(total, film, diamond, 3, 0.5, -JAW * 1.2)


def _tooth(total: Floats, film: Film, name: str, crown: list[tuple[float, float]], roots: Roots) -> None:
    """Crown and roots as one body of dentine, enamel above the neck only, pulp in the middle."""
    body, cover = film.blank(), film.blank()
    add_plate(body, film, smooth(crown, 4), 3.4, 1.5, DENTINE * 0.8)
    add_plate(cover, film, smooth(crown, 4), 3.4, 1.5, 0.0, (0.24, ENAMEL))
    neck = film.to_pixels([(0.0, 7.4)])[0, 1]
    fade = np.clip((neck - np.arange(film.rows, dtype=np.float32)) * np.float32(film.pitch / 0.9) + 1, 0, 1)
    for line, radius in roots:
        root, bent = film.blank(), curve(line)
        taper = np.linspace(1, 0.42, 9) * radius
        add_rod(total, film, bent[2:], list(taper + 0.42), 0.018)
        add_rod(total, film, bent[2:], list(taper + 0.24), -0.034)
        add_rod(root, film, bent, list(taper), DENTINE * 0.72)
        np.maximum(body, root, out=body)
        add_rod(total, film, bent, list(taper * 0.27 + 0.05), -DENTINE * 1.0)
    total += body
    total += cover * fade[:, None]
    middle = np.mean(np.array(crown), axis=0).tolist()
    horns = curve([roots[0][0][0], (middle[0], middle[1] + 0.2), roots[1][0][0]])
    add_rod(total, film, horns, [0.36], -DENTINE * 0.8)
    if name == "307":
        _resorption(total, film)


def _resorption(total: Floats, film: Film) -> None:
    """A bite out of the neck of 307, filled with soft tissue."""
    hole = [(8.0, 7.2), (9.0, 6.7), (10.1, 7.3), (10.3, 8.5), (9.4, 9.4), (8.3, 9.2), (7.8, 8.3)]
    add_plate(total, film, smooth(hole, 4), 2.6, 0.9, -DENTINE * 0.95)
    add_plate(
        total,
        film,
        smooth([(8.6, 9.0), (9.8, 9.4), (9.9, 10.8), (8.9, 11.0), (8.4, 10.0)], 4),
        1.6,
        0.6,
        -DENTINE * 0.5,
    )


def _canine(total: Floats, film: Film) -> None:
    """The root of the canine that runs into the picture."""
    line = curve([(-6, 9), (-1, 13), (3.6, 17.4), (5.6, 19.3)])
    radii = np.linspace(2.6, 1.1, len(line))
    add_rod(total, film, line, list(radii + 0.25), -0.03)
    add_rod(total, film, line, list(radii), DENTINE * 0.55)
    add_rod(total, film, line, list(radii * 0.22), -DENTINE)


def write_teeth(seed: int, folder: Path, pitch: float) -> list[Path]:
    """The intra-oral radiograph, parallel technique."""
    how = Projection(
        "left-mandible", "Left mandible, 307-309", LATEROMEDIAL, "", ("CD", "V"), MANDIBLE, "MANDIBLE", "L",
            SHOT,
        pitch, 62, 0.6, bits=12,
    )  # fmt: skip
    step = pitch / SHOT.magnification
    film = Film(round(26 / step), round(36.5 / step), step, left=0.5, top=-1.5, up=False)
    total = teeth_attenuation(film, seed)
    look = Exposure(
        pitch,
        photons=2.4e4,
        scatter=0.05,
        spot_mm=0.035,
        latitude=0.9,
        border_mm=0.15,
        body_from=0.1,
        contrast=0.3,
    )
    picture = develop(total, look, generator(seed, CAT_TEETH.key))
    return [save(intraoral(seed, CAT_TEETH, 1, how, picture), folder / CAT_TEETH.key / "left-mandible.dcm")]
