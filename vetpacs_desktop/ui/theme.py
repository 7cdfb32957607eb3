"""Every colour, size and font of the window, and the style sheet made from them.

No other module writes a colour or a type size: they ask `palette_of(app)` and the constants here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from vetpacs_desktop.paths import resources
from vetpacs_desktop.ui.stylesheet import stylesheet

GRID = 8
RADIUS = 6
BASE = 13
SECONDARY = 11
TITLE = 20
ROW = 40
RAIL = 64
STROKE = 1.5
"""The width of an icon's lines at 24 px."""
MOTION_MS = 120

SIGNS = ("tick", "unfold")
"""Drawn by the style sheet, which knows files only: one of each for each theme, in that theme's colours."""

_PROPERTY = "vetpacsPalette"


@dataclass(frozen=True, slots=True)
class Palette:
    """The named colours of one theme, as ``#rrggbb``."""

    name: str
    background: str
    """Behind everything that is not a panel."""
    panel: str
    raised: str
    """Cards, buttons, menus."""
    hover: str
    field: str
    """Where text is typed."""
    line: str
    text: str
    text_dim: str
    text_disabled: str
    accent: str
    accent_hover: str
    accent_text: str
    selection: str
    selection_text: str
    amber: str
    red: str
    green: str
    skeleton: str
    image_black: str = "#000000"
    image_text: str = "#e8eceb"
    image_outline: str = "#000000"
    image_attention: str = "#f5b84a"
    """Words over images that say: not the exam you read."""

    def color(self, name: str) -> QColor:
        """The colour called `name` (one of this class's fields)."""
        value = getattr(self, name)
        assert isinstance(value, str)
        return QColor(value)

    def colors(self) -> dict[str, str]:
        """All colours by name."""
        return {row.name: getattr(self, row.name) for row in fields(self) if row.name != "name"}


DARK = Palette(
    name="dark",
    background="#0f1214",
    panel="#15191c",
    raised="#1e2428",
    hover="#272e33",
    field="#0b0d0f",
    line="#2b3338",
    text="#e4e9ea",
    text_dim="#9fabb0",
    text_disabled="#69757b",
    accent="#34b8a8",
    accent_hover="#4fcabb",
    accent_text="#04211d",
    selection="#143b3a",
    selection_text="#f0f6f5",
    amber="#e5b25a",
    red="#f08080",
    green="#76c78a",
    skeleton="#20272b",
)

LIGHT = Palette(
    name="light",
    background="#eef1f2",
    panel="#f8fafa",
    raised="#ffffff",
    hover="#e4eaeb",
    field="#ffffff",
    line="#ccd5d8",
    text="#172023",
    text_dim="#526067",
    text_disabled="#8b979c",
    accent="#0b766c",
    accent_hover="#095f57",
    accent_text="#ffffff",
    selection="#cde7e4",
    selection_text="#10201f",
    amber="#855a00",
    red="#b3261e",
    green="#1d7038",
    skeleton="#e0e6e8",
)

THEMES = {palette.name: palette for palette in (DARK, LIGHT)}


def apply(app: QApplication, palette: Palette) -> None:
    """Dress the whole application in `palette`; may be called again while it runs."""
    app.setProperty(_PROPERTY, palette)
    app.setStyle("Fusion")
    app.setFont(font(BASE, app.font().families()))
    app.setPalette(_qt_palette(palette))
    app.setStyleSheet(
        stylesheet(
            palette.colors(),
            {"grid": GRID, "radius": RADIUS, "secondary": SECONDARY, "title": TITLE},
            {name: (resources() / "icons" / f"{name}_{palette.name}.svg").as_posix() for name in SIGNS},
        )
    )


def palette_of(app: QCoreApplication | QObject | None = None) -> Palette:
    """The palette that `apply` gave to `app` (or to the running application); DARK before that."""
    source = app if app is not None else QCoreApplication.instance()
    value = source.property(_PROPERTY) if source is not None else None
    return value if isinstance(value, Palette) else DARK


def font(size: int = BASE, families: list[str] | None = None, *, bold: bool = False) -> QFont:
    """The system font in `size` pixels with figures of equal width."""
    made = QFont(families) if families else QFont(QApplication.font())
    made.setPixelSize(size)
    made.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, relative luminance)."""
    light, dark = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _qt_palette(palette: Palette) -> QPalette:
    role = QPalette.ColorRole
    qt = QPalette()
    for name, wanted in (
        ("background", role.Window),
        ("text", role.WindowText),
        ("field", role.Base),
        ("panel", role.AlternateBase),
        ("raised", role.ToolTipBase),
        ("text", role.ToolTipText),
        ("text", role.Text),
        ("text_dim", role.PlaceholderText),
        ("raised", role.Button),
        ("text", role.ButtonText),
        ("red", role.BrightText),
        ("accent", role.Link),
        ("accent", role.LinkVisited),
        ("selection", role.Highlight),
        ("selection_text", role.HighlightedText),
        ("accent", role.Accent),
    ):
        qt.setColor(wanted, palette.color(name))
    for wanted in (role.WindowText, role.Text, role.ButtonText):
        qt.setColor(QPalette.ColorGroup.Disabled, wanted, palette.color("text_disabled"))
    return qt
