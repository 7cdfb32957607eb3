"""Radiographs of the dog: three views of the thorax, two of a year ago, abdomen and hips.

Each is projected from the same trunk that the CT is made of. Says where tube and detector stood and what is
on the table with the dog; the rays are followed in projection.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vetpacs_desktop.examples.anatomy import ANATOMY, Point, Shot
from vetpacs_desktop.examples.cast import (
    CAT_THORAX,
    DOG_ABDOMEN,
    DOG_HIPS,
    DOG_THORAX,
    DOG_THORAX_BEFORE,
    Code,
    Exam,
)
from vetpacs_desktop.examples.dicom import save
from vetpacs_desktop.examples.exposure import Exposure, develop
from vetpacs_desktop.examples.flesh import Trunk, ball
from vetpacs_desktop.examples.lettering import LEAD_PER_MM, letter
from vetpacs_desktop.examples.projection import (
    Camera,
    attenuation,
    lateral_camera,
    left_lateral_camera,
    ventrodorsal_camera,
    xray_bones,
    xray_parts,
    xray_tubes,
    xray_volume,
)
from vetpacs_desktop.examples.shapes import Block, Tube
from vetpacs_desktop.examples.texture import Floats, generator, resize, sheet
from vetpacs_desktop.examples.xray import (
    LEFT_RIGHT_LATERAL,
    RIGHT_LEFT_LATERAL,
    VENTRODORSAL,
    Projection,
    radiograph,
)

STEEL_PER_MM = 2.4
THORAX, ABDOMEN, PELVIS = (
    Code("816094009", "Chest"),
    Code("818981001", "Abdomen"),
    Code("816092008", "Pelvis"),
)


@dataclass(frozen=True, eq=False, slots=True)
class Flesh:
    """A trunk with its soft tissue on a coarse grid, shared by all views of it."""

    trunk: Trunk
    hu: Floats
    block: Block
    scale: float = 1.0
    """Millimetres of the animal per millimetre of the trunk's plan."""


@dataclass(frozen=True, slots=True)
class View:
    """One radiograph to take."""

    exam: Exam
    number: int
    projection: Projection
    aim: Point
    field: tuple[float, float]
    """Height and width of the detector's used part, mm."""
    marker: tuple[str, float, float]
    """Letter and where its corner lies: mm right and down of the aim."""
    exposure: Exposure
    who: str = "now"
    """Whose trunk: `now`, `before` (the dog a year ago) or `cat`."""
    ball: bool = False


def dog_views(pitch: float) -> list[View]:
    """All radiographs of the dog on a detector with pixels of `pitch` mm."""
    a = ANATOMY
    chest = (0.0, 6.0, 16.0)

    def thorax(
        key: str, text: str, code: Code, position: str, letters: tuple[str, str], shot: Shot
    ) -> Projection:
        return Projection(key, text, code, position, letters, THORAX, "CHEST", "U", shot, pitch, 66, 3.2)

    right = thorax("right-lateral", "Thorax right lateral", LEFT_RIGHT_LATERAL, "RL", ("CD", "V"), a.lateral)
    left = thorax("left-lateral", "Thorax left lateral", RIGHT_LEFT_LATERAL, "LL", ("CD", "V"), a.lateral)
    back = thorax("ventrodorsal", "Thorax VD", VENTRODORSAL, "VD", ("LE", "CD"), a.ventrodorsal)
    belly = Projection(
        "right-lateral", "Abdomen right lateral", LEFT_RIGHT_LATERAL, "RL", ("CD", "V"), ABDOMEN, "ABDOMEN",
            "U",
        a.lateral, pitch, 70, 4.0, inverted=True,
    )  # fmt: skip
    hips = Projection(
        "ventrodorsal", "Pelvis VD, hips extended", VENTRODORSAL, "VD", ("LE", "CD"), PELVIS, "PELVIS", "B",
            a.pelvis,
        pitch, 68, 4.5,
    )  # fmt: skip
    cat = Projection(
        "right-lateral", "Thorax right lateral", LEFT_RIGHT_LATERAL, "RL", ("CD", "V"), THORAX, "CHEST", "U",
        Shot(1000.0, 940.0), pitch * 0.7, 54, 2.0,
    )  # fmt: skip
    wide, tall = (290.0, 400.0), (400.0, 290.0)
    look = Exposure(pitch, black_share=7.0, contrast=0.7, latitude=0.74)
    return [
        View(DOG_THORAX, 1, right, chest, wide, ("R", -148, 92), look),
        View(DOG_THORAX, 2, left, chest, wide, ("L", -148, 92), look),
        View(DOG_THORAX, 3, back, (0.0, 40.0, 16.0), tall, ("R", -108, -150), look),
        View(DOG_THORAX_BEFORE, 1, right, (0.0, 4.0, 13.0), wide, ("R", -150, 90), look, who="before"),
        View(DOG_THORAX_BEFORE, 2, back, (0.0, 40.0, 13.0), tall, ("R", -107, -146), look, who="before"),
        View(
            DOG_ABDOMEN, 1, belly, (0.0, 15.0, -190.0), wide, ("R", -146, 92), Exposure(pitch, latitude=0.62)
        ),
        View(
            DOG_HIPS,
            1,
            hips,
            (0.0, 28.0, -338.0),
            tall,
            ("R", -106, -92),
            Exposure(pitch, latitude=0.5),
            ball=True,
        ),
        View(
            CAT_THORAX,
            1,
            cat,
            (0.0, 4.0, 4.0),
            (176.0, 246.0),
            ("R", -165, 84),
            Exposure(cat.pitch, border_mm=8, black_share=6.0, contrast=0.65, latitude=0.74),
            who="cat",
        ),
    ]


def camera_of(view: View, scale: float = 1.0) -> Camera:
    """Tube and detector of a view, in millimetres of a plan that is drawn at 1 / `scale` of life size."""
    how = view.projection
    rows, columns = (round(side / how.pitch / 2) * 2 for side in view.field)
    make = {"VD": ventrodorsal_camera, "LL": left_lateral_camera}.get(how.view_position, lateral_camera)
    shot = Shot(how.shot.source_to_detector / scale, how.shot.source_to_object / scale)
    return make(view.aim, shot, how.pitch / scale, rows, columns)


def shadow(flesh: Flesh, camera: Camera, grit: Floats) -> Floats:
    """Attenuation of a whole trunk."""
    trunk = flesh.trunk
    total = xray_volume(camera, flesh.hu, flesh.block)
    xray_bones(camera, trunk.bones, total, grit)
    half = camera.coarser(2)
    threads = np.zeros((half.rows, half.columns), np.float32)
    xray_tubes(half, trunk.lung_vessels.tubes, 45.0, trunk.lung_hu, threads)
    walls = [Tube(a.tube.points, a.tube.radii + a.wall_mm) for a in trunk.airways[1:]]
    xray_tubes(half, walls, 30.0, trunk.lung_hu, threads)
    xray_tubes(half, trunk.airway_tubes.tubes, -1000.0, 40.0, threads)
    dense = np.float32(12 * attenuation(45.0))
    threads = np.where(threads > 0, dense * np.tanh(threads / dense), threads)
    total += resize(threads, total.shape)
    return total


def take(seed: int, folder: Path, view: View, flesh: Flesh) -> Path:
    """Project, develop and write one view."""
    camera = camera_of(view, flesh.scale)
    grit = sheet(generator(seed, "grit"), 256, 0.03, 0.12)
    total = shadow(flesh, camera, grit)
    name, right, down = view.marker
    total *= np.float32(flesh.scale)
    xray_parts(camera, letter(name, camera, right, down, 11.0), LEAD_PER_MM, total)
    if view.ball:
        xray_parts(camera, [ball(ANATOMY.marker_ball, ANATOMY.marker_ball_mm / 2)], STEEL_PER_MM, total)
    rng = generator(seed, view.exam.key, view.projection.key)
    picture = develop(total, view.exposure, rng)
    ds = radiograph(seed, view.exam, view.number, view.projection, picture)
    return save(ds, folder / view.exam.key / f"{view.projection.key}.dcm")


def view_tasks(
    seed: int, folder: Path, pitch: float, trunks: Mapping[str, Callable[[], Flesh]]
) -> list[Callable[[], list[Path]]]:
    """One piece of work per radiograph."""

    def task(view: View) -> Callable[[], list[Path]]:
        return lambda: [take(seed, folder, view, trunks[view.who]())]

    return [task(view) for view in dog_views(pitch)]
