"""The table of kinds and codings."""

from __future__ import annotations

import pytest
from pydicom.uid import MPEG2MPML, AllTransferSyntaxes, JPEG2000Lossless, JPEGLosslessSV1
from pynetdicom.presentation import AllStoragePresentationContexts

from tests.helpers import conformance_page
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.conformance import Coding, Role
from vetpacs_desktop.store.network.answering.serving import Serving

LITTLE_IMPLICIT, LITTLE_EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"


def test_every_kind_and_coding_the_libraries_know_is_listed_once() -> None:
    kinds = [row.uid for row in conformance.storage_classes()]
    codings = [row.uid for row in conformance.transfer_syntaxes()]
    assert set(kinds) == {context.abstract_syntax for context in AllStoragePresentationContexts}
    assert set(map(str, AllTransferSyntaxes)) <= set(codings)
    assert len(set(kinds)) == len(kinds)
    assert len(set(codings)) == len(codings)


def test_what_has_a_decoder_is_shown_and_video_is_not() -> None:
    assert conformance.can_show(JPEG2000Lossless)
    assert conformance.can_show(JPEGLosslessSV1)
    assert not conformance.can_show(MPEG2MPML)
    assert not conformance.can_show("1.2.3.4")
    rows = {row.uid: row for row in conformance.transfer_syntaxes()}
    assert rows[MPEG2MPML].coding is Coding.VIDEO
    assert rows[BIG].coding is Coding.NATIVE


@pytest.mark.parametrize(
    ("proposed", "chosen"),
    [
        ([LITTLE_IMPLICIT, LITTLE_EXPLICIT, BIG], LITTLE_EXPLICIT),
        ([BIG, LITTLE_IMPLICIT], BIG),
        (["1.2.3.4", LITTLE_IMPLICIT], "1.2.3.4"),
        ([LITTLE_IMPLICIT, BIG], LITTLE_IMPLICIT),
    ],
)
def test_the_senders_own_coding_wins(proposed: list[str], chosen: str) -> None:
    assert conformance.preferred(proposed) == chosen


@pytest.mark.parametrize(
    ("proposed", "chosen"),
    [
        ([JPEG2000Lossless, LITTLE_IMPLICIT, LITTLE_EXPLICIT], LITTLE_EXPLICIT),
        ([JPEG2000Lossless], JPEG2000Lossless),
        ([MPEG2MPML, LITTLE_IMPLICIT], MPEG2MPML),
        ([BIG], BIG),
    ],
)
def test_what_is_sent_back_is_agreed_in_a_form_that_every_kept_image_has(
    proposed: list[str], chosen: str
) -> None:
    assert conformance.deliverable(proposed) == chosen


def test_the_statement_names_exactly_the_services_that_answer(home: Home) -> None:
    serving = Serving(home, Settings(), "VETPACS", lambda name, address, reason: None)
    serving.close()
    stated = {row.uid for row in conformance.services() if row.role is not Role.ASKS}
    assert stated == {*serving.services, conformance.VERIFICATION}


def test_the_statement_keeps_up_with_the_program() -> None:
    """``python -m tests.helpers.conformance_page`` writes it anew."""
    assert conformance_page.PAGE.read_text(encoding="utf-8") == conformance_page.text()
