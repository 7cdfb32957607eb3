"""The System page's cards of this panel: what waits for a person, and what is in the trash."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from vetpacs_desktop.store.kept.retention import Policy
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.actions import SYSTEM, row_of
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.kept import saying
from vetpacs_desktop.ui.receiver import Light


@dataclass(frozen=True, slots=True)
class KeptNow:
    """What waits at this moment."""

    waiting: int = 0
    repaired: int = 0
    versions: int = 0
    exams_with_versions: int = 0
    trash: int = 0
    trash_bytes: int = 0


class SetAsideCard(Card):
    """Files that could not be filed and images that came twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("drop", self.tr("Set aside"), parent)
        self.files = self.add_button(row_of(SYSTEM, "set_aside"))
        self.versions = self.add_button(row_of(SYSTEM, "compare"))
        self.show_now(KeptNow())

    def show_now(self, now: KeptNow) -> None:
        """Another state."""
        parts = []
        if now.waiting:
            one = self.tr("{n} file could not be filed and waits for you; nothing of it is lost.")
            many = self.tr("{n} files could not be filed and wait for you; nothing of them is lost.")
            parts.append(words.counted(now.waiting, one, many))
        if now.versions:
            one = self.tr("{n} image came twice with different content; both are kept until you decide.")
            many = self.tr("{n} images came twice with different content; all are kept until you decide.")
            parts.append(words.counted(now.versions, one, many))
        if parts:
            self.say(Light.AMBER, " ".join(parts))
        else:
            self.say(Light.GREEN, self.tr("Everything that came could be filed; nothing waits for you."))
        self.files.setEnabled(bool(now.waiting or now.repaired))
        self.versions.setVisible(bool(now.versions))


class TrashCard(Card):
    """How much is in the trash, and what the rules do by themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("trash", self.tr("Trash"), parent)
        self._policy = Policy()
        self._now = KeptNow()
        self.open = self.add_button(row_of(SYSTEM, "trash"))
        self.rules = self.add_button(row_of(SYSTEM, "keeping_rules"))
        self._say()

    def show_now(self, now: KeptNow) -> None:
        """Another state."""
        self._now = now
        self._say()

    def show_policy(self, policy: Policy) -> None:
        """Other rules."""
        self._policy = policy
        self._say()

    def _say(self) -> None:
        if self._now.trash:
            one, many = self.tr("{n} entry, {size}."), self.tr("{n} entries, {size}.")
            amount = words.counted(self._now.trash, one, many).format(size=words.size(self._now.trash_bytes))
        else:
            amount = self.tr("The trash is empty.")
        careless = self._policy.empty_unproved and self._policy.empty_after_days
        self.say(Light.AMBER if careless else None, f"{amount} {saying.rules(self._policy)}")
