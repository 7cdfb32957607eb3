"""The render command: the picture the viewer shows, made off screen."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.commands.finding import files_of
from vetpacs_desktop.errors import KnownError, UsageError
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vetpacs_desktop.viewer.description import Window


class ViewNotYet(KnownError):
    """The view {view} needs volumes, which this version doesn't build yet; use --view stack."""


class PictureNotWritten(KnownError):
    """The picture could not be written to {path} ({reason}); choose a folder that exists and is yours."""


def render(arguments: Namespace, home: Home) -> Answer:
    """Write the PNG and tell its size and window."""
    from vetpacs_desktop.viewer.description import Window
    from vetpacs_desktop.viewer.render.offscreen import render_picture, write_png

    window = Window(*arguments.window) if arguments.window else None
    if arguments.view == "3d":
        raise ViewNotYet(view=arguments.view)
    if arguments.view != "stack":
        rgb, used = _plane(arguments, home, window)
    else:
        rgb, used = render_picture(
            files_of(arguments.what, home),
            frame=arguments.frame,
            size=arguments.size,
            window=window,
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


def _plane(
    arguments: Namespace, home: Home, window: Window | None
) -> tuple[NDArray[np.uint8], Window | None]:
    """A plane through the volume, or a slab; `mip` without a slab is the whole of it."""
    from vetpacs_desktop.viewer.render.planes import projection, render_plane

    if arguments.frame is not None:
        raise UsageError(reason="--frame is for --view stack; a plane is chosen by --position, in mm")
    return render_plane(
        files_of(arguments.what, home),
        projection(arguments.view, arguments.slab, arguments.position),
        size=arguments.size,
        window=window,
        plain=arguments.plain,
    )


def window_document(used: Window | None) -> JsonValue:
    """A window as JSON; null for colour pictures."""
    if used is None:
        return None
    return {"center": used.center, "width": used.width, "function": used.function.value, "label": used.label}
