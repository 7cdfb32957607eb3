"""What is sealed here age opens, and the other way round; what was changed or cut off is refused."""

from __future__ import annotations

import functools
import hashlib
import itertools
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.helpers import age
from vetpacs_desktop.store.backup.sealing import keys, sealing
from vetpacs_desktop.store.backup.sealing.keys import BadKey
from vetpacs_desktop.store.backup.sealing.sealing import (
    CHUNK,
    AgeSealer,
    SealBroken,
    SecretMissing,
    WrongKey,
)

BORDERS = sorted(
    {0, 1, 15, 16, 17} | {CHUNK * many + step for many in (1, 2, 3) for step in (-17, -16, -1, 0, 1, 16)}
)
FIXED_SECRET = keys.bech32("age-secret-key-", bytes(range(1, 33))).upper()


@functools.cache
def sealer() -> AgeSealer:
    return AgeSealer.of(FIXED_SECRET)


def content(size: int) -> bytes:
    """Bytes that differ from chunk to chunk."""
    return b"".join(hashlib.sha512(b"%d" % place).digest() for place in range(size // 64 + 1))[:size]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for place in range(0, len(data), size):
        yield data[place : place + size]


def sealed(data: bytes, size: int = 1 << 20) -> bytes:
    return b"".join(sealer().seal(pieces(data, size)))


def opened(data: bytes, size: int = 1 << 20, by: AgeSealer | None = None) -> bytes:
    return b"".join((by or sealer()).open(pieces(data, size)))


@pytest.mark.parametrize("size", BORDERS)
def test_age_opens_what_is_sealed_here(size: int, tmp_path: Path) -> None:
    plain = content(size)
    result = sealed(plain, 7000)
    assert len(result) == sealer().size(size)
    assert age.opened(result, FIXED_SECRET, tmp_path) == plain


@pytest.mark.parametrize("size", BORDERS)
def test_what_age_sealed_is_opened_here(size: int) -> None:
    plain = content(size)
    assert opened(age.seal(plain, sealer().recipient), 10_001) == plain


def test_what_age_sealed_for_several_is_opened_by_each() -> None:
    _, other = age.new_secret()
    assert opened(age.seal(b"a picture", other, sealer().recipient), 3) == b"a picture"


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.data_too_large])
@given(
    st.one_of(st.integers(0, 4 * CHUNK), st.sampled_from(BORDERS)),
    st.integers(1, 200_000),
    st.integers(1, 200_000),
)
def test_any_length_in_any_pieces_comes_back_and_has_the_size_that_was_said(
    size: int, written: int, read: int
) -> None:
    plain = content(size)
    result = b"".join(sealer().seal(pieces(plain, max(written, size // 300))))
    assert len(result) == sealer().size(size)
    assert opened(result, max(read, len(result) // 300)) == plain


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_every_flipped_bit_is_noticed(data: st.DataObject) -> None:
    plain = content(data.draw(st.sampled_from([0, 100, CHUNK, CHUNK + 5])))
    result = bytearray(sealed(plain))
    header = result.index(b"\n--- ") + 60
    place = data.draw(st.one_of(st.integers(0, header), st.integers(0, len(result) - 1)))
    result[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((SealBroken, WrongKey)):
        opened(bytes(result))


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_a_file_that_is_cut_off_anywhere_is_noticed(data: st.DataObject) -> None:
    result = sealed(content(2 * CHUNK + 5))
    whole = [len(result) - 5 - 16 - many * (CHUNK + 16) for many in range(3)]
    end = data.draw(st.one_of(st.integers(0, len(result) - 1), st.sampled_from(whole)))
    with pytest.raises(SealBroken):
        opened(result[:end])


def test_chunks_in_another_order_doubled_or_added_are_noticed() -> None:
    result = sealed(content(3 * CHUNK))
    start, step = len(result) - 3 * (CHUNK + 16), CHUNK + 16
    head, parts = result[:start], list(pieces(result[start:], step))
    for order in itertools.permutations(range(3)):
        if order != (0, 1, 2):
            with pytest.raises(SealBroken):
                opened(head + b"".join(parts[place] for place in order))
    for more in (parts[2], b"\x00", bytes(16)):
        with pytest.raises(SealBroken):
            opened(result + more)


def test_the_part_before_the_damage_is_good_and_nothing_after_it_is_given_out() -> None:
    plain = content(3 * CHUNK)
    result = bytearray(sealed(plain))
    result[-CHUNK - 20] ^= 1
    flow = sealer().open([bytes(result)])
    assert bytes(next(flow)) == plain[:CHUNK]
    with pytest.raises(SealBroken, match=str(CHUNK)):
        next(flow)


def test_another_key_gets_a_sentence_and_nothing_else() -> None:
    other = AgeSealer.of(keys.new_secret())
    with pytest.raises(WrongKey) as told:
        opened(sealed(b"a picture"), by=other)
    assert other.recipient in told.value.sentence
    assert "key sheet" in told.value.sentence


def test_it_can_seal_without_the_secret_and_then_not_open() -> None:
    copying = AgeSealer.sealing_only(sealer().recipient, sealer().names)
    result = b"".join(copying.seal([b"a picture"]))
    assert opened(result) == b"a picture"
    assert copying.name("ab" * 32) == sealer().name("ab" * 32)
    with pytest.raises(SecretMissing):
        copying.open([result])


def test_names_tell_nothing_without_the_secret_and_stay_the_same_with_it() -> None:
    digest = hashlib.sha256(b"a known picture").hexdigest()
    name = sealer().name(digest)
    assert name == sealer().name(digest.upper()) == AgeSealer.of(FIXED_SECRET).name(digest)
    assert name != digest
    assert len(name) == 64
    assert name != AgeSealer.of(keys.new_secret()).name(digest)
    assert sealer().name("00" * 32) != name


def test_keys_do_not_show_in_logs() -> None:
    assert FIXED_SECRET not in repr(sealer())
    assert sealer().names.hex() not in repr(sealer()).replace("\\x", "")
    assert repr(sealer().names) not in repr(sealer())


def test_a_large_file_flows_through() -> None:
    block = bytes(1 << 20)
    tracemalloc.start()
    try:
        flow = sealer().open(sealer().seal(block for _ in range(48)))
        assert sum(len(part) for part in flow) == 48 << 20
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"DICM",
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v1\n-> X25519 ",
        b"age-encryption.org/v2\n-> X25519 AAAA\nAAAA\n--- AAAA\n",
        b"age-encryption.org/v1\n--- AAAA\n",
        b"age-encryption.org/v1\n-> X25519\n\n--- AAAA\n",
        b"age-encryption.org/v1\nno entry\n--- AAAA\n",
        b"age-encryption.org/v1\n-> X25519 AA=\nAAAA\n--- AAAA\n",
        b"age-encryption.org/v1\n-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n--- AAAA\n" + bytes(40),
        b"age-encryption.org/v1\n" + b"-> else x\n\n" * 30 + b"--- AAAA\n",
        b"age-encryption.org/v1\n" + b"x" * (1 << 20),
    ],
)
def test_what_is_no_sealed_file_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises((SealBroken, WrongKey)):
        opened(data)


def test_an_entry_of_an_unknown_kind_is_passed_over() -> None:
    """age itself may add such an entry, so that readers stay tolerant."""
    file_key = bytes(range(16))
    header = sealing._header(file_key, sealer().public)
    lines = header.split(b"\n")
    signed = b"\n".join([lines[0], b"-> new-kind a b", b"A" * 64, b"", *lines[1:3], b"---"])
    mac = sealing._encode(sealing._mac(file_key, signed))
    nonce = bytes(16)
    cipher = sealing.ChaCha20Poly1305(sealing._derive(file_key, nonce, b"payload"))
    chunk = cipher.encrypt(sealing._chunk_nonce(0, True), b"a picture", None)
    assert opened(signed + b" " + mac + b"\n" + nonce + chunk) == b"a picture"


def test_the_key_that_was_typed_is_tried_before_it_is_relied_on() -> None:
    sealing.rehearse(FIXED_SECRET.lower(), sealer().recipient)
    with pytest.raises(WrongKey):
        sealing.rehearse(keys.new_secret(), sealer().recipient)
    with pytest.raises(BadKey):
        sealing.rehearse(FIXED_SECRET[:-1], sealer().recipient)


def test_age_refuses_what_was_changed_here(tmp_path: Path) -> None:
    """The proof that the peer looks at all."""
    result = bytearray(sealed(b"a picture"))
    result[-1] ^= 1
    with pytest.raises(subprocess.CalledProcessError):
        age.opened(bytes(result), FIXED_SECRET, tmp_path)
