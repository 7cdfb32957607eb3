"""Where the place is and what it is called here."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from vetpacs_desktop.store.intake.sources.mounts import Medium
from vetpacs_desktop.ui.backup.draft import Draft, Kind, free_name, suggested_name
from vetpacs_desktop.ui.backup.step import FIELD, Step, form_of
from vetpacs_desktop.ui.backup.where_forms import FORMS, DiskForm, Form

LOOK_MS = 2000
Media = Callable[[QWidget, Callable[[tuple[Medium, ...]], object]], object]
"""Asks in a thread what is plugged in and tells, as long as the widget is there."""


class WherePage(Step):
    """The form of the kind that was chosen, and a name."""

    def __init__(self, media: Media, names: Collection[str], parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._media = media
        self._names = tuple(names)
        self._draft = Draft(Kind.SHARE)
        self._name_typed = False
        self._forms: dict[Kind, Form] = {}
        for kind, make in FORMS.items():
            form = make()
            form.changed.connect(self._renew)
            self._forms[kind] = form
            self.body.addWidget(form)
        self.name = QLineEdit()
        self.name.setObjectName("name")
        self.name.setFixedWidth(FIELD)
        self.name.textEdited.connect(self._named)
        self.body.addLayout(form_of(((self.tr("You call it"), self.name),)))
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def form(self) -> Form:
        """The form shown."""
        return self._forms[self._draft.kind]

    def show_draft(self, draft: Draft) -> None:
        self._draft = draft
        questions = {
            Kind.DISK: self.tr("Which disk?"),
            Kind.FOLDER: self.tr("Which folder?"),
            Kind.SHARE: self.tr("Where is the share, and how does one get in?"),
            Kind.SSH: self.tr("Which computer, and how does one get in?"),
        }
        self.ask(questions[draft.kind])
        for form in self._forms.values():
            form.setVisible(form is self.form)
        self.form.show_draft(draft)
        self._name_typed = bool(draft.place.name)
        self.name.setText(draft.place.name)
        self.complain("")
        self._renew()

    def entered(self) -> None:
        if self._draft.kind is Kind.DISK:
            self._look()
            self._timer.start()

    def left(self) -> None:
        self._timer.stop()

    def taken(self, draft: Draft) -> Draft:
        draft = draft.at(self.form.address(), self.name.text().strip())
        return replace(draft, password=self.form.password())

    def fault(self) -> str:
        problem = self.form.fault()
        if problem:
            return problem
        name = self.name.text().strip()
        if not name:
            return self.tr("Give it a name by which you will know it.")
        others = {one.casefold() for one in self._names} - {self._draft.editing.casefold()}
        if name.casefold() in others:
            return self.tr("There is another place of this name already; choose a different one.")
        return ""

    def first(self) -> QWidget:
        return self.form.first()

    def _named(self) -> None:
        self._name_typed = bool(self.name.text().strip())

    def _renew(self) -> None:
        self.complain("")
        if not self._name_typed and not self.form.fault():
            taken = [one for one in self._names if one.casefold() != self._draft.editing.casefold()]
            suggested = suggested_name(self._draft.kind, self.form.address(), taken)
            self.name.setText(free_name(suggested, taken))
        self.changed.emit()

    def _look(self) -> None:
        def show(media: tuple[Medium, ...]) -> None:
            form = self._forms[Kind.DISK]
            assert isinstance(form, DiskForm)
            form.show_media(media)

        self._media(self, show)
