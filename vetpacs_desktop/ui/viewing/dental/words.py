"""Words of the dental chart in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.ui.viewing.dental.rows import SIGNS
from vetpacs_desktop.viewer.corner_texts import day
from vetpacs_desktop.viewer.exam import Exam
from vetpacs_desktop.viewer.measure.veterinary.charting import FINDINGS
from vetpacs_desktop.viewer.measure.veterinary.dental import Tooth
from vetpacs_desktop.viewer.mouth import Mouth, teeth_as_text
from vetpacs_desktop.viewer.mouth_words import finding_words

HARD = "\N{NO-BREAK SPACE}"
"""A sign and its meaning stay on one line."""


def tr(text: str) -> str:
    """Of this room."""
    return QCoreApplication.translate("dental", text)


def tr_measure(text: str) -> str:
    """Of the measuring core: teeth, findings, species."""
    return QCoreApplication.translate("measure", text)


def side_words() -> tuple[str, str]:
    """What stands at the left and at the right of a chart, looking into the mouth."""
    return tr("the animal's right"), tr("the animal's left")


def meanings(mouth: Mouth, species: str) -> tuple[str, ...]:
    """What the signs on a chart mean, and what is kept and not on it."""
    if not species:
        return ()
    used = {name for row in mouth.chart(species).findings.values() for name in row}
    words = {name: tr_measure(FINDINGS[name].words).replace(" ", HARD) for name in FINDINGS if name in used}
    said = tuple(f"{SIGNS[name]}{HARD}{word}" for name, word in words.items())
    if strays := mouth.strays(species):
        teeth = teeth_as_text(one.tooth for one in strays)
        said = (*said, tr("Charted for another animal: {teeth}").format(teeth=teeth))
    return said


def earlier(exam: Exam, tooth: Tooth | None) -> str:
    """What was charted at a tooth in the exams beside this one, a line each."""
    lines = []
    for other in exam.beside:
        rows = [one for one in other.sheet.mouth.findings if one.tooth == tooth]
        if other.sheet.mouth.findings and tooth is not None:
            found = ", ".join(finding_words(one.name, one.value, tr_measure) for one in rows)
            lines.append(f"{day(other.study_date)}: {found or tr('nothing charted')}")
    return "\n".join(lines)
