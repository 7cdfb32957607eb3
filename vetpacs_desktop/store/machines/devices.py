"""The clinic's machines: what people call them, how to reach them, and what their exams say about them.

The names are kept in the database and travel with a backup; everything else is read from the index and from a
few headers at the moment it is asked for. It opens no connection and changes no exam.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.database import Database, Row, salvage
from vetpacs_desktop.store.folding import fold
from vetpacs_desktop.store.header import read_header
from vetpacs_desktop.store.machines.habits import Habit, Sample, habits_of
from vetpacs_desktop.store.machines.senders import Sender, senders
from vetpacs_desktop.store.objects import Objects
from vetpacs_desktop.store.records import Header, StudyUID

KINDS = ("xray", "ultrasound", "ct", "mr", "endoscope", "dental", "archive", "other")
WEEKS = 8
DAYS = 7
MOST_EXAMS = 5_000
"""Of the newest exams, so many are looked at for volumes: more than a large clinic makes in eight weeks."""
SAMPLED_EXAMS = 60
SERIES_PER_EXAM = 3
_SOURCE = re.compile(r"^(?P<name>.+) \((?:\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%\w+)?)\)$")
_EQUIPMENT = (
    "Manufacturer",
    "ManufacturerModelName",
    "SoftwareVersions",
    "StationName",
    "DeviceSerialNumber",
)


@dataclass(frozen=True, slots=True)
class Device:
    """A machine as people know it."""

    ae_title: str
    """The name it calls itself; it is known by that."""
    label: str = ""
    kind: str = "other"
    """One of `KINDS`."""
    host: str = ""
    port: int = 0
    """Where it answers, for an echo back; 0 when it does not, or nobody said."""
    added_at: str = ""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A machine that people named, or that simply sends."""

    device: Device
    sender: Sender | None
    """The receiver's own count; None when the machine has not connected lately."""

    @property
    def name(self) -> str:
        """What to call it."""
        return self.device.label or self.device.ae_title

    @property
    def last_at(self) -> str:
        """ISO 8601, empty when never."""
        return self.sender.last_at if self.sender else ""


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the exams of one machine tell."""

    days: tuple[tuple[str, int, int], ...] = ()
    """(ISO day, exams, images) of the last seven days, today last."""
    weeks: tuple[tuple[str, int, int], ...] = ()
    """(ISO day the week begins, exams, images) of the last eight, this one last."""
    bytes_in_week: int = 0
    """Of the last seven days."""
    modalities: tuple[tuple[str, int], ...] = ()
    """(modality, exams), the most frequent first."""
    equipment: tuple[tuple[str, str], ...] = ()
    """(keyword of the General Equipment module, value) of its newest image, as it states them."""
    looked_at: int = 0
    """How many of its newest exams the habits were looked for in."""
    habits: tuple[Habit, ...] = ()


class Devices:
    """The machines of one library."""

    def __init__(self, home: Home, database: Database, objects: Objects) -> None:
        self._home = home
        self._database = database
        self._objects = objects

    def known(self) -> list[KnownDevice]:
        """Every machine that has a name here or sends, the latest first."""
        rows = {device.ae_title: device for device in self.named()}
        heard = {sender.name: sender for sender in senders(self._home)}
        names = dict.fromkeys([*heard, *rows])
        found = [KnownDevice(rows.get(name) or Device(name), heard.get(name)) for name in names]
        return sorted(found, key=lambda known: known.last_at, reverse=True)

    def named(self) -> list[Device]:
        """The machines that people named, by name."""
        rows = self._database.rows("SELECT * FROM devices ORDER BY label COLLATE NOCASE")
        return [_device(row) for row in rows]

    def save(self, device: Device) -> None:
        """Add a machine, or what is new about it."""
        added = device.added_at or datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.atomic():
            self._database.write(
                "INSERT INTO devices (ae_title, label, kind, host, port, added_at) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (ae_title) DO UPDATE SET label = excluded.label, kind = excluded.kind, "
                "host = excluded.host, port = excluded.port",
                (device.ae_title, device.label, device.kind, device.host, device.port, added),
            )

    def remove(self, ae_title: str) -> None:
        """Forget a machine's name; its exams stay."""
        with self._database.atomic():
            self._database.write("DELETE FROM devices WHERE ae_title = ?", (ae_title,))

    def portrait(self, ae_title: str, today: date) -> Portrait:
        """What the exams of this machine tell. It may take a second: call it in a thread."""
        rows = self._recent(today)
        own = [row for row in rows if sender_of(row["source"]) == ae_title]
        headers = [(row, self._headers(row)) for row in own[:SAMPLED_EXAMS]]
        samples = [_sample(row, header) for row, found in headers for header in found]
        pairs = {
            (fold(row["animal_name"]), fold(row["owner_name"]))
            for row in rows
            if row["animal_name"] and row["owner_name"] and sender_of(row["source"]) != ae_title
        }
        return Portrait(
            days=_per_day(own, today),
            weeks=_per_week(own, today),
            bytes_in_week=self._bytes(own, today),
            modalities=tuple(Counter(part for row in own for part in _modalities(row)).most_common()),
            equipment=self._equipment(own),
            looked_at=len({sample.study_uid for sample in samples}),
            habits=tuple(habits_of(samples, pairs)),
        )

    def _recent(self, today: date) -> list[Row]:
        """The exams of the last weeks, the newest first; read along their own index."""
        since = _monday(today) - timedelta(weeks=WEEKS - 1)
        return self._database.rows(
            "SELECT study_key, study_uid, source, received_at, modalities, instance_count, animal_name, "
            "owner_name FROM studies WHERE received_at >= ? ORDER BY received_at DESC LIMIT ?",
            (since.isoformat(), MOST_EXAMS),
        )

    def _headers(self, study: Row) -> list[Header]:
        """The headers of one image of each of a study's first series, as the machine wrote them."""
        rows = self._database.rows(
            "SELECT min(path) AS path FROM instances JOIN series USING (series_id) WHERE study_key = ? "
            "GROUP BY series_id ORDER BY series_id LIMIT ?",
            (study["study_key"], SERIES_PER_EXAM),
        )
        found = []
        for row in rows:
            try:
                found.append(read_header(self._objects.path(row["path"])))
            except (KnownError, OSError):
                continue  # `verify` tells of it
        return found

    def _bytes(self, rows: Sequence[Row], today: date) -> int:
        since = (today - timedelta(days=DAYS - 1)).isoformat()
        total = 0
        for row in rows:
            if _day(row) >= since:
                sql = "SELECT sum(size) FROM instances JOIN series USING (series_id) WHERE study_key = ?"
                total += int(self._database.value(sql, (row["study_key"],)) or 0)
        return total

    def _equipment(self, rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
        for row in rows[:3]:
            path = self._database.value(
                "SELECT max(path) FROM instances JOIN series USING (series_id) WHERE study_key = ?",
                (row["study_key"],),
            )
            try:
                header = dcmread(
                    self._objects.path(str(path)),
                    stop_before_pixels=True,
                    specific_tags=list(_EQUIPMENT),
                    force=True,
                )
            except (OSError, InvalidDicomError):
                continue
            stated = ((keyword, _text(header.get(keyword))) for keyword in _EQUIPMENT)
            return tuple((keyword, value) for keyword, value in stated if value)
        return ()


def sender_of(source: str) -> str:
    """The machine's own name in an exam's source ("XRAY1 (10.0.0.5)"); empty for a folder."""
    match = _SOURCE.match(source or "")
    return match["name"] if match else ""


def _device(row: Row) -> Device:
    return Device(row["ae_title"], row["label"], row["kind"], row["host"], row["port"], row["added_at"])


def _sample(row: Row, header: Header) -> Sample:
    patient, study, series = header.patient, header.study, header.series
    return Sample(
        study_uid=StudyUID(row["study_uid"]),
        animal_name=patient.animal_name,
        owner_name=patient.owner_name,
        species=patient.species,
        patient_id=patient.patient_id,
        study_date=study.study_date,
        modality=series.modality,
        body_part=series.body_part,
        received_on=_day(row),
    )


def _day(row: Row) -> str:
    """The local day an exam came."""
    try:
        return datetime.fromisoformat(row["received_at"]).astimezone().date().isoformat()
    except (TypeError, ValueError):
        return ""


def _modalities(row: Row) -> list[str]:
    return [part for part in re.split(r"[\s,\\/]+", row["modalities"] or "") if part]


def _per_day(rows: Sequence[Row], today: date) -> tuple[tuple[str, int, int], ...]:
    days = [(today - timedelta(days=back)).isoformat() for back in range(DAYS - 1, -1, -1)]
    return _counted(rows, days, _day)


def _per_week(rows: Sequence[Row], today: date) -> tuple[tuple[str, int, int], ...]:
    weeks = [(_monday(today) - timedelta(weeks=back)).isoformat() for back in range(WEEKS - 1, -1, -1)]
    return _counted(rows, weeks, _week)


def _week(row: Row) -> str:
    """The Monday before an exam came."""
    day = _day(row)
    return _monday(date.fromisoformat(day)).isoformat() if day else ""


def _counted(
    rows: Sequence[Row], spans: Sequence[str], span_of: Callable[[Row], str]
) -> tuple[tuple[str, int, int], ...]:
    found = {span: [0, 0] for span in spans}
    for row in rows:
        counts = found.get(span_of(row))
        if counts is not None:
            counts[0] += 1
            counts[1] += row["instance_count"] or 0
    return tuple((span, exams, images) for span, (exams, images) in found.items())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _text(value: object) -> str:
    if value is None:
        return ""
    parts = value if isinstance(value, list | tuple) else getattr(value, "_list", None) or [value]
    return ", ".join(str(part).strip() for part in parts if str(part).strip())


def adopt(fresh: Database, old: Path) -> None:
    """Bring the machines' names over from a damaged index, as far as it still tells them."""
    rows = salvage(old, "SELECT ae_title, label, kind, host, port, added_at FROM devices")
    texts = (0, 1, 2, 3, 5)
    sound = [row for row in rows if isinstance(row[4], int) and all(isinstance(row[n], str) for n in texts)]
    with fresh.atomic():
        fresh.write_many("INSERT OR IGNORE INTO devices VALUES (?, ?, ?, ?, ?, ?)", sound)
