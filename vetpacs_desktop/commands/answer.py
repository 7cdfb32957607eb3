"""What a command answers: the JSON document other programs read, the words a person reads, the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from vetpacs_desktop.errors import EXIT_DONE

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, slots=True)
class Answer:
    """`document` is printed with ``--json``, `text` without it."""

    document: JsonValue
    text: str = ""
    exit_code: int = EXIT_DONE
