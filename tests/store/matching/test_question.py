"""Identifiers of other archives: read whatever they hold, refused in words, never a fault."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from vetpacs_desktop.store.matching import conditions, question
from vetpacs_desktop.store.matching.question import BadQuestion, Level
from vetpacs_desktop.store.network import messages

IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
ALL = frozenset(Level)


def written(syntax: str = EXPLICIT, **values: object) -> bytes:
    dataset = Dataset()
    dataset.QueryRetrieveLevel = "STUDY"
    for name, value in values.items():
        setattr(dataset, name, value)
    return messages.written(dataset, syntax)


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT])
def test_keys_and_wishes_are_told_apart(syntax: str) -> None:
    inside = Dataset()
    inside.PatientID = "276"
    data = written(
        syntax,
        PatientName="Müller*",
        SpecificCharacterSet="ISO_IR 192",
        StudyDate="",
        PatientID="*",
        OtherPatientIDsSequence=[inside],
    )
    asked = question.parse(data, syntax, ALL)
    assert (asked.level, asked.charset) == (Level.STUDY, "ISO_IR 192")
    assert {(key.tag, key.inner): key.values for key in asked.keys} == {
        (0x00100010, 0): ("Müller*",),
        (0x00101002, 0x00100020): ("276",),
    }
    assert [tag for tag, _ in asked.wanted] == [0x00080020, 0x00100010, 0x00100020, 0x00101002]


def test_lists_are_lists_and_an_open_wish_among_them_is_everything() -> None:
    one = question.parse(written(StudyInstanceUID=["1.2", "1.3"]), EXPLICIT, ALL)
    assert one.values_of(0x0020000D) == ("1.2", "1.3")
    assert question.parse(written(PatientID=["A-1", "*"]), EXPLICIT, ALL).keys == ()


@pytest.mark.parametrize(
    ("data", "levels", "reason"),
    [
        (b"\x08\x00", ALL, "missing or unknown"),
        (b"", ALL, "missing or unknown"),
        (written(), ALL - {Level.STUDY}, "not part of this model"),
        (written(QueryRetrieveLevel="MICROSCOPE"), ALL, "missing or unknown"),
    ],
)
def test_what_can_not_be_answered_is_said_in_few_words(
    data: bytes, levels: frozenset[Level], reason: str
) -> None:
    with pytest.raises(BadQuestion, match=reason) as refused:
        question.parse(data, EXPLICIT, levels)
    assert str(refused.value).isascii()
    assert len(str(refused.value)) <= 64


@given(st.binary(max_size=300), st.sampled_from([IMPLICIT, EXPLICIT]))
@pytest.mark.filterwarnings("ignore")
def test_no_bytes_are_a_fault(data: bytes, syntax: str) -> None:
    """Nonsense of every kind behind a level that is right."""
    for whole in (data, written(syntax) + data):
        with contextlib.suppress(BadQuestion):
            conditions.of(question.parse(whole, syntax, ALL))
