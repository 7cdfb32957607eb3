"""The kind of letters at the edges, remembered for each exam, and switched with one key.

Changes labels only: pictures stay as they are. The memory lies beside the window's sizes, by exam.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings

from vetpacs_desktop.ui.viewing.controller import Controller

MOST_EXAMS = 2000
"""The oldest are forgotten beyond; a change is needed for the few that say the wrong thing."""
_KEY, _SEPARATOR = "viewing/letters", "="
_WORDS: dict[str, bool] = {"animal": True, "human": False}
_NEXT: dict[bool | None, bool | None] = {None: True, True: False, False: None}


class Letters:
    """Which letters each exam was given."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings
        self._end: Callable[[], None] = lambda: None

    def opened(self, controller: Controller) -> None:
        """As this exam was left; and from now on what is chosen is remembered."""
        chosen = self.kinds().get(controller.exam.study_uid)
        if chosen is not None:
            controller.set_letters(chosen)
        self._end()
        self._end = controller.rearranged.subscribe(lambda _: self._keep(controller))

    def closed(self) -> None:
        """Nothing more is remembered."""
        self._end()
        self._end = lambda: None

    def kinds(self) -> dict[str, bool]:
        """By study: whether letters for a quadruped were chosen, the latest last."""
        value = self._settings.value(_KEY, [])
        rows = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        pairs = [str(row).split(_SEPARATOR) for row in rows]
        return {pair[0]: _WORDS[pair[1]] for pair in pairs if len(pair) == 2 and pair[1] in _WORDS}

    def _keep(self, controller: Controller) -> None:
        chosen, study, kind = self.kinds(), controller.exam.study_uid, controller.grid.quadruped
        if chosen.get(study) is kind:
            return
        chosen.pop(study, None)
        if kind is not None:
            chosen[study] = kind
        words = {quadruped: word for word, quadruped in _WORDS.items()}
        rows = [f"{uid}{_SEPARATOR}{words[quadruped]}" for uid, quadruped in chosen.items()]
        self._settings.setValue(_KEY, rows[-MOST_EXAMS:])


def turn_on(controller: Controller) -> bool | None:
    """The next kind of letters: as the images say, animal, human; answers which it is now."""
    kind = _NEXT[controller.grid.quadruped]
    controller.set_letters(kind)
    return kind
