"""Known errors: each class's docstring is the sentence a person reads, and carries the exit code.

A known error says what happened, what it means and what to do. Anything else that is raised is a bug and
ends in a crash report (exit code 70). This module must never import another room of the house.
"""

from __future__ import annotations

import unicodedata

EXIT_DONE = 0
EXIT_PARTLY = 1
EXIT_USAGE = 2
EXIT_KNOWN_ERROR = 3
EXIT_BUG = 70


UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
"""Stands for a line break, a control sign or a byte of a file's name that is no text."""
_CONTROLS = ("Cc", "Cs", "Zl", "Zp")


class KnownError(Exception):
    """Something expected went wrong: {reason}"""

    exit_code = EXIT_KNOWN_ERROR

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The docstring's first paragraph with the facts filled in, on one line whatever the facts hold."""
        paragraph = (type(self).__doc__ or "").strip().split("\n\n")[0]
        words = " ".join(paragraph.split()).format(**self.facts)
        return "".join(UNPRINTABLE if unicodedata.category(sign) in _CONTROLS else sign for sign in words)


class UsageError(KnownError):
    """{reason}"""

    exit_code = EXIT_USAGE


class Cancelled(KnownError):
    """Stopped as you asked; what was finished until then is kept."""


class NotFound(KnownError):
    """Nothing with the identifier {uid} is in this library; check it, or import the exam first."""


class PathMissing(KnownError):
    """There is no file or folder at {path}; check the name, or plug the disc or stick in again."""


class HomeUnusable(KnownError):
    """The library's folder {path} can't be used ({reason}); choose another one with --home, or ask for the
    right to write there."""


class NotAFile(KnownError):
    """{path} is neither a file nor a folder but a device or a pipe; name the files themselves."""


class PortTaken(KnownError):
    """Port {port} is already used by another program, so exams can't be received; choose another port with
    --dicom-port (or in System > Receiver), or stop the other program."""


class ServiceAlreadyRunning(KnownError):
    """The receiver for {home} is already running (process {pid}); there is nothing to start."""


class DiskFull(KnownError):
    """The disk that holds {path} is full, so nothing more can be kept; free some space and send again. What
    was already confirmed is safe."""


class LibraryDamaged(KnownError):
    """The index {path} can't be read ({reason}); run `vetpacs-desktop rebuild-index` to restore it from the
    image files. No image is lost by that."""


class LibraryTooNew(KnownError):
    """The library in {path} was written by a newer VetPACS (step {step}); install that version to open it."""


class NotAnImage(KnownError):
    """{path} holds no picture: {reason}."""


class CannotDecode(KnownError):
    """This picture can't be shown: {reason}."""
