"""What the window says about backups, as a practice manager would. Pure; the store judges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QLocale

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.settings import Settings
from vetpacs_desktop.store.backup.history import BROKEN, FAILED, OK, PARTLY, STOPPED, Run
from vetpacs_desktop.store.backup.outcome import DAMAGED, Generation
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.progress import State
from vetpacs_desktop.store.backup.tending import health as judging
from vetpacs_desktop.store.backup.tending import messengers
from vetpacs_desktop.store.backup.thinning.retention import Kept, Policy, parse
from vetpacs_desktop.ui import words
from vetpacs_desktop.ui.operations.backing_up import Backups, PlaceNow
from vetpacs_desktop.ui.receiver import Light

LEAST_SHARE = 0.02
"""Below this share of the work the time left is a guess, and none is told."""
LIGHTS = {judging.GREEN: Light.GREEN, judging.AMBER: Light.AMBER, judging.RED: Light.RED}


def told(settings: Settings) -> str:
    """Who is told when a backup fails."""
    by_mail = ", ".join(settings.names("alarms.email_to")) if messengers.has_mail(settings) else ""
    posted = messengers.server_of(settings.text("alarms.webhook"))
    if by_mail and posted:
        text = _tr("When a backup fails, an e-mail goes to {who} and a message to {server}.")
    elif by_mail:
        text = _tr("When a backup fails, an e-mail goes to {who}.")
    elif posted:
        text = _tr("When a backup fails, a message goes to {server}.")
    else:
        text = _tr("When a backup fails, only this window says so.")
    return text.format(who=by_mail, server=posted)


def light_of(place: PlaceNow) -> Light:
    """A place's light; amber while nothing is known."""
    return LIGHTS[place.health.light] if place.health is not None else Light.AMBER


def worst_light(now: Backups) -> Light:
    """The light of all places: that of the worst."""
    order = (Light.GREEN, Light.AMBER, Light.RED)
    if now.trouble:
        return Light.RED
    if not now.places:
        return Light.AMBER
    return max((light_of(place) for place in now.places), key=order.index)


def headline(now: Backups) -> tuple[Light | None, str, str]:
    """Light, sentence and details of the card."""
    if not now.known:
        return None, _tr("Looking..."), ""
    if now.trouble:
        return Light.RED, now.trouble, ""
    if not now.places:
        text = _tr(
            "There is no backup. A disk fails without warning, and everything that is stored here would be "
            "lost. Ten minutes are enough to set one up."
        )
        return Light.AMBER, text, ""
    if len(now.places) == 1:
        return light_of(now.places[0]), sentence(now.places[0]), details(now.places[0])
    wrong = [place for place in now.places if light_of(place) is not Light.GREEN]
    if not wrong:
        text = _tr("All {n} places are in order.").format(n=len(now.places))
    else:
        names = ", ".join(place.place.name for place in wrong)
        text = _tr("{names}: look at what is written below.").format(names=names)
    return worst_light(now), text, "\n".join(filter(None, map(details, now.places)))


def sentence(place: PlaceNow) -> str:
    """The line of one place."""
    if place.trouble:
        return place.trouble
    if place.asked and place.running is None:
        return _tr("The backup to {name} begins in a moment.").format(name=place.place.name)
    return place.health.sentence if place.health is not None else _tr("Looking...")


def details(place: PlaceNow) -> str:
    """Everything that is not as it should be, for the fold."""
    if place.health is None:
        return ""
    return "\n".join(fault.sentence for fault in place.health.faults[1:])


def strip(now: Backups, moment: datetime) -> tuple[Light, str]:
    """Light and words of the status strip."""
    if not now.known:
        return Light.AMBER, _tr("Backup: looking...")
    if now.trouble:
        return Light.RED, _tr("Backup: click to see what is wrong")
    if not now.places:
        return Light.AMBER, _tr("No backup yet: click to set one up")
    running = [place for place in now.places if place.running is not None]
    light = worst_light(now)
    if running:
        return light, _tr("Backup to {name}{share}").format(
            name=running[0].place.name, share=share_text(running[0].running)
        )
    worst = max(now.places, key=lambda place: (Light.GREEN, Light.AMBER, Light.RED).index(light_of(place)))
    health = worst.health
    if light is not Light.GREEN and health is not None and health.faults:
        return light, _tr("Backup: {trouble}").format(trouble=_short(health, worst.place.name))
    done = [one.health.last_good for one in now.places if one.health and one.health.last_good]
    if not done:
        return light, _tr("Backup: nothing saved yet")
    newest = max(done, key=lambda one: one.made)
    return light, _tr("Backup: {when}, proved").format(when=moment_words(newest.made, moment))


def _short(health: judging.Health, name: str) -> str:
    """What is wrong, in two or three words."""
    known = {
        "overdue": _tr("{name} is overdue"),
        "failed": _tr("{name} failed"),
        "damaged": _tr("damage on {name}"),
        "partly": _tr("{name} is not complete"),
        "space": _tr("{name} is nearly full"),
        "proof": _tr("{name} was not proved in time"),
        "drill": _tr("{name}: the rehearsal needs a look"),
        "none": _tr("nothing saved to {name} yet"),
        "paused": _tr("{name} rests"),
    }
    return known.get(health.faults[0].kind, _tr("{name} needs a look")).format(name=name)


def coming_back(now: Backups) -> str:
    """What still comes back from a backup; empty when nothing does."""
    if now.coming_back is None:
        return ""
    name = now.coming_back.place.name
    if now.bringing:
        return _tr("Exams are coming back from {name}. They can be read meanwhile.").format(name=name)
    return _tr("Bringing back from {name} was interrupted. “Bring back...” goes on where it stopped.").format(
        name=name
    )


def share_text(running: State | None) -> str:
    """ ", 42 %" or nothing."""
    if running is None or running.of <= 0:
        return ""
    return f", {min(100, int(100 * running.done / running.of))} %"


def progress(running: State, now: datetime) -> str:
    """What goes on, how far it is, and how long it takes yet."""
    parts = [running.sentence or running.phase]
    if running.of > 0:
        parts.append(
            _tr("{done} of {of}").format(done=words.grouped(running.done), of=words.grouped(running.of))
        )
    left = seconds_left(running, now)
    if left is not None:
        parts.append(left_words(left))
    return "  ·  ".join(part for part in parts if part)


def seconds_left(running: State, now: datetime) -> float | None:
    """How long it takes yet at the pace so far; None while that is a guess."""
    if running.of <= 0 or running.done < LEAST_SHARE * running.of or running.done >= running.of:
        return None
    try:
        since = datetime.fromisoformat(running.since)
    except ValueError:
        return None
    spent = (now - since.astimezone(now.tzinfo)).total_seconds()
    if spent < 2:
        return None
    return spent / running.done * (running.of - running.done)


def left_words(seconds: float) -> str:
    """ "about 5 minutes left"."""
    if seconds < 60:
        return _tr("less than a minute left")
    if seconds < 90 * 60:
        minutes = round(seconds / 60)
        return words.counted(minutes, _tr("about {n} minute left"), _tr("about {n} minutes left"))
    return words.counted(round(seconds / 3600), _tr("about {n} hour left"), _tr("about {n} hours left"))


def moment_words(iso: str, now: datetime) -> str:
    """ "Today, 02:00", "Mon 4 May, 02:00"; empty for what is no moment."""
    try:
        when = datetime.fromisoformat(iso).astimezone(now.tzinfo)
    except ValueError:
        return ""
    return _tr("{day}, {time}").format(
        day=words.day(when.date().isoformat(), now.date()), time=words.clock(when.strftime("%H:%M"))
    )


def when_words(moment: datetime | None, now: datetime) -> str:
    """As `moment_words`, also for what is still to come; a dash for none."""
    if moment is None:
        return "–"
    local = moment.astimezone(now.tzinfo)
    ahead = (local.date() - now.date()).days
    clock = words.clock(local.strftime("%H:%M"))
    if moment <= now:
        return _tr("as soon as it can")
    if ahead == 1:
        return _tr("Tomorrow, {time}").format(time=clock)
    return _tr("{day}, {time}").format(day=words.day(local.date().isoformat(), now.date()), time=clock)


def from_seconds(seconds: int | None, now: datetime) -> str:
    """A moment of the ledger."""
    return "–" if not seconds else moment_words(datetime.fromtimestamp(seconds, UTC).isoformat(), now)


def outcome(run: Run) -> str:
    """How a run ended, in words."""
    if run.ended is None:
        return _tr("Under way")
    return {
        OK: _tr("Done"),
        PARTLY: _tr("Done, not everything"),
        FAILED: _tr("Failed"),
        STOPPED: _tr("Stopped"),
        BROKEN: _tr("Broken off"),
    }.get(run.outcome, run.outcome)


def state(generation: Generation) -> str:
    """Whether a generation can be relied upon."""
    if generation.state == DAMAGED:
        return _tr("damaged")
    return _tr("proved") if generation.verified else _tr("not complete")


def duration(seconds: float) -> str:
    """ "40 s", "12 min", "3 h 5 min"."""
    whole = round(seconds)
    if whole < 100:
        return _tr("{n} s").format(n=whole)
    if whole < 100 * 60:
        return _tr("{n} min").format(n=round(whole / 60))
    return _tr("{h} h {m} min").format(h=whole // 3600, m=whole % 3600 // 60)


def weekdays() -> list[str]:
    """From Monday on, in the person's language."""
    return [QLocale().dayName(number) for number in range(1, 8)]


def units() -> tuple[str, ...]:
    """The words before the numbers of a policy, in the order of `retention.UNITS`."""
    return _tr("Hours"), _tr("Days"), _tr("Weeks"), _tr("Months"), _tr("Years")


def policy(rules: Policy) -> str:
    """ "One of each of the last 24 hours, 7 days, 5 weeks." """
    names = {
        "hourly": (_tr("{n} hour"), _tr("{n} hours")),
        "daily": (_tr("{n} day"), _tr("{n} days")),
        "weekly": (_tr("{n} week"), _tr("{n} weeks")),
        "monthly": (_tr("{n} month"), _tr("{n} months")),
        "yearly": (_tr("{n} year"), _tr("{n} years")),
    }
    parts = [words.counted(rule.count, *names[rule.unit]) for rule in rules.rules]
    return _tr("One of each of the last {spans}.").format(spans=and_list(parts))


def kept_words(kept: Kept) -> str:
    """Why a generation stays."""
    names = {
        "hourly": _tr("an hour"),
        "daily": _tr("a day"),
        "weekly": _tr("a week"),
        "monthly": _tr("a month"),
        "yearly": _tr("a year"),
    }
    if not kept.rules:
        return kept.why
    return _tr("stays as the last one of {spans}").format(
        spans=and_list([names[rule] for rule in kept.rules])
    )


def policy_text(text: str) -> str:
    """As `policy`, of what stands in the list of places."""
    try:
        return policy(parse(text))
    except KnownError as error:
        return error.sentence


def example(kept: int, oldest_days: int) -> str:
    """What a policy leaves of three years."""
    text = _tr(
        "With a run every day, {kept} would be there after three years; the oldest one {age} old. The last "
        "proved one always stays."
    )
    many = words.counted(kept, _tr("{n} generation"), _tr("{n} generations"))
    return text.format(kept=many, age=span(oldest_days))


def span(days: float) -> str:
    """ "14 days", "5 months", "2 years"."""
    if days < 90:
        return words.counted(int(days), _tr("{n} day"), _tr("{n} days"))
    if days < 730:
        return words.counted(int(days / 30.44), _tr("{n} month"), _tr("{n} months"))
    return words.counted(int(days / 365.25), _tr("{n} year"), _tr("{n} years"))


def rhythm(days: int) -> str:
    """ "within 30 days"; for 0 "never"."""
    if days <= 0:
        return _tr("never")
    if days == 7:
        return _tr("every week")
    if days in (30, 31):
        return _tr("every month")
    return words.counted(days, _tr("every {n} day"), _tr("every {n} days"))


def schedule(place: Place) -> str:
    """When a place's backup runs, in one sentence."""
    if place.every == "never":
        return _tr("It runs only when you press “Back up now”.")
    clock = words.clock(place.at)
    when = {
        "hourly": _tr("Every hour"),
        "daily": _tr("Every day at {time}").format(time=clock),
        "weekly": _tr("Every {day} at {time}").format(day=weekdays()[place.weekday % 7], time=clock),
    }.get(place.every, place.every)
    parts = [when]
    if place.hours:
        begins, _, ends = place.hours.partition("-")
        parts.append(_tr("only between {begins} and {ends}").format(begins=begins, ends=ends))
    if place.limit_mib:
        parts.append(_tr("at most {n} MB a second").format(n=place.limit_mib))
    parts.append(_tr("also on battery") if place.on_battery else _tr("not on battery"))
    return f"{', '.join(parts)}."


def and_list(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return _tr("{some} and {last}").format(some=", ".join(parts[:-1]), last=parts[-1])


def now() -> datetime:
    """This moment, with the computer's own zone."""
    return datetime.now().astimezone()


def _tr(text: str) -> str:
    return QCoreApplication.translate("backup", text)
