"""The table of all guided measurements, in the order of a menu."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.viewer.measure.veterinary.abdomen import ABDOMEN_GUIDES
from vetpacs_desktop.viewer.measure.veterinary.equine import EQUINE_GUIDES
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide
from vetpacs_desktop.viewer.measure.veterinary.hips import HIP_GUIDES
from vetpacs_desktop.viewer.measure.veterinary.limbs import LIMB_GUIDES
from vetpacs_desktop.viewer.measure.veterinary.stifle import STIFLE_GUIDES
from vetpacs_desktop.viewer.measure.veterinary.thorax import THORAX_GUIDES

GUIDES: Mapping[str, Guide] = MappingProxyType(
    {
        guide.name: guide
        for guide in (
            *THORAX_GUIDES,
            *HIP_GUIDES,
            *STIFLE_GUIDES,
            *LIMB_GUIDES,
            *ABDOMEN_GUIDES,
            *EQUINE_GUIDES,
        )
    }
)
"""By name."""


def guide_named(name: str) -> Guide:
    """The guide called `name`. Raises `UsageError` with the names there are."""
    found = GUIDES.get(name)
    if found is None:
        raise UsageError(reason=f"There is no guided measurement {name!r}; there are: {', '.join(GUIDES)}.")
    return found
