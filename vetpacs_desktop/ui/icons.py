"""Icons by our own words, drawn with Phosphor's glyphs or our own SVGs in the same 1.5 px stroke.

Colours come from the palette when the icon is painted, so that a change of theme needs no new icons.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from vetpacs_desktop.paths import resources
from vetpacs_desktop.ui.theme import STROKE, palette_of

GLYPHS: Mapping[str, str] = {
    # places
    "exams": "list-bullets",
    "read": "monitor-play",
    "system": "gear-six",
    # exams and animals
    "search": "magnifying-glass",
    "clear": "x-circle",
    "animal": "paw-print",
    "dog": "dog",
    "cat": "cat",
    "horse": "horse",
    "bird": "bird",
    "fish": "fish",
    "owner": "user",
    "female": "gender-female",
    "male": "gender-male",
    "age": "cake",
    "weight": "scales",
    "chip": "cpu",
    "id": "identification-card",
    "calendar": "calendar-blank",
    "today": "sun",
    "unread": "eye-slash",
    "seen": "eye",
    "new": "circle",
    "no_picture": "image-square",
    "example": "paw-print",
    # bringing in
    "folder": "folder-open",
    "file": "file",
    "disc": "disc",
    "archive": "package",
    "document": "file-pdf",
    "photo": "camera",
    "video": "film-strip",
    "print": "printer",
    "add": "plus-circle",
    "import": "download-simple",
    "drop": "tray",
    "send": "paper-plane-tilt",
    "tell": "bell",
    "rules": "tree-structure",
    "archives": "share-network",
    "correct": "pencil-simple",
    "trash": "trash",
    # system
    "receiver": "broadcast",
    "disk": "hard-drives",
    "library": "archive-box",
    "machine": "desktop-tower",
    "xray": "target",
    "ultrasound": "waves",
    "ct": "aperture",
    "mr": "magnet",
    "add_folder": "folder-plus",
    "verify": "shield-check",
    "rebuild": "arrows-clockwise",
    "settings": "sliders-horizontal",
    "copy": "copy",
    "start": "play",
    "stop": "stop",
    "theme": "moon",
    # states
    "ok": "check-circle",
    "warning": "warning",
    "error": "warning-circle",
    "info": "info",
    "close": "x",
    "more": "dots-three",
    "down": "caret-down",
    "right": "caret-right",
    "left": "caret-left",
    "up": "caret-up",
    "wait": "spinner-gap",
    # reading
    "back": "arrow-left",
    "window": "circle-half",
    "preset": "swatches",
    "picture": "image",
    "region": "selection-plus",
    "magnifier": "aperture",
    "turn": "arrows-clockwise",
    "straighten": "ruler",
    "sharpen": "triangle",
    "local_contrast": "circle-half",
    "smooth_noise": "drop",
    "strength": "sliders-horizontal",
    "colours": "palette",
    "shutter": "frame-corners",
    "overlays": "stack",
    "zoom": "magnifying-glass-plus",
    "zoom_out": "magnifying-glass-minus",
    "pan": "hand",
    "scroll": "arrows-down-up",
    "stack": "stack",
    "fit": "frame-corners",
    "one_to_one": "arrows-out",
    "rotate_right": "arrow-clockwise",
    "rotate_left": "arrow-counter-clockwise",
    "invert": "circle-half-tilt",
    "reset": "arrow-u-up-left",
    "play": "play",
    "pause": "pause",
    "loop": "repeat",
    "save": "floppy-disk",
    "first": "skip-back",
    "last": "skip-forward",
    "next": "caret-right",
    "previous": "caret-left",
    "layout": "layout",
    "layout_1": "square",
    "layout_2": "columns",
    "layout_4": "grid-four",
    "rows": "rows",
    "maximize": "corners-out",
    "texts": "text-aa",
    "link": "link-simple",
    "spot": "crosshair-simple",
    "full_screen": "corners-out",
    "two_screens": "monitor",
    "crosshair": "crosshair",
    "ruler": "ruler",
    "guide": "heartbeat",
    "cine": "film-strip",
    "keyboard": "keyboard",
    "cursor": "cursor",
    # measuring
    "polygon": "polygon",
    "arrow": "arrow-up-left",
    "text": "text-t",
    "point_value": "crosshair-simple",
    "key_image": "star",
    "list": "list-numbers",
}
"""Our word -> Phosphor's name."""

LARGE = 32
"""From this size on lines are kept thin instead of growing along."""
_WRITTEN = f'stroke-width="{STROKE}"'

DRAWN: tuple[str, ...] = (
    "rabbit",
    "tooth",
    "hoof",
    "images",
    "stick",
    "flip_horizontal",
    "flip_vertical",
    "layout_9",
    "panel",
    "fit_width",
    "length",
    "angle",
    "ellipse",
    "step_on",
    "step_back",
)
"""Words with our own SVG in resources/icons, which wins over a glyph of the same word."""

_SPECIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("dog", ("dog", "canis", "canine", "canid", "hund", "chien", "perro")),
    ("cat", ("cat", "felis", "feline", "felid", "katze", "chat", "gato")),
    ("horse", ("horse", "equus", "equine", "equid", "pony", "donkey", "mule", "pferd", "cheval", "caballo")),
    ("rabbit", ("rabbit", "oryctolagus", "lagomorph", "leporid", "hare", "kaninchen", "lapin", "conejo")),
    (
        "bird",
        ("bird", "aves", "avian", "parrot", "psittac", "chicken", "gallus", "columba", "vogel", "oiseau"),
    ),
    ("fish", ("fish", "pisces", "koi", "carp", "teleost")),
)


def icon(name: str, color: str | None = None) -> QIcon:
    """The icon of one of our words. `color` names a colour of the palette; None is the text's.

    Raises KeyError for an unknown word.
    """
    if name in DRAWN:
        return QIcon(_SvgEngine(name, color))
    return QIcon(_GlyphEngine(GLYPHS[name], color))


def species_word(species: str) -> str:
    """The icon's word for a species as headers write it ("Canis lupus familiaris" -> "dog")."""
    folded = species.casefold()
    for word, hints in _SPECIES:
        if any(hint in folded for hint in hints):
            return word
    return "animal"


def species_icon(species: str, color: str | None = None) -> QIcon:
    """The icon of an animal of this species; a paw for what has no drawing of its own."""
    return icon(species_word(species), color)


class _Engine(QIconEngine):
    """Paints in the palette's colour of the moment."""

    def __init__(self, name: str, color: str | None) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def _color_name(self, mode: QIcon.Mode) -> str:
        if mode == QIcon.Mode.Disabled:
            return "text_disabled"
        if self._color is not None:
            return self._color
        return "selection_text" if mode == QIcon.Mode.Selected else "text"

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(  # noqa: N802 - Qt's name
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        if size.isEmpty():
            return QPixmap()  # a widget without room asks, too
        picture = QPixmap(size * scale)
        picture.fill(Qt.GlobalColor.transparent)
        picture.setDevicePixelRatio(scale)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture


class _GlyphEngine(_Engine):
    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._color)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        family, glyphs = _phosphor()
        drawn = QFont(family)
        drawn.setPixelSize(min(rect.width(), rect.height()))
        painter.save()
        painter.setFont(drawn)
        painter.setPen(palette_of().color(self._color_name(mode)))
        glyph = glyphs[self._name + _weight(drawn.pixelSize())]
        painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, glyph)
        painter.restore()


class _SvgEngine(_Engine):
    def clone(self) -> QIconEngine:
        return _SvgEngine(self._name, self._color)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        color = palette_of().color(self._color_name(mode)).name()
        side = min(rect.width(), rect.height())
        stroke = STROKE * min(1.0, LARGE / side)
        source = (
            _svg(self._name).replace("currentColor", color).replace(_WRITTEN, f'stroke-width="{stroke:.2f}"')
        )
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(QByteArray(source.encode())).render(painter, square)
        painter.restore()


def _weight(side: int) -> str:
    """Phosphor's cut whose lines stay near 1.5 px at `side` pixels: a regular line is 1/16 of the side."""
    return "" if side < LARGE else "-light" if side < 44 else "-thin"


@cache
def _svg(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _phosphor() -> tuple[str, dict[str, str]]:
    """The font's family and its characters by name.

    The files are QtAwesome's; loading only this one of its seventeen fonts spares the start 0.25 s.
    """
    spec = importlib.util.find_spec("qtawesome")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    font_file = next(iter(folder.glob("phosphor-*.ttf")))
    names_file = next(iter(folder.glob("phosphor-charmap-*.json")))
    family = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font_file)))[0]
    codes: dict[str, str] = json.loads(names_file.read_text(encoding="utf-8"))
    return family, {name: chr(int(code, 16)) for name, code in codes.items()}
