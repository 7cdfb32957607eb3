"""Which key does what, where a person wanted it otherwise than the tables say. Knows no action by name.

The map lives on the application, so that actions made later (a page, a dialog) get their keys at once;
`rekey` brings those that are there in line. It saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

_PROPERTY = "vetpacsKeys"
DEFAULT = "defaultKey"
"""The property of an action that holds the key of its table, in Qt's portable words."""
FIXED = "fixedKey"
"""The property of an action that only tells of a key which a widget handles itself; it can't be another."""
GROUP = "keyGroup"
"""The property of an action that says among which others it is listed: look, measure, ..."""


@dataclass(frozen=True, slots=True)
class KeyMap:
    """Keys by name of an action, in Qt's portable words; an empty one takes the key away."""

    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: Iterable[str]) -> KeyMap:
        """From lines ``name=key``. What can't be understood is left out, for it may be a newer version's."""
        chosen: dict[str, str] = {}
        for line in lines:
            name, sign, key = line.partition("=")
            portable = portable_of(key.strip())
            if sign and name.strip() and (portable or not key.strip()):
                chosen[name.strip()] = portable
        return cls(chosen)

    def lines(self) -> tuple[str, ...]:
        """The other way round."""
        return tuple(f"{name}={key}" for name, key in sorted(self.chosen.items()))

    def key(self, name: str, default: str) -> str:
        """The key of the action `name`, whose table says `default`."""
        return self.chosen.get(name, default)


def portable_of(key: str) -> str:
    """`key` in Qt's portable words ("ctrl+m" -> "Ctrl+M"); empty when that is no key."""
    portable = QKeySequence.SequenceFormat.PortableText
    return QKeySequence(key, portable).toString(portable)


def native(key: str) -> str:
    """A key as this computer's people write it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def keys_of(app: QObject | None = None) -> KeyMap:
    """The map in force."""
    source = app if app is not None else QCoreApplication.instance()
    value = source.property(_PROPERTY) if source is not None else None
    return value if isinstance(value, KeyMap) else KeyMap()


def use(app: QObject, keys: KeyMap) -> None:
    """Put `keys` in force for actions made from now on."""
    app.setProperty(_PROPERTY, keys)


def key_of(name: str, default: str) -> str:
    """The key of an action now, as people write it; for sentences that speak of keys."""
    return native(keys_of().key(name, default))


def default_of(action: QAction) -> str:
    """The key that the action was made with; learned the first time somebody asks."""
    kept = action.property(DEFAULT)
    if isinstance(kept, str):
        return kept
    portable = action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
    action.setProperty(DEFAULT, portable)
    return portable


def is_fixed(action: QAction) -> bool:
    """Whether the action only tells of a key."""
    return bool(action.property(FIXED))


def rekey(action: QAction) -> None:
    """Give the action the key in force, and its tip the key's name."""
    if is_fixed(action):
        return
    wanted = keys_of().key(action.objectName(), default_of(action))
    now = action.shortcut()
    if wanted == now.toString(QKeySequence.SequenceFormat.PortableText):
        return
    tip = with_key(action.toolTip(), action.shortcut().toString(), wanted)
    action.setShortcut(QKeySequence(wanted, QKeySequence.SequenceFormat.PortableText))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.setToolTip(tip)


def with_key(tip: str, before: str, after: str) -> str:
    """A tip that ends with the key in brackets, which is another one now."""
    old, new = (f" ({native(key)})" if key else "" for key in (before, after))
    bare = tip.removesuffix(old) if old else tip
    return bare + new
