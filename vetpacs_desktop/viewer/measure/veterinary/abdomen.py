"""Kidneys and small intestine in vertebrae.

Both are ratios of two lengths on one radiograph, so they need no scale.
"""

from __future__ import annotations

from vetpacs_desktop.viewer.measure.veterinary import trunk_drawings as at
from vetpacs_desktop.viewer.measure.veterinary.construction import Construction
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide, Step


def kidney(work: Construction) -> None:
    """Kidney's length over L2's."""
    _over(work, "kidney", "l2_body")


def intestine(work: Construction) -> None:
    """Widest intestine over L5's narrowest height."""
    _over(work, "intestine", "l5_height")


def cat_intestine(work: Construction) -> None:
    """Widest intestine over L2's height."""
    _over(work, "intestine", "l2_height")


def _over(work: Construction, first: str, second: str) -> None:
    one, other = work.take(2)
    long = work.span(first, one, other)
    one, other = work.take(2)
    work.ratio("ratio", long, work.span(second, one, other))
    work.finish("ratio")


_INTESTINE = (
    Step(
        "one side of the intestine",
        "Click the outer edge of the widest loop of small intestine.",
        at.GUT_ONE,
    ),
    Step("other side of the intestine", "Click its outer edge opposite, across the loop.", at.GUT_OTHER),
)
_SIDE = ("abdomen lateral",)

ABDOMEN_GUIDES: tuple[Guide, ...] = (
    Guide(
        "kidney_l2",
        "Kidney : L2",
        "abdomen",
        ("dog", "cat"),
        ("abdomen ventrodorsal",),
        "Length of the kidney divided by the length of the body of L2.",
        at.ABDOMEN_ABOVE,
        (
            Step("cranial pole of the kidney", "Click the cranial pole of the kidney.", at.KIDNEY_CRANIAL),
            Step("caudal pole of the kidney", "Click its caudal pole.", at.KIDNEY_CAUDAL),
            Step("cranial end of L2", "Click the cranial end of the body of L2.", at.L2_CRANIAL),
            Step("caudal end of L2", "Click its caudal end.", at.L2_CAUDAL),
        ),
        kidney,
        4,
    ),
    Guide(
        "small_intestine_l5",
        "Small intestine : L5",
        "abdomen",
        ("dog",),
        _SIDE,
        "Greatest diameter of the small intestine, from outer edge to outer edge, divided by the "
        "height of the body of L5 where it is narrowest.",
        at.ABDOMEN_LATERAL,
        (
            *_INTESTINE,
            Step(
                "dorsal edge of L5",
                "Click the dorsal edge of the body of L5 where it is narrowest.",
                at.L5_DORSAL,
            ),
            Step("ventral edge of L5", "Click its ventral edge opposite.", at.L5_VENTRAL),
        ),
        intestine,
        4,
    ),
    Guide(
        "small_intestine_l2",
        "Small intestine : L2 (cat)",
        "abdomen",
        ("cat",),
        _SIDE,
        "Greatest diameter of the small intestine, from outer edge to outer edge, divided by the "
        "height of L2's cranial end plate.",
        at.ABDOMEN_LATERAL,
        (
            *_INTESTINE,
            Step(
                "dorsal end of L2's end plate",
                "Click the dorsal end of L2's cranial end plate.",
                at.L2_DORSAL,
            ),
            Step("ventral end of L2's end plate", "Click its ventral end.", at.L2_VENTRAL),
        ),
        cat_intestine,
        4,
    ),
)
