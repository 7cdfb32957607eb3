"""What of several viewports goes together: a reader's choice, kept with the grid. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Links:
    """Each is on or off for all viewports on the screen."""

    scroll: bool = False
    """The same place in the animal, or the same number of images on."""
    place: bool = False
    """Zoom and pan."""
    window: bool = False
    """Brightness, contrast and inversion, among pictures whose values mean the same."""
    turn: bool = False
    """Turns and flips, as they look on the screen."""

    @property
    def any(self) -> bool:
        """Whether anything is linked."""
        return any(getattr(self, one.name) for one in fields(self))

    @property
    def all(self) -> bool:
        """Whether everything is linked."""
        return all(getattr(self, one.name) for one in fields(self))


NOTHING_LINKED = Links()
ALL_LINKED = Links(scroll=True, place=True, window=True, turn=True)


def toggle_all(links: Links) -> Links:
    """Everything, or nothing when everything is linked already."""
    return NOTHING_LINKED if links.all else ALL_LINKED
