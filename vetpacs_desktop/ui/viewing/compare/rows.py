"""What a reader can do with the animal's other exams, as a table. Rows hold no behaviour."""

from __future__ import annotations

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action

COMPARE: tuple[Action, ...] = (
    Action(
        "compare_before",
        QT_TRANSLATE_NOOP("actions", "Compare with the exam before"),
        "F4",
        "layout_2",
        QT_TRANSLATE_NOOP(
            "actions", "The same view of the animal's earlier exam at the right; again: this exam alone"
        ),
    ),
    Action(
        "compare_older",
        QT_TRANSLATE_NOOP("actions", "The exam before that"),
        "Shift+F4",
        "",
        QT_TRANSLATE_NOOP("actions", "An older exam of the animal in the place of the one beside this"),
    ),
    Action(
        "compare_all",
        QT_TRANSLATE_NOOP("actions", "All views above those of the exam before"),
        "",
        "layout_4",
        QT_TRANSLATE_NOOP(
            "actions", "This exam's views in a row, below each the same view of the exam before"
        ),
    ),
    Action(
        "compare_scale",
        QT_TRANSLATE_NOOP("actions", "All pictures in one scale"),
        "Shift+O",
        "",
        QT_TRANSLATE_NOOP("actions", "As many pixels a millimetre in each: what looks larger is larger"),
    ),
)
