"""DCMTK draws an image through our presentation state as the viewer shows it: window, polarity, turns."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.dcmtk import run
from tests.helpers.small_files import picture as small_picture
from tests.helpers.small_files import write
from tests.viewer.standard.drawn import VET, annotation, pydicom_file, saved
from vetpacs_desktop.viewer.annotations import ImageRef, Sheet
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.pixels.present import picture
from vetpacs_desktop.viewer.standard.looks import Look
from vetpacs_desktop.viewer.standard.writing import written

LOOKS = (
    Look(Window(1000, 600)),
    Look(Window(1000, 600), invert=True, rotation=90),
    Look(Window(900, 300), flip_h=True),
    Look(Window(900, 300), flip_v=True, rotation=270),
    Look(Window(900, 300), flip_h=True, flip_v=True, rotation=90),
)


def inverted_file(folder: Path) -> Path:
    """MONOCHROME1, whose low values are bright."""
    values = np.arange(64 * 48, dtype="<u2").reshape(64, 48) // 2
    made = small_picture(
        Rows=64,
        Columns=48,
        PhotometricInterpretation="MONOCHROME1",
        pixels=values.tobytes(),
        WindowCenter=800,
        WindowWidth=1000,
    )
    return write(made, folder / "inverted.dcm")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["CT_small.dcm", "inverted"])
def test_dcmtk_shows_what_the_viewer_shows(name: str, look: Look, tmp_path: Path) -> None:
    path = inverted_file(tmp_path) if name == "inverted" else pydicom_file(name)
    description = read_description(path)
    uid = description.sop_uid
    sheet = Sheet((annotation(0, "length", ImageRef(uid), ((3.0, 3.0), (20.0, 30.0))),))
    made = written(sheet, {uid: path}, VET, looks={uid: look})
    (state,) = [one for one in made if one.Modality == "PR"]
    target = tmp_path / "shown.pgm"
    run("dcmp2pgm", "-p", saved(state, tmp_path), path, target, check=True)
    with Image.open(target) as opened:
        theirs = np.asarray(opened).astype(int)
    ours = picture(path, description, 0, look.window, invert=look.invert)
    ours = ours[:, ::-1] if look.flip_h else ours
    ours = ours[::-1] if look.flip_v else ours
    ours = np.rot90(ours, -look.rotation // 90)
    assert theirs.shape == ours.shape
    assert np.abs(theirs - ours).max() <= 1
