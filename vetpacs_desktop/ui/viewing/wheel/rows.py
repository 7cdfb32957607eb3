"""The rows of the tool wheel, and those that tell of keys which the picture or the page handles itself."""

from __future__ import annotations

from collections.abc import Mapping

from vetpacs_desktop.ui.actions import QT_TRANSLATE_NOOP, Action
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.output.rows import OUT

WHEEL = Action(
    "tool_wheel",
    QT_TRANSLATE_NOOP("actions", "Tool wheel"),
    "Shift+Space",
    "more",
    QT_TRANSLATE_NOOP("actions", "The tools in a ring around the mouse; a right click opens it, too"),
)

FIXED: tuple[Action, ...] = (
    Action("presets", QT_TRANSLATE_NOOP("actions", "Brightness and contrast by number"), "0 ... 9"),
    *commands.MARK_KEYS,
)
"""Keys that can't be others."""

LOOK, MEASURE, ARRANGE, KEEP, LEAF = "look", "measure", "arrange", "keep", "leaf"


def groups() -> Mapping[str, str]:
    """Among which others an action of the page is listed, by its name; a new one may be in none."""
    made = {row.name: LOOK for row in (*commands.TOOLS, *commands.LOOK, WHEEL, FIXED[0])}
    made |= {row.name: MEASURE for row, _ in commands.MEASURE}
    made |= {row.name: MEASURE for row in (commands.GUIDES, *commands.MARKS, *commands.MARK_KEYS)}
    made |= {row.name: KEEP for row in OUT}
    made |= {row.name: LEAF for row, _ in commands.STEPS}
    made |= {row.name: ARRANGE for row, _ in commands.LAYOUTS}
    made |= {row.name: ARRANGE for row in (*commands.SHOW, *commands.OTHERS)}
    made |= {row.name: LEAF for row in commands.MEDIA}
    made |= dict.fromkeys(("next_series", "previous_series", "play"), LEAF)
    made |= dict.fromkeys(("larger", "smaller", "smooth"), LOOK)
    return made | dict.fromkeys(("key_image", "save_file"), KEEP)
