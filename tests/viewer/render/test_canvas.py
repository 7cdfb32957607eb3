"""Pictures drawn one after another, whole or in rows: the same pixels either way, words and marks as well."""

from dataclasses import replace

import numpy as np
import pytest

from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.geometry.letters import Letters
from vetpacs_desktop.viewer.mark import Look, Mark, Stroke, Tag
from vetpacs_desktop.viewer.render.canvas import Canvas
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.transfer import Transfer

VALUES = np.random.default_rng(3).integers(0, 255, (211, 317), np.int16)


def snapshot(camera: Camera) -> Resolved:
    mark = Mark(
        "1", (Stroke(((20.0, 30.0), (280.0, 190.0))),), (), Tag((150.0, 110.0), ("12 mm",)), Look.CHOSEN, 1
    )
    corners = CornerTexts(("Bella", "Smith"), ("Thorax",), ("Image 1",), ("C 40",))
    return Resolved(
        Viewport(317, 211),
        Picture(VALUES, (1.0, 1.0)),
        Transfer(0, 255),
        camera=camera,
        corners=corners,
        letters=Letters("CR", "CD", "D", "V"),
        marks=(mark,),
    )


PLAIN = Camera((158.0, 105.0), (1, 0), (0, 1), 1.0)


@pytest.mark.parametrize(
    "camera",
    [
        PLAIN,
        replace(PLAIN, right=(-1, 0)),
        replace(PLAIN, right=(0, -1), down=(1, 0)),
        replace(PLAIN, factor=2.0),
    ],
)
@pytest.mark.parametrize("rows", [64, 97])
def test_in_rows_it_is_the_same_picture(camera: Camera, rows: int) -> None:
    canvas = Canvas()
    resolved = snapshot(camera)
    whole = canvas.draw(resolved)
    pieces = [canvas.draw_rows(resolved, top, min(rows, 211 - top)) for top in range(0, 211, rows)]
    assert np.abs(np.concatenate(pieces).astype(int) - whole).max() <= 1
    assert np.array_equal(canvas.draw(resolved), whole), "and whole again afterwards"
    canvas.close()
    canvas.close()
