"""Whether what is copied there is sealed, so that whoever finds or steals it can read nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QRadioButton, QWidget

from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.ui.backup.draft import LEAVES, Draft
from vetpacs_desktop.ui.backup.step import Step
from vetpacs_desktop.ui.page import label


class SealPage(Step):
    """Two answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("Shall the copies be sealed (encrypted)?"),
            self.tr("Owners' names and addresses are in the images. Who may get hold of this place?"),
        )
        self.plain = QRadioButton(self.tr("No: plain files, for a place in the clinic that is locked"))
        self.sealed = QRadioButton(
            self.tr("Yes: sealed, for a place outside or a disk that is carried about")
        )
        self.plain.setObjectName("plain")
        self.sealed.setObjectName("sealed")
        self._fixed = label("dim")
        self._fixed.hide()
        for one, text in (
            (
                self.plain,
                self.tr(
                    "Any computer can read the images on the worst day, also without this program. So can "
                    "whoever takes the disk away."
                ),
            ),
            (
                self.sealed,
                self.tr(
                    "Only who has the key can read them. The key is printed on the next page; without it the "
                    "backup is worthless to you, too."
                ),
            ),
        ):
            self.body.addWidget(one)
            words = label("dim", text)
            words.setContentsMargins(26, 0, 0, 12)
            self.body.addWidget(words)
        self.body.addWidget(self._fixed)
        self.body.addStretch(1)

    def show_draft(self, draft: Draft) -> None:
        fixed = bool(draft.editing)
        sealed = draft.sealed if fixed or draft.secret else draft.kind in LEAVES
        self.sealed.setChecked(sealed)
        self.plain.setChecked(not sealed)
        for one in (self.plain, self.sealed):
            one.setEnabled(not fixed)
        self._fixed.setText(
            self.tr("This was decided when the place was set up. To change it, add the place anew.")
        )
        self._fixed.setVisible(fixed)

    def taken(self, draft: Draft) -> Draft:
        if draft.editing:
            return draft
        if not self.sealed.isChecked():
            place = replace(draft.place, recipient="")
            return replace(draft, place=place, sealed=False, secret="", key_on_paper=False)
        secret = draft.secret or keys.new_secret()
        place = replace(draft.place, recipient=keys.public_of(secret))
        return replace(draft, place=place, sealed=True, secret=secret)

    def first(self) -> QWidget:
        return self.sealed if self.sealed.isChecked() else self.plain
