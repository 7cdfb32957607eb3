"""How the backup's sentences say moments, spans, counts and amounts. Pure; the words of people, no jargon."""

from __future__ import annotations

from datetime import date, datetime, timedelta

WEEK = 7
# Not strftime's names: those are in the language of the system, the sentences are not.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def many(count: int, one: str, more: str) -> str:
    """``1 day``, ``14 days``, ``12,000 copies``."""
    return f"{count:,} {one if count == 1 else more}"


def day_and_time(moment: datetime, now: datetime) -> str:
    """``today 02:00``, ``yesterday 02:00``, ``Friday 02:00``, ``3 November 2026 02:00``."""
    moment = moment.astimezone(now.tzinfo)
    return f"{day(moment, now)} {moment:%H:%M}"


def day(moment: datetime, now: datetime) -> str:
    """The day of a moment, as people call it; the past week by its weekdays."""
    moment = moment.astimezone(now.tzinfo)
    days = (now.date() - moment.date()).days
    if days in (-1, 0, 1):
        return {-1: "tomorrow", 0: "today", 1: "yesterday"}[days]
    if 0 < days < WEEK:
        return WEEKDAYS[moment.weekday()]
    return date_text(moment)


def date_text(moment: date) -> str:
    """``3 November 2026``."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def ago(span: timedelta) -> str:
    """``5 minutes ago``, ``3 hours ago``, ``12 days ago``."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 90:
        return f"{many(minutes, 'minute', 'minutes')} ago"
    if minutes < 48 * 60:
        return f"{many(minutes // 60, 'hour', 'hours')} ago"
    return f"{many(minutes // (24 * 60), 'day', 'days')} ago"


def amount(count: float) -> str:
    """``820 bytes``, ``1.4 GB``, ``12 TB`` (powers of 1000, as disks are sold)."""
    value, unit = float(max(count, 0)), 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    digits = 1 if unit and value < 9.95 else 0
    return f"{value:.{digits}f} {UNITS[unit]}"
