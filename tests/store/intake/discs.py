"""Discs and archives for tests: folders with a table of contents, zip archives, images of discs."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pycdlib
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from tests.helpers.small_files import picture, write


def disc(
    folder: Path, *, images: int = 3, listed: Sequence[str] | None = None, name: str = "DICOMDIR"
) -> Path:
    """A disc with images in ``IMAGES/IM1``..., and a table of contents that lists `listed` (default: all)."""
    (folder / "IMAGES").mkdir(parents=True)
    for number in range(1, images + 1):
        write(picture(sop=str(number), InstanceNumber=number), folder / "IMAGES" / f"IM{number}")
    contents(
        folder / name,
        [f"IMAGES\\IM{number}" for number in range(1, images + 1)] if listed is None else listed,
    )
    return folder


def contents(path: Path, listed: Sequence[str]) -> Path:
    """A table of contents; each entry's number ends its name, ``IM3`` is the third image."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that no disc may have are what some tests are about
        return _contents(path, listed)


def _contents(path: Path, listed: Sequence[str]) -> Path:
    records = []
    for entry in listed:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = entry.split("\\")
        digits = "".join(sign for sign in entry.rsplit("\\", 1)[-1] if sign.isdigit()) or "999"
        record.ReferencedSOPInstanceUIDInFile = picture(sop=digits).SOPInstanceUID
        records.append(record)
    dataset = Dataset()
    dataset.FileSetID = "DISC"
    dataset.DirectoryRecordSequence = Items(records)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    dataset.save_as(path, enforce_file_format=True)
    return path


def zipped(path: Path, files: Mapping[str, bytes], *, packed: bool = True) -> Path:
    """A zip archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 12, 9, 30, 0)) if not packed else name, data)
    return path


def image_bytes(number: int, **values: object) -> bytes:
    """A small image as the bytes of a file."""
    buffer = io.BytesIO()
    dataset = picture(sop=str(number), InstanceNumber=number, **values)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(buffer, enforce_file_format=True)
    assert dcmread(io.BytesIO(buffer.getvalue())).SOPInstanceUID == dataset.SOPInstanceUID
    return buffer.getvalue()


def burnt(path: Path, files: Mapping[str, bytes], kind: str) -> Path:
    """An image of a disc: ``iso`` (plain), ``joliet``, ``rockridge`` or ``udf``; one level of folders."""
    how = {"joliet": {"joliet": 3}, "rockridge": {"rock_ridge": "1.09"}, "udf": {"udf": "2.60"}}.get(kind, {})
    image = pycdlib.PyCdlib()
    image.new(interchange_level=3, **how)
    made: set[str] = set()
    for number, (name, data) in enumerate(files.items()):
        folder, _, last = name.rpartition("/")
        places = {"iso_path": ""}
        if folder and folder not in made:
            made.add(folder)
            image.add_directory(**_names(kind, f"/D{len(made)}", f"/{folder}", folder))
        short = f"/D{sorted(made).index(folder) + 1}" if folder else ""
        places = _names(kind, f"{short}/F{number:05}.;1", f"/{name}", last)
        image.add_fp(io.BytesIO(data), len(data), **places)
    image.write(str(path))
    image.close()
    return path


def _names(kind: str, short: str, long: str, last: str) -> dict[str, str]:
    extra = {"joliet": {"joliet_path": long}, "rockridge": {"rr_name": last}, "udf": {"udf_path": long}}
    return {"iso_path": short, **extra.get(kind, {})}
