"""Keeps VTK's chatter off the terminal: with no display it warns before it falls back to EGL or OSMesa."""

from __future__ import annotations

from vtkmodules.vtkCommonCore import vtkLogger, vtkObject


def mute() -> None:
    """No warnings of VTK on standard error from now on; errors that matter reach us as missing pictures."""
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    vtkObject.GlobalWarningDisplayOff()
