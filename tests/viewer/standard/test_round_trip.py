"""A sheet that went through documents comes back: points to 1e-4 of a pixel, everything else equal."""

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.filebase import DicomBytesIO

from tests.viewer.standard.drawn import LIBRARY, VET, WHEN, pydicom_file
from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import VoiFunction, Window
from vetpacs_desktop.viewer.measure.tools import PLAIN_TOOLS
from vetpacs_desktop.viewer.standard import shapes
from vetpacs_desktop.viewer.standard.looks import Look
from vetpacs_desktop.viewer.standard.own import own_of
from vetpacs_desktop.viewer.standard.reading import read, sheet_of
from vetpacs_desktop.viewer.standard.writing import written

CINE = pydicom_file("examples_ybr_color.dcm")
PLACES = st.floats(-500, 21_000, allow_nan=False)
"""Beyond the edges, and as far as the largest pictures reach, where single precision is no longer enough."""


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    tool = draw(st.sampled_from(PLAIN_TOOLS))
    count = draw(st.integers(tool.least, tool.most or tool.least + 4))
    points = draw(st.lists(st.tuples(PLACES, PLACES), min_size=count, max_size=count))
    image = ImageRef(read_description(CINE).sop_uid, draw(st.integers(0, 9)))
    text = draw(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)) + "."
    known = draw(st.floats(1, 500)) if tool.name.startswith("calibrate") else None
    author = draw(st.sampled_from(("Anna Meier", "Ben", "獣医 太郎")))
    return Annotation(str(draw(st.uuids())), tool.name, image, tuple(points), text, known, author, WHEN, WHEN)


SHEETS = st.lists(annotations(), max_size=4, unique_by=lambda one: one.id)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # one example takes too long to make it smaller
)
@given(SHEETS, st.lists(st.integers(0, 29), unique=True))
def test_any_sheet_comes_back(drawn: list[Annotation], frames: list[int]) -> None:
    uid = read_description(CINE).sop_uid
    sheet = Sheet(tuple(drawn), tuple(KeyImage(f"key-{n}", ImageRef(uid, n), VET, WHEN) for n in frames[:5]))
    made = written(sheet, {uid: CINE}, VET, library=LIBRARY)
    documents = []
    for one in made:
        stream = DicomBytesIO()
        one.save_as(stream, enforce_file_format=True)
        stream.seek(0)
        documents.append(dcmread(stream))
    back = sheet_of(documents)
    assert {one.id: one for one in back.annotations} == {one.id: one for one in sheet.annotations}
    assert set(back.keys) == set(sheet.keys)
    assert written(sheet, {uid: CINE}, VET, documents, library=LIBRARY) == []


@given(st.lists(st.tuples(st.floats(-500, 1_000), st.floats(-500, 1_000)), min_size=1, max_size=9))
def test_places_that_others_read_are_right_to_1e_4_of_a_pixel(
    points: list[tuple[float, float]],
) -> None:
    stored = np.asarray(shapes.to_file(points), np.float32)
    assert np.allclose(shapes.from_file(stored.ravel().tolist()), points, rtol=0, atol=1e-4)


LOOKS = st.builds(
    Look,
    window=st.none()
    | st.builds(Window, st.floats(-1e5, 1e5), st.floats(1, 1e5), st.sampled_from(VoiFunction)),
    invert=st.booleans(),
    flip_h=st.booleans(),
    flip_v=st.booleans(),
    rotation=st.sampled_from((0, 90, 180, 270)),
)


@given(LOOKS)
def test_turns_and_flips_mean_the_same_in_dicoms_order(look: Look) -> None:
    rotation, flipped = look.in_dicom
    back = Look.of_dicom(rotation, flipped, window=look.window, invert=look.invert)
    picture = np.arange(6).reshape(2, 3)

    def seen(one: Look) -> list[list[int]]:
        made = picture[:, ::-1] if one.flip_h else picture
        made = made[::-1] if one.flip_v else made
        return np.rot90(made, -one.rotation // 90).tolist()  # type: ignore[no-any-return]

    dicom = np.rot90(picture, -rotation // 90)
    assert (dicom[:, ::-1] if flipped else dicom).tolist() == seen(look) == seen(back)
    assert Look.from_json(look.to_json()) == look


def test_own_documents_are_no_layer_of_their_library_but_of_another_one(tmp_path: Path) -> None:
    uid = read_description(CINE).sop_uid
    length = Annotation(
        "a", "length", ImageRef(uid, 2), ((1.0, 2.0), (30.5, 40.25)), "", None, VET, WHEN, WHEN
    )
    key = KeyImage("k", ImageRef(uid, 5), VET, WHEN)
    first = written(Sheet((length,), (key,)), {uid: CINE}, VET, library=LIBRARY)
    second = written(Sheet((), (key,)), {uid: CINE}, VET, first, library=LIBRARY)
    paths = []
    for number, one in enumerate([*first, *second]):
        paths.append(tmp_path / f"{number}.dcm")
        one.save_as(paths[-1], enforce_file_format=True)
    assert read(paths, library=LIBRARY).empty
    before, after = read(paths[: len(first)]), read(paths)
    (drawn,) = before.on(ImageRef(uid, 2))
    assert np.allclose(drawn.graphics[0].points, length.points, atol=1e-4)
    assert before.on(ImageRef(uid, 3)) == ()
    assert before.is_key(ImageRef(uid, 5))
    assert not before.is_key(ImageRef(uid, 2))
    assert after.on(ImageRef(uid, 2)) == ()  # it was taken back since
    assert after.is_key(ImageRef(uid, 5))
    assert [own_of(dcmread(path)) is not None for path in paths] == [True] * len(paths)
