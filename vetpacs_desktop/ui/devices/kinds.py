"""Kinds of machines in words, with what to look for on each; and what a machine says of itself.

Tables and pure functions only.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of machine: its icon, its name, and where its menu hides the destination."""

    name: str
    icon: str
    text: str
    where: str


KINDS: tuple[Kind, ...] = (
    Kind(
        "xray",
        "xray",
        QT_TRANSLATE_NOOP("kinds", "X-ray"),
        QT_TRANSLATE_NOOP(
            "kinds",
            "On the X-ray computer look for Settings or Service, then DICOM, Destinations, Storage or PACS.",
        ),
    ),
    Kind(
        "ultrasound",
        "ultrasound",
        QT_TRANSLATE_NOOP("kinds", "Ultrasound"),
        QT_TRANSLATE_NOOP(
            "kinds",
            "On the ultrasound look for Setup or Preset, then Connectivity or Network, DICOM, Service: "
            "Store.",
        ),
    ),
    Kind(
        "ct",
        "ct",
        QT_TRANSLATE_NOOP("kinds", "CT"),
        QT_TRANSLATE_NOOP(
            "kinds",
            "On the CT console look for Configuration, then DICOM nodes or Network nodes; the service "
            "technician may have to do it.",
        ),
    ),
    Kind(
        "mr",
        "mr",
        QT_TRANSLATE_NOOP("kinds", "MR"),
        QT_TRANSLATE_NOOP(
            "kinds",
            "On the MR console look for Configuration, then DICOM nodes or Network nodes; the service "
            "technician may have to do it.",
        ),
    ),
    Kind(
        "endoscope",
        "video",
        QT_TRANSLATE_NOOP("kinds", "Endoscope or camera"),
        QT_TRANSLATE_NOOP(
            "kinds",
            "Look for DICOM or Network in its menu. If it only writes files to a folder or a stick, watch "
            "that folder instead (System > Folders).",
        ),
    ),
    Kind(
        "dental",
        "tooth",
        QT_TRANSLATE_NOOP("kinds", "Dental X-ray"),
        QT_TRANSLATE_NOOP(
            "kinds",
            "In the dental program look for Options, then DICOM or Export. If it only writes files to a "
            "folder, watch that folder instead (System > Folders).",
        ),
    ),
    Kind(
        "archive",
        "archive",
        QT_TRANSLATE_NOOP("kinds", "Another archive"),
        QT_TRANSLATE_NOOP(
            "kinds", "In the other archive (PACS) add this computer as a DICOM modality or node."
        ),
    ),
    Kind(
        "other",
        "machine",
        QT_TRANSLATE_NOOP("kinds", "Something else"),
        QT_TRANSLATE_NOOP("kinds", "Look for DICOM, PACS, Destination, Storage or Node in its settings."),
    ),
)


def kind_of(name: str) -> Kind:
    """The kind called `name`; an unknown one is something else."""
    return next((kind for kind in KINDS if kind.name == name), KINDS[-1])


def text_of(kind: Kind) -> str:
    """Its name in the user's language."""
    return QCoreApplication.translate("kinds", kind.text)


def where_of(kind: Kind) -> str:
    """Where its menu hides the destination."""
    return QCoreApplication.translate("kinds", kind.where)


def fact_of(keyword: str) -> str:
    """A keyword of the General Equipment module (PS3.3 C.7.5.1) in words."""
    return {
        "Manufacturer": _tr("Maker"),
        "ManufacturerModelName": _tr("Model"),
        "SoftwareVersions": _tr("Software"),
        "StationName": _tr("Station"),
        "DeviceSerialNumber": _tr("Serial number"),
    }.get(keyword, keyword)


def _tr(text: str) -> str:
    return QCoreApplication.translate("kinds", text)
