"""Which guided measurements suit a picture, and how the menu groups them. Pure: words in, guides out.

Judges by what the header says of animal, part and view. A guess only puts a guide on top; every guide stays
within reach.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.measure.veterinary.animals import species_of
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measure.veterinary.reference import published

REGIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (QT_TRANSLATE_NOOP("viewing", "Heart and thorax"), ("thorax",)),
    (QT_TRANSLATE_NOOP("viewing", "Hips"), ("hips",)),
    (QT_TRANSLATE_NOOP("viewing", "Stifle and limbs"), ("stifle", "limbs")),
    (QT_TRANSLATE_NOOP("viewing", "Abdomen"), ("abdomen",)),
    (QT_TRANSLATE_NOOP("viewing", "Hoof"), ("hoof",)),
    (QT_TRANSLATE_NOOP("viewing", "Spine"), ("spine",)),
)
"""Titles of the menu and the guides' regions below each."""

_PARTS: Mapping[str, str] = {
    "thorax": "thorax chest lung lungs heart",
    "pelvis": "pelvis hip hips",
    "stifle": "stifle knee tibia crus",
    "tibia": "tibia crus leg",
    "femur": "femur thigh",
    "abdomen": "abdomen",
    "spine": "spine lspine tspine cspine vertebral column",
    "foot": "foot hoof digit pastern",
}
"""The first words of a guide's views, and what headers say for them."""
_VIEWS: Mapping[str, str] = {
    "lateral": "lateral lat rl ll rld lld lm ml mediolateral lateromedial",
    "lateromedial": "lateral lm ml mediolateral lateromedial",
    "ventrodorsal": "ventrodorsal vd",
    "dorsoventral": "dorsoventral dv",
    "craniocaudal": "craniocaudal crcd crca cc ap",
    "caudocranial": "caudocranial cdcr cacr pa",
}


def grouped() -> tuple[tuple[str, tuple[Guide, ...]], ...]:
    """All guides under the titles of the menu."""
    return tuple(
        (title, tuple(guide for guide in GUIDES.values() if guide.region in regions))
        for title, regions in REGIONS
    )


def suiting(species: str, description: ImageDescription) -> tuple[Guide, ...]:
    """The guides for this animal and this view, in the order of the menu; none where the header tells no
    part of the body that a guide is made for."""
    words = _words(description.body_part, description.view_position, description.series_description)
    animal = species_of(species, published().species)
    return tuple(
        guide
        for guide in GUIDES.values()
        if (animal is None or not guide.species or animal.name in guide.species)
        and any(_shows(view, words) for view in guide.views)
    )


def _shows(view: str, words: frozenset[str]) -> bool:
    """Whether these words can name the view that a guide is made for."""
    wanted = re.findall(r"\w+", view)
    parts = [_PARTS[word].split() for word in wanted if word in _PARTS]
    if not any(words.intersection(part) for part in parts):
        return False
    said = {name for name, others in _VIEWS.items() if words.intersection(others.split())}
    return not said or bool(said.intersection(wanted))


def _words(*texts: str) -> frozenset[str]:
    """In lower case; parts joined by a hyphen (``cranio-caudal``) are one word as well."""
    joined: Sequence[str] = [text.casefold().replace("-", "") for text in texts]
    return frozenset(word for text in joined for word in re.findall(r"[^\W_]+", text))
