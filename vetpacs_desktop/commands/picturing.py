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


class PictureNotWritten(KnownError):
    """The picture could not be written to {path} ({reason}); choose a folder that exists and is yours."""


def render(arguments: Namespace, home: Home) -> Answer:
    """Write the PNG and tell its size and window."""
    from vetpacs_desktop.viewer.description import Window
    from vetpacs_desktop.viewer.render.offscreen import render_picture, write_png

    window = Window(*arguments.window) if arguments.window else None
    if arguments.view == "3d":
        rgb, used = _body(arguments, home), None
    elif arguments.preset or arguments.side:
        raise UsageError(reason="--preset and --side are for --view 3d")
    elif arguments.view != "stack":
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


def _body(arguments: Namespace, home: Home) -> NDArray[np.uint8]:
    """The volume as a solid body."""
    from vetpacs_desktop.viewer.render.body_picture import BodyLook, render_body
    from vetpacs_desktop.viewer.volume.body import Side

    flat = (arguments.frame, arguments.window, arguments.position, arguments.slab)
    if any(one is not None for one in flat):
        raise UsageError(reason="--frame, --window, --position and --slab are not for --view 3d")
    side = Side(arguments.side) if arguments.side else None
    return render_body(files_of(arguments.what, home), BodyLook(arguments.preset, side), arguments.size)


def window_document(used: Window | None) -> JsonValue:
    """A window as JSON; null for colour pictures."""
    if used is None:
        return None
    return {"center": used.center, "width": used.width, "function": used.function.value, "label": used.label}
