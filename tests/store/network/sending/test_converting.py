"""Objects under another coding for archives that refuse their own: the same pixels, the same identity."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_file_meta_info
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.dsutils import decode

from tests.helpers.corpus import images
from tests.helpers.peers import package_files
from vetpacs_desktop.store.network.sending.converting import CannotConvert, converted, syntax_of


def read_back(data: bytes, syntax: str) -> Dataset:
    uid = UID(syntax)
    dataset = decode(BytesIO(data), uid.is_implicit_VR, uid.is_little_endian)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid
    return dataset


def big_endian_files() -> list[Path]:
    found = []
    for path in package_files():
        with path.open("rb") as file:
            if file.read(132)[128:] != b"DICM":
                continue
        if read_file_meta_info(path).get("TransferSyntaxUID") == ExplicitVRBigEndian:
            found.append(path)
    return found


def test_big_endian_words_are_turned() -> None:
    seen = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in big_endian_files():
            original = dcmread(path)
            if "PixelData" not in original:
                continue
            for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
                made = read_back(converted(path, syntax), syntax)
                assert made.SOPInstanceUID == original.SOPInstanceUID
                assert np.array_equal(made.pixel_array, original.pixel_array), path.name
            seen += 1
    assert seen >= 3


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["mr-jpeg-lossless", "mr-jpeg2000"])
def test_compressed_pixels_are_taken_out_and_the_identity_stays(name: str) -> None:
    path = images(name)[0]
    original = dcmread(path)
    made = read_back(converted(path, ExplicitVRLittleEndian), ExplicitVRLittleEndian)
    assert made.SOPInstanceUID == original.SOPInstanceUID
    assert np.array_equal(made.pixel_array, original.pixel_array)


def test_what_can_not_be_taken_out_says_so(tmp_path: Path) -> None:
    dataset = dcmread(images("mr-jpeg2000")[0])
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.102")  # a video
    dataset.save_as(tmp_path / "video.dcm")
    assert syntax_of(tmp_path / "video.dcm") == "1.2.840.10008.1.2.4.102"
    with pytest.raises(CannotConvert, match="does not take its coding"):
        converted(tmp_path / "video.dcm", ExplicitVRLittleEndian)
