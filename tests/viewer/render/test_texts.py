"""Words over pictures can be read over white and over black, stay inside, and letters follow the flips."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.viewer.render.files import image_file
from vetpacs_desktop.viewer import state as s
from vetpacs_desktop.viewer.corner_texts import CornerTexts
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.loading import FrameKey, loaded
from vetpacs_desktop.viewer.pixels.files import open_file
from vetpacs_desktop.viewer.presets import WindowMemory
from vetpacs_desktop.viewer.render.lettering import FreeTypeLettering, Piece
from vetpacs_desktop.viewer.render.scene import SliceScene
from vetpacs_desktop.viewer.resolve import Facts, resolve
from vetpacs_desktop.viewer.snapshot import Resolved, Viewport
from vetpacs_desktop.viewer.state import ViewState


def draw(resolved: Resolved, *, faded: bool = False) -> NDArray[np.uint8]:
    scene = SliceScene()
    scene.apply(resolved)
    scene.fade_texts(faded)
    pixels = scene.draw()[::-1, :, :3].copy()
    scene.close()
    return pixels


def luminance(grey: float) -> float:
    part = grey / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("background", [0, 90, 160, 255])
def test_letters_stand_out_from_what_surrounds_them(background: int) -> None:
    """7:1 between a letter's body and its own outline, over every background (WCAG 2.1)."""
    rgba = FreeTypeLettering().draw(Piece(("HIMTEL",), 16)).astype(float)
    alpha = rgba[..., 3:] / 255
    shown = (rgba[..., :3] * alpha + background * (1 - alpha)).mean(axis=2)
    body = shown[(rgba[..., 0] > 225) & (rgba[..., 3] > 250)]
    ring = shown[(rgba[..., 0] < 10) & (rgba[..., 3] > 180)]
    assert body.size > 30
    assert ring.size > 30
    light, dark = luminance(float(np.median(body))), luminance(float(np.median(ring)))
    assert (light + 0.05) / (dark + 0.05) >= 7


@pytest.mark.parametrize("text", ["Müller-Weiß", "Барсик", "Ωμέγα", "5 $x^2$ \\alpha", "%s {n}"])
def test_every_name_is_drawn(text: str) -> None:
    assert FreeTypeLettering().draw(Piece((text,), 13)).shape[1] > 10


def test_a_line_keeps_to_its_room() -> None:
    lettering = FreeTypeLettering()
    long = "Bella of the very long pedigree name that nobody can remember"
    assert lettering.draw(Piece((long,), 13)).shape[1] > 300
    assert lettering.draw(Piece((long, "short"), 13, room=120)).shape[1] <= 126


def test_no_words_no_picture() -> None:
    assert FreeTypeLettering().draw(Piece((), 13)).size == 0
    assert FreeTypeLettering().draw(Piece(("  ",), 13)).size == 0


def corners() -> CornerTexts:
    return CornerTexts(("TOP LEFT",), ("TOP RIGHT",), ("BOTTOM LEFT",), ("BOTTOM RIGHT",))


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_texts_stand_in_the_four_corners(ratio: float) -> None:
    width, height = round(600 * ratio), round(400 * ratio)
    got = draw(Resolved(Viewport(width, height, ratio), corners=corners()))[..., 0]
    quarter = (
        (slice(None, height // 4), slice(-height // 4, None)),
        (slice(None, width // 4), slice(-width // 4, None)),
    )
    assert all(got[rows, columns].max() > 200 for rows in quarter[0] for columns in quarter[1])
    assert got[height // 4 : -height // 4].max() == 0
    edge = round(4 * ratio)
    assert max(got[:edge].max(), got[-edge:].max(), got[:, :edge].max(), got[:, -edge:].max()) == 0


def test_texts_step_back_while_dragging_but_window_and_zoom_stay() -> None:
    resolved = Resolved(Viewport(600, 400), corners=corners())
    steady, faded = draw(resolved), draw(resolved, faded=True)
    assert faded[:200].max() < steady[:200].max() / 2
    assert faded[200:, 300:].max() == steady[200:, 300:].max()


def test_a_missing_picture_says_why_in_the_middle() -> None:
    sentence = "The file has no pixels, only a header; send the exam again from the device."
    got = draw(Resolved(Viewport(300, 200), message=sentence))[..., 0]
    lit = np.argwhere(got > 128)
    assert lit.size
    assert 50 < lit[:, 0].min() < lit[:, 0].max() < 150
    assert lit[:, 1].min() >= 8
    assert lit[:, 1].max() < 292


def test_letters_follow_flips(tmp_path: Path) -> None:
    path = image_file(
        tmp_path,
        np.zeros((60, 60), np.int16),
        Modality="CT",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        ImagePositionPatient=[0, 0, 0],
        PixelSpacing=[1, 1],
    )
    picture = loaded(FrameKey(path), open_file(path))

    def edges(wish: ViewState) -> tuple[str, ...]:
        seen = resolve(wish, Facts(picture), Viewport(300, 300), WindowMemory()).letters
        return seen.left, seen.top, seen.right, seen.bottom

    upright = ViewState(window=Window(5000, 10))
    assert edges(upright) == ("R", "A", "L", "P")
    assert edges(s.flip_horizontal(upright)) == ("L", "A", "R", "P")
    assert edges(s.flip_vertical(upright)) == ("R", "P", "L", "A")
    assert edges(s.rotate(upright)) == ("P", "R", "A", "L")
    assert edges(s.flip_horizontal(s.rotate(upright))) == ("A", "R", "P", "L")
    got = draw(resolve(upright, Facts(picture), Viewport(300, 300), WindowMemory()))[..., 0]
    assert got[130:170, :40].max() > 200
    assert got[130:170, -40:].max() > 200
    assert got[:40, 130:170].max() > 200
