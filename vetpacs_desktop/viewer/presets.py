"""Which windows a frame can be seen in: its own, a worked-out one, the whole range, and those of CT tissues.

Must never touch pixels itself: windows that need values come from `pixels.voi`.
"""

from __future__ import annotations

from dataclasses import dataclass

from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.pixels import voi
from vetpacs_desktop.viewer.state import Preset, PresetKind, ViewState

TISSUES: tuple[Window, ...] = (
    Window(40, 350, label="Soft tissue"),
    Window(400, 2500, label="Bone"),
    Window(-600, 1500, label="Lung"),
    Window(40, 100, label="Brain"),
    Window(60, 300, label="Abdomen"),
)
"""CT windows in HU. Soft tissue, bone and lung as in "Feline Diagnostic Imaging" (Wiley 2020), figure 2.7;
brain and abdomen are the narrow soft-tissue settings in common use."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the preset menu; its place in the list, counted from 1, is its key."""

    preset: Preset
    label: str
    window: Window


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


def offers(frame: LoadedFrame) -> tuple[Offer, ...]:
    """Every window on offer for this frame, in the order of the menu and of the keys 1 to 9."""
    if is_colour(frame):
        return ()
    own = own_windows(frame)
    named = {window.label.casefold() for window in own}
    kinds = [Preset(PresetKind.FILE, n) for n in range(len(own))]
    if _is_ct(frame):
        others = (n for n, tissue in enumerate(TISSUES) if tissue.label.casefold() not in named)
        kinds += [Preset(PresetKind.TISSUE, n) for n in others]
    kinds += [Preset(PresetKind.AUTOMATIC), Preset(PresetKind.FULL_RANGE)]
    found = [(preset, window_of(preset, frame)) for preset in kinds]
    return tuple(Offer(preset, _label(preset, window), window) for preset, window in found if window)


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
