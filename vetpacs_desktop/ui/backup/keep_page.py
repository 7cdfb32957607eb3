"""How long earlier states stay: counts, and what they mean in words, by an example year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup.outcome import VERIFIED, Generation
from vetpacs_desktop.store.backup.thinning import retention
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.draft import Draft
from vetpacs_desktop.ui.backup.step import Step
from vetpacs_desktop.ui.page import label

MOST = 999
EXAMPLE_DAYS = 3 * 366


class KeepPage(Step):
    """Five numbers and two rhythms of proof."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("How long shall earlier states be kept?"),
            self.tr(
                "Each run keeps a state of the whole library (a generation). Images that did not change are "
                "stored once, so many generations take little room. Images are never changed here, so old "
                "generations matter for what was deleted or corrected by mistake."
            ),
        )
        self.counts: dict[str, QSpinBox] = {}
        grid = QHBoxLayout()
        grid.setSpacing(16)
        for unit, words in zip(retention.UNITS, saying.units(), strict=True):
            spin = QSpinBox()
            spin.setObjectName(unit)
            spin.setRange(0, MOST)
            spin.setPrefix(f"{words}  ")
            spin.valueChanged.connect(self._renew)
            self.counts[unit] = spin
            grid.addWidget(spin)
        grid.addStretch(1)
        self._words = label("heading")
        self._example = label("dim")
        self.prove = _rhythm((7, 14, 30, 90), "prove_days")
        self.drill = _rhythm((7, 30, 90, 0), "drill_days")
        self.body.addLayout(grid)
        self.body.addSpacing(8)
        self.body.addWidget(self._words)
        self.body.addWidget(self._example)
        self.body.addWidget(self.problem)
        self.body.addSpacing(16)
        self.body.addWidget(label("heading", self.tr("How it is proved")))
        self.body.addLayout(_row(self.tr("Every copied file is read back and compared"), self.prove))
        self.body.addLayout(_row(self.tr("Bringing everything back is rehearsed"), self.drill))
        self.body.addStretch(1)

    def show_draft(self, draft: Draft) -> None:
        try:
            policy = retention.parse(draft.place.keep)
            counts = {rule.unit: rule.count for rule in policy.rules}
        except KnownError:
            counts = {}
        for unit, spin in self.counts.items():
            spin.setValue(counts.get(unit, 0))
        for combo, days in ((self.prove, draft.place.prove_days), (self.drill, draft.place.drill_days)):
            if combo.findData(days) < 0:
                combo.addItem(saying.rhythm(days), days)
            combo.setCurrentIndex(combo.findData(days))
        self._renew()

    def taken(self, draft: Draft) -> Draft:
        place = replace(
            draft.place,
            keep=self.policy(),
            prove_days=int(self.prove.currentData()),
            drill_days=int(self.drill.currentData()),
        )
        return replace(draft, place=place)

    def fault(self) -> str:
        try:
            retention.parse(self.policy())
        except KnownError as error:
            return error.sentence
        return ""

    def first(self) -> QWidget:
        return self.counts["daily"]

    def policy(self) -> str:
        """As `Place.keep` writes it."""
        return ", ".join(f"{unit} {spin.value()}" for unit, spin in self.counts.items() if spin.value())

    def _renew(self) -> None:
        problem = self.fault()
        self.complain(problem)
        self._words.setVisible(not problem)
        self._example.setVisible(not problem)
        if not problem:
            policy = retention.parse(self.policy())
            self._words.setText(saying.policy(policy))
            self._example.setText(example(policy))
        self.changed.emit()

    def ready(self) -> bool:
        return not self.fault()


def example(policy: retention.Policy) -> str:
    """What a policy would leave of three years with a run every day."""
    now = datetime(2026, 7, 15, 12, tzinfo=UTC)
    made = [now - timedelta(days=days, hours=10) for days in range(EXAMPLE_DAYS)]
    runs = [
        Generation(f"{number:06}", moment.isoformat(), state=VERIFIED) for number, moment in enumerate(made)
    ]
    preview = retention.preview(runs, policy, now, {one.id for one in runs})
    days = max((now - datetime.fromisoformat(kept.generation.made)).days for kept in preview.keep)
    return saying.example(len(preview.keep), days)


def _rhythm(days: tuple[int, ...], name: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    for one in days:
        made.addItem(saying.rhythm(one), one)
    return made


def _row(words: str, widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(QLabel(words))
    row.addWidget(widget)
    row.addStretch(1)
    return row
