"""What a file says, element by element: compared with pydicom and with DCMTK's dcmdump, whole and broken."""

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pydicom
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.viewer.render.files import image_file, ramp
from vetpacs_desktop.errors import NotAnImage, PathMissing
from vetpacs_desktop.viewer.tags import SHORT, TagRow, read_tags, walk

FOLDER = Path(str(pydicom.__file__)).parent / "data" / "test_files"
WHOLE = (
    "CT_small.dcm",
    "JPEG2000.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "SC_rgb_rle_2frame.dcm",
    "UN_sequence.dcm",
    "badVR.dcm",
    "image_dfl.dcm",
    "nested_priv_SQ.dcm",
    "reportsi.dcm",
    "rtplan.dcm",
    "test-SR.dcm",
)
TAG = re.compile(r"^\s*\(([0-9a-f]{4}),([0-9a-f]{4})\) (..) ")


def file(name: str) -> Path:
    return FOLDER / name


def written(rows: tuple[TagRow, ...]) -> list[str]:
    return [row.tag for row in walk(rows) if row.tag]


def tags_of(dataset: Dataset) -> list[str]:
    found = []
    for tag in sorted(dataset.keys()):
        found.append(f"({tag.group:04X},{tag.element:04X})")
        element = dataset[tag]
        if element.VR == "SQ":
            for item in element.value:
                found += tags_of(item)
    return found


@pytest.mark.parametrize("name", WHOLE)
def test_every_element_that_pydicom_knows_is_there_in_order(name: str) -> None:
    tree = read_tags(file(name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = dcmread(file(name))
        assert written(tree.rows) == tags_of(dataset.file_meta) + tags_of(dataset)
    assert tree.note == ""


@pytest.mark.skipif(shutil.which("dcmdump") is None, reason="needs DCMTK")
@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small_bigendian.dcm", "rtplan.dcm", "reportsi.dcm", "test-SR.dcm"]
)
def test_numbers_and_kinds_agree_with_dcmdump(name: str) -> None:
    done = subprocess.run(
        ["dcmdump", "-q", str(file(name))], capture_output=True, text=True, errors="replace", check=True
    )
    lines = [TAG.match(line) for line in done.stdout.splitlines()]
    theirs = [f"({m[1]},{m[2]})".upper() for m in lines if m and m[1] != "fffe"]
    kinds = {f"({m[1]},{m[2]})".upper(): m[3] for m in lines if m}
    rows = [row for row in walk(read_tags(file(name)).rows) if row.tag]
    assert [row.tag for row in rows] == theirs
    known = [row for row in rows if not row.private and kinds[row.tag] != "UN"]
    strange = {(row.tag, row.vr, kinds[row.tag]) for row in known if row.vr[:2] != kinds[row.tag]}
    assert {vr for _, vr, _ in strange} <= {"OW", "OB", "US"}, strange


def test_values_names_and_sizes_are_those_of_the_file() -> None:
    rows = {row.tag: row for row in read_tags(file("CT_small.dcm")).rows}
    name = rows["(0010,0010)"]
    assert (name.name, name.vr, name.value, name.private) == (
        "Patient's Name",
        "PN",
        "CompressedSamples^CT1",
        False,
    )
    assert rows["(0028,0010)"].value == "128"
    assert rows["(0018,0050)"].value == "5.000000"
    assert rows["(0008,0016)"].value == "1.2.840.10008.5.1.4.1.1.2 (CT Image Storage)"
    assert rows["(0020,0037)"].value.count("\\") == 5
    assert rows["(7FE0,0010)"].size == 128 * 128 * 2


def test_private_elements_are_told_apart_and_named_where_the_vendor_is_known() -> None:
    rows = {row.tag: row for row in read_tags(file("CT_small.dcm")).rows}
    assert rows["(0009,1002)"].private
    assert rows["(0009,1002)"].name == "[Suite id]"
    assert rows["(0009,0010)"].name == "Private Creator"


def test_sequences_have_items_with_rows_of_their_own() -> None:
    beams = next(row for row in read_tags(file("rtplan.dcm")).rows if row.tag == "(300A,00B0)")
    assert beams.value == "1 item"
    assert [row.name for row in beams.rows] == ["Item 1"]
    assert any(row.name == "Beam Name" for row in beams.rows[0].rows)


def test_huge_values_are_measured_and_shortened(tmp_path: Path) -> None:
    path = image_file(tmp_path, ramp(400, 400), ImageComments="word " * 400)
    rows = {row.tag: row for row in read_tags(path).rows}
    pixels, comment = rows["(7FE0,0010)"], rows["(0020,4000)"]
    assert pixels.size == 320_000
    assert pixels.value.startswith("320,000 bytes: ")
    assert len(pixels.value) < SHORT
    assert comment.value.endswith("…")
    assert len(comment.value) <= SHORT + 2
    assert len(comment.full) >= 1995


def test_a_large_sequence_of_defined_length_is_read_all_the_same(tmp_path: Path) -> None:
    items = []
    for n in range(1500):
        item = Dataset()
        item.CodeMeaning = f"meaning number {n}, long enough to fill the element"
        items.append(item)
    path = image_file(tmp_path, ramp(), AnatomicRegionSequence=items)
    row = next(row for row in read_tags(path).rows if row.tag == "(0008,2218)")
    assert row.value == "1500 items"
    assert row.rows[1499].rows[0].value.startswith("meaning number 1499,")


def test_names_are_read_in_the_files_own_script(tmp_path: Path) -> None:
    path = image_file(tmp_path, ramp(), SpecificCharacterSet="ISO_IR 192", PatientName="Þórsdóttir^Ψιψίνα")
    assert next(row for row in read_tags(path).rows if row.tag == "(0010,0010)").value == "Þórsdóttir^Ψιψίνα"


def test_search_words_find_number_name_keyword_and_value() -> None:
    rows = {row.tag: row for row in read_tags(file("CT_small.dcm")).rows}
    searched = rows["(0010,0010)"].searched
    assert all(word in searched for word in ("0010,0010", "00100010", "patient", "patientname", "ct1"))


# --- broken files ---------------------------------------------------------------------------------


def test_a_file_that_is_cut_off_is_shown_as_far_as_it_goes() -> None:
    tree = read_tags(file("MR_truncated.dcm"))
    assert "cut off" in tree.note
    assert "(7FE0,0010)" in tree.note
    assert "(0010,0010)" in written(tree.rows)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_any_part_of_a_file_is_better_than_nothing(tmp_path: Path, share: float) -> None:
    data = file("rtplan.dcm").read_bytes()
    path = tmp_path / "part.dcm"
    path.write_bytes(data[: int(len(data) * share)])
    assert read_tags(path).count() > 5


def test_garbage_in_the_middle_is_told(tmp_path: Path) -> None:
    data = bytearray(image_file(tmp_path, ramp(), ImageComments="x" * 64).read_bytes())
    at = data.index(b"x" * 64)
    data[at - 8 : at] = b"\x20\x00\x00\x40SQ\x00\x00"
    path = tmp_path / "garbage.dcm"
    path.write_bytes(bytes(data))
    tree = read_tags(path)
    assert "(0010,0010)" in written(tree.rows)


def test_a_value_of_the_wrong_kind_does_not_hide_the_others(tmp_path: Path) -> None:
    data = image_file(tmp_path, ramp(), InstanceNumber="7", ImageComments="fine").read_bytes()
    path = tmp_path / "wrong.dcm"
    path.write_bytes(data.replace(b"IS\x02\x007 ", b"IS\x02\x00?!"))
    rows = {row.tag: row for row in read_tags(path).rows}
    assert "can't be read" in rows["(0020,0013)"].value or "?!" in rows["(0020,0013)"].value
    assert rows["(0020,4000)"].value == "fine"


def test_what_is_no_dicom_file_says_so(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear colleague, " * 40, encoding="utf-8")
    with pytest.raises(NotAnImage, match="no DICOM file"):
        read_tags(letter)
    with pytest.raises(PathMissing):
        read_tags(tmp_path / "gone.dcm")
