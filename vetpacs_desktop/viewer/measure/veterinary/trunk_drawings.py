"""Schematic pictures of the trunk: thorax from the side and from above, hips, spine, abdomen.

Drawn for this program; outlines only, cranial to the left or up as films are hung.
"""

from __future__ import annotations

from vetpacs_desktop.viewer.measure.veterinary.drawing import (
    ABOVE,
    LATERAL,
    Curve,
    Drawing,
    Spot,
    bone,
    disc,
    faint,
    faint_stroke,
    stroke,
)

VERTEBRA = 0.058
"""Length of a vertebra with its disc, in the drawing of the thorax."""
T1_AT = 0.04
"""Where T1 begins."""


def cranial_edge(number: int) -> Spot:
    """Lower cranial corner of the vertebra number `number`, counted from T1 = 0 (T13 = 12, L1 = 13)."""
    x = T1_AT + VERTEBRA * number
    return x, 0.235 - 0.06 * x


def _spine(count: int) -> tuple[Curve, ...]:
    """Bodies as blocks with a gap between them."""
    bodies = []
    for number in range(count):
        (x0, y0), (x1, y1) = cranial_edge(number), cranial_edge(number + 1)
        end, tall = x1 - 0.010, 0.045
        bodies.append(
            Curve(((x0, y0), (end, y1), (end, y1 - tall), (x0, y0 - tall)), round=False, faint=number < 3)
        )
    return tuple(bodies)


SPINE_OF_THORAX = _spine(16)
CARINA, APEX = (0.44, 0.40), (0.631, 0.663)
CRANIAL_BORDER, CAUDAL_BORDER = (0.4324, 0.6065), (0.6386, 0.4565)
ATRIUM_AT_CAVA, ATRIUM_TOP, ATRIUM_ON_BISECTOR = (0.575, 0.405), (0.508, 0.352), (0.560, 0.376)
T1_VENTRAL, MANUBRIUM = (0.062, 0.232), (0.085, 0.610)
TRACHEA_DORSAL, TRACHEA_VENTRAL = (0.075, 0.318), (0.080, 0.392)

_HEART = bone(
    (0.45, 0.43),
    (0.425, 0.50),
    (0.4324, 0.6065),
    (0.50, 0.672),
    (0.580, 0.690),
    (0.631, 0.663),
    (0.662, 0.60),
    (0.655, 0.52),
    (0.6386, 0.4565),
    (0.600, 0.425),
    (0.575, 0.405),
    (0.556, 0.372),
    (0.508, 0.352),
    (0.462, 0.375),
)
_AIRWAY = (
    faint_stroke((0.0, 0.305), (0.075, 0.318), (0.25, 0.345), (0.40, 0.375)),
    faint_stroke((0.0, 0.376), (0.080, 0.392), (0.25, 0.415), (0.40, 0.425)),
    disc(0.435, 0.392, 0.022),
)
_CHEST = (
    faint_stroke((0.07, 0.62), (0.20, 0.70), (0.45, 0.77), (0.76, 0.83)),
    faint_stroke((0.96, 0.19), (0.86, 0.30), (0.765, 0.48), (0.755, 0.66), (0.82, 0.82)),
    faint_stroke((0.600, 0.425), (0.69, 0.435), (0.775, 0.455)),
    faint_stroke((0.642, 0.480), (0.70, 0.490), (0.762, 0.505)),
    faint((0.06, 0.600), (0.11, 0.622), (0.135, 0.665), (0.08, 0.650)),
)
THORAX_LATERAL = Drawing(
    "thorax from the side",
    (*SPINE_OF_THORAX, _HEART, *_AIRWAY, *_CHEST),
    LATERAL,
)


def _ribs_from_above() -> tuple[Curve, ...]:
    return tuple(
        faint_stroke((0.5 + side * 0.03, 0.16 + row * 0.13), (0.5 + side * width, 0.20 + row * 0.13))
        for row, width in enumerate((0.22, 0.29, 0.33, 0.36, 0.38))
        for side in (-1, 1)
    )


HEART_RIGHT, HEART_LEFT = (0.365, 0.50), (0.655, 0.50)
CHEST_RIGHT, CHEST_LEFT = (0.125, 0.66), (0.875, 0.66)
THORAX_ABOVE = Drawing(
    "thorax from above",
    (
        *_ribs_from_above(),
        stroke(
            (0.40, 0.05), (0.28, 0.15), (0.19, 0.34), (0.14, 0.54), (0.125, 0.66), (0.13, 0.80), (0.17, 0.93)
        ),
        stroke(
            (0.60, 0.05), (0.72, 0.15), (0.81, 0.34), (0.86, 0.54), (0.875, 0.66), (0.87, 0.80), (0.83, 0.93)
        ),
        faint_stroke((0.47, 0.03), (0.47, 0.95)),
        faint_stroke((0.53, 0.03), (0.53, 0.95)),
        bone(
            (0.47, 0.31),
            (0.39, 0.39),
            (0.365, 0.50),
            (0.39, 0.61),
            (0.48, 0.71),
            (0.575, 0.755),
            (0.64, 0.66),
            (0.655, 0.50),
            (0.61, 0.37),
            (0.54, 0.30),
        ),
        faint_stroke((0.15, 0.87), (0.32, 0.77), (0.50, 0.745), (0.68, 0.77), (0.85, 0.87)),
    ),
    ABOVE,
)

HEAD_RIGHT, HEAD_LEFT, HEAD_RADIUS = (0.30, 0.46), (0.70, 0.46), 0.085
RIM_RIGHT, RIM_LEFT = (0.268, 0.350), (0.732, 0.350)


def _mirrored(curve: Curve) -> Curve:
    spots = tuple((1 - x, y) for x, y in curve.spots)
    return Curve(spots, curve.closed, curve.round, curve.faint)


_HALF_PELVIS = (
    stroke(
        (0.268, 0.350), (0.245, 0.26), (0.20, 0.13), (0.235, 0.05), (0.30, 0.07), (0.36, 0.16), (0.395, 0.30)
    ),
    stroke((0.268, 0.350), (0.345, 0.352), (0.398, 0.42), (0.405, 0.50), (0.372, 0.565)),
    faint_stroke((0.395, 0.30), (0.44, 0.34), (0.5, 0.36)),
    faint((0.405, 0.60), (0.445, 0.56), (0.475, 0.62), (0.455, 0.74), (0.400, 0.79), (0.365, 0.73)),
    disc(0.30, 0.46, 0.085),
    stroke((0.236, 0.515), (0.205, 0.49), (0.165, 0.50), (0.160, 0.57), (0.185, 0.66), (0.195, 0.97)),
    stroke((0.330, 0.540), (0.285, 0.60), (0.272, 0.70), (0.270, 0.97)),
)
HIPS = Drawing(
    "hips from above",
    (
        *_HALF_PELVIS,
        *(_mirrored(curve) for curve in _HALF_PELVIS),
        faint((0.44, 0.05), (0.56, 0.05), (0.555, 0.20), (0.535, 0.36), (0.465, 0.36), (0.445, 0.20)),
    ),
    ABOVE,
)

HIP_HEAD, HIP_HEAD_RADIUS = (0.56, 0.54), 0.17
HIP_CUP, HIP_CUP_RADIUS = (0.48, 0.50), 0.20
HIP_CLOSE = Drawing(
    "one hip from above",
    (
        disc(*HIP_HEAD, HIP_HEAD_RADIUS),
        stroke((0.535, 0.308), (0.42, 0.309), (0.32, 0.38), (0.28, 0.50), (0.32, 0.62), (0.40, 0.70)),
        faint_stroke((0.535, 0.308), (0.60, 0.20), (0.64, 0.06)),
        faint_stroke((0.36, 0.22), (0.34, 0.06)),
        stroke((0.69, 0.65), (0.74, 0.62), (0.82, 0.63), (0.85, 0.72), (0.80, 0.96)),
        stroke((0.50, 0.70), (0.60, 0.80), (0.62, 0.96)),
        faint((0.18, 0.70), (0.26, 0.66), (0.33, 0.75), (0.28, 0.90), (0.18, 0.92)),
    ),
)

COBB_SPOTS = ((0.20, 0.33), (0.25, 0.50), (0.80, 0.33), (0.75, 0.50))


def _curved_spine() -> tuple[Curve, ...]:
    blocks = (
        ((0.02, 0.50), (0.13, 0.44), (0.18, 0.60), (0.07, 0.66)),
        ((0.20, 0.33), (0.31, 0.295), (0.345, 0.465), (0.25, 0.50)),
        ((0.34, 0.285), (0.45, 0.272), (0.465, 0.445), (0.375, 0.458)),
        ((0.48, 0.270), (0.59, 0.278), (0.575, 0.450), (0.495, 0.444)),
        ((0.62, 0.283), (0.80, 0.33), (0.75, 0.50), (0.605, 0.454)),
        ((0.87, 0.44), (0.98, 0.50), (0.93, 0.66), (0.82, 0.60)),
    )
    return tuple(Curve(block, round=False, faint=n in (0, 5)) for n, block in enumerate(blocks))


SPINE_CURVED = Drawing("a curved piece of the spine", _curved_spine())

KIDNEY_CRANIAL, KIDNEY_CAUDAL = (0.735, 0.40), (0.775, 0.66)
L2_CRANIAL, L2_CAUDAL = (0.5, 0.405), (0.5, 0.500)


def _lumbar_from_above() -> tuple[Curve, ...]:
    found = []
    for number in range(7):
        top = 0.18 + 0.1125 * number
        side = 0.055
        box = ((0.5 - side, top), (0.5 + side, top), (0.5 + side, top + 0.095), (0.5 - side, top + 0.095))
        found.append(Curve(box, round=False, faint=number != 2))
    return tuple(found)


ABDOMEN_ABOVE = Drawing(
    "abdomen from above",
    (
        *_lumbar_from_above(),
        bone(
            (0.735, 0.40),
            (0.80, 0.44),
            (0.83, 0.55),
            (0.775, 0.66),
            (0.70, 0.60),
            (0.705, 0.53),
            (0.68, 0.46),
        ),
        faint(
            (0.27, 0.30), (0.20, 0.34), (0.17, 0.45), (0.23, 0.56), (0.30, 0.50), (0.295, 0.43), (0.32, 0.36)
        ),
        faint_stroke((0.10, 0.06), (0.06, 0.35), (0.09, 0.70), (0.20, 0.95)),
        faint_stroke((0.90, 0.06), (0.94, 0.35), (0.91, 0.70), (0.80, 0.95)),
        faint_stroke((0.5, 0.05), (0.30, 0.12), (0.13, 0.26)),
        faint_stroke((0.5, 0.05), (0.70, 0.12), (0.87, 0.26)),
    ),
    ABOVE,
)

GUT_ONE, GUT_OTHER = (0.50, 0.545), (0.47, 0.720)
L5_DORSAL, L5_VENTRAL = (0.635, 0.135), (0.635, 0.225)


def _lumbar_from_the_side() -> tuple[Curve, ...]:
    found = []
    for number in range(7):
        x = 0.05 + 0.13 * number
        spots = (
            (x, 0.12),
            (x + 0.055, 0.135),
            (x + 0.11, 0.12),
            (x + 0.11, 0.245),
            (x + 0.055, 0.225),
            (x, 0.245),
        )
        found.append(Curve(spots, faint=number not in (1, 4)))
    return tuple(found)


L2_DORSAL, L2_VENTRAL = (0.182, 0.122), (0.182, 0.243)
ABDOMEN_LATERAL = Drawing(
    "abdomen from the side",
    (
        *_lumbar_from_the_side(),
        bone((0.28, 0.56), (0.38, 0.53), (0.50, 0.545), (0.64, 0.60), (0.66, 0.69), (0.58, 0.74),
             (0.47, 0.720),
             (0.36, 0.68), (0.28, 0.66)),
        faint((0.62, 0.42), (0.72, 0.40), (0.80, 0.44), (0.78, 0.51), (0.68, 0.50)),
        faint((0.40, 0.40), (0.50, 0.37), (0.58, 0.41), (0.52, 0.48), (0.42, 0.46)),
        faint((0.52, 0.80), (0.64, 0.79), (0.72, 0.82), (0.66, 0.88), (0.54, 0.87)),
        faint_stroke((0.13, 0.30), (0.09, 0.50), (0.16, 0.75)),
        faint_stroke((0.16, 0.75), (0.40, 0.93), (0.70, 0.93), (0.95, 0.72)),
    ), LATERAL,
)  # fmt: skip
