"""The promise of both themes: every text can be read, and every rule of the style sheet finds its colour."""

import re

import pytest
from PySide6.QtGui import QColor

from vetpacs_desktop.paths import resources
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.stylesheet import stylesheet
from vetpacs_desktop.ui.theme import DARK, LIGHT, Palette, contrast

GROUNDS = ("background", "panel", "raised", "hover", "field")
READ = 4.5
OVER_IMAGES = 7.0

both = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)


def test_contrast_is_the_ratio_of_the_web_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@both
@pytest.mark.parametrize("text", ["text", "text_dim"])
def test_text_can_be_read_on_every_ground(palette: Palette, text: str) -> None:
    for ground in GROUNDS:
        ratio = contrast(getattr(palette, text), getattr(palette, ground))
        assert ratio >= READ, f"{text} on {ground}: {ratio:.2f}"


@both
def test_signals_can_be_read_on_the_grounds_they_stand_on(palette: Palette) -> None:
    for signal in ("accent", "amber", "red", "green"):
        for ground in ("background", "panel", "raised"):
            ratio = contrast(getattr(palette, signal), getattr(palette, ground))
            assert ratio >= READ, f"{signal} on {ground}: {ratio:.2f}"


@both
def test_words_on_buttons_and_chosen_lines_can_be_read(palette: Palette) -> None:
    assert contrast(palette.accent_text, palette.accent) >= READ
    assert contrast(palette.accent_text, palette.accent_hover) >= READ
    assert contrast(palette.selection_text, palette.selection) >= READ
    assert contrast(palette.image_text, palette.image_black) >= OVER_IMAGES


@both
def test_every_rule_finds_its_colour(palette: Palette) -> None:
    sizes = {"grid": theme.GRID, "radius": theme.RADIUS, "secondary": theme.SECONDARY, "title": theme.TITLE}
    text = stylesheet(palette.colors(), sizes, {name: f"{name}.svg" for name in theme.SIGNS})
    assert "$" not in text
    for found in re.findall(r"#[0-9a-fA-F]{6}", text):
        assert QColor(found).isValid()


@both
def test_every_sign_of_the_style_sheet_is_there_in_the_theme_s_colours(palette: Palette) -> None:
    for name in theme.SIGNS:
        drawn = (resources() / "icons" / f"{name}_{palette.name}.svg").read_text(encoding="utf-8")
        assert set(re.findall(r"#[0-9a-f]{6}", drawn)) <= {palette.accent_text, palette.text_dim}


def test_no_other_module_of_the_window_writes_a_colour() -> None:
    from pathlib import Path

    package = Path(theme.__file__).parent
    written = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']""")
    for path in sorted(package.rglob("*.py")):
        if path.name != "theme.py":
            assert not written.search(path.read_text(encoding="utf-8")), path


@both
def test_applied_to_the_application_it_is_the_palette_in_force(qapp, palette: Palette) -> None:  # type: ignore[no-untyped-def]
    theme.apply(qapp, palette)
    assert theme.palette_of(qapp) is palette
    assert qapp.font().pixelSize() == theme.BASE
    assert qapp.palette().color(qapp.palette().ColorRole.Window) == QColor(palette.background)
