"""One table of typed settings: it drives the TOML file, the System page and the documentation."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import tomli_w

from vetpacs_desktop.errors import KnownError

Value: TypeAlias = str | int | bool | tuple[str, ...]


class BadSetting(KnownError):
    """The setting {name} in {path} can't be used ({reason}); correct or remove that line."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: `name` is section.key; the type is the default's."""

    name: str
    default: Value
    text: str


TABLE: tuple[Setting, ...] = (
    Setting("clinic.name", "", "The clinic's name, printed on pictures and reports."),
    Setting("clinic.address", "", "The clinic's address, in one line."),
    Setting("clinic.telephone", "", "The clinic's telephone number."),
    Setting("clinic.email", "", "The clinic's e-mail address."),
    Setting("receiver.ae_title", "VETPACS", "The name machines send to (AE title, at most 16 characters)."),
    Setting(
        "receiver.host",
        "0.0.0.0",
        "The network address to listen on; 0.0.0.0 is every address of this computer.",
    ),
    Setting("receiver.port", 11112, "The port to listen on; 0 takes any free one."),
    Setting(
        "receiver.allowed_ae_titles",
        (),
        "Only machines with these names may send. Empty: any machine that reaches this computer may, which "
        "suits a clinic's own closed network and spares every new machine a visit to this page.",
    ),
    Setting(
        "receiver.only_own_name",
        False,
        "Refuse machines that call this computer by another name than its own. Off: a machine with a wrong "
        "name for this computer may send all the same.",
    ),
    Setting(
        "receiver.who_may_fetch",
        "archives",
        "Who may search here and fetch exams. nobody: no machine. archives: the other archives you entered, "
        "from their own addresses. anyone: any machine that reaches this computer.",
    ),
    Setting(
        "receiver.fetching_machines",
        (),
        "More machines that may search and fetch: a name, or a name with its address, for example "
        "VIEWER1@192.168.1.20. They can't be the target of a fetch; enter an archive for that.",
    ),
    Setting("receiver.tls", False, "Listen on a second port for encrypted connections (TLS) too."),
    Setting("receiver.tls_port", 2762, "The port for encrypted connections; 0 takes any free one."),
    Setting(
        "receiver.tls_certificate",
        "",
        "The clinic's certificate, a PEM file. Empty: VetPACS makes one itself.",
    ),
    Setting("receiver.tls_key", "", "The key to that certificate, a PEM file without a password."),
    Setting(
        "receiver.tls_clients",
        "",
        "Only machines that show one of the certificates in this PEM file, or one signed by them, may "
        "connect encrypted. Empty: any machine may.",
    ),
    Setting("receiver.max_associations", 25, "How many machines may be connected at the same time."),
    Setting("receiver.max_pdu_kib", 1024, "The largest network packet a machine may send, in KiB."),
    Setting("receiver.max_object_mib", 4096, "The largest single object a machine may send, in MiB."),
    Setting("receiver.idle_seconds", 120, "A connection silent for this long is closed."),
    Setting("receiver.min_free_mib", 512, "Below this much free disk space nothing new is accepted."),
    Setting("intake.watched_folders", (), "Folders whose files are imported by themselves."),
    Setting(
        "intake.folder_rules",
        (),
        "What happens in a watched folder to files that are in the library, and whether it is looked at: "
        'words, then the folder, for example "move /scans", "delete /from-xray" or "keep paused /old". '
        "Without a rule: keep.",
    ),
    Setting(
        "sending.settle_seconds",
        30,
        "An exam that came by itself is sent on by a rule once nothing was added to it for so long.",
    ),
    Setting(
        "trash.empty_after_days",
        0,
        "What has been in the trash for so many days is deleted for good. 0: never; a person empties it.",
    ),
    Setting(
        "trash.empty_unproved",
        False,
        "Delete them even if no backup holds them that was read back and compared.",
    ),
    Setting(
        "retention.exam_years",
        0,
        "Exams that were made, and came, more than so many years ago are moved to the trash. 0: never.",
    ),
    Setting(
        "alarms.email_to",
        (),
        "E-mail addresses that are told when a backup failed, is overdue or is damaged, and when all is well "
        "again. Empty: no e-mail.",
    ),
    Setting("alarms.email_from", "", "The sender's address of these e-mails. Empty: the first receiver's."),
    Setting("alarms.smtp_host", "", "The mail server that sends them, for example smtp.example.org."),
    Setting("alarms.smtp_port", 587, "Its port: usually 587 with starttls, 465 with ssl."),
    Setting(
        "alarms.smtp_user", "", "The name to log in with there; the password is kept apart. Empty: none."
    ),
    Setting(
        "alarms.smtp_security",
        "starttls",
        "How the connection to the mail server is encrypted: starttls, ssl, or none (without a password).",
    ),
    Setting(
        "alarms.webhook",
        "",
        "An address (https://...) to which the same is posted as JSON, for a chat or a monitoring system. "
        "Empty: none.",
    ),
    Setting("viewer.memory_mib", 2048, "How much memory decoded pictures may use."),
    Setting(
        "viewer.ahead_mib",
        256,
        "How much memory the first pictures of the next exam in the list may use, beside the open exam's. "
        "0: nothing is loaded ahead.",
    ),
    Setting("viewer.decode_workers", 2, "How many pictures are decoded side by side."),
    Setting("window.theme", "dark", "dark or light."),
    Setting(
        "controls.keys",
        (),
        "Keys that were chosen instead of the usual ones: the action's name, an equals sign, the key, for "
        'example "measure_length=L". The dialog "Keys and mouse" writes them.',
    ),
    Setting(
        "controls.mouse",
        (),
        'What mouse buttons and the wheel do where it is not the usual, for example "right=window".',
    ),
    Setting("controls.wheel", (), "The names of the actions on the tool wheel; empty: the usual ones."),
)
_ROWS: Mapping[str, Setting] = {row.name: row for row in TABLE}


@dataclass(frozen=True, slots=True)
class Settings:
    """The values that differ from the table's defaults."""

    changed: Mapping[str, Value] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self._value(name)
        assert isinstance(value, str)
        return value

    def number(self, name: str) -> int:
        value = self._value(name)
        assert isinstance(value, int)
        return value

    def flag(self, name: str) -> bool:
        value = self._value(name)
        assert isinstance(value, bool)
        return value

    def names(self, name: str) -> tuple[str, ...]:
        value = self._value(name)
        assert isinstance(value, tuple)
        return value

    def with_values(self, values: Mapping[str, Value]) -> Settings:
        """A copy with `values` (by setting name) in place."""
        for name in values:
            _ROWS[name]
        return Settings({**self.changed, **values})

    def _value(self, name: str) -> Value:
        return self.changed.get(name, _ROWS[name].default)


def load(path: Path) -> Settings:
    """Read the TOML file; a missing file means all defaults. Raises `BadSetting`."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(name="file", path=path, reason=str(error)) from error
    changed: dict[str, Value] = {}
    for section, rows in document.items():
        for key, value in rows.items() if isinstance(rows, dict) else ():
            name = f"{section}.{key}"
            if name in _ROWS:
                changed[name] = _checked(_ROWS[name], value, path)
    return Settings(changed)


def save(settings: Settings, path: Path) -> None:
    """Write what differs from the defaults, whole or not at all."""
    document: dict[str, dict[str, object]] = {}
    for name, value in sorted(settings.changed.items()):
        section, key = name.split(".", 1)
        document.setdefault(section, {})[key] = list(value) if isinstance(value, tuple) else value
    fresh = path.with_suffix(".part")
    fresh.write_text(tomli_w.dumps(document), encoding="utf-8")
    fresh.replace(path)


def _checked(row: Setting, value: object, path: Path) -> Value:
    if isinstance(row.default, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
    elif isinstance(value, type(row.default)) and isinstance(value, bool) == isinstance(row.default, bool):
        return value
    raise BadSetting(name=row.name, path=path, reason=f"{value!r} is of the wrong kind")
