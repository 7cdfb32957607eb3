"""Images into reading order: which belong together, in what order, how far apart."""

from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.stack import Geometry, Stack, StackFrame, StackKind

__all__ = ["Geometry", "Stack", "StackFrame", "StackKind", "arrange"]
