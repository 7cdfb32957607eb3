"""What a survey of a disc, stick or folder says, and what a person chose of it. Only data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.intake.foreign.subject import Kind
from vetpacs_desktop.store.records import AnimalID, Patient, StudyUID


class Sort(Enum):
    """What a foreign file is, for people."""

    PICTURE = "picture"
    DOCUMENT = "document"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class FoundStudy:
    """One exam on the disc."""

    study_uid: StudyUID
    date: str
    """ISO ``YYYY-MM-DD``, empty when unknown."""
    time: str
    description: str
    modalities: tuple[str, ...]
    image_count: int
    bytes: int
    files: tuple[Path, ...]
    """Readable until the survey's scratch folder is removed; those of archives stand there."""
    already_here: bool
    """Every image of it is in the library."""
    here_count: int = 0
    """How many of its images are in the library."""
    institution: str = ""
    sample: Path | None = None
    """A file with a picture for the thumbnail: the one in the middle."""
    shown: tuple[str, ...] = ()
    """Where each of the files was found, for people; empty: at its path."""


@dataclass(frozen=True, slots=True)
class FoundAnimal:
    """One animal as the headers describe it, with its exams, the newest first."""

    words: Patient
    studies: tuple[FoundStudy, ...]


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A picture, document or video that says nothing of an animal."""

    path: Path
    shown: str
    """Where it was found, for people: a path, or an archive and the name inside."""
    sort: Sort
    format: str
    """In words: "JPEG picture"."""
    taken_at: str
    """ISO ``YYYY-MM-DDTHH:MM:SS`` from the file itself, else of the file; empty when unknown."""
    bytes: int
    sha256: str
    already_here: bool = False
    """This very file was taken before, for whichever animal."""
    label: str = ""
    """What it is called after when it stays without an animal: its folder, or itself."""
    furniture: bool = False
    """It belongs to a program on the disc (its viewer's icons and manuals): not chosen unless asked."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything on the sources; reading it changed nothing."""

    animals: tuple[FoundAnimal, ...] = ()
    foreign: tuple[ForeignFile, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """(path as shown, reason as a sentence): broken images, locked archives, images listed but not there."""
    ignored: int = 0
    """Files that are nothing medical."""
    files: int = 0


@dataclass(frozen=True, slots=True)
class Destination:
    """Whose the chosen exams are.

    Nothing said: as the headers say. `animal_id`: an animal of the clinic. `words`: said anew (a new animal,
    or an edit). Both: that animal, with these words edited.
    """

    animal_id: AnimalID | None = None
    words: Words = field(default_factory=Words)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be taken in for one animal."""

    studies: tuple[FoundStudy, ...] = ()
    foreign: tuple[ForeignFile, ...] = ()
    destination: Destination = field(default_factory=Destination)
    kind: Kind = Kind.PHOTO
    """What took the foreign files."""
    date: str = ""
    """ISO day of the exam that foreign files become; empty: the day they were taken."""
    description: str = ""
    study_uid: StudyUID | None = None
    """An exam of the same animal, in the library, to which the foreign files are added."""
