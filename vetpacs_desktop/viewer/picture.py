"""Whether a file holds a picture that can be shown, and the sentence to say when it does not.

A class that is not in the table is shown all the same when it has pixels. Must never look at pixel values.
"""

from __future__ import annotations

from vetpacs_desktop.viewer import elements as read

_STORAGE = "1.2.840.10008.5.1.4.1.1."

_NO_PICTURE = (
    ("1.2.840.10008.1.3.10", "This file is the table of contents of a disc; open the images beside it."),
    (_STORAGE + "88.59", "This is a list of chosen images, which has no picture of its own."),
    (_STORAGE + "88.", "This is a report in text form (structured report); it has no picture."),
    (_STORAGE + "104.1", "This is a PDF document without its pages; send the exam again."),
    (_STORAGE + "104.2", "This is a text document (CDA); it has no picture."),
    (_STORAGE + "104.", "This is a model for a 3D printer; it has no picture."),
    (_STORAGE + "11.", "This is a presentation state: settings for showing other images; it has no picture."),
    (_STORAGE + "9.", "This is a curve over time, such as an ECG; it has no picture."),
    (_STORAGE + "4.2", "This is an MR spectrum; it has no picture."),
    (_STORAGE + "66", "This is raw data of the device, not a picture; ask for the reconstructed images."),
    (_STORAGE + "67", "This is a table of real-world values for other images; it has no picture."),
    (_STORAGE + "68", "This is a surface model; it has no picture."),
    (_STORAGE + "481.", "This is a radiotherapy plan or structure; it has no picture."),
    (_STORAGE + "78.", "These are measurements of an eye; they have no picture."),
    ("1.2.840.10008.5.1.4.39.", "This is a colour palette for other images; it has no picture."),
    (_STORAGE + "79.", "These are measurements of an eye; they have no picture."),
)
"""SOP Class UID (one that ends in a dot stands for a family) and the sentence; the first match counts."""

_FILMS = tuple(f"1.2.840.10008.1.2.4.{number}" for number in range(100, 109))
"""MPEG-2, MPEG-4 AVC and HEVC; those that end in .1 may be cut into fragments (PS3.5 A.4.5 and following)."""
_ELSEWHERE = (
    "1.2.840.10008.1.2.4.94",
    "1.2.840.10008.1.2.4.95",
    "1.2.840.10008.1.2.4.204",
    "1.2.840.10008.1.2.4.205",
)
_COLOURS = ("RGB", "YBR", "ARGB", "CMYK", "HSV")


def why_no_picture(dataset: read.Header, transfer_syntax: str, pixels: bool | None) -> str:
    """A sentence that says why there is nothing to show, or "" when there is a picture.

    `pixels` is whether a pixel element with content is there; None asks the dataset itself.
    """
    size = read.positive(dataset, "Rows"), read.positive(dataset, "Columns")
    if pixels is None:
        pixels = _has_pixel_element(dataset) or (None not in size and read.present(dataset, "BitsAllocated"))
    if not pixels or None in size:
        return _of_class(read.text(dataset, "SOPClassUID"), dataset) or _what_is_missing(bool(pixels))
    if transfer_syntax in _ELSEWHERE:
        return "The pixels of this image stayed on the server it came from; send the exam again in full."
    if is_film(transfer_syntax):
        return ""
    if not read.positive(dataset, "BitsAllocated"):
        return "The header does not say how many bits a pixel has, so the image can't be decoded."
    return ""


def is_film(transfer_syntax: str) -> bool:
    """Whether the pixels are a video stream."""
    return transfer_syntax.removesuffix(".1") in _FILMS


def samples_of(dataset: read.Header) -> int:
    """SamplesPerPixel; where it is missing, three for colour and one for grey and palette images."""
    said = read.integer(dataset, "SamplesPerPixel")
    if said is not None and 1 <= said <= 4:
        return said
    return 3 if read.text(dataset, "PhotometricInterpretation").upper().startswith(_COLOURS) else 1


def photometric_of(dataset: read.Header) -> str:
    """PhotometricInterpretation; where it is missing, RGB for three samples and MONOCHROME2 for one."""
    said = read.text(dataset, "PhotometricInterpretation").upper()
    return said or ("MONOCHROME2" if samples_of(dataset) == 1 else "RGB")


def _has_pixel_element(dataset: read.Header) -> bool:
    return any(
        read.present(dataset, word) for word in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
    )


def _of_class(uid: str, dataset: read.Header) -> str:
    if not uid and read.present(dataset, "DirectoryRecordSequence"):
        uid = "1.2.840.10008.1.3.10"
    for known, sentence in _NO_PICTURE:
        if uid == known or (known.endswith(".") and uid.startswith(known)):
            return sentence
    return ""


def _what_is_missing(pixels: bool) -> str:
    if pixels:
        return "The header does not say how large the image is, so it can't be decoded; send the exam again."
    return "The file has no pixels, only a header; send the exam again from the device."
