"""Known errors: every one is a sentence with its facts, and carries an exit code."""

import inspect
import re
import string

import pytest

from vetpacs_desktop import errors
from vetpacs_desktop.errors import EXIT_KNOWN_ERROR, EXIT_USAGE, KnownError, PortTaken, UsageError

ALL = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, KnownError) and kind is not KnownError
]


class CupboardLocked(KnownError):
    """The cupboard {name} is locked;
    ask for the key.

    Only the first paragraph is for people.
    """


def test_the_sentence_is_the_docstrings_first_paragraph_with_the_facts() -> None:
    error = CupboardLocked(name="7")
    assert error.sentence == "The cupboard 7 is locked; ask for the key."
    assert str(error) == error.sentence
    assert error.facts == {"name": "7"}


def test_a_forgotten_fact_is_a_bug_at_once() -> None:
    with pytest.raises(KeyError):
        PortTaken()


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence_to_act_on(kind: type[KnownError]) -> None:
    names = {field for _, field, _, _ in string.Formatter().parse(kind.__doc__ or "") if field}
    sentence = kind(**dict.fromkeys(names, "X")).sentence
    assert "{" not in sentence
    assert sentence == "X" or re.search(r"[.!]$", sentence)
    for word in ("Exception", "Traceback", "errno", "None"):
        assert word not in sentence


def test_exit_codes() -> None:
    assert PortTaken(port=104).exit_code == EXIT_KNOWN_ERROR == 3
    assert UsageError(reason="odd").exit_code == EXIT_USAGE == 2
