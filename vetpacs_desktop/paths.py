"""Where a library keeps its things: one home folder, relative names below it.

Nothing outside this module spells a folder name of the home.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from vetpacs_desktop.errors import HomeUnusable

HOME_VARIABLE = "VETPACS_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one library; several can live side by side."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "library.sqlite"

    @property
    def objects(self) -> Path:
        """Filed objects; the index holds their paths relative to this folder."""
        return self.root / "objects"

    @property
    def spool(self) -> Path:
        """Received and acknowledged, not yet filed; replayed after a crash."""
        return self.root / "spool"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def trash(self) -> Path:
        return self.root / "trash"

    @property
    def cache(self) -> Path:
        """Can be deleted at any time (thumbnails)."""
        return self.root / "cache"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Locks and the state of running processes."""
        return self.root / "run"

    @property
    def settings(self) -> Path:
        return self.root / "settings.toml"

    @property
    def corrections(self) -> Path:
        """What people said of exams and animals, line by line: for the day on which the index is lost."""
        return self.root / "corrections.jsonl"

    @property
    def drawings(self) -> Path:
        """What readers drew on images, act by act: for the same day."""
        return self.root / "drawings.jsonl"

    @property
    def earlier(self) -> Path:
        """The index as it was before a newer program changed it: the last two states."""
        return self.root / "earlier"

    @property
    def identity(self) -> Path:
        """The name by which this library knows the documents that it wrote itself."""
        return self.root / "identity"

    @property
    def certificates(self) -> Path:
        """The certificate and key that this program made for encrypted connections."""
        return self.root / "certificates"

    @property
    def readings(self) -> Path:
        """How exams were left on this computer's screen."""
        return self.root / "readings"

    @property
    def hanging(self) -> Path:
        """The layouts that readers saved, one file each."""
        return self.root / "hanging"

    @property
    def windows(self) -> Path:
        """The brightness and contrast that readers saved by name."""
        return self.root / "windows.toml"

    @property
    def alignments(self) -> Path:
        """How series lie against each other, as readers accepted it: one document each."""
        return self.root / "alignments"

    @property
    def restoring(self) -> Path:
        """What is known of a library that is just coming back from a backup; gone once it is whole."""
        return self.root / "restoring"

    @property
    def window_state(self) -> Path:
        """Sizes and positions of the window."""
        return self.root / "window.ini"

    def make(self) -> Home:
        """Create the folders (only this account may read them) and return self. Raises `HomeUnusable`."""
        for folder in (
            self.root,
            self.objects,
            self.spool,
            self.quarantine,
            self.trash,
            self.cache,
            self.logs,
            self.run,
        ):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise HomeUnusable(path=folder, reason=error.strerror or str(error)) from error
            _must_be_writable(folder)
        if self.database.exists():
            _must_be_writable(self.database)
        return self


def _must_be_writable(path: Path) -> None:
    """A library that another account made, or on a disc that can't be written, is told of at the door."""
    if not os.access(path, os.W_OK):
        raise HomeUnusable(path=path, reason="this account may not write there")


def default_home() -> Home:
    """`VETPACS_HOME`, or the platform's user data folder."""
    named = os.environ.get(HOME_VARIABLE)
    return Home(Path(named) if named else Path(platformdirs.user_data_dir("VetPACS", appauthor=False)))


def library_name(home: Home) -> str:
    """The name of chance by which this library knows what is its own; made when it is first asked for."""
    path = home.identity
    with contextlib.suppress(FileNotFoundError):
        return path.read_text("ascii").strip()
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(uuid.uuid4().hex)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the first of two programs wins
    except OSError:  # a file system without links
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return path.read_text("ascii").strip()


def resources() -> Path:
    """The folder of icons, translations and tables, in a checkout or an installed program."""
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"
