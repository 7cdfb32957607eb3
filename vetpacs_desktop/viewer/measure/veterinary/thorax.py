"""Heart, left atrium and trachea on radiographs of the thorax.

VHS as Buchanan and Buecheler (1995) define it, VLAS as Malcolm et al. (2018), M-VLAS as Lam et al. (2021),
RLAD as Sanchez Salguero et al. (2018). The steps and drawings are this program's own.
"""

from __future__ import annotations

from vetpacs_desktop.viewer.measure.measured import NotMeasurable
from vetpacs_desktop.viewer.measure.veterinary import trunk_drawings as at
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction, Role
from vetpacs_desktop.viewer.measure.veterinary.guide import Build, Guide, Step
from vetpacs_desktop.viewer.measure.veterinary.planar import Place, angle, dot, foot, height, unit
from vetpacs_desktop.viewer.measure.veterinary.vertebral import UNFINISHED, edge_steps, lay

OFF_LINE = 5.0
"""Degrees from which a direction that should be given is remarked on."""
LATERAL = ("thorax lateral",)
ABOVE = ("thorax ventrodorsal", "thorax dorsoventral")


def _axes(work: Construction) -> tuple[float, float, Place, complex, complex]:
    """(long, short, where they meet, direction to the carina, direction to the caudal border)."""
    carina, apex = work.take(2)
    long = work.span("long_axis", carina, apex)
    along = unit(apex - carina, "the long axis")
    cranial, caudal = work.take(2)
    one, other = height(cranial, carina, along), height(caudal, carina, along)
    if one * other >= 0:
        raise NotMeasurable(reason="both borders of the heart lie on one side of the long axis")
    center = (foot(cranial, carina, along) + foot(caudal, carina, along)) / 2
    across = along * complex(0, 1)
    work.draw(center + across * one, center + across * other, role=Role.MEASURED)
    short = work.length("short_axis", abs(one) + abs(other))
    skew = abs(90.0 - angle(caudal - cranial, along))
    if skew > OFF_LINE:
        work.remark(
            f"the borders were clicked {skew:.0f} degrees off the perpendicular, which is what counts"
        )
    return long, short, center, -along, across if other > 0 else -across


def heart_size(work: Construction) -> None:
    """VHS."""
    long, short, *_ = _axes(work)
    edges = work.places[work.used :]
    total = lay(work, long=long, short=short) if edges else None
    if len(edges) > 1:
        work.vertebrae("by_t4_alone", (long + short) / abs(edges[1] - edges[0]))
    if total is not None:
        work.vertebrae("sum", total)
        work.finish("sum")


def left_atrium(work: Construction) -> None:
    """VLAS."""
    carina, cava = work.take(2)
    length = work.span("atrium_axis", carina, cava)
    if work.places[work.used :] and (total := lay(work, atrium=length)) is not None:
        work.vertebrae("atrium", total)
        work.finish("atrium")


def left_atrium_with_height(work: Construction) -> None:
    """M-VLAS."""
    carina, cava = work.take(2)
    length = work.span("atrium_axis", carina, cava)
    (top,) = work.take(1)
    base = foot(top, carina, unit(cava - carina, "the line of the atrium"))
    work.extended(carina, cava, base)
    tall = work.span("atrium_height", base, top)
    if work.places[work.used :] and (total := lay(work, atrium=length, height=tall)) is not None:
        work.vertebrae("sum", total)
        work.finish("sum")


def left_atrium_on_bisector(work: Construction) -> None:
    """RLAD."""
    long, _, center, dorsal, caudal = _axes(work)
    bisector = unit(dorsal + caudal, "the bisector")
    work.draw(center, center + bisector * (0.6 * long))
    (edge,) = work.take(1)
    length = dot(edge - center, bisector)
    if length <= 0:
        raise NotMeasurable(reason="the edge of the atrium lies on the other side of the heart's axes")
    if (off := angle(edge - center, bisector)) > OFF_LINE:
        work.remark(f"the atrium's edge was clicked {off:.0f} degrees off the bisector")
    work.draw(center, center + bisector * length, role=Role.MEASURED)
    work.length("atrium_axis", length)
    cranial, caudal_end = work.take(2)
    body = work.span("t4_body", cranial, caudal_end)
    work.vertebrae("in_t4", length / body)
    work.finish("in_t4")


def cardiothoracic(work: Construction) -> None:
    """Heart's width over the thorax's."""
    right, left = work.take(2)
    heart = work.span("heart_width", right, left)
    chest_right, chest_left = work.take(2)
    chest = work.span("chest_width", chest_right, chest_left)
    tilt = angle(left - right, chest_left - chest_right)
    if min(tilt, 180 - tilt) > OFF_LINE:
        work.remark("the two widths are not parallel")
    work.ratio("ratio", heart, chest)
    work.finish("ratio")


def trachea(work: Construction) -> None:
    """Lumen over the thoracic inlet."""
    first, manubrium = work.take(2)
    inlet = work.span("thoracic_inlet", first, manubrium)
    dorsal, ventral = work.take(2)
    lumen = work.span("tracheal_lumen", dorsal, ventral)
    work.ratio("ratio", lumen, inlet)
    work.finish("ratio")


_CARINA = Step("ventral edge of the carina", "Click the ventral edge of the carina.", at.CARINA)
_AXES = (
    _CARINA,
    Step("apex of the heart", "Click the most distant point of the heart's apex.", at.APEX),
    Step(
        "cranial border of the heart",
        "Click the cranial border where the heart is widest, at a right angle to the long axis.",
        at.CRANIAL_BORDER,
    ),
    Step("caudal border of the heart", "Click the caudal border opposite.", at.CAUDAL_BORDER),
)
_CAVA = Step(
    "left atrium at the caudal vena cava",
    "Click where the caudal border of the left atrium meets the dorsal edge of the caudal vena cava.",
    at.ATRIUM_AT_CAVA,
)
_T4 = (
    Step("cranial end of T4", "Click the cranial end of the body of T4.", at.cranial_edge(3)),
    Step(
        "caudal end of T4",
        "Click the caudal end of the body of T4.",
        (at.cranial_edge(4)[0] - 0.010, at.cranial_edge(4)[1]),
    ),
)
_LAID = "laid along the vertebrae from the cranial edge of T4"
_MAMMALS = ("dog", "cat", "rabbit", "ferret")


def _on_spine(
    name: str, words: str, species: tuple[str, ...], formula: str, steps: tuple[Step, ...], build: Build
) -> Guide:
    every = (*steps, *edge_steps())
    return Guide(
        name,
        words,
        "thorax",
        species,
        LATERAL,
        formula,
        at.THORAX_LATERAL,
        every,
        build,
        len(steps) + 2,
        UNFINISHED,
    )


THORAX_GUIDES: tuple[Guide, ...] = (
    _on_spine(
        "vhs",
        "Vertebral heart size (VHS)",
        _MAMMALS,
        f"Long axis (carina to apex) and short axis (widest, at a right angle to it), each {_LAID}: "
        "the sum of both in vertebrae.",
        _AXES,
        heart_size,
    ),
    _on_spine(
        "vlas",
        "Vertebral left atrial size (VLAS)",
        ("dog",),
        f"From the carina to where the left atrium meets the caudal vena cava, {_LAID}.",
        (_CARINA, _CAVA),
        left_atrium,
    ),
    _on_spine(
        "m_vlas",
        "Modified vertebral left atrial size (M-VLAS)",
        ("dog",),
        "The line of the VLAS and the height of the left atrium at a right angle above it, each "
        f"{_LAID}: the sum of both.",
        (
            _CARINA,
            _CAVA,
            Step(
                "dorsal border of the left atrium",
                "Click the point of the left atrium's dorsal border that is farthest from the line.",
                at.ATRIUM_TOP,
            ),
        ),
        left_atrium_with_height,
    ),
    Guide(
        "rlad",
        "Radiographic left atrial dimension (RLAD)",
        "thorax",
        ("dog",),
        LATERAL,
        "From the crossing of the heart's long and short axis along the bisector of their dorsocaudal "
        "angle to the dorsal edge of the left atrium, divided by the length of the body of T4.",
        at.THORAX_LATERAL,
        (
            *_AXES,
            Step(
                "dorsal edge of the left atrium",
                "Click where the dashed bisector meets the dorsal edge of the left atrium.",
                at.ATRIUM_ON_BISECTOR,
            ),
            *_T4,
        ),
        left_atrium_on_bisector,
        7,
    ),
    Guide(
        "cardiothoracic",
        "Cardiothoracic ratio",
        "thorax",
        (),
        ABOVE,
        "Greatest width of the heart divided by the greatest width of the thorax between the ribs' "
        "inner edges.",
        at.THORAX_ABOVE,
        (
            Step(
                "right border of the heart",
                "Click the heart's right border where it is widest.",
                at.HEART_RIGHT,
            ),
            Step(
                "left border of the heart", "Click the heart's left border at the same level.", at.HEART_LEFT
            ),
            Step(
                "right chest wall",
                "Click the inner edge of the right chest wall where the thorax is widest.",
                at.CHEST_RIGHT,
            ),
            Step("left chest wall", "Click the inner edge of the left chest wall opposite.", at.CHEST_LEFT),
        ),
        cardiothoracic,
        4,
    ),
    Guide(
        "tracheal_ratio",
        "Tracheal ratio",
        "thorax",
        ("dog", "cat"),
        LATERAL,
        "Height of the tracheal lumen where it crosses the thoracic inlet, divided by the thoracic "
        "inlet from the ventral edge of T1 to the dorsal edge of the manubrium.",
        at.THORAX_LATERAL,
        (
            Step("ventral edge of T1", "Click the ventral cranial edge of the body of T1.", at.T1_VENTRAL),
            Step("dorsal edge of the manubrium", "Click the dorsal edge of the manubrium.", at.MANUBRIUM),
            Step(
                "dorsal wall of the trachea",
                "Click the inside of the trachea's dorsal wall on the line of the inlet.",
                at.TRACHEA_DORSAL,
            ),
            Step(
                "ventral wall of the trachea",
                "Click the inside of its ventral wall, at a right angle to the trachea.",
                at.TRACHEA_VENTRAL,
            ),
        ),
        trachea,
        4,
    ),
)
