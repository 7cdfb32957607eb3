"""What is said beside a published figure: whole sentences, so that they can be translated whole.

A sentence compares with a publication and says nothing of the animal. Names in braces are filled in after
translation. By where the value lies: the values of `reference.Standing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

RANGES: Mapping[str, str] = MappingProxyType(
    {
        "below": "Below the published range for {animals} ({figures}; {source}).",
        "within": "Within the published range for {animals} ({figures}; {source}).",
        "above": "Above the published range for {animals} ({figures}; {source}).",
        "uncompared": "For comparison: the published range for {animals} ({figures}; {source}).",
    }
)
MEANS: Mapping[str, str] = MappingProxyType(
    {
        "below": "Below the published mean for {animals} by more than two standard deviations "
        "({figures}; {source}).",
        "within": "Within two standard deviations of the published mean for {animals} ({figures}; {source}).",
        "above": "Above the published mean for {animals} by more than two standard deviations "
        "({figures}; {source}).",
        "uncompared": "For comparison: the published mean for {animals} ({figures}; {source}).",
    }
)
MEAN_ALONE = "The published mean for {animals} is {figures} ({source}), without a range."
CUT_OFFS: Mapping[str, str] = MappingProxyType(
    {
        "below": "Below the published cut-off for {animals} ({figures}; {source}).",
        "within": "At the published cut-off for {animals} ({figures}; {source}).",
        "above": "Above the published cut-off for {animals} ({figures}; {source}).",
        "uncompared": "For comparison: the published cut-off for {animals} ({figures}; {source}).",
    }
)
CUT_OFFS_ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "below": "Below the published cut-off for {animals} ({figures}; {source}; {about}).",
        "within": "At the published cut-off for {animals} ({figures}; {source}; {about}).",
        "above": "Above the published cut-off for {animals} ({figures}; {source}; {about}).",
        "uncompared": "For comparison: the published cut-off for {animals} ({figures}; {source}; {about}).",
    }
)
"""With what the publication says of its cut-off."""

UP_TO, AND_MORE = "up to {figure}", "{figure} and more"
IN_VIEW = "{animals}, {view}"
OF_PART = "{part}: {sentence}"
OTHER_UNIT = "The value can't be compared, as it is in {unit}."
NO_UNIT = "The value can't be compared, as it is in no unit."
CALIBRATE = "Calibrate the picture first."
MAY_BE_LARGER = "The measured length may be larger than in the animal."
NO_REFERENCE = "There is no published reference for this measurement here."
NONE_FOR = "There is no published reference for {animals} here."
OTHER_SPECIES = "There is no published reference for this species here."
UNKNOWN_SPECIES = "The species is not known, so there is no reference to compare with."
