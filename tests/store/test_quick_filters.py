"""The pieces of a search that the window's quick filters and links are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.listing import ORDERS

EXAMS = (("1", "Rex", "CR"), ("2", "Rex", "DX"), ("3", "Luna", "CT"), ("4", "Luna", "US"))


@pytest.fixture
def library(home: Home, tmp_path: Path) -> Iterator[Library]:
    opened = Library.open(home)
    for number, animal, modality in EXAMS:
        header = picture(study=number, PatientName=f"Smith^{animal}", PatientID=animal, Modality=modality)
        opened.file([from_folder(write(header, tmp_path / f"{number}.dcm"))])
    yield opened
    opened.close()


def found(library: Library, text: str) -> set[tuple[str, str]]:
    rows = library.search(text)
    assert library.count(text) == len(rows)
    for order in ORDERS:
        assert {row.study_uid for row in library.search(text, order=order)} == {row.study_uid for row in rows}
    return {(row.animal_name, row.modalities[0]) for row in rows}


def test_one_of_several_modalities(library: Library) -> None:
    assert found(library, "modality:CR,DX") == {("Rex", "CR"), ("Rex", "DX")}
    assert found(library, "luna modality:ct,cr") == {("Luna", "CT")}
    assert found(library, "modality:,") == found(library, "")


def test_only_what_nobody_has_opened(library: Library) -> None:
    (dx,) = library.search("modality:DX")
    library.mark_seen(dx.study_uid)
    assert found(library, "is:new") == {("Rex", "CR"), ("Luna", "CT"), ("Luna", "US")}
    assert found(library, "rex is:unread") == {("Rex", "CR")}
    assert found(library, "is:new modality:DX") == set()
    assert found(library, "is:something") == set()


def test_only_one_animals_exams(library: Library) -> None:
    (ct,) = library.search("modality:CT")
    assert found(library, f"animalid:{ct.animal_id}") == {("Luna", "CT"), ("Luna", "US")}
    assert found(library, f"animalid:{ct.animal_id} modality:US is:new") == {("Luna", "US")}
    assert found(library, "animalid:nobody") == set()
