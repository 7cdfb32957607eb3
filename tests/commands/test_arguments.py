"""Words on the command line: what is meant is read exactly, everything else is named and refused."""

from argparse import ArgumentTypeError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.commands import arguments

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(NUMBERS, st.floats(min_value=1e-300, allow_infinity=False))
def test_every_window_comes_back_as_written(center: float, width: float) -> None:
    assert arguments.window(f"{center!r}/{width!r}") == (center, width)


@pytest.mark.parametrize(
    "text", ["", "/", "40", "40/", "/400", "40/0", "40/-1", "nan/1", "1/inf", "a/b", "1/2/3"]
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not a window"):
        arguments.window(text)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_every_size_comes_back_as_written(width: int, height: int) -> None:
    assert arguments.size(f"{width}x{height}") == (width, height)
    assert arguments.size(f"{width}X{height}") == (width, height)


@pytest.mark.parametrize("text", ["", "x", "1200", "1200x", "-1x5", "0x5", "5x20001", "1.5x2", "1x2x3"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        arguments.size(text)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("11112", 11112), ("65535", 65535)])
def test_ports(text: str, number: int) -> None:
    assert arguments.port(text) == number


@pytest.mark.parametrize("text", ["65536", "-1", "", "1e3", "١٢", "99999999999999999999"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        arguments.port(text)


@pytest.mark.parametrize("text", ["VETPACS", "A", " X RAY 1 ", "SIXTEEN_LETTERS_", "a.b-c/d"])
def test_titles(text: str) -> None:
    assert arguments.title(text) == text.strip()


@pytest.mark.parametrize("text", ["", " ", "SEVENTEEN_LETTERS", "A\\B", "Tierärzte", "A\nB"])
def test_what_is_no_title_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        arguments.title(text)


def test_an_empty_place_is_refused() -> None:
    assert arguments.place("/media/stick") == "/media/stick"
    with pytest.raises(ArgumentTypeError):
        arguments.place("")
