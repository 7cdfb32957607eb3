"""Asks the program as another program would: words in, exit code, standard output and standard error out.

`ask` starts no process: it enters by the same door, `cli.main`, so that hundreds of questions fit in one
run. What a process start is the point of goes through `tests/helpers/program.py`.
"""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetpacs_desktop import cli


@dataclass(frozen=True, slots=True)
class Said:
    """What came back."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that was promised; anything beside it fails."""
        assert self.out.endswith("\n"), self
        assert self.out.count("\n") == 1, "more than one line on standard output"
        return json.loads(self.out, parse_constant=_no_number)

    @property
    def sentence(self) -> str:
        """The one sentence of a known error, which leaves standard output empty."""
        assert self.out == "", self
        assert len(self.err.strip().splitlines()) == 1, self.err
        return self.err.strip()


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def ask(home: Path, *words: str | Path, json_wanted: bool = True) -> Said:
    """Run one command for `home` in this process."""
    out, err = io.StringIO(), io.StringIO()
    line = ["--home", str(home), *(["--json"] if json_wanted else []), *map(str, words)]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main(line)
        except SystemExit as end:
            code = int(end.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


def answer(home: Path, *words: str | Path, code: int = 0) -> Any:
    """The document of a command that must end with `code`."""
    said = ask(home, *words)
    assert said.code == code, said
    return said.document
