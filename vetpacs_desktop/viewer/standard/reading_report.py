"""A structured report as lines that people can read: every item of its tree, names, values and units.

Knows no template, so reports of any maker can be read. Coordinates and references to images are left out:
they say nothing to a reader.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydicom.dataset import Dataset

from vetpacs_desktop.viewer import elements as read
from vetpacs_desktop.viewer.standard.layers import Report

DEEPEST = 16
MOST_LINES = 5000
LONGEST = 4000
"""Bounds for reports that are damaged or malicious."""
_SILENT = frozenset(("SCOORD", "SCOORD3D", "TCOORD", "IMAGE", "COMPOSITE", "WAVEFORM", "UIDREF"))
_OBSERVERS = frozenset(("121008", "121005"))
"""Person Observer Name and Observer Type (PS3.16 TID 1003)."""


def report_of(document: Dataset) -> Report:
    """All of a report as lines."""
    title, author, created = title_of(document)
    lines: list[tuple[int, str]] = []
    for depth, line in _lines(document, 0):
        if len(lines) >= MOST_LINES:
            break
        lines.append((depth, line[:LONGEST]))
    return Report(read.text(document, "SOPInstanceUID"), title, author, created, tuple(lines))


def title_of(document: Dataset) -> tuple[str, str, str]:
    """Title, author and time of a report or selection."""
    title = read.meaning(document, "ConceptNameCodeSequence") or read.text(document, "SeriesDescription")
    authors = [
        spoken(read.person(item, "PersonName"))
        for item in read.items(document, "ContentSequence")
        if read.text(item, "ValueType") == "PNAME"
    ]
    author = next((name for name in authors if name), spoken(read.person(document, "ContentCreatorName")))
    return title, author, when(document, "Content")


def when(document: Dataset, kind: str) -> str:
    """``2026-11-24 12:05`` of a date and a time; less where less is said."""
    day, time = read.text(document, f"{kind}Date"), read.text(document, f"{kind}Time")
    if not (len(day) >= 8 and day[:8].isdigit()):
        return ""
    said = f"{day[:4]}-{day[4:6]}-{day[6:8]}"
    return f"{said} {time[:2]}:{time[2:4]}" if len(time) >= 4 and time[:4].isdigit() else said


def _lines(item: read.Header, depth: int) -> Iterator[tuple[int, str]]:
    if depth > DEEPEST:
        return
    for child in read.items(item, "ContentSequence"):
        kind = read.text(child, "ValueType")
        if kind in _SILENT:
            continue
        code = read.item(child, "ConceptNameCodeSequence")
        if code is not None and read.text(code, "CodeValue") in _OBSERVERS:
            continue
        name = read.meaning(child, "ConceptNameCodeSequence")
        value = _value(child, kind)
        line = ": ".join(part for part in (name, value) if part)
        if line:
            yield depth, line
        yield from _lines(child, depth + 1 if line else depth)


def _value(item: read.Header, kind: str) -> str:
    if kind == "NUM":
        return _number(item)
    if kind == "CODE":
        return read.meaning(item, "ConceptCodeSequence")
    if kind == "PNAME":
        return spoken(read.person(item, "PersonName"))
    for keyword in {
        "TEXT": ("TextValue",),
        "DATE": ("Date",),
        "TIME": ("Time",),
        "DATETIME": ("DateTime",),
    }.get(kind, ()):
        return read.text(item, keyword)
    return ""


def _number(item: read.Header) -> str:
    measured = read.item(item, "MeasuredValueSequence")
    if measured is None:
        return read.meaning(item, "NumericValueQualifierCodeSequence")
    value = read.text(measured, "NumericValue")
    unit = read.item(measured, "MeasurementUnitsCodeSequence")
    if unit is None:
        return value
    sign = read.text(unit, "CodeValue")
    word = read.text(unit, "CodeMeaning") if sign.startswith(("{", "[")) else sign
    return value if sign in ("1", "{ratio}") else f"{value} {word}".strip()


def spoken(name: str) -> str:
    """``Meier^Anna`` as people say it."""
    parts = [part.strip() for part in name.split("^")]
    family, given = parts[0], parts[1] if len(parts) > 1 else ""
    return " ".join(part for part in (given, family) if part)
