"""A picture says what was done to it, and an untouched one says nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer import colour_maps
from vetpacs_desktop.viewer.loading import FrameKey, LoadedFrame, loaded
from vetpacs_desktop.viewer.notes import notes_of, turn_words
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.pixels.overlays import Overlay
from vetpacs_desktop.viewer.pixels.treatment import Treatment
from vetpacs_desktop.viewer.state import ViewState


@pytest.fixture
def frame(tmp_path: Path) -> LoadedFrame:
    path = image_file(tmp_path, np.zeros((8, 8), np.uint8))
    return loaded(FrameKey(path), open_file(path))


def test_an_untouched_picture_says_nothing(frame: LoadedFrame) -> None:
    assert notes_of(ViewState(rotation=90, flip_h=True, invert=True), frame) == ()


def test_a_treatment_is_said_when_it_is_on_the_screen(frame: LoadedFrame) -> None:
    wish = Treatment(smooth=1, contrast=0.5, sharpen=1)
    view = ViewState(treatment=wish)
    assert notes_of(view, frame) == ("Smoothed, local contrast, sharpened: in a moment",)
    assert notes_of(view, frame, Treatment(sharpen=1)) == ("Sharpened",)


def test_free_turns_say_the_shorter_way() -> None:
    assert turn_words(12.5) == "Turned 12.5\N{DEGREE SIGN} right"
    assert turn_words(350) == "Turned 10\N{DEGREE SIGN} left"
    assert turn_words(180) == turn_words(270) == ""


def test_what_is_uncovered_is_said_only_where_there_is_something(frame: LoadedFrame) -> None:
    view = ViewState(shutter=False, overlays=False)
    assert notes_of(view, frame) == ()
    mask = np.zeros((8, 8), bool)
    covered = replace(frame, shutter=mask, overlays=(Overlay(mask, 0, 0),))
    assert notes_of(view, covered) == ("Shutter off", "Drawings of the device hidden")
    assert notes_of(ViewState(), covered) == ()


def test_colours_are_named_with_their_warning_and_only_for_greys(frame: LoadedFrame) -> None:
    assert notes_of(ViewState(colours="cividis"), frame) == ("Colours: Cividis",)
    assert "edges that are not there" in notes_of(ViewState(colours="rainbow"), frame)[0]
    red = replace(frame, values=np.zeros((8, 8, 3), np.uint8))
    assert notes_of(ViewState(colours="cividis"), red) == ()
    assert notes_of(ViewState(colours="gone with a former version"), frame) == ()


def test_every_map_has_a_source_and_says_what_it_is() -> None:
    maps = colour_maps.colour_maps()
    assert len(maps) >= 5
    for one in maps.values():
        assert len(one.colours) == 768
        assert one.source
        assert one.words
    assert maps["rainbow"].title.startswith("Rainbow (")
