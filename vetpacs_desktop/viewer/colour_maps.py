"""Colours in place of greys: the maps on offer, read once from `resources/colour_maps`, in their order.

Owns the tables and their sources. Must never decide where a colour is shown: a map only stands in for the
grey levels that a window has worked out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from vetpacs_desktop.paths import resources

LEVELS = 256


@dataclass(frozen=True, slots=True)
class ColourMap:
    """256 colours, one for each grey level from black to white."""

    name: str
    words: str
    """In English; translated where it is shown."""
    source: str
    colours: bytes
    """256 times red, green, blue."""
    uniform: bool = False
    """Equal steps of value look like equal steps of colour, to colour-blind eyes too."""
    warning: str = ""
    """What a reader must know before he trusts it."""

    @property
    def title(self) -> str:
        """The words, with the warning where there is one."""
        return f"{self.words} ({self.warning})" if self.warning else self.words


@cache
def colour_maps() -> Mapping[str, ColourMap]:
    """By name, those that are safe for every eye first."""
    found = {}
    for path in sorted((resources() / "colour_maps").glob("*.toml")):
        made = _read(path.read_text(encoding="utf-8"))
        found[made.name] = made
    return MappingProxyType(found)


def _read(text: str) -> ColourMap:
    """Raises `ValueError` for a table that does not hold 256 colours."""
    said = tomllib.loads(text)
    colours = bytes.fromhex("".join(said["colours"].split()))
    if len(colours) != 3 * LEVELS:
        raise ValueError(f"{said['name']} has {len(colours) / 3:g} colours, not {LEVELS}")
    return ColourMap(
        said["name"],
        said["words"],
        said["source"],
        colours,
        bool(said["uniform"]),
        said.get("warning", ""),
    )
