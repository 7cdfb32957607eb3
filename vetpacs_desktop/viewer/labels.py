"""What a picture that leaves the clinic says of itself: the clinic, the animal, the owner, the day.

Owns those words and their place in a PNG's texts and a JPEG's EXIF. Must never add more than is printed under
the picture: no identifiers, no names of staff, no places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PIL.Image import Exif
from PIL.PngImagePlugin import PngInfo

from vetpacs_desktop.viewer.corner_texts import Translate, as_written, day
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.exam import Exam

PROGRAM = "VetPACS"
_DESCRIPTION, _SOFTWARE, _ARTIST, _EXIF = 0x010E, 0x0131, 0x013B, 0x8769
_TAKEN = 0x9003
"""Tags of EXIF 2.3, table 4 and 7: ImageDescription, Software, Artist, the Exif IFD, DateTimeOriginal."""


@dataclass(frozen=True, slots=True)
class PictureLabel:
    """Whose picture it is; every word may be empty, for nothing is invented."""

    clinic: str = ""
    animal: str = ""
    owner: str = ""
    date: str = ""
    """As people write it: 2026-07-04."""
    contact: str = ""
    """The clinic's address, telephone and mail, where they were entered; only paper has the room."""

    def words(self, translate: Translate = as_written) -> tuple[str, ...]:
        """The pieces of the strip under the picture, the dearest first."""
        animal = self.animal or translate("Unnamed animal")
        owner = translate("Owner: {name}").format(name=self.owner) if self.owner else ""
        return tuple(
            " ".join(word.split()) for word in (animal, owner, self.date, self.clinic) if word.strip()
        )

    def texts(self, translate: Translate = as_written) -> Mapping[str, str]:
        """The same as keyword and text, with the keywords that PNG knows (ISO/IEC 15948, 11.3.4.2)."""
        found = {
            "Title": self.animal,
            "Author": self.clinic,
            "Description": ", ".join(self.words(translate)),
            "Creation Time": self.date,
            "Software": PROGRAM,
        }
        return {name: text for name, text in found.items() if text}


def label_of(exam: Exam, clinic: str, contact: str = "") -> PictureLabel:
    """Of an exam; a clinic that has not said its name is the one that made the images."""
    return PictureLabel(
        clinic or exam.institution,
        exam.animal_name,
        exam.owner_name,
        day(exam.study_date),
        contact if clinic else "",
    )


def label_of_file(description: ImageDescription, clinic: str) -> PictureLabel:
    """As the file alone says, for files that are not in the library."""
    words = dict(description.animal)
    return PictureLabel(clinic, words.get("animal", ""), words.get("owner", ""), day(words.get("date", "")))


def png_texts(label: PictureLabel, translate: Translate = as_written) -> PngInfo:
    """The label inside a PNG file: international text, for names know more than Latin letters."""
    info = PngInfo()
    for name, text in label.texts(translate).items():
        info.add_itxt(name, text)
    return info


def exif(label: PictureLabel, translate: Translate = as_written) -> bytes:
    """The label inside a JPEG file."""
    made = Exif()
    texts = label.texts(translate)
    # UTF-8, which today's programs read; Pillow would put question marks for all that is not ASCII.
    made[_DESCRIPTION] = texts["Description"].encode()
    made[_SOFTWARE] = PROGRAM
    if label.clinic:
        made[_ARTIST] = label.clinic.encode()
    if len(label.date) == len("2026-07-04"):
        made.get_ifd(_EXIF)[_TAKEN] = f"{label.date.replace('-', ':')} 00:00:00"
    return bytes(made.tobytes())
