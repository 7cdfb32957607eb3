"""What is said through a pipe arrives whole, and a child that is ended is gone."""

from __future__ import annotations

import json
import os
from threading import Thread

import pytest

from vetpacs_desktop.viewer import pipes


def test_more_than_a_pipe_takes_at_once_arrives_whole() -> None:
    near, far = os.pipe()
    data = bytes(range(256)) * 8192
    with os.fdopen(near, "rb", buffering=0) as source, os.fdopen(far, "wb", buffering=0) as out:
        saying = Thread(target=pipes.say, args=(out, {"bytes": len(data)}, data))
        saying.start()
        said = json.loads(source.readline())
        room = bytearray(said["bytes"])
        pipes.fill(source, memoryview(room))
        saying.join()
    assert room == data


def test_a_pipe_that_ends_too_early_is_told() -> None:
    near, far = os.pipe()
    with os.fdopen(far, "wb", buffering=0) as out:
        pipes.write(out, b"abc")
    with os.fdopen(near, "rb", buffering=0) as source, pytest.raises(EOFError):
        pipes.fill(source, memoryview(bytearray(4)))


def test_a_child_that_was_ended_is_gone_also_in_the_middle_of_a_word() -> None:
    child = pipes.started("vetpacs_desktop.viewer.pixels.process")
    assert child.stdin is not None
    assert child.stdout is not None
    pipes.write(child.stdin, b'{"path": "no')
    pipes.ended(child)
    assert child.returncode is not None
    assert child.stdin.closed
    assert child.stdout.closed
