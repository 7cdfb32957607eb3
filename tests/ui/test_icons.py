"""Every word of ours has a drawing, in the colour of the palette in force."""

from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.paths import resources
from vetpacs_desktop.ui import theme
from vetpacs_desktop.ui.icons import DRAWN, GLYPHS, icon, species_icon, species_word

SIDE = 48


def drawn(image: QImage) -> set[tuple[int, int, int]]:
    """The colours of the fully covered pixels."""
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    colors = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {(color.red(), color.green(), color.blue()) for color in colors if color.alpha() == 255}


@pytest.mark.parametrize("name", sorted({*GLYPHS, *DRAWN}))
def test_each_word_has_a_drawing(qapp: QApplication, name: str) -> None:
    assert drawn(icon(name).pixmap(SIDE, SIDE).toImage())


def test_an_icon_made_before_a_change_of_theme_follows_it(qapp: QApplication) -> None:
    one = icon("dog", "accent")
    for palette in (theme.LIGHT, theme.DARK):
        theme.apply(qapp, palette)
        wanted = QColor(palette.accent)
        assert drawn(one.pixmap(SIDE, SIDE).toImage()) == {(wanted.red(), wanted.green(), wanted.blue())}


def test_our_own_drawings_keep_the_stroke_of_the_others() -> None:
    for name in DRAWN:
        root = ElementTree.parse(resources() / "icons" / f"{name}.svg").getroot()
        assert root.get("viewBox") == "0 0 24 24"
        assert float(root.get("stroke-width", "0")) == theme.STROKE
        assert root.get("stroke") == "currentColor"


@pytest.mark.parametrize(
    ("species", "word"),
    [
        ("Canis lupus familiaris", "dog"),
        ("DOG", "dog"),
        ("Felis catus", "cat"),
        ("Equus caballus", "horse"),
        ("Oryctolagus cuniculus", "rabbit"),
        ("Psittacus erithacus parrot", "bird"),
        ("Testudo hermanni", "animal"),
        ("", "animal"),
    ],
)
def test_species_as_headers_write_them(species: str, word: str) -> None:
    assert species_word(species) == word


def test_an_unknown_word_is_a_mistake(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icon("no such thing")
    assert not species_icon("Testudo").isNull()
