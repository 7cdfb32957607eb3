"""Asks another archive what it has: exams, and the series of one (C-FIND as a client, PS3.4 C.4.1).

Archives differ: some mind capitals, leave attributes out, state no character set, or know only exams. A
question is therefore asked widely and in plain letters, and the answers are sifted here, by the same folding
that the library's own search uses. Nothing is fetched here and nothing is kept.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.jobs import CancelToken
from vetpacs_desktop.store import conformance, folding, header
from vetpacs_desktop.store.network import messages
from vetpacs_desktop.store.network.link import Link, Message, Peer, Proposal
from vetpacs_desktop.store.records import SeriesUID, StudyUID

LOG = logging.getLogger(__name__)

STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
SYNTAXES = (conformance.EXPLICIT_LITTLE, conformance.IMPLICIT_LITTLE)
MOST = 500
"""More answers are cut off, and the person is told."""
MORE_SPELLINGS_SECONDS = 2.0
"""An archive that answered within this is also asked for other capitals."""
PENDING = (0xFF00, 0xFF01)
CANCELLED = 0xFE00
UTF8 = "ISO_IR 192"

_VOWELS = re.compile(r"AE|OE|UE|[AEIOUY]")
_STUDY_KEYS = (
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "StudyDescription",
    "AccessionNumber",
    "ModalitiesInStudy",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
)
_ANIMAL_KEYS = (
    "ResponsiblePerson",
    "PatientSpeciesDescription",
    "PatientBreedDescription",
    "PatientSexNeutered",
)
"""Some archives refuse a question that names these."""
_SERIES_KEYS = ("Modality", "SeriesNumber", "SeriesDescription", "NumberOfSeriesRelatedInstances")


class QuestionRefused(KnownError):
    """{name} does not answer this question ({reason}). Try it with other words, or ask who looks after it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; empty fields don't limit. Days are ISO dates."""

    animal: str = ""
    owner: str = ""
    patient_id: str = ""
    accession: str = ""
    first_day: str = ""
    last_day: str = ""
    modality: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it would ask for everything."""
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class RemoteStudy:
    """One exam as the archive describes it; what it left out is empty or None."""

    study_uid: StudyUID
    animal_name: str = ""
    owner_name: str = ""
    species: str = ""
    breed: str = ""
    sex: str = ""
    neutered: str = ""
    birth_date: str = ""
    patient_id: str = ""
    study_date: str = ""
    study_time: str = ""
    description: str = ""
    accession: str = ""
    modalities: tuple[str, ...] = ()
    series_count: int | None = None
    image_count: int | None = None


@dataclass(frozen=True, slots=True)
class RemoteSeries:
    """One series as the archive describes it."""

    series_uid: SeriesUID
    modality: str = ""
    number: int | None = None
    description: str = ""
    image_count: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found, the newest exam first; `cut_off`: there is more than was taken."""

    studies: tuple[RemoteStudy, ...]
    cut_off: bool = False


def find_studies(peer: Peer, wanted: Wanted, cancel: CancelToken | None = None, most: int = MOST) -> Answers:
    """The exams that fit. Raises `MachineUnreachable`, `QuestionRefused`, `Cancelled`."""
    token = cancel or CancelToken()
    found: dict[str, RemoteStudy] = {}
    cut_off = False
    with Link(peer, [Proposal(STUDY_ROOT_FIND, SYNTAXES)]) as link:
        started = time.monotonic()
        for keys in _questions(wanted):
            if found and time.monotonic() - started > MORE_SPELLINGS_SECONDS:
                break
            answers, more = _ask_with_or_without_animal(link, keys, token, most - len(found))
            cut_off = cut_off or more
            for study in answers:
                if study.study_uid and _fits(study, wanted):
                    found[study.study_uid] = study
            if len(found) >= most:
                break
    newest = sorted(found.values(), key=lambda one: (one.study_date, one.study_time), reverse=True)
    return Answers(tuple(newest), cut_off)


def find_series(peer: Peer, study_uid: str, cancel: CancelToken | None = None) -> list[RemoteSeries]:
    """The series of an exam, by number; none where the archive doesn't answer about series.

    Raises `MachineUnreachable`, `Cancelled`.
    """
    question = Dataset()
    question.QueryRetrieveLevel = "SERIES"
    question.StudyInstanceUID = study_uid
    question.SeriesInstanceUID = ""
    for keyword in _SERIES_KEYS:
        setattr(question, keyword, None)
    token = cancel or CancelToken()
    with Link(peer, [Proposal(STUDY_ROOT_FIND, SYNTAXES)]) as link:
        try:
            answers = [_series(data, syntax) for data, syntax in _ask(link, question, token, 10 * MOST)]
        except QuestionRefused as error:
            LOG.info("No series: %s", error.sentence)
            return []
    found = [one for one in answers if one.series_uid]
    return sorted(found, key=lambda one: (one.number is None, one.number or 0, one.series_uid))


def _ask_with_or_without_animal(
    link: Link, keys: dict[str, str], cancel: CancelToken, most: int
) -> tuple[list[RemoteStudy], bool]:
    """Answers to one question and whether more were cut off."""
    try:
        answers = list(_ask(link, _question(keys, (*_STUDY_KEYS, *_ANIMAL_KEYS)), cancel, most + 1))
    except QuestionRefused:
        if "ResponsiblePerson" in keys:
            return [], False
        answers = list(_ask(link, _question(keys, _STUDY_KEYS), cancel, most + 1))
    return [_study(data, syntax) for data, syntax in answers[:most]], len(answers) > most


def _ask(link: Link, question: Dataset, cancel: CancelToken, most: int) -> Iterator[tuple[bytes, str]]:
    """The identifiers of the answers and their coding, at most `most`. Raises `QuestionRefused`."""
    context, (_, syntax) = next(iter(link.accepted.items()))
    number = link.next_number()
    link.send(context, messages.find(number, STUDY_ROOT_FIND), [messages.written(question, syntax)])
    came = 0
    while True:
        answer = link.receive(cancel)
        if answer.status not in PENDING:
            _check(link, answer)
            return
        came += 1
        if came <= most:
            yield answer.data, syntax
        if came == most:
            link.send(context, messages.cancel(number))


def _check(link: Link, answer: Message) -> None:
    """Raise `QuestionRefused` unless the end is a good one (PS3.4 C.4.1.1.4)."""
    if answer.status in (0x0000, CANCELLED):
        return
    comment = answer.text(messages.COMMENT)
    reason = f"status {answer.status:04X}{': ' + comment if comment else ''}"
    raise QuestionRefused(name=link.address.name, reason=reason)


# -- questions ---------------------------------------------------------------------------------------------


def _question(keys: dict[str, str], asked: Sequence[str]) -> Dataset:
    question = Dataset()
    question.SpecificCharacterSet = UTF8  # some archives answer in the character set of the question
    question.QueryRetrieveLevel = "STUDY"
    for keyword in asked:
        setattr(question, keyword, None)
    for keyword, text in keys.items():
        setattr(question, keyword, text)
    return question


def _questions(wanted: Wanted) -> Iterator[dict[str, str]]:
    """The questions to ask, one after the other, so that archives of every habit give what fits."""
    keys = {
        "PatientID": _around(wanted.patient_id),
        "AccessionNumber": _around(wanted.accession),
        "ModalitiesInStudy": wanted.modality.strip().upper(),
        "StudyDate": _days(wanted.first_day, wanted.last_day),
    }
    fixed = {keyword: text for keyword, text in keys.items() if text}
    # The animal's name is in the patient's name; the owner's there too or with the responsible person. One
    # word is asked for, because nobody knows in which order the archive has them.
    words = (wanted.animal or wanted.owner).split()
    if not words:
        yield fixed
        return
    for pattern in _patterns(max(words, key=len)):
        yield {**fixed, "PatientName": pattern}
        if not wanted.animal:
            yield {**fixed, "ResponsiblePerson": pattern}


def _patterns(word: str) -> list[str]:
    """Wild cards around a word, in the spellings that archives which mind capitals may hold.

    Letters outside ASCII become wild cards themselves: nobody knows the archive's character set. A word of
    nothing else is asked for in UTF-8. The last spelling leaves the vowels open, so that Muller finds Müller.
    """
    plain = re.sub(r"[^\x20-\x7e]+|[*?\\^=]+", "*", word.strip())
    if sum(sign.isalnum() for sign in plain) < 2:
        return [f"*{word.strip()}*"]
    spellings = (plain, plain.upper(), plain.lower(), plain.title(), _VOWELS.sub("*", plain.upper()))
    return list(dict.fromkeys(re.sub(r"[* ]+", "*", f"*{one}*") for one in spellings))


def _around(text: str) -> str:
    return f"*{text.strip().strip('*')}*" if text.strip(" *") else ""


def _days(first: str, last: str) -> str:
    """A date range (PS3.4 C.2.2.2.5)."""
    start, end = first.replace("-", ""), last.replace("-", "")
    if start == end:
        return start
    return f"{start}-{end}"


def _fits(study: RemoteStudy, wanted: Wanted) -> bool:
    """What the archive may have overlooked: names in their parts, and kinds of images it was not asked for.

    An owner the archive does not tell can't speak against an exam.
    """
    names = folding.spelled_out(f"{study.animal_name} {study.owner_name}")
    plain = folding.fold(f"{study.animal_name} {study.owner_name}")

    def named(text: str) -> bool:
        return all(folding.fold(word) in plain or folding.spelled_out(word) in names for word in text.split())

    if wanted.animal and not named(wanted.animal):
        return False
    if wanted.owner and (study.owner_name or not wanted.animal) and not named(wanted.owner):
        return False
    modality = wanted.modality.strip().upper()
    return not modality or not study.modalities or modality in study.modalities


# -- answers -----------------------------------------------------------------------------------------------


def _study(data: bytes, syntax: str) -> RemoteStudy:
    try:
        animal, exam, _ = header.described(data, syntax)
    except KnownError:
        return RemoteStudy(StudyUID(""))
    study = RemoteStudy(
        study_uid=exam.study_uid,
        animal_name=animal.animal_name,
        owner_name=animal.owner_name,
        species=animal.species,
        breed=animal.breed,
        sex=animal.sex,
        neutered=animal.neutered,
        birth_date=animal.birth_date,
        patient_id=animal.patient_id,
        study_date=exam.study_date,
        study_time=exam.study_time,
        description=exam.description,
        accession=exam.accession_number,
    )
    plain = _plain(data, syntax)
    return replace(
        study,
        modalities=tuple(sorted(set(_values(plain, "ModalitiesInStudy")))),
        series_count=_count(plain, "NumberOfStudyRelatedSeries"),
        image_count=_count(plain, "NumberOfStudyRelatedInstances"),
    )


def _series(data: bytes, syntax: str) -> RemoteSeries:
    try:
        _, _, series = header.described(data, syntax)
    except KnownError:
        return RemoteSeries(SeriesUID(""))
    count = _count(_plain(data, syntax), "NumberOfSeriesRelatedInstances")
    return RemoteSeries(series.series_uid, series.modality, series.number, series.description, count)


def _plain(data: bytes, syntax: str) -> Dataset:
    """The answer for its numbers and codes; an unreadable one is empty."""
    try:
        return messages.read(data, syntax)
    except Exception:  # noqa: BLE001 - pydicom's reader raises whatever it likes on nonsense from a peer
        LOG.info("An answer could not be read in full")
        return Dataset()


def _values(answer: Dataset, keyword: str) -> list[str]:
    found = answer.get(keyword)
    parts = found if isinstance(found, list | tuple) or hasattr(found, "append") else [found]
    return [text for part in parts or () if (text := str(part or "").strip().upper())]


def _count(answer: Dataset, keyword: str) -> int | None:
    try:
        return int(answer.get(keyword))
    except (TypeError, ValueError):
        return None
