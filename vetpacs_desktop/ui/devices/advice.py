"""Usual mistakes in words, each with what to do about it on the machine.

A table and one pure function.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.store.machines import habits
from vetpacs_desktop.store.machines.habits import Habit
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP

_WORDS: dict[str, tuple[str, str]] = {
    habits.PHONE_AS_ID: (
        QT_TRANSLATE_NOOP("habits", "The owner's phone number stands where the animal's number belongs"),
        QT_TRANSLATE_NOOP(
            "habits",
            "All animals of one owner then count as one. Type the number of the animal from your "
            "practice program, or its microchip, into the field Patient ID.",
        ),
    ),
    habits.MAIL_AS_ID: (
        QT_TRANSLATE_NOOP("habits", "A mail address stands where the animal's number belongs"),
        QT_TRANSLATE_NOOP(
            "habits", "Type the number of the animal, or its microchip, into the field Patient ID."
        ),
    ),
    habits.SHARED_ID: (
        QT_TRANSLATE_NOOP("habits", "Different animals have the same number"),
        QT_TRANSLATE_NOOP(
            "habits",
            "Their exams can be taken for one animal's. Give each animal a number of its own; is one of "
            "the machine's presets filled in already?",
        ),
    ),
    habits.NO_ID: (
        QT_TRANSLATE_NOOP("habits", "The animal's number is missing"),
        QT_TRANSLATE_NOOP(
            "habits",
            "Exams of one animal can only be brought together by name then. Fill in Patient ID, for "
            "example with the microchip.",
        ),
    ),
    habits.SWAPPED: (
        QT_TRANSLATE_NOOP("habits", "Animal and owner seem to be swapped"),
        QT_TRANSLATE_NOOP(
            "habits",
            "In the name, the owner comes first and the animal second: Owner^Animal. See which of the "
            "machine's fields is which; what is here can be corrected in the list of exams.",
        ),
    ),
    habits.BOTH_IN_NAME: (
        QT_TRANSLATE_NOOP("habits", "Animal and owner stand in one field"),
        QT_TRANSLATE_NOOP(
            "habits",
            "Search and reports can't tell them apart. Use the two fields of the machine (family name "
            "for the owner, first name for the animal), or Responsible Person for the owner.",
        ),
    ),
    habits.NO_ANIMAL: (
        QT_TRANSLATE_NOOP("habits", "The animal's name is missing"),
        QT_TRANSLATE_NOOP(
            "habits",
            "Type it into the machine before the exam; what is here can be corrected in the list of exams.",
        ),
    ),
    habits.NO_OWNER: (
        QT_TRANSLATE_NOOP("habits", "The owner's name is missing"),
        QT_TRANSLATE_NOOP(
            "habits",
            "Two animals of the same name are hard to tell apart. Type the owner into the family "
            "name, or into Responsible Person where the machine has it.",
        ),
    ),
    habits.MIXED_EXAM: (
        QT_TRANSLATE_NOOP("habits", "One exam holds images of different animals"),
        QT_TRANSLATE_NOOP(
            "habits",
            "The machine went on with the last exam. Close each exam before the next animal, and look "
            "through these exams now.",
        ),
    ),
    habits.CLOCK: (
        QT_TRANSLATE_NOOP("habits", "The date of the exam can't be right"),
        QT_TRANSLATE_NOOP(
            "habits", "Set the machine's clock, and see whether it forgets the time when it is switched off."
        ),
    ),
    habits.NO_BODY_PART: (
        QT_TRANSLATE_NOOP("habits", "The body part is missing"),
        QT_TRANSLATE_NOOP(
            "habits",
            "Choose the view on the machine before the exposure; it orders the images and their layout.",
        ),
    ),
    habits.NO_SPECIES: (
        QT_TRANSLATE_NOOP("habits", "The species is missing"),
        QT_TRANSLATE_NOOP(
            "habits",
            "Choose it on the machine where it offers that (a veterinary version does). Otherwise it "
            "can be added in the list of exams.",
        ),
    ),
}


def habit_in_words(habit: Habit) -> tuple[str, str]:
    """(what the machine does, what to do about it)."""
    what, advice = map(_tr, _WORDS[habit.code])
    share = words.counted(habit.count, _tr("in {n} exam"), _tr("in {n} exams"))
    return _tr("{what} ({share} of {of}).").format(what=what, share=share, of=words.grouped(habit.of)), advice


def _tr(text: str) -> str:
    return QCoreApplication.translate("habits", text)
