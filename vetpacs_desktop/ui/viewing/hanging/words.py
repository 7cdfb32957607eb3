"""Words of hanging: names of protocols, regions, kinds of images, and for which exams a layout is meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.viewer.hanging.protocol import RADIOGRAPH, Protocol

_KINDS = {
    RADIOGRAPH: "Radiographs",
    "IO": "Dental radiographs",
    "PX": "Dental radiographs",
    "CT": "CT",
    "MR": "MR",
    "US": "Ultrasound",
}


def name_of(protocol: Protocol) -> str:
    """The user's own names stay as they were written."""
    return protocol.name if protocol.own else tr(protocol.name)


def only(words: str) -> str:
    """``Dogs only``."""
    return tr("{kind} only").format(kind=words)


def kind_words(modality: str) -> str:
    """A kind of images in words."""
    return tr(_KINDS.get(modality, modality))


def region_words(regions: Iterable[str]) -> str:
    """``Stifle``; the group that a region belongs to goes without saying."""
    return ", ".join(tr(one.capitalize()) for one in regions)


def meant_for(protocol: Protocol) -> str:
    """For which exams a layout is used: ``Dog, Radiographs, Thorax``."""
    parts: Sequence[str] = (
        ", ".join(tr(one.capitalize()) for one in protocol.species),
        ", ".join(kind_words(one) for one in protocol.modalities),
        region_words(protocol.regions),
    )
    said = ", ".join(part for part in parts if part)
    return said or tr("For every exam")


def tr(text: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate("hanging", text)
