"""What was chosen and said becomes what the import is asked to do."""

from pathlib import Path

from vetpacs_desktop.store.animals.corrections import Words
from vetpacs_desktop.store.animals.register import AnimalRow
from vetpacs_desktop.store.intake.foreign.subject import Kind
from vetpacs_desktop.store.intake.importing.survey import ForeignFile, FoundAnimal, FoundStudy, Sort, Survey
from vetpacs_desktop.store.records import AnimalID, Patient, StudyUID
from vetpacs_desktop.ui.intake.plan import (
    FOREIGN,
    Answer,
    Plan,
    Way,
    changed_words,
    laid_over,
    moved,
    words_of,
)

STICK = Path("/media/vet/XYZ")
REX = Patient("Rex", "Smith", "Canis lupus familiaris", patient_id="4711", issuer="NORTH")
OURS = AnimalRow(AnimalID("a1"), "Rexi", "Smith", "", "", "", "", "", "", "")


def study(uid: str, *, here: bool = False, images: int = 2) -> FoundStudy:
    files = tuple(STICK / f"{uid}.{number}" for number in range(images))
    return FoundStudy(
        StudyUID(uid), "2026-05-04", "", "Thorax", ("DX",), images, 100 * images, files, here, sample=files[0]
    )


def photo(name: str, sort: Sort = Sort.PICTURE, **facts: object) -> ForeignFile:
    return ForeignFile(STICK / name, name, sort, "JPEG picture", "2026-05-03T10:00:00", 50, name, **facts)  # type: ignore[arg-type]


SURVEY = Survey(
    animals=(
        FoundAnimal(REX, (study("1.1"), study("1.2", here=True))),
        FoundAnimal(Patient("Mimi"), (study("1.3"),)),
    ),
    foreign=(photo("a.jpg"), photo("b.jpg", already_here=True), photo("viewer.png", furniture=True)),
)


def test_what_is_new_is_chosen_and_what_is_here_already_is_not() -> None:
    plan = Plan(SURVEY)
    assert plan.studies == {"1.1", "1.3"}
    assert [file.path.name for file in plan.chosen_foreign()] == ["a.jpg"]
    assert plan.parts() == [0, 1, FOREIGN]
    assert (plan.images(), plan.bytes()) == (5, 450)


def test_an_animal_without_a_chosen_exam_is_not_asked_about() -> None:
    plan = Plan(SURVEY)
    plan.studies.discard("1.3")
    plan.foreign.clear()
    assert plan.parts() == [0]
    assert [choice.studies[0].study_uid for choice in plan.choices()] == ["1.1"]


def test_without_a_word_everything_is_as_the_files_say() -> None:
    choices = Plan(SURVEY).choices()
    assert choices[0].destination.animal_id is None
    assert choices[0].destination.words == Words()
    assert choices[2].destination.words == Words(), "of several animals none is guessed"
    assert (choices[2].kind, choices[2].date) == (Kind.PHOTO, "2026-05-03")


def test_photos_follow_their_animal_wherever_it_goes() -> None:
    plan = Plan(SURVEY)
    assert plan.unanswered() == [FOREIGN]
    plan.say(FOREIGN, Answer(Way.WITH, part=0))
    assert plan.choices()[2].destination.words == words_of(REX)
    plan.say(0, Answer(Way.CLINIC, animal=OURS))
    assert [choice.destination.animal_id for choice in plan.choices()] == ["a1", None, "a1"]
    plan.say(0, Answer(Way.WORDS, words=Words(animal_name="Max", owner_name="Smith")))
    assert plan.choices()[2].destination.words.animal_name == "Max"


def test_photos_beside_one_animal_are_taken_to_be_its_own() -> None:
    plan = Plan(SURVEY)
    plan.studies.discard("1.3")
    assert plan.unanswered() == []
    assert plan.choices()[1].destination.words == words_of(REX)


def test_photos_alone_need_an_animal() -> None:
    plan = Plan(Survey(foreign=(photo("a.jpg"), photo("logo.png", furniture=True))))
    assert plan.foreign == {0, 1}, "without images nothing is the furniture of a viewer"
    assert plan.unanswered() == [FOREIGN]
    plan.say(FOREIGN, Answer(Way.WORDS, words=Words(animal_name="  ")))
    assert plan.unanswered() == [FOREIGN]
    plan.say(FOREIGN, Answer(Way.WORDS, words=Words(animal_name="Max")))
    assert plan.unanswered() == []


def test_documents_and_videos_are_taken_for_what_they_are() -> None:
    assert Plan(Survey(foreign=(photo("a.pdf", Sort.DOCUMENT),))).answer(FOREIGN).kind is Kind.DOCUMENT
    assert Plan(Survey(foreign=(photo("a.mp4", Sort.VIDEO),))).answer(FOREIGN).kind is Kind.ENDOSCOPY
    mixed = Survey(foreign=(photo("a.pdf", Sort.DOCUMENT), photo("a.jpg")))
    assert Plan(mixed).answer(FOREIGN).kind is Kind.PHOTO


def test_only_what_was_typed_is_a_correction() -> None:
    plan = Plan(SURVEY)
    typed = words_of(REX)
    plan.say(0, Answer(Way.WORDS, words=laid_over(typed, Words(owner_name="Smythe"))))
    assert plan.choices()[0].destination.words == Words(owner_name="Smythe")
    assert changed_words(typed, typed) == Words()
    assert changed_words(Words(), Words(animal_name="")) == Words()
    assert changed_words(Words(breed="Boxer"), Words(breed="")) == Words(breed="")


def test_a_stick_that_came_back_under_another_letter_is_read_there() -> None:
    elsewhere = Path("/media/vet/XYZ1")
    first, _, photos = moved(Plan(SURVEY).choices(), STICK, elsewhere)
    assert first.studies[0].files[0] == elsewhere / "1.1.0"
    assert first.studies[0].sample == elsewhere / "1.1.0"
    assert photos.foreign[0].path == elsewhere / "a.jpg"
    scratch = Path("/scratch/import-1")
    unpacked = Plan(Survey(foreign=(photo("a.jpg"),))).choices()
    assert moved(unpacked, scratch, elsewhere)[0].foreign[0].path == STICK / "a.jpg"
