"""The one way from a wish to a picture: state, frame and viewport in, a frozen snapshot of the screen out.

A pure function: no loading, no drawing, no memory of the last call. Renderers compare two snapshots and touch
what differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from vetpacs_desktop.viewer import corner_texts, presets
from vetpacs_desktop.viewer.colour_maps import LEVELS, colour_maps
from vetpacs_desktop.viewer.corner_texts import CornerTexts, Place, Subject, Translate, as_written
from vetpacs_desktop.viewer.description import ImageDescription, Medium, Window
from vetpacs_desktop.viewer.documents.part import Part, part_seen
from vetpacs_desktop.viewer.framing import camera_of, pixel_shape
from vetpacs_desktop.viewer.geometry.letters import Letters, edge_letters
from vetpacs_desktop.viewer.geometry.scale import Basis, Scale, scale_of, user_scale
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.measure.calibration import Calibration
from vetpacs_desktop.viewer.notes import notes_of
from vetpacs_desktop.viewer.pixels.present import inverted
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED
from vetpacs_desktop.viewer.presets import actual_window
from vetpacs_desktop.viewer.snapshot import Camera, ColourBar, Cover, Detail, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.state import ViewState
from vetpacs_desktop.viewer.transfer import COLOUR, COLOUR_INVERTED, Transfer, transfer_of
from vetpacs_desktop.viewer.treating import Treated

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Facts:
    """What is at hand for a viewport, apart from the wish."""

    frame: LoadedFrame | None = None
    """The frame to show: the wished one, or the nearest that is there already."""
    place: Place = field(default_factory=Place)
    """Of `frame`, never of what is still to come."""
    subject: Subject = field(default_factory=Subject)
    message: str = ""
    """Why there is no picture, as a sentence."""
    wished: int | None = None
    """The index of the frame that is still on its way; None when the frame at hand is the wished one."""
    part: LoadedFrame | None = None
    """Of the page in `frame`, drawn for the screen."""
    calibration: Calibration | None = None
    """The reader's own scale of `frame`; only said here, never used to place anything."""
    treated: Treated | None = None
    """The frame as the wish has it sharpened or smoothed; without it the picture is shown as it is."""


def resolve(
    state: ViewState,
    facts: Facts,
    viewport: Viewport,
    windows: presets.WindowMemory,
    *,
    texts: bool = True,
    quadruped: bool | None = None,
    translate: Translate = as_written,
) -> Resolved:
    """The snapshot of one viewport; `quadruped` overrides the file's kind of orientation letters."""
    frame = facts.frame
    if frame is None:
        return _without_picture(facts, viewport, texts)
    description = frame.description
    scale = scale_of(description, frame.key.frame)
    done = facts.treated
    values = frame.values if done is None else done.values
    picture = Picture(values, pixel_shape(scale), frame.padding_mask, inverted(description))
    camera = camera_of(state, picture, viewport, sharp=is_page(description))
    window = actual_window(state, frame, windows)
    notes = notes_of(state, frame, UNTREATED if done is None else done.treatment, translate)
    transfer = _transfer(state, description, window)
    corners = bare_corners(facts.subject)
    if texts and not (is_page(description) and crowded(picture, camera, viewport)):
        corners = _noted(_corners(facts, frame, window, camera, scale, translate), notes)
    return Resolved(
        viewport=viewport,
        picture=picture,
        transfer=transfer,
        detail=_detail(facts.part, camera),
        cover=_cover(state, frame, texts),
        camera=camera,
        smooth=state.smooth,
        window=window,
        letters=_letters(state, frame, quadruped) if texts else Letters(),
        corners=corners,
        bar=_bar(state, frame, transfer) if texts else None,
        notes=notes,
        message=facts.message,
        waiting=facts.wished is not None,
    )


def _noted(corners: CornerTexts, notes: tuple[str, ...]) -> CornerTexts:
    """What was done to the picture stands right after its window: where there is little room, both stay."""
    numbers = corners.bottom_right
    return replace(corners, bottom_right=(*numbers[:1], *notes, *numbers[1:]))


def is_page(description: ImageDescription) -> bool:
    """Whether the picture can be drawn anew at any resolution."""
    return description.medium is Medium.DOCUMENT


TICKS = 5
"""Values beside a colour bar."""
MARGIN = 190.0
"""Logical pixels beside a page that the corner texts need."""


def crowded(picture: Picture, camera: Camera, viewport: Viewport) -> bool:
    """Whether the corner texts would lie on the page, where neither could be read."""
    left, top = (-side / 2 for side in picture.pixel)
    width, height = picture.size
    corners = ((left, top), (left + width, top + height))
    xs = [camera.screen_point(corner, viewport)[0] for corner in corners]
    return min(min(xs), viewport.width - max(xs)) < MARGIN * viewport.ratio


def wished_part(resolved: Resolved) -> Part | None:
    """What of a page must be drawn to be sharp as it is `resolved`; None where its own picture is."""
    picture, camera, viewport = resolved.picture, resolved.camera, resolved.viewport
    if picture is None or camera.factor == 1.0:
        return None
    corners = (0.0, 0.0), (float(viewport.width), float(viewport.height))
    (ax, ay), (bx, by) = (camera.image_point(corner, viewport) for corner in corners)
    low, high = (min(ax, bx) + 0.5, min(ay, by) + 0.5), (max(ax, bx) + 0.5, max(ay, by) + 0.5)
    return part_seen(low, high, picture.size, camera.factor)


def _detail(loaded: LoadedFrame | None, camera: Camera) -> Detail | None:
    part = loaded.key.part if loaded is not None else None
    if loaded is None or part is None:
        return None
    corner = (part.left + 0.5) / part.factor - 0.5, (part.top + 0.5) / part.factor - 0.5
    return Detail(loaded.values, corner, 1 / part.factor, part.factor == camera.factor)


def _cover(state: ViewState, frame: LoadedFrame, texts: bool) -> Cover | None:
    overlays = frame.overlays if texts and state.overlays else ()
    shutter = frame.shutter if state.shutter else None
    background = frame.padding_mask if _has_colours(state, frame) else None
    if shutter is None and background is None and not overlays:
        return None
    return Cover(shutter, overlays, background)


def _has_colours(state: ViewState, frame: LoadedFrame) -> bool:
    return state.colours in colour_maps() and not presets.is_colour(frame)


def _transfer(state: ViewState, description: ImageDescription, window: Window | None) -> Transfer:
    if window is None:
        return COLOUR_INVERTED if state.invert else COLOUR
    chosen = colour_maps().get(state.colours)
    return transfer_of(
        window,
        inverted=state.invert != inverted(description),
        colours=None if chosen is None else chosen.colours,
    )


def _bar(state: ViewState, frame: LoadedFrame, transfer: Transfer) -> ColourBar | None:
    """At the side of a picture in colours; of greys everybody knows which is which."""
    if not _has_colours(state, frame):
        return None
    return colour_bar(transfer, frame.description.units)


def colour_bar(transfer: Transfer, units: str, title: str = "") -> ColourBar:
    """Which colour means which value, `units` being those of the values."""
    rgb = transfer.rgb
    steps = np.linspace(0, len(rgb) - 1, LEVELS).round().astype(np.intp)
    unit = f" {units}" if units == "HU" else ""
    ends = np.linspace(transfer.lower, transfer.upper, TICKS)
    whole = transfer.upper - transfer.lower >= 2 * TICKS
    values = tuple((f"{at:.0f}" if whole else f"{at:.3g}") + unit for at in ends)
    return ColourBar(rgb[steps].tobytes(), values, title)


def _letters(state: ViewState, frame: LoadedFrame, quadruped: bool | None) -> Letters:
    return edge_letters(
        frame.description,
        frame.key.frame,
        quadruped=quadruped,
        flip_h=state.flip_h,
        flip_v=state.flip_v,
        rotation_degrees=state.rotation,
    )


def _corners(
    facts: Facts,
    frame: LoadedFrame,
    window: Window | None,
    camera: Camera,
    scale: Scale,
    translate: Translate,
) -> CornerTexts:
    description = frame.description
    numbers: tuple[str, ...] = ()
    if not is_page(description):  # the dots of a page are ours: neither zoom nor scale would mean anything
        own = facts.calibration
        basis = scale_text(user_scale(own.row_mm, own.column_mm) if own is not None else scale, translate)
        basis += f", {own.known_mm:g} mm" if own is not None else ""
        numbers = corner_texts.numbers_of(window, camera.factor, basis, description.units, translate)
    facts_of_frame = description.frames[frame.key.frame]
    return corner_texts.corner_texts(
        facts.subject, facts.place, facts.wished, numbers, description, facts_of_frame, translate
    )


_SCALE_WORDS = {
    Basis.PHYSICAL: "",
    Basis.CALIBRATED: "Scale: calibrated",
    Basis.MAGNIFIED: "Scale: corrected for magnification",
    Basis.DETECTOR: "Scale: at the detector",
    Basis.UNKNOWN: "Scale: origin unknown",
    Basis.USER: "Scale: calibrated here",
    Basis.REGION: "Scale: ultrasound region",
    Basis.NONE: "No scale",
}


def scale_text(scale: Scale, translate: Translate = as_written) -> str:
    """Where a millimetre comes from; nothing for the plain case, where the device measured it."""
    words = _SCALE_WORDS[scale.basis]
    return translate(words) if words else ""


def bare_corners(subject: Subject) -> CornerTexts:
    """What is said without words, too: that a picture is of another exam than the one that is read."""
    mark = subject.mark
    return CornerTexts(mark=mark if mark is not None and mark.other else None)


def _without_picture(facts: Facts, viewport: Viewport, texts: bool) -> Resolved:
    subject = facts.subject
    corners = bare_corners(subject)
    if texts and subject.animal:
        corners = replace(
            corners,
            top_left=tuple(line for line in (subject.animal, subject.owner, subject.date) if line),
            top_right=(subject.series,) if subject.series else (),
        )
    return Resolved(
        viewport=viewport, corners=corners, message=facts.message, waiting=facts.wished is not None
    )
