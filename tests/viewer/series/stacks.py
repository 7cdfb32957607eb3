"""Stacks for tests: real series by name, and made-up ones."""

from __future__ import annotations

from typing import Any

from tests.helpers.corpus import images
from tests.helpers.headers import slice_at
from vetpacs_desktop.viewer.describe import read_description
from vetpacs_desktop.viewer.description import ImageDescription
from vetpacs_desktop.viewer.series.arrange import arrange
from vetpacs_desktop.viewer.series.stack import Stack


def real(name: str) -> list[ImageDescription]:
    return [read_description(path) for path in images(name)]


def one(descriptions: list[ImageDescription]) -> Stack:
    (stack,) = arrange(descriptions)
    return stack


def regular(count: int = 10, gap: float = 2.0, **values: Any) -> list[ImageDescription]:
    return [slice_at(gap * i, i + 1, **values) for i in range(count)]
