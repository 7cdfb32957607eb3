"""When the backup runs, and what it must not disturb."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSpinBox, QTimeEdit, QWidget

from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.ui.backup import saying
from vetpacs_desktop.ui.backup.draft import Draft
from vetpacs_desktop.ui.backup.step import Step, form_of
from vetpacs_desktop.ui.page import label

FASTEST_MIB = 10_000
CLOCK = "HH:mm"
NIGHT = ("20:00", "06:00")


class WhenPage(Step):
    """Every hour, day or week; hours; pace; battery; and what that means in one sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self.ask(
            self.tr("When shall it run?"),
            self.tr(
                "It runs in the background, also without this window. Only what is new is copied. When the "
                "computer was off or asleep at its time, it runs as soon as it can."
            ),
        )
        self.every = QComboBox()
        for name, words in (
            ("hourly", self.tr("Every hour")),
            ("daily", self.tr("Every day")),
            ("weekly", self.tr("Every week")),
            ("never", self.tr("By hand alone")),
        ):
            self.every.addItem(words, name)
        self.weekday = QComboBox()
        self.weekday.addItems(saying.weekdays())
        self.at = QTimeEdit()
        self.at.setDisplayFormat(CLOCK)
        self.only_between = QCheckBox(self.tr("Only between"))
        self.begins, self.ends = QTimeEdit(), QTimeEdit()
        for one in (self.begins, self.ends):
            one.setDisplayFormat(CLOCK)
        self.limited = QCheckBox(self.tr("At most"))
        self.limit = QSpinBox()
        self.limit.setRange(1, FASTEST_MIB)
        self.limit.setSuffix(self.tr(" MB a second"))
        self.limit.setValue(10)
        self.on_battery = QCheckBox(self.tr("Also while the computer runs on battery"))
        self._words = label("heading")
        self._lay_out()
        self._connect()

    def show_draft(self, draft: Draft) -> None:
        place = draft.place
        self.every.setCurrentIndex(max(0, self.every.findData(place.every)))
        self.weekday.setCurrentIndex(place.weekday)
        self.at.setTime(QTime.fromString(place.at, CLOCK))
        begins, dash, ends = place.hours.partition("-")
        self.only_between.setChecked(bool(dash))
        self.begins.setTime(QTime.fromString(begins if dash else NIGHT[0], CLOCK))
        self.ends.setTime(QTime.fromString(ends if dash else NIGHT[1], CLOCK))
        self.limited.setChecked(place.limit_mib > 0)
        if place.limit_mib:
            self.limit.setValue(place.limit_mib)
        self.on_battery.setChecked(place.on_battery)
        self._renew()

    def taken(self, draft: Draft) -> Draft:
        return replace(draft, place=self._put(draft.place))

    def fault(self) -> str:
        if self.only_between.isChecked() and self.begins.time() == self.ends.time():
            return self.tr("The hours in which it may run begin and end at the same time.")
        return ""

    def first(self) -> QWidget:
        return self.every

    def _put(self, place: Place) -> Place:
        hours = f"{self.begins.time().toString(CLOCK)}-{self.ends.time().toString(CLOCK)}"
        return replace(
            place,
            every=str(self.every.currentData()),
            weekday=self.weekday.currentIndex(),
            at=self.at.time().toString(CLOCK),
            hours=hours if self.only_between.isChecked() else "",
            limit_mib=self.limit.value() if self.limited.isChecked() else 0,
            on_battery=self.on_battery.isChecked(),
        )

    def _renew(self) -> None:
        every = self.every.currentData()
        self.weekday.setEnabled(every == "weekly")
        self.at.setEnabled(every in ("daily", "weekly"))
        for one in (self.begins, self.ends):
            one.setEnabled(self.only_between.isChecked())
        self.limit.setEnabled(self.limited.isChecked())
        self._words.setText(saying.schedule(self._put(Place("", ""))))
        self.complain("")
        self.changed.emit()

    def _connect(self) -> None:
        for combo in (self.every, self.weekday):
            combo.currentIndexChanged.connect(self._renew)
        for edit in (self.at, self.begins, self.ends):
            edit.timeChanged.connect(self._renew)
        for box in (self.only_between, self.limited, self.on_battery):
            box.toggled.connect(self._renew)
        self.limit.valueChanged.connect(self._renew)
        for name in (
            "every",
            "weekday",
            "at",
            "begins",
            "ends",
            "limit",
            "only_between",
            "limited",
            "on_battery",
        ):
            getattr(self, name).setObjectName(name)

    def _lay_out(self) -> None:
        self.body.addLayout(
            form_of(
                (
                    (self.tr("How often"), self.every),
                    (self.tr("On"), self.weekday),
                    (self.tr("At"), self.at),
                )
            )
        )
        self.body.addSpacing(8)
        self.body.addWidget(label("heading", self.tr("What it must not disturb")))
        self.body.addLayout(_line(self.only_between, self.begins, QLabel(self.tr("and")), self.ends))
        self.body.addLayout(_line(self.limited, self.limit))
        self.body.addLayout(_line(self.on_battery))
        self.body.addSpacing(16)
        self.body.addWidget(self._words)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)


def _line(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    for one in widgets:
        row.addWidget(one)
    row.addStretch(1)
    return row
