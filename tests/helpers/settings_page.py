"""``docs/settings.md`` from the settings table; ``python -m tests.helpers.settings_page`` writes it."""

from pathlib import Path

from vetpacs_desktop.settings import TABLE, Setting

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
HEAD = """# Settings

*Made from the table in `vetpacs_desktop/settings.py`; don't edit it here.*

Settings live in `settings.toml` in the library's home folder. What is not in the file has its default.
The part before the dot is a section: `receiver.port` is written as

```toml
[receiver]
port = 11112
```

| setting | default | what it does |
|---|---|---|
"""


def text() -> str:
    """The whole page."""
    return HEAD + "".join(_row(setting) for setting in TABLE)


def _row(setting: Setting) -> str:
    return f"| `{setting.name}` | {_shown(setting.default)} | {setting.text} |\n"


def _shown(value: object) -> str:
    if value in ("", ()):
        return "empty"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
