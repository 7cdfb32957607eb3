"""The quick way of reading an ordinary header tells exactly what pydicom's does, or leaves the file to it."""

from __future__ import annotations

import io
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from tests.helpers.corpus import images
from tests.helpers.headers import ANYWHERE, file_of, header, item
from tests.viewer.test_describe import SAMPLES
from vetpacs_desktop.viewer.describe import describe
from vetpacs_desktop.viewer.elements import Header
from vetpacs_desktop.viewer.pixels.overlays import overlay_planes
from vetpacs_desktop.viewer.pixels.palette import palette_of
from vetpacs_desktop.viewer.pixels.shutters import shutter_of
from vetpacs_desktop.viewer.plainheader import plain_header


def told(header: Header) -> str:
    """Everything the viewer wants to know of a header, tables in full."""
    with np.printoptions(threshold=sys.maxsize):
        return repr(
            (
                describe(header, ANYWHERE, pixels=True),
                overlay_planes(header),
                palette_of(header),
                shutter_of(header),
            )
        )


def agrees(content: bytes) -> bool:
    """Whether the quick way read `content`; if so, it must tell what pydicom tells."""
    plain = plain_header(content)
    if plain is None:
        return False
    stream = io.BytesIO(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole = dcmread(stream, stop_before_pixels=True)
        assert told(plain) == told(whole)
        assert plain.pixels_at == stream.tell()
    return True


def test_it_tells_what_pydicom_tells_of_every_test_file() -> None:
    read = [agrees(path.read_bytes()) for path in SAMPLES]
    assert sum(read) > 60


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["ct-thin", "ct-tilted", "mr-classic", "mr-enhanced"])
def test_it_tells_what_pydicom_tells_of_real_series(name: str) -> None:
    assert agrees(images(name)[0].read_bytes())


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("characters", [None, "ISO_IR 100", "ISO_IR 192", ["", "ISO 2022 IR 87"]])
def test_names_in_any_script(syntax: str, characters: str | list[str] | None) -> None:
    name = {None: "Smith^Rex", "ISO_IR 100": "Müller^Bär", "ISO_IR 192": "Петров^Мурка"}.get(
        characters if not isinstance(characters, list) else "", "Yamada^Tarou=山田^太郎"
    )
    dataset = header(PatientName=name, RequestAttributesSequence=[item(PatientComments="x")])
    if characters is not None:
        dataset.SpecificCharacterSet = characters
    dataset.add_new(0x7FE00010, "OW", bytes(32))
    assert agrees(file_of(dataset, syntax=syntax))


@pytest.mark.parametrize("syntax", [ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_unusual_files_are_left_to_pydicom(syntax: str) -> None:
    dataset = header()
    dataset.add_new(0x7FE00010, "OW", bytes(32))
    assert plain_header(file_of(dataset, syntax=syntax)) is None


def test_a_header_that_goes_on_behind_the_bytes_is_left_to_pydicom() -> None:
    dataset = header(PatientComments="x" * 5000)
    dataset.add_new(0x7FE00010, "OW", bytes(32))
    content = file_of(dataset)
    assert agrees(content)
    assert plain_header(content[:3000]) is None


def test_a_file_that_says_implicit_but_is_explicit_is_left_to_pydicom() -> None:
    dataset = header()
    dataset.add_new(0x7FE00010, "OW", bytes(32))
    content = file_of(dataset)
    lie = content.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0", 1)
    assert lie != content
    assert plain_header(lie) is None


@settings(max_examples=300, deadline=None)
@given(place=st.integers(132, 1200), value=st.integers(0, 255))
def test_a_flipped_byte_never_makes_the_two_disagree(place: int, value: int) -> None:
    dataset = header(RequestAttributesSequence=[item(PatientComments="x")], PatientName="Smith^Rex")
    dataset.add_new(0x7FE00010, "OW", bytes(32))
    content = bytearray(file_of(dataset))
    content[place % len(content)] = value
    agrees(bytes(content))


@pytest.mark.parametrize("characters", [b"ISO_IR \x00100 ", b"\xff\xfe", b"ISO_IR 999"])
def test_a_character_set_that_nobody_knows_is_left_to_pydicom(characters: bytes) -> None:
    dataset = header(SpecificCharacterSet="ISO_IR 100")
    dataset.add_new(0x7FE00010, "OW", bytes(32))
    content = file_of(dataset).replace(b"CS\x0a\x00ISO_IR 100", b"CS\x0a\x00" + characters.ljust(10), 1)
    assert plain_header(content) is None
