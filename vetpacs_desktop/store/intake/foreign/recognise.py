"""What a foreign file is, by its content and never by its name; a sentence for what can't be taken.

Reads a file's first bytes only. It decodes nothing and judges no damage: that is the converters' work.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from vetpacs_desktop.errors import KnownError

HEAD = 4096
UNKNOWN = "This is no picture, document or video that is known here."


class Refused(KnownError):
    """{reason}"""


class Format(Enum):
    """A kind of file that becomes DICOM."""

    JPEG = "JPEG picture"
    PNG = "PNG picture"
    BMP = "bitmap picture"
    TIFF = "TIFF picture"
    PDF = "PDF document"
    MP4 = "MP4 video"
    QUICKTIME = "QuickTime video"
    AVI = "AVI video"
    OTHER_VIDEO = "video"

    @property
    def is_picture(self) -> bool:
        return self in (Format.JPEG, Format.PNG, Format.BMP, Format.TIFF)

    @property
    def is_video(self) -> bool:
        return self in (Format.MP4, Format.QUICKTIME, Format.AVI, Format.OTHER_VIDEO)


_STARTS: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II+\0", Format.TIFF),
    (b"MM\0+", Format.TIFF),
    (b"\x1aE\xdf\xa3", Format.OTHER_VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Format.OTHER_VIDEO),
    (b"\0\0\x01\xba", Format.OTHER_VIDEO),
    (b"\0\0\x01\xb3", Format.OTHER_VIDEO),
    (b"FLV\x01", Format.OTHER_VIDEO),
)
"""Matroska, Windows Media, MPEG program and elementary streams and Flash are read as videos, too."""

_AS_JPEG = "save or send it as JPEG or PNG and take that"
_NOT_TAKEN: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", f"This is a GIF picture, which can't be taken; {_AS_JPEG}."),
    (b"8BPS", f"This is a Photoshop file, which can't be taken; {_AS_JPEG}."),
    (b"\0\0\0\x0cjP  ", f"This is a JPEG 2000 picture, which can't be taken; {_AS_JPEG}."),
    (b"\xff\x4f\xff\x51", f"This is a JPEG 2000 picture, which can't be taken; {_AS_JPEG}."),
    (b"\0\0\0\x0cJXL ", f"This is a JPEG XL picture, which can't be taken; {_AS_JPEG}."),
    (b"FUJIFILM", f"This is a camera's raw picture, which can't be taken; {_AS_JPEG}."),
    (b"IIRO", f"This is a camera's raw picture, which can't be taken; {_AS_JPEG}."),
    (b"IIU\0", f"This is a camera's raw picture, which can't be taken; {_AS_JPEG}."),
    (b"PK\x03\x04", "This is a zip archive or an Office document; unpack it, or save the document as PDF."),
    (b"\xd0\xcf\x11\xe0", "This is an Office document; save it as PDF and take that."),
    (b"{\\rtf", "This is a text document; save it as PDF and take that."),
    (b"Rar!", "This is a packed archive; unpack it first."),
    (b"7z\xbc\xaf", "This is a packed archive; unpack it first."),
    (b"\x1f\x8b", "This is a packed archive; unpack it first."),
    (b"MZ", "This is a Windows program, not a picture, document or video."),
    (b"\x7fELF", "This is a program, not a picture, document or video."),
    (b"ID3", "This is a sound recording; only pictures, documents and videos can be taken."),
    (b"OggS", "This is a sound recording; only pictures, documents and videos can be taken."),
    (b"fLaC", "This is a sound recording; only pictures, documents and videos can be taken."),
)
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SOUND = frozenset({b"M4A ", b"M4B "})


def recognise(path: Path) -> Format:
    """What `path` holds. Raises `Refused` with a sentence, and `OSError` when it can't be read."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refused(reason="The file is empty.")
    if head[128:132] == b"DICM":
        raise Refused(reason="This is a DICOM image already; import it as it is.")
    for start, found in _STARTS:
        if head.startswith(start):
            return _unless_raw(head, found)
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[4:8] in (b"moov", b"mdat", b"wide", b"skip", b"free"):
        return Format.QUICKTIME
    if head.startswith(b"RIFF"):
        return _riff(head)
    if head.startswith(b"BM") and len(head) > 18 and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return Format.BMP
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head[0] == 0x47 and len(head) > 376 and head[188] == head[376] == 0x47:
        return Format.OTHER_VIDEO
    raise Refused(reason=_why_not(head))


_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
"""Sizes of the information header that a bitmap can have."""


def _unless_raw(head: bytes, found: Format) -> Format:
    if found is Format.TIFF and head[8:10] == b"CR":
        raise Refused(reason=f"This is a camera's raw picture, which can't be taken; {_AS_JPEG}.")
    return found


def _iso_media(head: bytes) -> Format:
    """An ISO base media file by its brands (ISO/IEC 14496-12 4.3)."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major, *(head[at : at + 4] for at in range(16, length, 4))}
    if major in _HEIC:
        raise Refused(
            reason="This is an HEIC photo, as iPhones make them, which can't be taken; send it as JPEG (on "
            'the iPhone: Settings > Camera > Formats > "Most Compatible").'
        )
    if major in (b"avif", b"avis") or b"avif" in brands:
        raise Refused(reason=f"This is an AVIF picture, which can't be taken; {_AS_JPEG}.")
    if major == b"crx ":
        raise Refused(reason=f"This is a camera's raw picture, which can't be taken; {_AS_JPEG}.")
    if major in _SOUND:
        raise Refused(reason="This is a sound recording; only pictures, documents and videos can be taken.")
    return Format.QUICKTIME if major == b"qt  " else Format.MP4


def _riff(head: bytes) -> Format:
    if head[8:12] == b"AVI ":
        return Format.AVI
    if head[8:12] == b"WEBP":
        raise Refused(reason=f"This is a WebP picture, which can't be taken; {_AS_JPEG}.")
    raise Refused(reason="This is a sound recording; only pictures, documents and videos can be taken.")


def _why_not(head: bytes) -> str:
    for start, sentence in _NOT_TAKEN:
        if head.startswith(start):
            return sentence
    if _is_text(head):
        return "This is a text file, whatever its name says; save it as PDF and take that."
    return UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a letter may be cut by the end of the sample
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text) and all(sign >= " " or sign in "\t\n\r\f\x1b" for sign in text)
