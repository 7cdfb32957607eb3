"""Alignments as Spatial Registrations: strict judges accept them, and they come back as they were."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given

from tests.viewer.standard.drawn import faults, pydicom_file
from tests.viewer.volume.test_rigid import rigids
from vetpacs_desktop.viewer.standard.spatial_registration import (
    AlignmentNotSaved,
    Registered,
    drop_registration,
    keep_registration,
    read_registrations,
    registered_in,
    registration_of,
)
from vetpacs_desktop.viewer.volume.rigid import Rigid, turn_about

STUDY = "1.2.840.9"
ONE = Registered(
    "1.2.840.3", "1.2.840.4", turn_about((1, 2, 3), 5.0, (1, 1, 1)).then(Rigid(move=(8.0, -6.5, 0.25)))
)


def test_a_strict_judge_accepts_it_and_it_comes_back(tmp_path: Path) -> None:
    path = keep_registration(tmp_path / "new", STUDY, pydicom_file("CT_small.dcm"), ONE)
    assert faults(path) == []
    (found,) = read_registrations(tmp_path / "new", STUDY)
    assert (found.start, found.end) == ("1.2.840.3", "1.2.840.4")
    assert np.allclose(found.rigid.matrix, ONE.rigid.matrix, atol=1e-6)
    assert read_registrations(tmp_path / "new", "1.2.840.10") == []


def test_the_animal_is_named_in_it() -> None:
    header = pydicom.dcmread(pydicom_file("CT_small.dcm"))
    made = registration_of(header, ONE, datetime(2026, 7, 4))  # noqa: DTZ001 - the hour of the clinic
    assert made.PatientID == header.PatientID
    assert made.FrameOfReferenceUID == "1.2.840.3"
    matrix = made.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    there = np.reshape([float(v) for v in matrix.FrameOfReferenceTransformationMatrix], (4, 4))
    place = np.append(ONE.rigid.place((10.0, 20.0, 30.0)), 1.0)
    assert (there @ place)[:3] == pytest.approx((10, 20, 30), abs=1e-6), "from the second into the first"


def test_a_newer_one_takes_the_place_of_the_older_and_goes_when_taken_back(tmp_path: Path) -> None:
    image = pydicom_file("CT_small.dcm")
    keep_registration(tmp_path, STUDY, image, ONE)
    keep_registration(tmp_path, STUDY, image, Registered("1.2.840.4", "1.2.840.3", Rigid(move=(1, 0, 0))))
    (found,) = read_registrations(tmp_path, STUDY)
    assert found.rigid.move == pytest.approx((1, 0, 0))
    drop_registration(tmp_path, "1.2.840.3", "1.2.840.4")
    assert read_registrations(tmp_path, STUDY) == []


def test_a_folder_that_is_a_file_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AlignmentNotSaved):
        keep_registration(tmp_path / "file", STUDY, pydicom_file("CT_small.dcm"), ONE)


def test_what_is_not_rigid_or_broken_is_passed_over(tmp_path: Path) -> None:
    path = keep_registration(tmp_path, STUDY, pydicom_file("CT_small.dcm"), ONE)
    document = pydicom.dcmread(path)
    matrix = document.RegistrationSequence[1].MatrixRegistrationSequence[0].MatrixSequence[0]
    values = list(matrix.FrameOfReferenceTransformationMatrix)
    values[0] = "2.5"
    matrix.FrameOfReferenceTransformationMatrix = values
    assert registered_in(document) is None
    document.save_as(path)
    (tmp_path / "torn.dcm").write_bytes(b"not an image")
    assert read_registrations(tmp_path, STUDY) == []
    assert registered_in(pydicom.dcmread(pydicom_file("CT_small.dcm"))) is None


@given(rigids)
def test_any_alignment_survives_the_decimals(rigid: Rigid) -> None:
    header = pydicom.dataset.Dataset()
    found = registered_in(registration_of(header, Registered("1", "2", rigid), datetime(2026, 7, 4)))  # noqa: DTZ001
    assert found is not None
    assert np.allclose(found.rigid.place((50.0, 60.0, -70.0)), rigid.place((50.0, 60.0, -70.0)), atol=1e-3)
