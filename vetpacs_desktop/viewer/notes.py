"""What was done to a picture that its pixels do not tell: said beside it on the screen and on what leaves.

Pure words. What is untouched says nothing.
"""

from __future__ import annotations

from vetpacs_desktop.viewer.colour_maps import colour_maps
from vetpacs_desktop.viewer.corner_texts import Translate, as_written
from vetpacs_desktop.viewer.loading import LoadedFrame
from vetpacs_desktop.viewer.pixels.treatment import UNTREATED, Treatment
from vetpacs_desktop.viewer.state import ViewState


def notes_of(
    view: ViewState, frame: LoadedFrame, done: Treatment = UNTREATED, translate: Translate = as_written
) -> tuple[str, ...]:
    """Lines for a picture seen as `view`, of which the treatment `done` is on the screen already."""
    lines = [
        treatment_words(done, translate) or _coming(view.treatment, translate),
        _colour_words(view, frame, translate),
        turn_words(view.rotation, translate),
        translate("Shutter off") if frame.shutter is not None and not view.shutter else "",
        translate("Drawings of the device hidden") if frame.overlays and not view.overlays else "",
    ]
    return tuple(line for line in lines if line)


def treatment_words(treatment: Treatment, translate: Translate = as_written) -> str:
    """``Smoothed, local contrast``; nothing for none."""
    words = [
        translate(word)
        for word, on in (
            ("smoothed", treatment.smooth > 0),
            ("local contrast", treatment.contrast > 0),
            ("sharpened", treatment.sharpen > 0),
        )
        if on
    ]
    said = ", ".join(words)
    return said[:1].upper() + said[1:]


def turn_words(degrees: float, translate: Translate = as_written) -> str:
    """``Turned 12.5°``, to the left or to the right, whichever is nearer; nothing for quarter turns."""
    if degrees % 90 == 0:
        return ""
    way = (degrees + 180) % 360 - 180
    where = translate("right") if way > 0 else translate("left")
    angle = f"{round(abs(way), 1):g}"
    return translate("Turned {angle}\N{DEGREE SIGN} {where}").format(angle=angle, where=where)


def _coming(treatment: Treatment, translate: Translate) -> str:
    words = treatment_words(treatment, translate)
    return translate("{what}: in a moment").format(what=words) if words else ""


def _colour_words(view: ViewState, frame: LoadedFrame, translate: Translate) -> str:
    chosen = colour_maps().get(view.colours)
    if chosen is None or frame.values.ndim == 3:
        return ""
    words = translate("Colours: {name}").format(name=translate(chosen.words))
    return f"{words} ({translate(chosen.warning)})" if chosen.warning else words
