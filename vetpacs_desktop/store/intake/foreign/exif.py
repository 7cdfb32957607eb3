"""What a picture says beside its pixels: which way up, when and with what it was taken (EXIF 2.32).

Tolerates any nonsense: what can't be understood is unknown. Reads no pixels.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

from vetpacs_desktop.store.intake.foreign.header import Device
from vetpacs_desktop.store.reading.values import clock, day

if TYPE_CHECKING:
    from PIL.Image import Image

ORIENTATION = 0x0112
UPRIGHT = 1
_MAKER, _MODEL, _SOFTWARE, _CHANGED = 0x010F, 0x0110, 0x0131, 0x0132
_DETAILS = 0x8769
_TAKEN, _DIGITISED, _OFFSET, _OFFSET_TAKEN, _SERIAL = 0x9003, 0x9004, 0x9010, 0x9011, 0xA431
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
_UNREADABLE = (SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, OSError, EOFError)
"""What Pillow raises for broken EXIF."""


def orientation_of(image: Image) -> int:
    """1 to 8 (EXIF tag 0112); 1 where nothing sensible is said."""
    value = _tags(image)[0].get(ORIENTATION, UPRIGHT)
    return value if isinstance(value, int) and 1 <= value <= 8 else UPRIGHT


def device_of(image: Image) -> Device:
    """The device and the moment."""
    main, details = _tags(image)
    moment = _moment(details.get(_TAKEN) or details.get(_DIGITISED), details.get(_OFFSET_TAKEN))
    return Device(
        maker=_words(main.get(_MAKER)),
        model=_words(main.get(_MODEL)),
        serial=_words(details.get(_SERIAL)),
        software=_words(main.get(_SOFTWARE)),
        taken_at=moment or _moment(main.get(_CHANGED), details.get(_OFFSET)),
    )


def _tags(image: Image) -> tuple[dict[int, Any], dict[int, Any]]:
    """The main directory and the one with the details of the shot."""
    with contextlib.suppress(*_UNREADABLE):
        found = image.getexif()
        return dict(found), dict(found.get_ifd(_DETAILS))
    return {}, {}


def _moment(value: Any, offset: Any) -> str:
    """``2026:03:12 09:30:15`` as a DT; empty for what is no moment."""
    stated = _words(value).encode("ascii", "ignore")
    date_part, time_part = day(stated[:10].replace(b":", b"-")), clock(stated[11:19])
    if not date_part or not time_part:
        return ""
    return date_part.replace("-", "") + time_part.replace(":", "") + zone(_words(offset))


def zone(text: str) -> str:
    """``+01:00`` as a DT's suffix, empty for what is none (PS3.5 6.2: -1200 to +1400)."""
    found = _ZONE.fullmatch(text)
    if not found or int(found[2]) > 14 or int(found[3]) > 59 or text in ("-00:00", "-0000"):
        return ""
    return "".join(found.groups())


def _words(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value.split("\0")[0]).split())
