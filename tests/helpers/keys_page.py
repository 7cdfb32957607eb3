"""``docs/keys.md`` from the tables of actions; ``python -m tests.helpers.keys_page`` writes it."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vetpacs_desktop import ui
from vetpacs_desktop.ui import actions
from vetpacs_desktop.ui.actions import Action
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.compare.rows import COMPARE
from vetpacs_desktop.ui.viewing.dental.rows import DENTAL
from vetpacs_desktop.ui.viewing.links import rows as links
from vetpacs_desktop.ui.viewing.looks import rows as looks
from vetpacs_desktop.ui.viewing.media import rows as playing
from vetpacs_desktop.ui.viewing.output import rows
from vetpacs_desktop.ui.viewing.screens import rows as screens
from vetpacs_desktop.ui.viewing.wheel import rows as wheel

PAGE = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
HEAD = """# Keys

*Made from the tables of actions in `vetpacs_desktop/ui`; don't edit it here.* On a Mac, Ctrl is Command.

These are the usual keys. System, Keys and mouse, lets every one of them be another, as well as mouse buttons
and the tool wheel; F1 shows what can be done just now with the keys that are in force.
"""


def text() -> str:
    """The whole page."""
    page = (
        HEAD
        + _table(
            "Everywhere",
            (*actions.PLACES, *actions.WINDOW, *actions.EXAM, *actions.SYSTEM, *actions.CONTROLS),
        )
        + _table("Reading: tools", commands.TOOLS)
        + _table("Reading: the picture", (*commands.LOOK, *commands.SHOW, wheel.WHEEL, *wheel.FIXED[:1]))
        + _table("Reading: turning, treating, colours", list(_rows_in(tuple(vars(looks).values()))))
        + _table(
            "Reading: measuring",
            (
                *(row for row, _ in commands.MEASURE),
                commands.GUIDES,
                *DENTAL,
                *commands.MARKS,
                *commands.MARK_KEYS,
            ),
        )
        + _table("Reading: saving and printing", rows.OUT)
        + _table("Reading: going through", tuple(row for row, _ in commands.STEPS))
        + _table("Reading: links, playing, screens", (*links.ROWS, *playing.ROWS, *screens.ROWS))
        + _table("Reading: places", (*commands.OTHERS, *(row for row, _ in commands.LAYOUTS), *COMPARE))
    )
    return page + _table("Reading: more", [row for row in _all_rows() if f"| {row.shortcut} |" not in page])


def _all_rows() -> list[Action]:
    """Every row of the window's rooms, so that none is forgotten here."""
    found: dict[str, Action] = {}
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        if module.name.rpartition(".")[2] in ("rows", "commands"):
            for value in vars(importlib.import_module(module.name)).values():
                found |= {row.name: row for row in _rows_in(value)}
    return list(found.values())


def _rows_in(value: object) -> Iterator[Action]:
    """A row, or those of a table of rows."""
    if isinstance(value, Action):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _rows_in(part)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from (*_rows_in(key), *_rows_in(part))


def _table(title: str, rows: Sequence[Action]) -> str:
    lines = [f"| {row.shortcut} | {row.text.removesuffix('...')} |" for row in rows if row.shortcut]
    return "\n".join(["", f"## {title}", "", "| key | does |", "|---|---|", *lines, ""])


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
