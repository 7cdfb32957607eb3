"""What a person chose of a survey and whose each part is: the assistant's memory between its pages.

No Qt and no reading: it turns answers into the choices that the import takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from pathlib import Path

from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.animals.register import AnimalRow
from vetpacs_desktop.store.intake.foreign.subject import Kind
from vetpacs_desktop.store.intake.importing.survey import (
    Choice,
    Destination,
    ForeignFile,
    FoundAnimal,
    FoundStudy,
    Sort,
    Survey,
)
from vetpacs_desktop.store.records import Patient

FOREIGN = -1
"""The key of the photos, documents and videos, beside the animals' 0, 1, 2..."""


class Way(Enum):
    """Whose a part is."""

    AS_FOUND = "as on the disc"
    CLINIC = "an animal of the clinic"
    WORDS = "said anew"
    WITH = "with an animal of this disc"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose one part is."""

    way: Way = Way.AS_FOUND
    animal: AnimalRow | None = None
    words: Words = field(default_factory=Words)
    """What was typed, for `Way.WORDS`."""
    part: int = 0
    """The animal of the disc, for `Way.WITH`."""
    kind: Kind = Kind.PHOTO
    date: str = ""
    description: str = ""

    @property
    def problem(self) -> bool:
        """Whether something is still to be said."""
        if self.way is Way.CLINIC:
            return self.animal is None
        if self.way is Way.WORDS:
            stated = self.words.stated()
            return not any(stated.get(name) for name in ("animal_name", "patient_id", "microchip"))
        return False


class Plan:
    """The choice and the answers for one survey."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.studies = {
            study.study_uid for animal in survey.animals for study in animal.studies if not study.already_here
        }
        self.foreign = {
            number
            for number, file in enumerate(survey.foreign)
            if not (file.already_here or (file.furniture and survey.animals))
        }
        self._answers: dict[int, Answer] = {}

    def parts(self) -> list[int]:
        """The keys of what is chosen: animals in their order, then the foreign files."""
        found = [number for number in range(len(self.survey.animals)) if self.chosen_studies(number)]
        return [*found, FOREIGN] if self.foreign else found

    def chosen_studies(self, part: int) -> tuple[FoundStudy, ...]:
        """The chosen exams of one animal."""
        studies = self.survey.animals[part].studies
        return tuple(study for study in studies if study.study_uid in self.studies)

    def chosen_foreign(self) -> tuple[ForeignFile, ...]:
        """The chosen photos, documents and videos."""
        return tuple(file for number, file in enumerate(self.survey.foreign) if number in self.foreign)

    def animal(self, part: int) -> FoundAnimal | None:
        """The animal of the disc; None for the foreign files."""
        return None if part == FOREIGN else self.survey.animals[part]

    def answer(self, part: int) -> Answer:
        """What was said of a part; else the likeliest."""
        return self._answers.get(part) or self._first_answer(part)

    def say(self, part: int, answer: Answer) -> None:
        """Keep an answer."""
        self._answers[part] = answer

    def unanswered(self) -> list[int]:
        """Parts whose animal is still to be said."""
        return [part for part in self.parts() if self.answer(part).problem]

    def images(self) -> int:
        """How many images, documents and videos are chosen."""
        chosen = (study for part in self.parts() if part != FOREIGN for study in self.chosen_studies(part))
        return sum(study.image_count for study in chosen) + len(self.foreign)

    def bytes(self) -> int:
        """How much is chosen."""
        chosen = (study for part in self.parts() if part != FOREIGN for study in self.chosen_studies(part))
        return sum(study.bytes for study in chosen) + sum(file.bytes for file in self.chosen_foreign())

    def choices(self) -> tuple[Choice, ...]:
        """What the import is asked to do."""
        made = []
        for part in self.parts():
            answer = self.answer(part)
            if part == FOREIGN:
                made.append(
                    Choice(
                        foreign=self.chosen_foreign(),
                        destination=self._destination(answer),
                        kind=answer.kind,
                        date=answer.date,
                        description=answer.description,
                    )
                )
            else:
                destination = self._destination(answer)
                if answer.way is Way.WORDS:
                    stated = words_of(self.survey.animals[part].words)
                    destination = Destination(words=changed_words(stated, answer.words))
                made.append(Choice(self.chosen_studies(part), destination=destination))
        return tuple(made)

    def _destination(self, answer: Answer) -> Destination:
        if answer.way is Way.WITH:
            other = self.answer(answer.part)
            if other.way is Way.AS_FOUND:
                return Destination(words=words_of(self.survey.animals[answer.part].words))
            return self._destination(other)
        if answer.way is Way.CLINIC and answer.animal is not None:
            return Destination(animal_id=answer.animal.animal_id)
        return Destination(words=answer.words) if answer.way is Way.WORDS else Destination()

    def _first_answer(self, part: int) -> Answer:
        if part != FOREIGN:
            return Answer()
        animals = [one for one in self.parts() if one != FOREIGN]
        way = Way.WITH if len(animals) == 1 else Way.CLINIC  # of several none is guessed
        files = self.chosen_foreign()
        days = sorted(file.taken_at[:10] for file in files if file.taken_at)
        return Answer(
            way, part=animals[0] if animals else 0, kind=_kind(files), date=days[-1] if days else ""
        )


def words_of(described: Patient | AnimalRow) -> Words:
    """All that is known of an animal, to be said in the same words."""
    return Words(**{one.name: getattr(described, one.name) for one in fields(Words)})


def changed_words(before: Words, now: Words) -> Words:
    """Only what was typed differently; the rest stays as the device sends it."""
    return Words(
        **{
            one.name: getattr(now, one.name)
            if (getattr(now, one.name) or "") != (getattr(before, one.name) or "")
            else None
            for one in fields(Words)
        }
    )


def laid_over(before: Words, now: Words) -> Words:
    """An earlier correction with what was said now in its place; what nobody said stays unsaid."""
    said = {one.name: getattr(now, one.name) for one in fields(Words) if getattr(now, one.name) is not None}
    return replace(before, **said)


def moved(choices: tuple[Choice, ...], from_place: Path, to_place: Path) -> tuple[Choice, ...]:
    """The same choices for a medium that came back under another folder or letter."""
    if from_place == to_place:
        return choices
    return tuple(
        replace(
            choice,
            studies=tuple(
                replace(
                    study,
                    files=tuple(_moved(path, from_place, to_place) for path in study.files),
                    sample=_moved(study.sample, from_place, to_place) if study.sample else None,
                )
                for study in choice.studies
            ),
            foreign=tuple(
                replace(file, path=_moved(file.path, from_place, to_place)) for file in choice.foreign
            ),
        )
        for choice in choices
    )


def _moved(path: Path, from_place: Path, to_place: Path) -> Path:
    return to_place / path.relative_to(from_place) if path.is_relative_to(from_place) else path


def _kind(files: tuple[ForeignFile, ...]) -> Kind:
    counts: Mapping[Sort, int] = {sort: sum(file.sort is sort for file in files) for sort in Sort}
    if counts[Sort.DOCUMENT] == len(files):
        return Kind.DOCUMENT
    return Kind.ENDOSCOPY if counts[Sort.VIDEO] == len(files) else Kind.PHOTO
