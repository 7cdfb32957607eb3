"""The example dog in numbers: every length and landmark that a test or a measurement may rely on.

Owns the truth; the shapes, volumes and projections are drawn from it and never the other way round. Patient
coordinates in mm for a quadruped (PS3.3 C.7.6.2.1.1): +x towards the animal's left (LE), +y dorsal (D),
+z cranial (CR). The dog is a spaniel of about 14 kg. Nothing here draws or depends on a seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import acos, cos, degrees, hypot, radians, sin

Point = tuple[float, float, float]

CERVICAL = ("C2", "C3", "C4", "C5", "C6", "C7")
THORACIC = tuple(f"T{n}" for n in range(1, 14))
LUMBAR = tuple(f"L{n}" for n in range(1, 8))
SACROCAUDAL = ("S1", "S2", "S3", "Cd1", "Cd2", "Cd3", "Cd4", "Cd5")

DOG_LENGTHS: dict[str, float] = dict(
    zip(
        CERVICAL + THORACIC + LUMBAR + SACROCAUDAL,
        (
            *(30.0, 24.0, 23.0, 22.0, 21.0, 18.5),
            *(17.0, 16.0, 15.5, 15.0, 15.0, 15.0, 15.2, 15.5, 16.0, 16.5, 17.5, 18.5, 19.5),
            *(20.0, 21.0, 21.5, 22.0, 22.0, 21.0, 17.5),
            *(14.0, 11.0, 10.0, 9.0, 9.5, 10.0, 10.0, 9.5),
        ),
        strict=True,
    )
)

SPINE_CURVE = ((-520.0, 66.0), (-420.0, 64.0), (-330.0, 55.0), (-275.0, 59.0), (-200.0, 64.0), (-100.0, 64.0),
               (-20.0, 61.0), (60.0, 55.0), (135.0, 47.0), (185.0, 45.0), (240.0, 57.0), (330.0,
                   88.0))  # fmt: skip
"""(z, y) of the vertebral bodies' centres: lowest at the thoracic inlet, highest in the lumbar spine."""


@dataclass(frozen=True, slots=True)
class Vertebra:
    """One vertebral body: `length` is between its end plates, discs excluded."""

    name: str
    length: float
    cranial: Point
    """Centre of the cranial end plate."""
    caudal: Point
    height: float
    """Dorsoventral, at the end plates."""
    width: float

    @property
    def center(self) -> Point:
        """Middle of the body."""
        (x0, y0, z0), (x1, y1, z1) = self.cranial, self.caudal
        return ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)


@dataclass(frozen=True, slots=True)
class Heart:
    """An ellipsoid; its long axis runs from the carina's ventral border to the apex, parallel to x = 0."""

    carina: Point
    apex: Point
    short_mm: float
    """Widest diameter perpendicular to the long axis in the sagittal plane."""
    width_mm: float
    """Left to right."""

    @property
    def long_mm(self) -> float:
        """Carina to apex."""
        return hypot(*(b - a for a, b in zip(self.carina, self.apex, strict=True)))

    @property
    def center(self) -> Point:
        """Middle of the long axis."""
        (x0, y0, z0), (x1, y1, z1) = self.carina, self.apex
        return ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)


@dataclass(frozen=True, slots=True)
class Hip:
    """A femoral head (sphere) in its acetabulum; the rim is the craniolateral effective edge."""

    center: Point
    head_radius_mm: float
    rim: Point
    norberg_degrees: float


@dataclass(frozen=True, slots=True)
class HeartScore:
    """A vertebral heart size: both axes in vertebrae from the cranial edge of T4."""

    long_units: float
    short_units: float

    @property
    def total(self) -> float:
        """Long and short axis together, as it is reported."""
        return self.long_units + self.short_units


@dataclass(frozen=True, slots=True)
class Kidney:
    """An ellipsoid: `length` craniocaudal, `height` dorsoventral, `width` left to right (mm)."""

    center: Point
    length_mm: float
    height_mm: float
    width_mm: float

    @property
    def volume_mm3(self) -> float:
        """Volume of the ellipsoid."""
        return 3.14159265358979 / 6 * self.length_mm * self.height_mm * self.width_mm


@dataclass(frozen=True, slots=True)
class Shot:
    """Where the X-ray tube stood: the numbers behind EstimatedRadiographicMagnificationFactor (SID / SOD)."""

    source_to_detector: float
    source_to_object: float
    """To the plane of the animal in which lengths are true."""

    @property
    def magnification(self) -> float:
        """How much larger the plane of interest appears on the detector."""
        return self.source_to_detector / self.source_to_object


@dataclass(frozen=True, slots=True)
class DogAnatomy:
    """All that is known of the example dog, and of the pictures taken of it."""

    vertebrae: tuple[Vertebra, ...]
    disc_thoracic_mm: float
    disc_lumbar_mm: float
    heart: Heart
    heart_a_year_ago: Heart
    trachea_lumen_mm: float
    """Inner diameter, the same along the whole tube."""
    kidney_left: Kidney
    kidney_right: Kidney
    hip_left: Hip
    hip_right: Hip
    marker_ball: Point
    marker_ball_mm: float
    """Diameter of the steel ball at the level of the hips on the ventrodorsal pelvis."""
    ventricle_diastole_mm: float
    """Inner diameter of the left ventricle on the ultrasound short axis, at the first frame."""
    ventricle_systole_mm: float
    bladder_stone_mm: float
    """Diameter across the beam."""
    lateral: Shot
    ventrodorsal: Shot
    pelvis: Shot

    def vertebra(self, name: str) -> Vertebra:
        """The vertebra called `name`, like T4. Raises `KeyError`."""
        for vertebra in self.vertebrae:
            if vertebra.name == name:
                return vertebra
        raise KeyError(name)

    @property
    def t4_mm(self) -> float:
        """Length of the body of T4."""
        return self.vertebra("T4").length

    @property
    def heart_score(self) -> HeartScore:
        """The VHS that a correct measurement of the present exam gives."""
        return self._score(self.heart)

    @property
    def heart_score_a_year_ago(self) -> HeartScore:
        """The VHS of the exam one year earlier."""
        return self._score(self.heart_a_year_ago)

    @property
    def kidney_to_l2(self) -> float:
        """Length of the left kidney in bodies of L2."""
        return self.kidney_left.length_mm / self.vertebra("L2").length

    @property
    def hip_distance_mm(self) -> float:
        """Between the centres of the femoral heads."""
        return self.hip_left.center[0] - self.hip_right.center[0]

    def units_from_t4(self, length_mm: float) -> float:
        """`length_mm` laid along the spine from T4's cranial edge, in bodies with the disc behind each."""
        first = next(n for n, v in enumerate(self.vertebrae) if v.name == "T4")
        rest, units = length_mm, 0.0
        for vertebra in self.vertebrae[first:]:
            step = vertebra.length + self._disc_after(vertebra.name)
            if rest <= step:
                return units + rest / step
            rest, units = rest - step, units + 1
        return units

    def _score(self, heart: Heart) -> HeartScore:
        return HeartScore(self.units_from_t4(heart.long_mm), self.units_from_t4(heart.short_mm))

    def _disc_after(self, name: str) -> float:
        return self.disc_thoracic_mm if name.startswith("T") else self.disc_lumbar_mm


def spine_height(z: float, curve: Sequence[tuple[float, float]] = SPINE_CURVE) -> float:
    """Height y of the spine's axis at `z`: Catmull-Rom through the points of `curve`."""
    last = len(curve) - 1
    at = next(
        (n for n in range(last) if curve[n][0] <= z <= curve[n + 1][0]), 0 if z < curve[0][0] else last - 1
    )
    (z0, y0), (z1, y1) = curve[at], curve[at + 1]
    slope0 = _slope(curve, at) * (z1 - z0)
    slope1 = _slope(curve, at + 1) * (z1 - z0)
    t = min(max((z - z0) / (z1 - z0), 0.0), 1.0)
    return (
        (2 * t**3 - 3 * t**2 + 1) * y0
        + (t**3 - 2 * t**2 + t) * slope0
        + (3 * t**2 - 2 * t**3) * y1
        + (t**3 - t**2) * slope1
    )


def lay_spine(
    lengths: dict[str, float],
    disc: float,
    disc_lumbar: float,
    start_z: float,
    curve: Sequence[tuple[float, float]] = SPINE_CURVE,
    girth: float = 1.0,
) -> tuple[Vertebra, ...]:
    """Vertebrae of exact `lengths` strung along `curve`, T1 beginning at `start_z`; cranial first."""
    names = list(lengths)
    first = names.index("T1")
    caudal: list[Vertebra] = []
    z = start_z
    for name in names[first:]:
        vertebra, z = _place(name, lengths[name], z, -1.0, curve, girth)
        caudal.append(vertebra)
        z -= disc_lumbar if name[0] == "L" else 0.6 if name in ("S1", "S2") else disc
    cranial: list[Vertebra] = []
    z = start_z + disc
    for name in reversed(names[:first]):
        vertebra, z = _place(name, lengths[name], z, 1.0, curve, girth)
        cranial.append(vertebra)
        z += disc + 1.0
    return (*reversed(cranial), *caudal)


def _place(
    name: str, length: float, z: float, way: float, curve: Sequence[tuple[float, float]], girth: float
) -> tuple[Vertebra, float]:
    near = (0.0, spine_height(z, curve), z)
    ahead = z + way * length
    rise = spine_height(ahead, curve) - near[1]
    scale = length / hypot(rise, length)
    far = (0.0, near[1] + rise * scale, z + way * length * scale)
    ends = (near, far) if way < 0 else (far, near)
    height, width = _girth(name)
    return Vertebra(name, length, ends[0], ends[1], height * girth, width * girth), far[2]


def _girth(name: str) -> tuple[float, float]:
    """(height, width) in mm of a body of the example dog."""
    number = int(name.lstrip("CTLSd"))
    if name.startswith("Cd"):
        return 7.5 - 0.4 * number, 8.5 - 0.5 * number
    sizes = {
        "C": (11.0, 14.0),
        "T": (9.2 + 0.14 * number, 12.0),
        "L": (11.4, 15.0 + 0.3 * number),
        "S": (9.0, 16.0),
    }
    return sizes[name[0]]


def _slope(curve: Sequence[tuple[float, float]], at: int) -> float:
    before, after = curve[max(at - 1, 0)], curve[min(at + 1, len(curve) - 1)]
    return (after[1] - before[1]) / (after[0] - before[0])


def heart_from(carina: Point, tilt_degrees: float, long_mm: float, short_mm: float, width_mm: float) -> Heart:
    """A heart hanging from `carina`, its apex `tilt_degrees` caudal of straight down."""
    tilt = radians(tilt_degrees)
    apex = (carina[0], carina[1] - long_mm * cos(tilt), carina[2] - long_mm * sin(tilt))
    return Heart(carina, apex, short_mm, width_mm)


def hip_at(center: Point, head_radius: float, norberg: float) -> Hip:
    """A hip whose rim lies `norberg` degrees from the line to the other head's centre, in the x-z plane."""
    medial = -1.0 if center[0] > 0 else 1.0
    reach = head_radius + 2.6
    angle = radians(norberg)
    rim = (center[0] + medial * reach * cos(angle), center[1], center[2] + reach * sin(angle))
    return Hip(center, head_radius, rim, norberg)


def norberg_angle(center: Point, other: Point, rim: Point) -> float:
    """Degrees at `center` between the lines to `other` and to `rim`, in the ventrodorsal picture (x, z)."""
    to_other = (other[0] - center[0], other[2] - center[2])
    to_rim = (rim[0] - center[0], rim[2] - center[2])
    dot = to_other[0] * to_rim[0] + to_other[1] * to_rim[1]
    return degrees(acos(dot / (hypot(*to_other) * hypot(*to_rim))))


CARINA: Point = (3.0, 22.0, 57.0)

ANATOMY = DogAnatomy(
    vertebrae=lay_spine(DOG_LENGTHS, disc=2.2, disc_lumbar=3.0, start_z=135.0),
    disc_thoracic_mm=2.2,
    disc_lumbar_mm=3.0,
    heart=heart_from(CARINA, tilt_degrees=36.0, long_mm=99.0, short_mm=85.0, width_mm=80.0),
    heart_a_year_ago=heart_from(CARINA, tilt_degrees=39.0, long_mm=91.0, short_mm=74.0, width_mm=70.0),
    trachea_lumen_mm=13.0,
    kidney_left=Kidney(center=(30.0, 34.0, -170.0), length_mm=60.0, height_mm=31.0, width_mm=33.0),
    kidney_right=Kidney(center=(-29.0, 38.0, -141.0), length_mm=58.0, height_mm=31.0, width_mm=33.0),
    hip_left=hip_at((36.0, 28.0, -318.0), head_radius=8.5, norberg=106.0),
    hip_right=hip_at((-36.0, 28.0, -318.0), head_radius=8.5, norberg=101.0),
    marker_ball=(0.0, 28.0, -432.0),
    marker_ball_mm=25.0,
    ventricle_diastole_mm=38.0,
    ventricle_systole_mm=23.0,
    bladder_stone_mm=9.0,
    lateral=Shot(source_to_detector=1000.0, source_to_object=900.0),
    ventrodorsal=Shot(source_to_detector=1000.0, source_to_object=910.0),
    pelvis=Shot(source_to_detector=1000.0, source_to_object=906.0),
)
