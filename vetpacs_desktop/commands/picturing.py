"""The render command: the picture the viewer shows, made off screen."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.commands.finding import files_of
from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from vetpacs_desktop.viewer.description import Window


class ViewNotYet(KnownError):
    """The view {view} needs volumes, which this version doesn't build yet; use --view stack."""


class PictureNotWritten(KnownError):
    """The picture could not be written to {path} ({reason}); choose a folder that exists and is yours."""


def size(text: str) -> tuple[int, int]:
    """``1200x900`` -> (width, height), 1 to 20,000 each."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is not a size like 1200x900")
    if not (1 <= int(width) <= 20_000 and 1 <= int(height) <= 20_000):
        raise ArgumentTypeError(f"{text!r} is outside 1x1 to 20000x20000")
    return int(width), int(height)


def window(text: str) -> tuple[float, float]:
    """``40/400`` -> (centre 40, width 400)."""
    center, _, width = text.partition("/")
    try:
        return float(center), float(width)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a window like 40/400 (centre/width)") from error


def render(arguments: Namespace, home: Home) -> Answer:
    """Write the PNG and tell its size and window."""
    from vetpacs_desktop.viewer.description import Window
    from vetpacs_desktop.viewer.render.offscreen import render_picture, write_png

    if arguments.view != "stack":
        raise ViewNotYet(view=arguments.view)
    rgb, used = render_picture(
        files_of(arguments.what, home),
        frame=arguments.frame,
        size=arguments.size,
        window=Window(*arguments.window) if arguments.window else None,
        plain=arguments.plain,
    )
    out = Path(arguments.out)
    try:
        write_png(rgb, out)
    except OSError as error:
        raise PictureNotWritten(path=out, reason=error.strerror or str(error)) from error
    height, width = rgb.shape[:2]
    return Answer(
        {"out": str(out), "width": width, "height": height, "window": window_document(used)},
        f"{out}: {width}x{height}",
    )


def window_document(used: Window | None) -> JsonValue:
    """A window as JSON; null for colour pictures."""
    if used is None:
        return None
    return {"center": used.center, "width": used.width, "function": used.function.value, "label": used.label}
