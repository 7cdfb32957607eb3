"""Commands about places of backups: backup target add, list, test, accept, remove; backup key."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vetpacs_desktop.commands.answer import Answer, JsonValue
from vetpacs_desktop.errors import EXIT_DONE, EXIT_PARTLY, KnownError, UsageError
from vetpacs_desktop.paths import Home

if TYPE_CHECKING:
    from vetpacs_desktop.store.backup.credentials import Secrets
    from vetpacs_desktop.store.backup.places import Place


class KeyUnreadable(KnownError):
    """{path} can't be read ({reason}); name a text file that holds the private key."""


class NotSealed(KnownError):
    """What is copied to {name} is not sealed, so there is no key; `backup target add --encrypt` sets up a
    target whose copies are."""


def target_add(arguments: Namespace, home: Home) -> Answer:
    """Set up a target: the password goes to the keyring, the place is reached once, and remembered."""
    from vetpacs_desktop.store.backup import places
    from vetpacs_desktop.store.backup.credentials import secrets_of
    from vetpacs_desktop.store.backup.targets import url
    from vetpacs_desktop.store.backup.tending import schedule

    home.make()
    parsed = url.parse(arguments.url)
    place = places.Place(arguments.name, parsed.address.url, **_rules(arguments))
    schedule.check(place)
    if any(one.name.casefold() == place.name.casefold() for one in places.read(home)):
        raise places.PlaceExists(name=place.name)
    secrets = secrets_of(home)
    _keep_password(place, parsed.password, arguments.key, secrets)
    try:
        place = _reached(place, secrets, encrypt=arguments.encrypt)
        places.add(home, place)
    except BaseException:
        _forget(place, secrets)
        raise
    words = [f"{place.name}: {place.url}"]
    if parsed.password or arguments.key:
        words.append(secrets.where())
    if place.recipient:
        words.append(f"Copies are sealed. Print the key sheet now: backup key {place.name}")
    return Answer(_document(place), "\n".join(words))


def target_list(arguments: Namespace, home: Home) -> Answer:
    """The targets that are set up."""
    from vetpacs_desktop.store.backup import places

    found = places.read(home)
    lines = [
        f"{one.name:20}  {one.every:7}  {one.url}{'  sealed' if one.recipient else ''}"
        f"{'  paused' if one.paused else ''}"
        for one in found
    ]
    text = "\n".join(lines) or "No backup target is set up; `backup target add NAME URL` sets one up."
    return Answer([_document(one) for one in found], text)


def target_remove(arguments: Namespace, home: Home) -> Answer:
    """Forget a target and its password; what lies there stays."""
    from vetpacs_desktop.store.backup import places
    from vetpacs_desktop.store.backup.credentials import secrets_of

    place = places.find(home, arguments.name)
    if place.recipient and not arguments.yes:
        raise UsageError(
            reason=f"what lies on {place.name} is sealed, and its key would be forgotten here; add --yes "
            "once the key sheet is printed"
        )
    places.remove(home, place.name)
    _forget(place, secrets_of(home))
    return Answer({"removed": place.name}, f"{place.name} is forgotten. The copies there stay as they are.")


def target_accept(arguments: Namespace, home: Home) -> Answer:
    """A person has looked at files that were changed on a target, and knows why: backups may go on there."""
    from vetpacs_desktop.store.backup import places
    from vetpacs_desktop.store.backup.ledger import Ledger
    from vetpacs_desktop.store.backup.making import tampering

    place = places.find(home, arguments.name)
    with Ledger.open(home.make()) as ledger:
        if place.backup_id:
            tampering.accept(ledger.book(place.backup_id))
    words = f"The next backup looks at every file on {place.name} and copies anew what was changed."
    return Answer({"accepted": place.name}, words)


def target_test(arguments: Namespace, home: Home) -> Answer:
    """Try writing, reading back, renaming, room and speed; exit 1 when something is not as it should be."""
    from vetpacs_desktop.store.backup import places
    from vetpacs_desktop.store.backup.credentials import secrets_of
    from vetpacs_desktop.store.backup.targets.trying import try_place

    place = places.find(home, arguments.name)
    found = try_place(place, secrets_of(home))
    rows: list[JsonValue] = [
        {"what": one.what, "ok": one.ok, "sentence": one.sentence} for one in found.findings
    ]
    lines = [f"{'ok    ' if one.ok else 'FAILED'}  {one.sentence}" for one in found.findings]
    return Answer(
        {"name": place.name, "ok": found.ok, "findings": rows},
        "\n".join(lines),
        EXIT_DONE if found.ok else EXIT_PARTLY,
    )


def key(arguments: Namespace, home: Home) -> Answer:
    """The key sheet of a sealed backup, to be printed; or, on a fresh computer, the key from it."""
    from vetpacs_desktop.store.backup import places
    from vetpacs_desktop.store.backup.credentials import secrets_of
    from vetpacs_desktop.store.backup.sealing import place_keys
    from vetpacs_desktop.store.backup.sealing.sealing import SecretMissing

    place, secrets = places.find(home, arguments.name), secrets_of(home)
    if arguments.enter:
        return _enter(home, place, arguments.enter, secrets)
    if not place.recipient:
        raise NotSealed(name=place.name)
    secret = secrets.get(place_keys.key_of(place.name))
    if not secret:
        raise SecretMissing()
    return _sheet(home, place, secret)


def _sheet(home: Home, place: Place, secret: str) -> Answer:
    from vetpacs_desktop import settings
    from vetpacs_desktop.store.backup.sealing.key_sheet import key_sheet

    sheet = key_sheet(
        secret,
        clinic=settings.load(home.settings).text("clinic.name"),
        place=place.name,
        url=place.url,
        backup_id=place.backup_id,
        made=date.today(),  # noqa: DTZ011 - the clinic's own day
    )
    lines = [sheet.title, "", sheet.what_for, "", "    " + " ".join(sheet.groups), "", *sheet.warning, ""]
    lines += [sheet.check, "", "With VetPACS:", sheet.with_program, "", "Without it:"]
    lines += [*sheet.without_program, *(f"{name}: {line}" for name, line in sheet.commands)]
    return Answer(
        {"name": place.name, "key": sheet.secret, "public": sheet.public, "for": sheet.what_for},
        "\n".join(lines),
    )


def _enter(home: Home, place: Place, path: str, secrets: Secrets) -> Answer:
    """Keep the key that a person typed or copied from the sheet, once it is proved to be the right one."""
    from vetpacs_desktop.store.backup import places
    from vetpacs_desktop.store.backup.sealing import place_keys, sealing

    secret = _text(path)
    recipient = place.recipient or _stated(place, secrets)
    if not recipient:
        raise NotSealed(name=place.name)
    sealing.rehearse(secret, recipient)
    place_keys.keep(place.name, secret, secrets)
    places.change(home, place.name, recipient=recipient)
    return Answer({"name": place.name, "public": recipient}, f"This key opens the backup on {place.name}.")


def _stated(place: Place, secrets: Secrets) -> str:
    """The public key that stands on the target itself."""
    from vetpacs_desktop.store.backup import reading
    from vetpacs_desktop.store.backup.targets.opening import open_target

    target = open_target(place, secrets)
    try:
        mark = reading.mark(target)
    finally:
        target.close()
    return mark.recipient if mark else ""


def _rules(arguments: Namespace) -> dict[str, Any]:
    """What was said of when and how long; the rest is as usual."""
    from vetpacs_desktop.store.backup.thinning import retention

    if arguments.keep:
        retention.parse(arguments.keep)
    return {name: value for name in ("every", "at", "keep") if (value := getattr(arguments, name))}


def _keep_password(place: Place, password: str, key_file: str | None, secrets: Secrets) -> None:
    from vetpacs_desktop.store.backup.credentials import password_of

    if key_file:
        secrets.put(password_of(place.name), _text(key_file))
    elif password:
        secrets.put(password_of(place.name), password)


def _reached(place: Place, secrets: Secrets, *, encrypt: bool) -> Place:
    """The place as it is remembered: which disk, share or computer it is, and whose backup lies there."""
    from vetpacs_desktop.store.backup import reading
    from vetpacs_desktop.store.backup.sealing import keys, place_keys, sealing
    from vetpacs_desktop.store.backup.targets.opening import open_target

    target = open_target(place, secrets)
    try:
        mark = reading.mark(target)
        identity = target.identity()
    finally:
        target.close()
    recipient = mark.recipient if mark is not None else ""
    if encrypt and mark is None:
        secret = keys.new_secret()
        recipient = place_keys.keep(place.name, secret, secrets)
        sealing.rehearse(secret, recipient)
    elif encrypt and not recipient:
        raise UsageError(
            reason="there is a backup that is not sealed at that place; choose another folder, or leave "
            "--encrypt out"
        )
    return replace(place, identity=identity, recipient=recipient)


def _forget(place: Place, secrets: Secrets) -> None:
    from vetpacs_desktop.store.backup.credentials import password_of
    from vetpacs_desktop.store.backup.sealing import place_keys

    secrets.forget(password_of(place.name))
    place_keys.forget(place.name, secrets)


def _text(path: str) -> str:
    """A small file, or standard input for ``-``."""
    if path == "-":
        return sys.stdin.read()
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise KeyUnreadable(path=path, reason=reason) from error


def _document(place: Place) -> JsonValue:
    return {
        "name": place.name,
        "url": place.url,
        "encrypted": bool(place.recipient),
        "every": place.every,
        "at": place.at,
        "keep": place.keep,
        "paused": place.paused,
    }
