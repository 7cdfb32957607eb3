"""Which folders are watched and what happens there to files that are in the library, in the settings' words.

``intake.watched_folders`` lists the folders, ``intake.folder_rules`` says more about some of them: words,
then the folder ("move /scans", "delete paused /from-xray"). Pure: it reads no folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vetpacs_desktop.settings import Settings

FOLDERS = "intake.watched_folders"
RULES = "intake.folder_rules"
PAUSED = "paused"


class Policy(Enum):
    """What becomes of a file once the library has it; the value is the settings' word."""

    KEEP = "keep"
    MOVE = "move"
    """Into the folder's own sub-folder of done files."""
    DELETE = "delete"
    """Only after the object in the library was read again and its digest proved."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One watched folder."""

    folder: Path
    policy: Policy = Policy.KEEP
    paused: bool = False

    def text(self) -> str:
        """As the settings write it."""
        words = [self.policy.value, *((PAUSED,) if self.paused else ()), str(self.folder)]
        return " ".join(words)


def rules_of(settings: Settings) -> tuple[Rule, ...]:
    """The watched folders of `settings`, each once, in their order."""
    said = {rule.folder: rule for rule in map(_parsed, settings.names(RULES)) if rule is not None}
    folders = dict.fromkeys(Path(name) for name in settings.names(FOLDERS) if name.strip())
    return tuple(said.get(folder, Rule(folder)) for folder in folders)


def with_rules(settings: Settings, rules: Sequence[Rule]) -> Settings:
    """`settings` with exactly these watched folders."""
    plain = Rule(Path())
    said = tuple(rule.text() for rule in rules if (rule.policy, rule.paused) != (plain.policy, plain.paused))
    return settings.with_values({FOLDERS: tuple(str(rule.folder) for rule in rules), RULES: said})


def _parsed(text: str) -> Rule | None:
    """A rule, or None for what is none: a mistyped word must never make files be deleted."""
    word, _, rest = text.strip().partition(" ")
    if word not in {policy.value for policy in Policy}:
        return None
    paused = rest.startswith(f"{PAUSED} ")
    folder = rest.removeprefix(f"{PAUSED} ") if paused else rest
    return Rule(Path(folder), Policy(word), paused) if folder.strip() else None
