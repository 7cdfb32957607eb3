"""Command sets by hand say the same as pynetdicom's and pydicom's, which are the oracles."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pynetdicom.dimse_messages import C_STORE_RQ
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import decode
from pynetdicom.pdu import P_DATA_TF

from vetpacs_desktop.store.network import command_set
from vetpacs_desktop.store.network.command_set import BrokenCommand, StoreRequest

UIDS = st.from_regex(r"1\.2(\.[1-9][0-9]{0,5}){1,6}", fullmatch=True)
REQUESTS = st.builds(StoreRequest, st.integers(0, 65535), UIDS, UIDS, st.just(True))


@given(kind=UIDS, uid=UIDS, number=st.integers(0, 65535))
def test_a_request_of_pynetdicom_reads_back(kind: str, uid: str, number: int) -> None:
    primitive = C_STORE()
    primitive.MessageID, primitive.Priority = number, 2
    primitive.AffectedSOPClassUID, primitive.AffectedSOPInstanceUID = kind, uid
    primitive.DataSet = io.BytesIO(b"xx")
    message = C_STORE_RQ()
    message.primitive_to_message(primitive)
    first = next(message.encode_msg(1, 0)).presentation_data_value_list[0][1]
    found = command_set.elements(first[1:])
    assert command_set.command_field(found) == command_set.C_STORE_RQ
    assert command_set.store_request(found) == StoreRequest(number, kind, uid, True)


@given(request=REQUESTS, status=st.sampled_from([0x0000, 0xA700, 0xC000]), comment=st.text(max_size=100))
def test_an_answer_is_what_pydicom_reads(request: StoreRequest, status: int, comment: str) -> None:
    answer = decode(io.BytesIO(command_set.store_response(request, status, comment)), True, True)
    assert answer.CommandGroupLength == len(command_set.store_response(request, status, comment)) - 12
    assert (answer.CommandField, answer.Status, answer.CommandDataSetType) == (0x8001, status, 0x0101)
    assert answer.MessageIDBeingRespondedTo == request.message_id
    assert answer.AffectedSOPClassUID == request.sop_class_uid
    assert answer.AffectedSOPInstanceUID == request.sop_uid
    assert ("ErrorComment" in answer) is bool(comment)


@given(request=REQUESTS, context=st.integers(0, 127).map(lambda number: 2 * number + 1))
def test_its_packet_is_what_pynetdicom_reads(request: StoreRequest, context: int) -> None:
    command = command_set.store_response(request, 0)
    packet = P_DATA_TF()
    packet.decode(command_set.data_pdu(context, command))
    (item,) = packet.presentation_data_value_items
    assert item.presentation_context_id == context
    assert item.presentation_data_value == b"\x03" + command


@given(st.binary(max_size=200))
def test_noise_is_refused_and_never_anything_else(noise: bytes) -> None:
    try:
        command_set.store_request(command_set.elements(noise))
    except BrokenCommand:
        return
    pytest.fail("noise was taken for a command")
