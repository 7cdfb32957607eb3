"""Dates, ages, sizes and counts as people say them, in the language of the system.

Pure functions of their arguments; they never read the clock themselves.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_DICOM_AGE = re.compile(r"^(\d{1,3})([DWMY])$")
_EVERYDAY = {
    "canis lupus familiaris": "Dog",
    "canis familiaris": "Dog",
    "canine": "Dog",
    "canine species": "Dog",
    "felis catus": "Cat",
    "felis silvestris catus": "Cat",
    "feline": "Cat",
    "feline species": "Cat",
    "equus caballus": "Horse",
    "equus ferus caballus": "Horse",
    "oryctolagus cuniculus": "Rabbit",
    "bos taurus": "Cattle",
    "ovis aries": "Sheep",
    "capra hircus": "Goat",
    "capra aegagrus hircus": "Goat",
    "sus scrofa": "Pig",
    "sus scrofa domesticus": "Pig",
    "cavia porcellus": "Guinea pig",
    "mustela putorius furo": "Ferret",
}
"""Only terms that mean exactly this animal: an "equine" may be a donkey."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("words", text)


def _locale() -> QLocale:
    """The system's; where that names none ("C") English, with grouped thousands and 24 hours."""
    own = QLocale()
    if own.language() == QLocale.Language.C:
        return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    return own


def counted(number: int, one: str, many: str) -> str:
    """`one` or `many` (both already translated) with ``{n}`` replaced by the grouped number."""
    return (one if number == 1 else many).replace("{n}", grouped(number))


def grouped(number: int) -> str:
    """``12408`` as "12,408"."""
    return _locale().toString(number)


def images(number: int) -> str:
    """ "1 image", "140 images"."""
    return counted(number, _tr("{n} image"), _tr("{n} images"))


def exams(number: int) -> str:
    """ "1 exam", "12 exams"."""
    return counted(number, _tr("{n} exam"), _tr("{n} exams"))


def size(count: int) -> str:
    """Bytes as "412 GB" (powers of 1000, like the label on a disk)."""
    return _locale().formattedDataSize(count, 0, QLocale.DataSizeFormat.DataSizeSIFormat)


def day(iso: str, today: date) -> str:
    """ "Today", "Yesterday", "Mon 4 May" within the year, else "4 May 2023"; empty for an unknown date."""
    when = _date(iso)
    if when is None:
        return ""
    distance = (today - when).days
    if distance == 0:
        return _tr("Today")
    if distance == 1:
        return _tr("Yesterday")
    layout = "ddd d MMM" if 0 < distance < 300 else "d MMM yyyy"
    return _locale().toString(QDate(when.year, when.month, when.day), layout)


def clock(text: str) -> str:
    """``14:32:08`` as "14:32" in the system's way of writing it; empty stays empty."""
    read = QTime.fromString(text[:5], "HH:mm")
    return _locale().toString(read, QLocale.FormatType.ShortFormat) if read.isValid() else ""


def ago(when: datetime, now: datetime) -> str:
    """ "just now", "4 minutes ago", "2 hours ago", "yesterday", "on 4 May 2023"; both with a time zone."""
    seconds = (now - when).total_seconds()
    if seconds < MINUTE:
        return _tr("just now")
    if seconds < HOUR:
        return counted(int(seconds // MINUTE), _tr("{n} minute ago"), _tr("{n} minutes ago"))
    if seconds < 20 * HOUR:
        return counted(int(seconds // HOUR), _tr("{n} hour ago"), _tr("{n} hours ago"))
    local, here = when.astimezone(now.tzinfo).date(), now.date()
    if here - local == timedelta(days=1):
        return _tr("yesterday")
    return _tr("on {day}").replace("{day}", day(local.isoformat(), here))


def since(at: str, now: datetime) -> str:
    """As `ago` for a written moment (ISO 8601), in the computer's own time; empty for what is no moment."""
    try:
        return ago(datetime.fromisoformat(at).astimezone(), now.astimezone())
    except ValueError:
        return ""


def age(text: str, birth: str = "", on: str = "") -> str:
    """An age in words: from a DICOM age string (``007Y``, PS3.5 6.2), else from birth to exam date."""
    match = _DICOM_AGE.match(text)
    if match:
        return _span(int(match[1]), match[2])
    if text:
        return text
    born, seen = _date(birth), _date(on)
    if born is None or seen is None or seen < born:
        return ""
    days = (seen - born).days
    if days < 60:
        return _span(days // 7, "W") if days >= 14 else _span(days, "D")
    months = (seen.year - born.year) * 12 + seen.month - born.month - (seen.day < born.day)
    return _span(months, "M") if months < 24 else _span(months // 12, "Y")


def kind(species: str, breed: str = "") -> str:
    """ "Dog · English Cocker Spaniel": the everyday word where the header has the Latin or English term."""
    everyday = _EVERYDAY.get(" ".join(species.casefold().split()))
    return " · ".join(part for part in (_tr(everyday) if everyday else species, breed) if part)


def sender(source: str) -> str:
    """Where an exam came from: a machine's name as it is, a long path by its last folder."""
    parts = [part for part in re.split(r"[/\\]", source) if part]
    return _tr("the folder {name}").replace("{name}", parts[-1]) if len(parts) > 1 else source


def weight(kilograms: float | None) -> str:
    """ "24.5 kg"; small animals in grams; empty when unknown or zero."""
    if not kilograms or kilograms <= 0:
        return ""
    if kilograms < 1:
        return f"{_locale().toString(round(kilograms * 1000))} g"
    return f"{_locale().toString(kilograms, 'f', 1 if kilograms < 100 else 0)} kg"


def _span(number: int, unit: str) -> str:
    one, many = {
        "D": (_tr("{n} day"), _tr("{n} days")),
        "W": (_tr("{n} week"), _tr("{n} weeks")),
        "M": (_tr("{n} month"), _tr("{n} months")),
        "Y": (_tr("{n} year"), _tr("{n} years")),
    }[unit]
    return counted(number, one, many)


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
