"""The head of a received file is what pydicom, the oracle, reads; the same object makes the same bytes."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.uid import UID

from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.network.command_set import StoreRequest
from vetpacs_desktop.store.network.file_meta import file_meta

UIDS = st.from_regex(r"1\.2(\.[1-9][0-9]{0,5}){1,6}", fullmatch=True)
JPEG = "1.2.840.10008.1.2.4.70"
SYNTAXES = st.sampled_from([conformance.IMPLICIT_LITTLE, conformance.EXPLICIT_LITTLE, JPEG])


@given(number=st.integers(0, 65535), kind=UIDS, uid=UIDS, syntax=SYNTAXES)
def test_the_head_reads_back(number: int, kind: str, uid: str, syntax: str) -> None:
    head = file_meta(StoreRequest(number, kind, uid, True), syntax)
    read = dcmread(BytesIO(bytes(128) + b"DICM" + head)).file_meta
    assert read.FileMetaInformationGroupLength == len(head) - 12
    assert read.FileMetaInformationVersion == b"\x00\x01"
    assert (read.MediaStorageSOPClassUID, read.MediaStorageSOPInstanceUID) == (kind, uid)
    assert read.TransferSyntaxUID == UID(syntax)
    assert read.ImplementationClassUID == conformance.IMPLEMENTATION_CLASS_UID
    assert len(head) % 2 == 0


@given(kind=UIDS, uid=UIDS)
def test_nothing_of_the_sending_gets_in(kind: str, uid: str) -> None:
    """Two sendings differ in their message's number alone; the files must not."""
    one, other = (
        file_meta(StoreRequest(number, kind, uid, True), conformance.EXPLICIT_LITTLE) for number in (1, 2)
    )
    assert one == other
