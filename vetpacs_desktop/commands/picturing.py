"""The render command: the picture the viewer shows, made off screen."""

from __future__ import annotations

from argparse import Namespace
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
