"""Keys are written as age writes them, and a slip of the pen is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers import age
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.sealing.keys import BadKey

VALID = (  # BIP 173, test vectors
    "A12UEL5L",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
)


def test_age_makes_the_same_public_key_of_a_secret_one() -> None:
    secret, public = age.new_secret()
    assert keys.public_of(secret) == public
    assert keys.secret_text(keys.parse_secret(secret)) == secret
    assert keys.public_text(keys.parse_public(public)) == public


def test_a_new_key_is_another_one_each_time() -> None:
    first, second = keys.new_secret(), keys.new_secret()
    assert first != second
    assert len(first) == 74
    assert first.startswith("AGE-SECRET-KEY-1")
    assert keys.names_key(first) == keys.names_key(first) != keys.names_key(second)
    assert keys.parse_public(keys.public_of(first))


@pytest.mark.parametrize("text", VALID)
def test_known_texts_are_read(text: str) -> None:
    prefix, _ = keys.unbech32(text)
    assert text.lower().startswith(prefix)


@given(st.binary(max_size=80), st.sampled_from(["age", "age-secret-key-", "a1b"]))
def test_any_bytes_come_back(data: bytes, prefix: str) -> None:
    assert keys.unbech32(keys.bech32(prefix, data)) == (prefix, data)
    assert keys.unbech32(keys.bech32(prefix, data).upper()) == (prefix, data)


@given(st.integers(0, 73), st.sampled_from("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L1BIO"))
def test_one_wrong_sign_is_noticed_wherever_it_is(place: int, sign: str) -> None:
    right = keys.bech32("age-secret-key-", bytes(range(32))).upper()
    wrong = right[:place] + sign + right[place + 1 :]
    if wrong == right:
        assert keys.parse_secret(wrong)
    else:
        with pytest.raises(BadKey):
            keys.parse_secret(wrong)


def test_a_key_in_groups_and_in_small_letters_is_read() -> None:
    secret = keys.new_secret()
    spaced = "\n".join(secret[place : place + 8] for place in range(0, len(secret), 8))
    assert keys.public_of(f"  {spaced} ") == keys.public_of(secret) == keys.public_of(secret.lower())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "too short"),
        ("age1", "too short"),
        ("AGE-SECRET-KEY-1abc", "mixed"),
        (keys.bech32("age", bytes(32)), "begin with AGE-SECRET-KEY-1"),
        (keys.bech32("age-secret-key-", bytes(31)), "wrong length"),
        ("AGE-SECRET-KEY-1ÄÖÜÄÖÜÄÖÜ", "in no key"),
    ],
)
def test_what_is_no_secret_key_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(BadKey, match=reason):
        keys.parse_secret(text)
    with pytest.raises(BadKey, match="public key of a backup"):
        keys.parse_public("age2xyz")
