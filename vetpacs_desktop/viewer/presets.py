"""Which windows a frame can be seen in: its own, worked-out ones, those of tissues, those a reader saved.

Must never touch pixels itself: windows that need values come from `pixels.voi`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.pixels import voi
from vetpacs_desktop.viewer.state import Preset, PresetKind, ViewState
from vetpacs_desktop.viewer.windows import KEYS, OwnWindow, named_windows

TISSUES: tuple[Window, ...] = tuple(
    one.window for one in named_windows() if one.modality == "CT" and one.window is not None
)
"""CT windows in HU, in the order of `resources/windows/ct.toml`: a preset remembers its place there."""
FIRST = 5
"""So many of them are on the keys before the windows that are worked out; the others come after."""
ENOUGH = 64
"""Values, for a share of them to mean anything."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the preset menu."""

    preset: Preset | Window
    """Worked out anew for every frame, or the same numbers for all."""
    label: str
    window: Window
    key: int | None = None
    """The digit that chooses it."""
    own: bool = False
    """The reader saved it."""


def window_of(preset: Preset, frame: LoadedFrame) -> Window | None:
    """The window that `preset` means for this frame; None when the frame does not have it."""
    if preset.kind is PresetKind.TISSUE:
        return TISSUES[preset.number] if _is_ct(frame) and preset.number < len(TISSUES) else None
    if preset.kind is PresetKind.AUTOMATIC:
        return voi.automatic_window(frame.values, frame.padding_mask)
    if preset.kind is PresetKind.FULL_RANGE:
        return full_range(frame)
    own = own_windows(frame)
    return own[preset.number] if preset.number < len(own) else None


def own_windows(frame: LoadedFrame) -> tuple[Window, ...]:
    """The windows and look-up curves that the file offers for this frame."""
    return voi.window_presets(frame.description, frame.key.frame, frame.values)


def full_range(frame: LoadedFrame) -> Window:
    """From the smallest value to the largest, padding left out."""
    low, high = value_range(frame)
    if frame.values.dtype.kind in "iu":
        return Window((low + high + 1) / 2, high - low + 1)
    return Window((low + high) / 2, high - low, VoiFunction.LINEAR_EXACT)


def value_range(frame: LoadedFrame) -> tuple[float, float]:
    """The smallest and the largest value, padding left out where there is anything else."""
    values, mask = frame.values, frame.padding_mask
    if mask is not None and not mask.all():
        values = values[~mask]
    return float(values.min()), float(values.max())


def offers(frame: LoadedFrame, own: Sequence[OwnWindow] = ()) -> tuple[Offer, ...]:
    """Every window on offer for this frame, in the order of the menu; `own` are those that a reader saved.

    Digits go to the reader's where he put them, then down the list; so one key means one thing wherever a
    file brings as many windows of its own.
    """
    if is_colour(frame):
        return ()
    files = own_windows(frame)
    named = {window.label.casefold() for window in files}
    tissues = [n for n, one in enumerate(TISSUES) if _is_ct(frame) and one.label.casefold() not in named]
    kinds = [Preset(PresetKind.FILE, n) for n in range(len(files))]
    kinds += [Preset(PresetKind.TISSUE, n) for n in tissues if n < FIRST]
    kinds += [Preset(PresetKind.AUTOMATIC), Preset(PresetKind.FULL_RANGE)]
    kinds += [Preset(PresetKind.TISSUE, n) for n in sorted(tissues, key=_last_unless(frame)) if n >= FIRST]
    found = [(preset, window_of(preset, frame)) for preset in kinds]
    made = [Offer(preset, _label(preset, window), window) for preset, window in found if window]
    made += [Offer(one, one.label, one) for one in shares_of(frame)]
    saved = [one for one in own if one.modality == frame.description.modality]
    made += [Offer(one.window, one.name, one.window, one.key, own=True) for one in saved]
    return _keyed(made)


def _keyed(made: Sequence[Offer]) -> tuple[Offer, ...]:
    """With digits: own keys first, what is left down the list."""
    taken = {offer.key for offer in made if offer.own and offer.key is not None}
    free = iter([n if n not in taken else None for n in KEYS])  # a digit that was taken is not passed on
    return tuple(offer if offer.own else replace(offer, key=next(free, None)) for offer in made)


def _last_unless(frame: LoadedFrame) -> Callable[[int], tuple[bool, int]]:
    """Sorts tissues: those made for the region that the header names come first."""
    ct = [one for one in named_windows() if one.modality == "CT" and one.window is not None]
    said = _words_of(frame)
    return lambda n: (not ct[n].fits(said), n)


def _words_of(frame: LoadedFrame) -> str:
    """What the header says of region, sequence and species."""
    facts = frame.description
    species = [word for name, word in facts.animal if name == "species"]
    return " ".join((facts.body_part, facts.series_description, *facts.anatomy, *facts.remarks, *species))


def shares_of(frame: LoadedFrame) -> tuple[Window, ...]:
    """Windows of shares of the animal's own values (MR), those for the frame's sequence first.

    Worked out once, on the frame that is looked at, so that a stack keeps its brightness when it is leafed
    through.
    """
    rows = [one for one in named_windows() if one.shares and one.modality == frame.description.modality]
    if not rows or is_colour(frame):
        return ()
    values = frame.values if frame.padding_mask is None else frame.values[~frame.padding_mask]
    # What is darker than a twentieth of the brightest is the air around the animal.
    low, high = (float(one) for one in np.percentile(values, (0, 99.5))) if values.size else (0.0, 0.0)
    animal = values[values > low + (high - low) / 20]
    if animal.size < ENOUGH:
        return ()
    rows.sort(key=lambda one: not one.fits(_words_of(frame)))
    found = []
    for one in rows:
        assert one.shares is not None
        ends = np.percentile(animal, [100 * share for share in one.shares])
        black, white = float(ends[0]), max(float(ends[1]), float(ends[0]) + 1e-6)
        found.append(Window((black + white) / 2, white - black, VoiFunction.LINEAR_EXACT, label=one.words))
    return tuple(found)


def is_colour(frame: LoadedFrame) -> bool:
    """Colour pictures have no window."""
    return frame.values.ndim == 3


def _label(preset: Preset, window: Window) -> str:
    if preset.kind is PresetKind.AUTOMATIC:
        return "Automatic"
    if preset.kind is PresetKind.FULL_RANGE:
        return "Full range"
    return window.label or ("From the file" if preset.number == 0 else f"From the file, {preset.number + 1}")


def _is_ct(frame: LoadedFrame) -> bool:
    return frame.description.modality == "CT" and not is_colour(frame)


class WindowMemory:
    """Windows that cost a pass over the pixels, kept for the frames seen last. Owned by one page."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._known: dict[tuple[object, Preset], Window | None] = {}

    def window(self, preset: Preset, frame: LoadedFrame) -> Window | None:
        """`window_of`, worked out once."""
        key = (frame.key, preset)
        if key not in self._known:
            if len(self._known) >= self._most:
                self._known.pop(next(iter(self._known)))
            self._known[key] = window_of(preset, frame)
        return self._known[key]


def actual_window(state: ViewState, frame: LoadedFrame, windows: WindowMemory) -> Window | None:
    """The user's window where there is one; else the preset's or the frame's own. None for colour."""
    if is_colour(frame):
        return None
    if isinstance(state.window, Window):
        return state.window
    if isinstance(state.window, Preset):
        chosen = windows.window(state.window, frame)
        if chosen is not None:
            return chosen
    return frame.default_window
