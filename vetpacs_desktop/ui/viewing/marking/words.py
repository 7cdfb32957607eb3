"""What is said about drawing: the line at the bottom, names of tools, values for the clipboard."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP
from vetpacs_desktop.ui.viewing.marking.marking import Draft, Marking
from vetpacs_desktop.viewer.annotations import CALIBRATIONS, Annotation
from vetpacs_desktop.viewer.measure.measured import Measured
from vetpacs_desktop.viewer.measure.tool import Figure, MeasureTool
from vetpacs_desktop.viewer.measure.veterinary.guide import Guide
from vetpacs_desktop.viewer.measure.veterinary.guides import GUIDES
from vetpacs_desktop.viewer.measuring import words_of

_FIRST = QT_TRANSLATE_NOOP("viewing", "{tool}: click {point}, or drag to {next}")
_FIRST_ONLY = QT_TRANSLATE_NOOP("viewing", "{tool}: click {point}")
_STROKE = QT_TRANSLATE_NOOP("viewing", "{tool}: draw around it with the left button down")
_NEXT = QT_TRANSLATE_NOOP("viewing", "{tool}: click {point}")
_END = QT_TRANSLATE_NOOP("viewing", "Double-click or Enter: done")
_FINISH = QT_TRANSLATE_NOOP("viewing", "Enter: finish")
_INCOMPLETE = QT_TRANSLATE_NOOP("viewing", "not complete")
_OUTLINES = QT_TRANSLATE_NOOP(
    "viewing",
    "{tool}, {n} outlines: leaf on and draw the next one   Enter or double click: done   "
    "Backspace: one outline back",
)
_BACK = QT_TRANSLATE_NOOP("viewing", "Backspace: one point back   Esc: leave it")
_AWAY = QT_TRANSLATE_NOOP("viewing", "Esc: put the tool away")
_WORDS = QT_TRANSLATE_NOOP("viewing", "Type the words, then press Enter   Esc: leave it")
_SIZE = QT_TRANSLATE_NOOP("viewing", "Type the true size in millimetres, then press Enter   Esc: leave it")
_POINT = QT_TRANSLATE_NOOP(
    "viewing", "Arrow keys: move this point by one pixel (Shift: ten)   Ctrl+Right: next point"
)
_WHOLE = QT_TRANSLATE_NOOP(
    "viewing", "Arrow keys: move it by one pixel (Shift: ten)   Ctrl+Right: its points"
)
_CHOSEN = QT_TRANSLATE_NOOP("viewing", "Del: delete   Tab: next   Right click: more   Esc: let go")
_HOVER = QT_TRANSLATE_NOOP("viewing", "Drag to move it   Click to choose it   Right click: more")
_HOVER_POINT = QT_TRANSLATE_NOOP("viewing", "Drag to move this point   Right click: more")


def tr(text: str) -> str:
    """In the user's language."""
    return QCoreApplication.translate("viewing", text)


def tr_measure(text: str) -> str:
    """Words of the measuring core in the user's language."""
    return QCoreApplication.translate("measure", text)


def tr_pictures(text: str) -> str:
    """Words over pictures in the user's language."""
    return QCoreApplication.translate("pictures", text)


def tool_words(tool: MeasureTool) -> str:
    """What the tool is called."""
    return tr_measure(tool.words)


def marking_hint(marking: Marking) -> str:
    """What the next click does, as far as it draws; empty where it does not."""
    said = _of_draft(marking.draft) or _of_hover(marking) or _of_tool(marking.tool) or _of_choice(marking)
    return f"{marking.reason}.   {said}" if marking.reason else said


def value_line(one: Annotation, value: Measured) -> str:
    """An annotation in one line."""
    return ", ".join(words_of(one, value, tr_measure))


def value_lines(one: Annotation, value: Measured) -> tuple[str, ...]:
    """What is measured, without a person's own words."""
    said = words_of(replace(one, text=""), value, tr_measure)
    if one.tool in GUIDES and value.value is None:
        return tr(_INCOMPLETE), *said  # a part alone would look like the value
    return said


def _of_draft(draft: Draft | None) -> str:
    if draft is None:
        return ""
    if draft.asking:
        return tr(_SIZE) if draft.tool.name in CALIBRATIONS else tr(_WORDS)
    if draft.rings:
        return tr(_OUTLINES).format(tool=tool_words(draft.tool), n=len(draft.rings))
    if draft.tool.freehand:
        return tr(_STROKE).format(tool=tool_words(draft.tool))
    point = tr_measure(draft.tool.label(len(draft.points)))
    said = tr(_NEXT).format(tool=tool_words(draft.tool), point=point)
    if draft.tool.most is None and len(draft.points) >= draft.tool.least:
        said = f"{said}   {tr(_END)}"
    if draft.tool.name in GUIDES and _may_end(GUIDES[draft.tool.name], len(draft.points)):
        said = f"{said}   {tr(_FINISH)}"
    return f"{said}   {tr(_BACK)}"


def _may_end(guide: Guide, clicked: int) -> bool:
    return any(step.optional for step in guide.steps[clicked : clicked + 1])


def _of_tool(tool: MeasureTool | None) -> str:
    if tool is None:
        return ""
    words = _STROKE if tool.freehand else _FIRST
    if tool.figure in (Figure.POINT, Figure.TEXT, Figure.GUIDE):
        words = _FIRST_ONLY
    said = tr(words).format(
        tool=tool_words(tool), point=tr_measure(tool.label(0)), next=tr_measure(tool.label(1))
    )
    return f"{said}   {tr(_AWAY)}"


def _of_choice(marking: Marking) -> str:
    if marking.chosen is None or marking.chosen_one is None:
        return ""
    return f"{tr(_WHOLE if marking.chosen.handle is None else _POINT)}   {tr(_CHOSEN)}"


def _of_hover(marking: Marking) -> str:
    """What is chosen already says more of itself."""
    if marking.hovered is None or marking.hovered == marking.chosen:
        return ""
    return tr(_HOVER if marking.hovered.handle is None else _HOVER_POINT)
