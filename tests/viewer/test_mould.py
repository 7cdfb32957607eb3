"""A header that is compared with its neighbours tells exactly what it tells when it is read alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.helpers.corpus import images
from tests.helpers.headers import file_of, header, item
from tests.viewer.test_plainheader import told
from vetpacs_desktop.errors import NotAnImage
from vetpacs_desktop.viewer.elements import Header, text
from vetpacs_desktop.viewer.mould import Moulds, alike
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.plainheader import plain_header

MORE: dict[str, Any] = {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PatientName": "Smith^Rex"}


def content(number: int, syntax: str = ExplicitVRLittleEndian, **values: Any) -> bytes:
    """A slice of a series."""
    facts = {**MORE, "ImagePositionPatient": [0, 0, number * 0.5], **values}
    dataset = header(number=number, **facts)
    dataset.add_new(0x7FE00010, "OW", bytes(48))
    return file_of(dataset, syntax=syntax)


def seen(moulds: Moulds, content: bytes) -> Header | None:
    """As `open_source` asks."""
    return moulds.cast(content) or moulds.header(content)


def learnt(*contents: bytes) -> Moulds:
    moulds = Moulds()
    for one in contents:
        seen(moulds, one)
    return moulds


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["ct-thin", "ct-tilted", "ct-variable-gap", "mr-classic", "mr-prone", "mr-jpeg2000"]
)
def test_real_series_are_described_as_if_each_file_were_alone(name: str) -> None:
    moulds = Moulds()
    paths = images(name)
    together = [repr(open_file(path, moulds)) for path in paths]
    assert together == [repr(open_file(path)) for path in paths]
    assert all(moulds.cast(path.read_bytes()) is not None for path in paths)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_the_third_slice_of_a_series_fits(syntax: str) -> None:
    moulds = learnt(content(1, syntax), content(2222, syntax))
    third = content(1234, syntax, ImagePositionPatient=[0.125, -7, 1e-3])
    cast = moulds.cast(third)
    assert cast is not None
    assert told(cast) == told(plain_header(third) or cast)
    assert cast.pixels_at == third.index(b"\xe0\x7f\x10\x00")


@pytest.mark.parametrize(
    "other",
    [
        {"Rows": 5},
        {"PatientName": "Smith^Tom"},
        {"SpecificCharacterSet": "ISO_IR 192"},
        {"WindowCenter": 40, "WindowWidth": 400},
        {"PatientName": None},
        {"PixelRepresentation": 1},
    ],
)
def test_what_was_the_same_and_is_not_any_more_is_seen(other: dict[str, Any]) -> None:
    moulds = learnt(content(1), content(2))
    odd = content(3, **other)
    assert moulds.cast(odd) is None
    for one in (odd, content(4), odd, content(5)):
        found, plain = seen(moulds, one), plain_header(one)
        assert found is not None
        assert plain is not None
        assert told(found) == told(plain)


def test_two_series_that_come_in_turns_are_both_kept() -> None:
    both = [{}, {"WindowCenter": 40, "WindowWidth": 400, "SeriesInstanceUID": "1.2.9"}]
    moulds = learnt(*(content(n, **both[n % 2]) for n in range(1, 7)))
    assert all(moulds.cast(content(n, **both[n % 2])) is not None for n in range(10, 20))


def test_a_header_that_goes_on_behind_the_bytes_does_not_fit() -> None:
    moulds = learnt(content(1), content(2))
    third = content(3)
    begin = third.index(b"\xe0\x7f\x10\x00")
    assert all(moulds.cast(third[:end]) is None for end in range(0, begin + 12))
    assert moulds.cast(third[: begin + 12]) is not None


def test_what_stands_before_the_header_means_nothing() -> None:
    moulds = learnt(content(1), content(2))
    assert moulds.cast(b"II*\0" + content(3)[4:]) is not None


def test_sequences_may_differ() -> None:
    moulds = learnt(*(content(n, RequestAttributesSequence=[item(PatientComments="x" * n)]) for n in (1, 2)))
    third = content(3, RequestAttributesSequence=[item(PatientComments="y"), item(PatientComments="z")])
    cast = moulds.cast(third)
    assert cast is not None
    assert told(cast) == told(plain_header(third) or cast)


def test_what_hangs_on_equal_elements_is_worked_out_once() -> None:
    moulds = learnt(content(1), content(2))
    asked: list[str] = []

    def name(header: Header, keyword: str) -> str:
        asked.append(keyword)
        return alike(text, header, keyword)

    for number in (3, 4, 4, 5):
        cast = moulds.cast(content(number))
        assert alike(name, cast, "PatientName") == "Smith^Rex"
        assert alike(name, cast, "SOPInstanceUID") == f"1.2.3.{number}"
    assert asked.count("PatientName") == 1
    assert asked.count("SOPInstanceUID") == 3


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 5000), value=st.integers(0, 255))
def test_a_flipped_byte_never_makes_the_two_disagree(place: int, value: int) -> None:
    kinds = {"RequestAttributesSequence": [item(PatientComments="x")]}
    moulds = learnt(content(1, **kinds), content(2, **kinds))
    damaged = bytearray(content(3, **kinds))
    damaged[place % len(damaged)] = value
    cast, plain = moulds.cast(bytes(damaged)), plain_header(bytes(damaged))
    if cast is not None:
        assert plain is not None
        assert told(cast) == told(plain)


def test_a_file_that_ends_in_its_header_is_told_of_as_ever(tmp_path: Path) -> None:
    moulds = learnt(content(1), content(2))
    whole, cut = tmp_path / "whole.dcm", tmp_path / "cut.dcm"
    whole.write_bytes(content(3))
    cut.write_bytes(content(4)[:-80])
    assert open_file(whole, moulds).description.instance_number == 3
    with pytest.raises(NotAnImage) as alone:
        open_file(cut)
    with pytest.raises(NotAnImage) as beside:
        open_file(cut, moulds)
    assert str(alone.value) == str(beside.value)
