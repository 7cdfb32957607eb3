"""Kinds of machines in words, with what to look for on each; and equipment and habits in words.

Tables and pure functions only.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.intake import habits
from vetpacs_desktop.store.intake.habits import Habit
from vetpacs_desktop.ui import words
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


def habit_in_words(habit: Habit) -> tuple[str, str]:
    """(what it does, what to do about it)."""
    what, advice = _habits()[habit.code]
    share = words.counted(habit.count, _tr("in {n} exam"), _tr("in {n} exams"))
    return _tr("{what} ({share} of {of}).").format(what=what, share=share, of=words.grouped(habit.of)), advice


def _habits() -> dict[str, tuple[str, str]]:
    return {
        habits.PHONE_AS_ID: (
            _tr("The owner's phone number stands where the animal's number belongs"),
            _tr(
                "All animals of one owner then count as one. Type the number of the animal from your "
                "practice program, or its microchip, into the field Patient ID."
            ),
        ),
        habits.MAIL_AS_ID: (
            _tr("A mail address stands where the animal's number belongs"),
            _tr("Type the number of the animal, or its microchip, into the field Patient ID."),
        ),
        habits.SHARED_ID: (
            _tr("Different animals have the same number"),
            _tr(
                "Their exams can be taken for one animal's. Give each animal a number of its own; is one of "
                "the machine's presets filled in already?"
            ),
        ),
        habits.NO_ID: (
            _tr("The animal's number is missing"),
            _tr(
                "Exams of one animal can only be brought together by name then. Fill in Patient ID, for "
                "example with the microchip."
            ),
        ),
        habits.SWAPPED: (
            _tr("Animal and owner seem to be swapped"),
            _tr(
                "In the name, the owner comes first and the animal second: Owner^Animal. See which of the "
                "machine's fields is which; what is here can be corrected in the list of exams."
            ),
        ),
        habits.BOTH_IN_NAME: (
            _tr("Animal and owner stand in one field"),
            _tr(
                "Search and reports can't tell them apart. Use the two fields of the machine (family name "
                "for the owner, first name for the animal), or Responsible Person for the owner."
            ),
        ),
        habits.NO_ANIMAL: (
            _tr("The animal's name is missing"),
            _tr(
                "Type it into the machine before the exam; what is here can be corrected in the list of "
                "exams."
            ),
        ),
        habits.NO_OWNER: (
            _tr("The owner's name is missing"),
            _tr(
                "Two animals of the same name are hard to tell apart. Type the owner into the family "
                "name, or into Responsible Person where the machine has it."
            ),
        ),
        habits.MIXED_EXAM: (
            _tr("One exam holds images of different animals"),
            _tr(
                "The machine went on with the last exam. Close each exam before the next animal, and look "
                "through these exams now."
            ),
        ),
        habits.CLOCK: (
            _tr("The date of the exam can't be right"),
            _tr("Set the machine's clock, and see whether it forgets the time when it is switched off."),
        ),
        habits.NO_BODY_PART: (
            _tr("The body part is missing"),
            _tr("Choose the view on the machine before the exposure; it orders the images and their layout."),
        ),
        habits.NO_SPECIES: (
            _tr("The species is missing"),
            _tr(
                "Choose it on the machine where it offers that (a veterinary version does). Otherwise it "
                "can be added in the list of exams."
            ),
        ),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("kinds", text)
