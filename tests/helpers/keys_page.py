"""``docs/keys.md`` from the tables of actions; ``python -m tests.helpers.keys_page`` writes it."""

from collections.abc import Sequence
from pathlib import Path

from vetpacs_desktop.ui import actions
from vetpacs_desktop.ui.actions import Action
from vetpacs_desktop.ui.viewing import commands
from vetpacs_desktop.ui.viewing.dental.rows import DENTAL
from vetpacs_desktop.ui.viewing.output import rows

PAGE = Path(__file__).resolve().parents[2] / "docs" / "keys.md"
HEAD = """# Keys

*Made from the tables of actions in `vetpacs_desktop/ui`; don't edit it here.* On a Mac, Ctrl is Command.
"""


def text() -> str:
    """The whole page."""
    return (
        HEAD
        + _table("Everywhere", (*actions.PLACES, *actions.WINDOW, *actions.EXAM, *actions.SYSTEM))
        + _table("Reading: tools", commands.TOOLS)
        + _table("Reading: the picture", (*commands.LOOK, *commands.SHOW))
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
        + _table("Reading: places", (*commands.OTHERS, *(row for row, _ in commands.LAYOUTS)))
    )


def _table(title: str, rows: Sequence[Action]) -> str:
    lines = [f"| {row.shortcut} | {row.text.removesuffix('...')} |" for row in rows if row.shortcut]
    return "\n".join(["", f"## {title}", "", "| key | does |", "|---|---|", *lines, ""])


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
