"""What the listening side offers: the services, what it can of each, and nothing held that nobody uses."""

from __future__ import annotations

from pynetdicom import AE
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.sop_class import (
    CTImageStorage,
    PatientRootQueryRetrieveInformationModelGet,
    PatientStudyOnlyQueryRetrieveInformationModelFind,
    StorageCommitmentPushModel,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
)

from tests.store.network.conftest import Begin
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.network.answering.serving import Serving

ASKED = (
    StudyRootQueryRetrieveInformationModelFind,
    PatientStudyOnlyQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelGet,
    StorageCommitmentPushModel,
)


def serving(home: Home) -> Serving:
    return Serving(home, Settings(), "VETPACS", lambda name, address, reason: None)


def test_services_start_and_stop_without_a_library(home: Home) -> None:
    """A service that nobody asks opens nothing, and stops at once."""
    serving(home).close()
    assert not home.database.exists()


def test_every_service_is_offered_and_none_without_somebody_who_answers(home: Home) -> None:
    offered = AE("VETPACS")
    here = serving(home)
    here.offer(offered)
    contexts = {str(context.abstract_syntax): context for context in offered.supported_contexts}
    here.close()
    assert contexts.keys() == here.services.keys()
    assert {str(uid) for uid in ASKED} <= contexts.keys()
    both = {uid for uid, context in contexts.items() if context.scu_role}
    assert both == {str(StorageCommitmentPushModel)}, "an archive confirms to us what we sent to it"


def test_a_caller_hears_what_we_can_of_what_it_wishes(answering: Begin) -> None:
    here = answering()
    caller = AE("WORKSTATION")
    wishes = []
    for uid, wished in (
        (StudyRootQueryRetrieveInformationModelFind, b"\1\1\1\1\1"),
        (PatientStudyOnlyQueryRetrieveInformationModelFind, b"\0\1"),
        (StudyRootQueryRetrieveInformationModelGet, b"\1\1"),
        (CTImageStorage, b"\2\0\0\0\1\0"),
    ):
        caller.add_requested_context(uid)
        wish = SOPClassExtendedNegotiation()
        wish.sop_class_uid, wish.service_class_application_information = uid, wished
        wishes.append(wish)
    association = caller.associate("127.0.0.1", here.receiver.port, ext_neg=wishes)
    assert association.is_established
    told = {str(uid): answer for uid, answer in association.acceptor.sop_class_extended.items()}
    association.release()
    assert told == {
        # Relational queries, moments and fuzzy names; time zones are not looked at (PS3.4 C.5.1.1).
        str(StudyRootQueryRetrieveInformationModelFind): b"\1\1\1\0\0",
        str(PatientStudyOnlyQueryRetrieveInformationModelFind): b"\0\1",
        str(StudyRootQueryRetrieveInformationModelGet): b"\1",
    }
