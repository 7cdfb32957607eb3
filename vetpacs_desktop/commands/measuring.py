"""The measure command: any measuring tool on one picture, as the window would measure it."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.commands.finding import files_of
from vetpacs_desktop.errors import UsageError
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from vetpacs_desktop.viewer.measure.image import MeasuredImage
    from vetpacs_desktop.viewer.measure.measured import Measured
    from vetpacs_desktop.viewer.measure.tool import Points


def measure(arguments: Namespace, home: Home) -> Answer:
    """Measure between the given points and tell the value, its unit and its basis."""
    from vetpacs_desktop.viewer.choosing import frame_of
    from vetpacs_desktop.viewer.measure.image import MeasuredImage
    from vetpacs_desktop.viewer.measure.saying import lines
    from vetpacs_desktop.viewer.measure.tools import CALIBRATION_TOOLS, tool_named

    tool = tool_named(arguments.tool)
    tool.check(arguments.points)
    if arguments.known is not None and tool.name not in CALIBRATION_TOOLS:
        raise UsageError(reason=f"--known goes with {' and '.join(sorted(CALIBRATION_TOOLS))} only.")
    key = frame_of(files_of(arguments.what, home), arguments.frame)
    image = MeasuredImage.of_file(key.path, key.frame)
    if arguments.calibrate is not None:
        points, known = arguments.calibrate
        image = _calibrated(image, points, known)
    if arguments.known is not None:
        found = _with_pixel_size(_calibrated(image, arguments.points, arguments.known), arguments)
    else:
        found = tool.measure(arguments.points, image)
    said = [*lines(found), found.note]
    document: dict[str, JsonValue] = {"tool": tool.name, **found.to_json()}
    return Answer(document, "\n".join(line for line in said if line))


def _calibrated(image: MeasuredImage, points: Points, known_mm: float) -> MeasuredImage:
    from vetpacs_desktop.viewer.measure.calibrating import calibrate

    return image.calibrated(calibrate(points, known_mm, image))


def _with_pixel_size(image: MeasuredImage, arguments: Namespace) -> Measured:
    """The known object as measured with the new scale, and how large a pixel is by it."""
    from dataclasses import replace

    from vetpacs_desktop.viewer.geometry.scale import Basis
    from vetpacs_desktop.viewer.measure.measured import MM, Measured
    from vetpacs_desktop.viewer.measure.tools import TOOLS

    assert image.calibration is not None
    sizes = {"column_mm": image.calibration.column_mm, "row_mm": image.calibration.row_mm}
    found = TOOLS[arguments.tool].measure(arguments.points, image)
    return replace(found, parts={name: Measured(size, MM, Basis.USER) for name, size in sizes.items()})
