"""What others drew becomes dashed marks that lie where the image's pixels lie, under the reader's own."""

import numpy as np
import pytest

from vetpacs_desktop.viewer.annotations import ImageRef
from vetpacs_desktop.viewer.mark import Look, Mark
from vetpacs_desktop.viewer.snapshot import Camera, Picture, Resolved, Viewport
from vetpacs_desktop.viewer.standard.layers import Graphic, Layers, OnImage, Presentation, Words
from vetpacs_desktop.viewer.standard.overlaying import with_others

PICTURE = Picture(np.zeros((40, 60)), (1.0, 2.0))
"""Pixels twice as high as wide."""
OWN = Mark("own", (), (), None, Look.PLAIN, 1.0)
SNAPSHOT = Resolved(
    Viewport(200, 100), PICTURE, camera=Camera((30.0, 40.0), (1, 0), (0, 1), 2.0), marks=(OWN,)
)


def layers(*graphics: Graphic, words: tuple[Words, ...] = ()) -> Layers:
    drawn = OnImage("1.2", (3,), graphics, words)
    return Layers((Presentation("9", "", "", "", (drawn,), ()),))


def test_a_line_lies_on_its_pixels_and_under_the_readers_own() -> None:
    found = with_others(SNAPSHOT, layers(Graphic(((30.0, 20.0), (40.0, 30.0)))), ImageRef("1.2", 3))
    theirs, own = found.marks
    assert own is OWN
    (stroke,) = theirs.strokes
    assert stroke.dashed
    assert stroke.points == (pytest.approx((100.0, 50.0)), pytest.approx((120.0, 90.0)))
    assert theirs.handles == ()


def test_a_point_is_a_cross_and_words_stand_at_their_place() -> None:
    said = layers(Graphic(((30.0, 20.0),)), words=(Words((30.0, 20.0), ("liver",)),))
    cross, words, _ = with_others(SNAPSHOT, said, ImageRef("1.2", 3)).marks
    assert len(cross.strokes) == 2
    assert words.tag is not None
    assert (words.tag.at, words.tag.lines) == (pytest.approx((100.0, 50.0)), ("liver",))


@pytest.mark.parametrize("image", [ImageRef("1.2", 2), ImageRef("1.3", 3)])
def test_other_pictures_stay_as_they_are(image: ImageRef) -> None:
    assert with_others(SNAPSHOT, layers(Graphic(((1.0, 1.0), (2.0, 2.0)))), image) is SNAPSHOT
    assert with_others(SNAPSHOT, None, ImageRef("1.2", 3)) is SNAPSHOT
