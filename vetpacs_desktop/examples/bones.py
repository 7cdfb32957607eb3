"""The skeleton of the example animals' trunk: vertebrae, ribs, sternum, shoulder, pelvis and hind limbs.

Owns shapes and where they sit; how they look in a CT or on a radiograph is for volume.py and projection.py.
The bodies of vertebrae, the femoral heads and the acetabular rims are exactly where anatomy.py says.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin

import numpy as np
from numpy.typing import NDArray

from vetpacs_desktop.examples.anatomy import DogAnatomy, Hip, Point, Vertebra
from vetpacs_desktop.examples.shapes import (
    LEVEL,
    Drum,
    Ellipsoid,
    Tube,
    axes_along,
    smooth_tube,
    tube,
)

BonePart = Ellipsoid | Drum | Tube


@dataclass(frozen=True, eq=False, slots=True)
class Bone:
    """Parts that are one bone: where they overlap they count once. Hounsfield units of shell and marrow."""

    name: str
    parts: tuple[BonePart, ...]
    shell_mm: float = 0.9
    shell_hu: float = 1150.0
    marrow_hu: float = 480.0


@dataclass(frozen=True, slots=True)
class Chest:
    """The inner wall of the thorax by z: half width, widest level, top and bottom (mm); rows from cranial."""

    rows: tuple[tuple[float, float, float, float, float], ...]

    def at(self, z: float) -> tuple[float, float, float, float]:
        """(half width, level, top, bottom) at `z`."""
        table = np.array(self.rows)[::-1]
        w, level, top, bottom = (float(np.interp(z, table[:, 0], table[:, n])) for n in range(1, 5))
        return w, level, top, bottom


def inner_part(part: BonePart, shell: float) -> BonePart | None:
    """`part` without its outer `shell` mm; None when nothing is left."""
    if isinstance(part, Tube):
        radii = part.radii - shell
        return Tube(part.points, np.maximum(radii, 0.0)) if radii.max() > 0.1 else None
    if isinstance(part, Drum):
        a, b = part.radii[0] - shell, part.radii[1] - shell
        return Drum(part.center, (a, b), part.half - shell, part.axes, part.waist) if min(a, b) > 0 else None
    radii3 = tuple(r - shell for r in part.radii)
    return Ellipsoid(part.center, (radii3[0], radii3[1], radii3[2]), part.axes) if min(radii3) > 0 else None


def spine(vertebrae: tuple[Vertebra, ...], size: float = 1.0) -> list[Bone]:
    """Vertebrae with arches and processes; `size` scales the processes to the animal."""
    return [Bone(v.name, tuple(_vertebra_parts(v, size)), shell_mm=0.8 * size**0.5) for v in vertebrae]


def _vertebra_parts(v: Vertebra, size: float) -> list[BonePart]:
    kind, number = v.name.rstrip("0123456789"), int(v.name.lstrip("CTLSd"))
    axes = axes_along(np.subtract(v.cranial, v.caudal).tolist())
    waist = {"T": 0.13, "L": 0.15, "C": 0.10}.get(kind, 0.05)
    body = Drum(v.center, (v.width / 2, v.height / 2), v.length / 2, axes, waist)
    if kind == "Cd" and number > 2:
        return [body]
    place = _Local(v.center, axes, size)
    parts: list[BonePart] = [body, *_arch(v, place)]
    parts += _spinous(kind, number, v, place)
    parts += _transverse(kind, number, v, place)
    return parts


@dataclass(frozen=True, eq=False, slots=True)
class _Local:
    """Turns (left, dorsal, cranial) mm from a vertebra's centre into patient coordinates."""

    center: Point
    axes: NDArray[np.float64]
    size: float

    def __call__(self, left: float, dorsal: float, cranial: float) -> Point:
        x, y, z = (np.array([left, dorsal, cranial]) @ self.axes + np.array(self.center)).tolist()
        return (x, y, z)


def _arch(v: Vertebra, place: _Local) -> list[BonePart]:
    s, top = place.size, v.height / 2
    half = v.length / 2
    parts: list[BonePart] = []
    for side in (-1, 1):
        wall = Ellipsoid(
            place(side * 5.6 * s, top + 4.2 * s, half * 0.15), (1.5 * s, 6.2 * s, half * 0.72), place.axes
        )
        joint = Ellipsoid(
            place(side * 5.4 * s, top + 8.2 * s, half * 1.0), (2.3 * s, 2.9 * s, 4.6 * s), place.axes
        )
        parts += [wall, joint]
    parts.append(Ellipsoid(place(0, top + 9.3 * s, 0), (6.2 * s, 1.7 * s, half * 0.78), place.axes))
    return parts


def _spinous(kind: str, number: int, v: Vertebra, place: _Local) -> list[BonePart]:
    s = place.size
    if kind == "T":
        height = (33, 34, 33, 32, 30, 28, 25, 22, 18, 14, 12, 12.5, 13)[number - 1] * s
        lean = (12, 20, 26, 30, 33, 36, 40, 44, 48, 42, 0, -14, -20)[number - 1]
        deep = 4.4 if number < 11 else 5.5
    elif kind == "L":
        height, lean, deep = 15.0 * s, -14, 6.2
    elif kind == "C":
        height, lean, deep = {7: 20.0, 6: 14.0}.get(number, 9.0) * s, -8, 6.0
        deep = 13.0 if number == 2 else deep
    else:
        height, lean, deep = (9.0 if kind == "S" else 4.0) * s, 8, 5.0
    tilt = radians(lean)
    up = np.array([0.0, cos(tilt), -sin(tilt)]) @ place.axes
    foot = np.array(place(0, v.height / 2 + 8.0 * s, 0))
    middle = foot + up * height * 0.5
    x, y, z = middle.tolist()
    axes = axes_along((up).tolist())
    blade = Ellipsoid((x, y, z), (1.5 * s, deep * s, height * 0.62), axes)
    tip = foot + up * height
    knob = Ellipsoid((float(tip[0]), float(tip[1]), float(tip[2])), (1.9 * s, deep * 0.75 * s, 2.8 * s), axes)
    return [blade, knob]


def _transverse(kind: str, number: int, v: Vertebra, place: _Local) -> list[BonePart]:
    s, parts = place.size, list[BonePart]()
    for side in (-1, 1):
        if kind == "L":
            reach = (12, 15, 17, 18, 18, 16, 13)[number - 1] * s
            root = place(side * v.width * 0.42, -1.5 * s, v.length * 0.05)
            tip = place(side * (v.width * 0.42 + reach), -5.5 * s, v.length * 0.42)
            parts.append(_blade(root, tip, 4.2 * s, 1.5 * s))
        elif kind == "T":
            root = place(side * 5.0 * s, v.height / 2 + 4.0 * s, v.length * 0.25)
            parts.append(
                _blade(root, place(side * 12.0 * s, v.height / 2 + 5.5 * s, v.length * 0.3), 3.0 * s, 2.2 * s)
            )
        elif kind == "C":
            root = place(side * 5.0 * s, 0, -v.length * 0.1)
            parts.append(_blade(root, place(side * 16.0 * s, -5.0 * s, -v.length * 0.3), 6.5 * s, 1.8 * s))
        elif kind == "S":
            root = place(side * 6.0 * s, 0, 0)
            reach = 20.0 if number == 1 else 14.0
            parts.append(_blade(root, place(side * reach * s, 2.0 * s, 2.0), 7.0 * s, 4.0 * s))
    return parts


def _blade(root: Point, tip: Point, wide: float, thick: float) -> Ellipsoid:
    """A flat tongue from `root` to `tip`, `wide` along z, `thick` dorsoventrally (half sizes)."""
    a, b = np.array(root), np.array(tip)
    along = (b - a) / np.linalg.norm(b - a)
    flat = np.array([0.0, 0.0, 1.0]) - along[2] * along
    flat /= np.linalg.norm(flat)
    axes = np.stack([along, flat, np.cross(along, flat)])
    x, y, z = ((a + b) / 2).tolist()
    return Ellipsoid((x, y, z), (float(np.linalg.norm(b - a)) * 0.62, wide, thick), axes)


def ribs(vertebrae: tuple[Vertebra, ...], chest: Chest, size: float = 1.0) -> list[Bone]:
    """Thirteen pairs of bony ribs with their cartilages."""
    bones: list[Bone] = []
    thoracic = [v for v in vertebrae if v.name.startswith("T")]
    for number, vertebra in enumerate(thoracic, start=1):
        for side in (-1.0, 1.0):
            bony, soft = _rib_lines(number, side, vertebra, chest, size)
            name = f"rib {number} {'left' if side > 0 else 'right'}"
            radii = np.interp(np.linspace(0, 1, len(bony)), [0, 0.12, 0.6, 1], [1.9, 1.8, 2.0, 2.3]) * size
            bones.append(Bone(name, (smooth_tube(bony, radii.tolist(), 3),), 0.75 * size**0.5, 1150.0, 330.0))
            if len(soft) > 1:
                cartilage = smooth_tube(soft, np.linspace(2.6, 1.9, len(soft)).tolist(), 3)
                bones.append(
                    Bone(name + " cartilage", (cartilage,), 0.6, 330.0 if number < 9 else 260.0, 150.0)
                )
    return bones


def _rib_lines(
    number: int, side: float, vertebra: Vertebra, chest: Chest, size: float
) -> tuple[list[Point], list[Point]]:
    """Points of the bony rib and of its cartilage, from the vertebra to the sternum."""
    _, y0, z0 = vertebra.cranial
    slant = (8, 14, 20, 25, 30, 35, 39, 43, 46, 48, 48, 44, 34)[number - 1] * size
    last = (96, 110, 118, 122, 126, 128, 128, 126, 122, 115, 104, 90, 74)[number - 1]
    line: list[Point] = [(side * 5.5 * size, y0 + 1.5 * size, z0 + 0.5)]
    for turn in np.linspace(24, last, 11):
        share = (turn - 24) / (last - 24) * 1.0
        z = z0 - slant * share**1.15
        line.append(_on_wall(chest, z, float(turn), side, 2.4 * size))
    return line, _cartilage(number, side, line[-1], last, chest, size)


def _on_wall(chest: Chest, z: float, turn: float, side: float, out: float) -> Point:
    """A point `out` mm outside the chest's inner wall, `turn` degrees from dorsal."""
    w, level, top, bottom = chest.at(z)
    angle = radians(turn)
    up = cos(angle)
    y = level + up * ((top if up > 0 else -bottom) - (level if up > 0 else -level) + out)
    return (side * sin(angle) * (w + out), y, z)


def _cartilage(number: int, side: float, start: Point, last: float, chest: Chest, size: float) -> list[Point]:
    if number > 12:
        return []
    _, _, z = start
    if number <= 9:
        goal_z = _sternum_z(number, chest)
        bottom = chest.at(goal_z)[3]
        goal: Point = (side * 4.0 * size, bottom - 2.5 * size, goal_z)
        knee = _on_wall(chest, z - 3.0 * size, min(last + 22, 150), side, 2.4 * size)
        half = ((knee[0] + goal[0]) * 0.55, (knee[1] + goal[1] * 2) / 3, (knee[2] * 1.2 + goal[2]) / 2.2)
        return [start, knee, half, goal]
    turns = np.linspace(last, last + (44, 38, 26)[number - 10], 4)
    rise = np.linspace(0, (26, 24, 14)[number - 10] * size, 4)
    return [
        _on_wall(chest, z + float(up), float(t), side, 2.4 * size) for t, up in zip(turns, rise, strict=True)
    ]


def _sternum_z(number: int, chest: Chest) -> float:
    front, back = chest.rows[0][0], chest.rows[-1][0]
    return front - (number - 1) * (front - back) * 0.068 - 3.0


def sternum(chest: Chest, size: float = 1.0) -> list[Bone]:
    """Eight sternebrae and the xiphoid, under the ventral wall of the chest."""
    bones = []
    for number in range(1, 10):
        front, back = _sternum_z(number, chest) - 2.0, _sternum_z(number + 1, chest) + 1.5
        middle = (front + back) / 2
        bottoms = [chest.at(z)[3] - 4.5 * size for z in (front, back)]
        direction = (0.0, bottoms[0] - bottoms[1], front - back)
        tall = (4.2 if number < 9 else 2.2) * size
        shape = Drum(
            (0.0, sum(bottoms) / 2, middle),
            (4.6 * size, tall),
            (front - back) / 2,
            axes_along(direction),
            0.22,
        )
        bones.append(Bone(f"sternebra {number}", (shape,), 0.7, 800.0, 330.0))
    return bones


def shoulders(size: float = 1.0, at: Point = (0.0, 0.0, 0.0)) -> list[Bone]:
    """Scapulae and humeri drawn forward, as for a thoracic radiograph."""
    bones = []
    for side, name in ((-1.0, "right"), (1.0, "left")):

        def p(x: float, y: float, z: float, side: float = side) -> Point:
            return (at[0] + side * x * size, at[1] + y * size, at[2] + z * size)

        joint = p(50, -22, 172)
        blade = _plate(p(46, 74, 118), joint, 23 * size, 1.6 * size)
        ridge = smooth_tube(
            [p(50, 70, 124), p(55, 25, 150), p(54, -10, 168)], [1.2 * size, 1.8 * size, 2.4 * size]
        )
        socket = Ellipsoid(p(50, -14, 168), (5 * size, 7 * size, 6 * size), LEVEL)
        bones.append(Bone(f"scapula {name}", (blade, ridge, socket), 0.8, 1100.0, 420.0))
        head = Ellipsoid(p(50, -27, 178), (8.5 * size, 9.5 * size, 9.0 * size), LEVEL)
        knob = Ellipsoid(p(54, -24, 187), (6 * size, 8 * size, 6 * size), LEVEL)
        shaft = smooth_tube(
            [p(50, -28, 180), p(49, -44, 192), p(46, -70, 214), p(44, -95, 238)],
            [8.5 * size, 6.4 * size, 4.8 * size, 5.6 * size],
        )
        bones.append(Bone(f"humerus {name}", (head, knob, shaft), 1.7 * size, 1400.0, 180.0))
    return bones


def _plate(top: Point, bottom: Point, wide: float, thick: float) -> Ellipsoid:
    """A flat blade from `top` to `bottom`, thin from left to right."""
    a, b = np.array(top), np.array(bottom)
    along = (b - a) / np.linalg.norm(b - a)
    side = np.array([1.0, 0.0, 0.0]) - along[0] * along
    side /= np.linalg.norm(side)
    x, y, z = ((a + b) / 2).tolist()
    axes = np.stack([side, np.cross(along, side), along])
    return Ellipsoid((x, y, z), (thick, wide, float(np.linalg.norm(b - a)) * 0.56), axes)


def hindquarters(dog: DogAnatomy) -> list[Bone]:
    """Pelvis and femora with the legs drawn back; heads and rims where the anatomy says."""
    bones: list[Bone] = []
    for hip, side, name in ((dog.hip_right, -1.0, "right"), (dog.hip_left, 1.0, "left")):
        bones += [_femur(hip, side, name), *_stifle(hip, side, name)]
        bones.append(Bone(f"pelvis {name}", tuple(_pelvis_parts(hip, side)), 0.9, 1100.0, 420.0))
    return bones


def _femur(hip: Hip, side: float, name: str) -> Bone:
    x, y, z = hip.center

    def p(out: float, up: float, back: float) -> Point:
        return (x + side * out, y + up, z - back)

    radius = hip.head_radius_mm
    head = Ellipsoid(hip.center, (radius, radius, radius), LEVEL)
    neck = tube([p(1.5, 0, 1.5), p(14, 0, 10)], [5.6, 6.3])
    knob = smooth_tube([p(20.5, 1, 3), p(20, 0, 10), p(16, 0, 22)], [4.4, 6.4, 6.2])
    small = Ellipsoid(p(6.5, -3, 23), (3.2, 3.2, 4.2), LEVEL)
    shaft = smooth_tube(
        [p(15, 0, 14), p(14.5, -1, 32), p(13, -3, 62), p(11, -3, 92), p(10.5, -1, 118)],
        [7.2, 6.0, 5.3, 5.6, 9.6],
    )
    condyles = [Ellipsoid(p(10.5 + d, 1, 126), (7.4, 9.6, 9.4), LEVEL) for d in (-5.0, 5.0)]
    return Bone(f"femur {name}", (head, neck, knob, small, shaft, *condyles), 1.8, 1450.0, 300.0)


def _stifle(hip: Hip, side: float, name: str) -> list[Bone]:
    x, y, z = hip.center
    cap = Ellipsoid((x + side * 10.5, y - 13.0, z - 112.0), (4.6, 3.4, 7.4), LEVEL)
    seeds = [
        Ellipsoid((x + side * (10.5 + d), y + 8.5, z - 117.5), (1.7, 1.7, 2.2), LEVEL) for d in (-5.5, 5.5)
    ]
    plateau = Ellipsoid((x + side * 10.5, y + 0.5, z - 142.5), (11.6, 8.5, 5.0), LEVEL)
    shin = smooth_tube(
        [(x + side * 10.5, y, z - 144.0), (x + side * 10.0, y, z - 165.0), (x + side * 9.0, y, z - 215.0)],
        [8.8, 5.8, 5.0],
    )
    fibula = tube([(x + side * 20.0, y + 3, z - 145.0), (x + side * 17.0, y + 3, z - 215.0)], [2.0, 1.5])
    return [
        Bone(f"patella {name}", (cap, *seeds), 0.9, 1100.0, 500.0),
        Bone(f"tibia {name}", (plateau, shin), 1.7, 1450.0, 300.0),
        Bone(f"fibula {name}", (fibula,), 0.8, 1300.0, 400.0),
    ]


def _pelvis_parts(hip: Hip, side: float) -> list[BonePart]:
    x, y, z = hip.center
    parts: list[BonePart] = [_acetabulum(hip, side)]

    def p(px: float, up: float, forward: float) -> Point:
        return (side * px, y + up, z + forward)

    out = abs(x)
    along = np.array([side * 0.20, 0.30, 0.93])
    across = np.array([side * 0.92, -0.34, 0.0])
    parts += [
        smooth_tube([p(out - 8, 4, 9), p(out - 11, 9, 22), p(out - 13, 14, 36)], [6.4, 5.2, 6.0]),
        _sheet(p(out - 10, 22, 52), along, across, (2.6, 11.5, 22.0)),
        Ellipsoid(p(out - 13.5, 2, -2), (5.5, 8.0, 13.0), LEVEL),
        Ellipsoid(p(out - 5, 10, -1), (6.0, 3.0, 10.0), LEVEL),
        smooth_tube([p(out - 11, -3, -6), p(out - 20, -10, -6), p(3.0, -15, -8)], [4.8, 3.9, 4.6]),
        smooth_tube([p(out - 11, 1, -10), p(out - 12, 2, -27), p(out - 7, 4, -44)], [5.8, 4.4, 5.2]),
        Ellipsoid(p(out - 6, 5, -47), (10.0, 3.6, 4.6), LEVEL),
        smooth_tube([p(out - 10, 0, -44), p(out - 22, -8, -37), p(3.0, -14, -29)], [4.6, 4.4, 4.6]),
        tube([p(2.6, -15, -8), p(2.6, -14, -30)], [4.2, 4.2]),
    ]
    return parts


def _sheet(
    center: Point, along: NDArray[np.float64], across: NDArray[np.float64], radii: tuple[float, float, float]
) -> Ellipsoid:
    """A flat ellipsoid: half thickness, half width along `across`, half length along `along`."""
    w = along / np.linalg.norm(along)
    v = across - (across @ w) * w
    v /= np.linalg.norm(v)
    return Ellipsoid(center, radii, np.stack([np.cross(v, w), v, w]))


def _acetabulum(hip: Hip, side: float) -> Tube:
    """The socket's wall seen from below: an arc whose round cranial end stops at the rim's angle."""
    x, y, z = hip.center
    thick = 1.7
    radius = hip.head_radius_mm + 0.9 + thick
    first = hip.norberg_degrees - degrees(asin(thick / radius))
    turns = np.radians(np.linspace(first, first - 205.0, 26))
    points = [(x - side * radius * cos(t), y, z + radius * sin(t)) for t in turns]
    return tube(points, thick)
