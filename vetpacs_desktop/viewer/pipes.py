"""Child processes of the viewer that are spoken to through two pipes: started alike, ended alike.

A line of JSON for each word, raw bytes behind it where there are any. The far end's pipe closes with the
program, however that ends. Knows nothing of what is said. Must never be imported where no child is.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

_log = logging.getLogger(__name__)


def started(module: str) -> subprocess.Popen[bytes]:
    """A process that runs `module`, with unbuffered pipes to and from it. Raises `OSError`."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a process at once and let go of its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:  # what was not sent is not wanted any more
                _log.debug("a pipe was closed before all was said")


@contextmanager
def answers() -> Iterator[BinaryIO]:
    """At the far end: where answers go. Whatever a library prints goes to the errors instead."""
    warnings.simplefilter("ignore")
    with os.fdopen(os.dup(1), "wb", buffering=0) as raw:
        os.dup2(2, 1)
        yield cast(BinaryIO, raw)


def say(out: Any, document: Mapping[str, Any], data: bytes | memoryview = b"") -> None:
    """A line of JSON, then raw bytes. Raises `OSError`, `ValueError` (closed)."""
    write(out, json.dumps(document).encode() + b"\n")
    write(out, data)


def write(out: Any, data: bytes | memoryview) -> None:
    """All of it: an unbuffered pipe may take less than it is given."""
    rest = memoryview(data)
    while len(rest):
        rest = rest[out.write(rest) :]


def fill(stream: Any, room: memoryview) -> None:
    """Read until `room` is full. Raises `EOFError` where the stream ends before."""
    done = 0
    while done < len(room):
        count = stream.readinto(room[done:])
        if not count:
            raise EOFError
        done += count
