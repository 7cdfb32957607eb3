"""How what leaves the clinic is sealed: the age format, so that the age program alone can open it.

Format: age-encryption.org/v1 (C2SP, age.md) for one X25519 key, with the `cryptography` package's primitives:
a header in text that wraps a file's own key, then ChaCha20-Poly1305 in chunks of 64 KiB (STREAM). Everything
flows: no file is ever whole in memory. Nothing is given out that was not authenticated. It keeps no keys.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.store.backup.sealing import keys

SUFFIX = ".age"
VERSION = b"age-encryption.org/v1"
STANZA = b"-> "
END = b"---"
KIND = b"X25519"
WRAP_INFO = b"age-encryption.org/v1/X25519"
CHUNK = 64 * 1024
TAG = 16
FILE_KEY = 16
NONCE = 16
COLUMNS = 64
HEADER_LIMIT = 64 * 1024
"""A header is read whole before anything in it can be trusted; this program's own has 184 bytes."""
STANZA_LIMIT = 20
_NO_NONCE = bytes(12)
_LAST = b"\x01"
_MORE = b"\x00"


class WrongKey(KnownError):
    """The secret key to {public} does not open this backup; it was sealed for another one. Look for the key
    sheet that was printed for this backup."""


class SealBroken(KnownError):
    """A sealed file of the backup was changed or is cut off ({reason}); nothing of it is used. Let the backup
    be proved: what is damaged is copied anew."""


class SecretMissing(KnownError):
    """What lies in this backup can only be read with its secret key. Enter it from the key sheet."""


@dataclass(frozen=True, slots=True)
class AgeSealer:
    """Seals for one public key; opens when it has the secret one. Safe to use from several threads."""

    public: X25519PublicKey
    names: bytes = field(repr=False)
    """`keys.names_key`."""
    secret: X25519PrivateKey | None = field(default=None, repr=False)
    suffix: str = SUFFIX

    @classmethod
    def of(cls, secret: str) -> AgeSealer:
        """Seals and opens. Raises `BadKey`."""
        key = keys.parse_secret(secret)
        return cls(key.public_key(), keys.names_key(secret), key)

    @classmethod
    def sealing_only(cls, public: str, names: bytes) -> AgeSealer:
        """Seals without the secret key. Raises `BadKey`."""
        return cls(keys.parse_public(public), names)

    @property
    def recipient(self) -> str:
        """The public key as text."""
        return keys.public_text(self.public)

    def name(self, sha256: str) -> str:
        """The name of an object whose plain bytes have that SHA-256 (hexadecimal): 64 hexadecimal digits.

        HMAC-SHA-256: the same object has the same name again, and who lacks the secret can't tell from a
        name whether the target holds a picture that he knows.
        """
        return hmac.digest(self.names, sha256.lower().encode("ascii"), "sha256").hex()

    def size(self, plain: int) -> int:
        """Bytes of a sealed file of `plain` bytes; known beforehand because the header's length is fixed."""
        chunks = max(1, -(-plain // CHUNK))
        return _header_bytes() + NONCE + plain + chunks * TAG

    def seal(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The sealed bytes of a file of any length, in blocks of about 64 KiB."""
        file_key = os.urandom(FILE_KEY)
        nonce = os.urandom(NONCE)
        yield _header(file_key, self.public) + nonce
        cipher = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
        for number, chunk, last in _chunks(blocks, CHUNK):
            yield cipher.encrypt(_chunk_nonce(number, last), chunk, None)

    def open(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The plain bytes of a sealed file, each block authenticated before it is given out.

        What was given out is whole only when the iterator ends. Raises `SecretMissing`, `WrongKey`,
        `SealBroken`.
        """
        if self.secret is None:
            raise SecretMissing()
        return _opened(self.secret, iter(blocks))


def rehearse(secret: str, recipient: str) -> None:
    """Prove that a secret key, as a person typed it from the sheet, opens what is sealed for `recipient`.

    Raises `BadKey`, `WrongKey`.
    """
    sealer = AgeSealer.of(secret)
    if recipient != sealer.recipient:
        raise WrongKey(public=sealer.recipient)
    words = os.urandom(CHUNK + 1)
    if b"".join(sealer.open(sealer.seal([words]))) != words:
        raise SealBroken(reason="what was sealed as a trial came back changed")


def _opened(secret: X25519PrivateKey, blocks: Iterator[bytes]) -> Iterator[bytes]:
    header, rest = _split_header(blocks)
    file_key = _file_key(header, secret)
    head = bytearray(rest)
    while len(head) < NONCE:
        head += _next_or_broken(blocks)
    cipher = ChaCha20Poly1305(_derive(file_key, bytes(head[:NONCE]), b"payload"))

    def remaining() -> Iterator[bytes]:
        yield bytes(head[NONCE:])
        yield from blocks

    for number, chunk, last in _chunks(remaining(), CHUNK + TAG):
        if len(chunk) < TAG or (len(chunk) == TAG and number > 0):
            raise SealBroken(reason="it is cut off")
        try:
            yield cipher.decrypt(_chunk_nonce(number, last), chunk, None)
        except InvalidTag as error:
            raise SealBroken(reason=f"near byte {number * CHUNK}") from error


def _chunks(blocks: Iterable[bytes], size: int) -> Iterator[tuple[int, memoryview, bool]]:
    """Blocks of any sizes as chunks of `size` with their numbers; at least one, and the last one is marked.

    A chunk is given out only once it is known whether more follows.
    """
    number = 0
    held = bytearray()
    for block in blocks:
        held += block
        whole = (len(held) - 1) // size if held else 0  # the last full one waits
        if whole:
            full = memoryview(bytes(held[: whole * size]))
            for place in range(whole):
                yield number, full[place * size : (place + 1) * size], False
                number += 1
            del held[: whole * size]
    yield number, memoryview(bytes(held)), True


def _chunk_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (_LAST if last else _MORE)


def _derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=salt, info=info).derive(key)


def _header(file_key: bytes, public: X25519PublicKey) -> bytes:
    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    wrapping = _derive(once.exchange(public), share + public.public_bytes_raw(), WRAP_INFO)
    body = ChaCha20Poly1305(wrapping).encrypt(_NO_NONCE, file_key, None)
    lines = (VERSION, STANZA + KIND + b" " + _encode(share), _encode(body), END)
    signed = b"\n".join(lines)
    return signed + b" " + _encode(_mac(file_key, signed)) + b"\n"


def _header_bytes() -> int:
    text = len(_encode(bytes(32)))
    return len(VERSION) + 1 + len(STANZA + KIND) + 1 + text + 1 + text + 1 + len(END) + 1 + text + 1


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(_derive(file_key, b"", b"header"), signed, "sha256")


def _split_header(blocks: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The header with its last line break, and what was read beyond it."""
    held = b""
    while True:
        end = held.find(b"\n" + END + b" ")
        stop = held.find(b"\n", end + 1) if end >= 0 else -1
        if stop >= 0:
            return held[: stop + 1], held[stop + 1 :]
        if len(held) > HEADER_LIMIT or not (VERSION + b"\n").startswith(held[: len(VERSION) + 1]):
            raise SealBroken(reason="its beginning is not that of a sealed file")
        held += _next_or_broken(blocks)


def _next_or_broken(blocks: Iterator[bytes]) -> bytes:
    for block in blocks:
        if block:
            return block
    raise SealBroken(reason="it is cut off")


def _file_key(header: bytes, secret: X25519PrivateKey) -> bytes:
    """The key of one file, unwrapped, with the header proved. Raises `WrongKey`, `SealBroken`."""
    signed, _, mac = header[:-1].rpartition(b" ")
    lines = signed.split(b"\n")
    if lines[0] != VERSION or lines[-1] != END:
        raise SealBroken(reason="its beginning is damaged")
    for share, body in _stanzas(lines[1:-1]):
        file_key = _unwrap(secret, share, body)
        if file_key is None:
            continue
        if not hmac.compare_digest(_mac(file_key, signed), _decode(mac)):
            raise SealBroken(reason="its beginning was changed")
        return file_key
    raise WrongKey(public=keys.public_text(secret.public_key()))


def _stanzas(lines: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Share and wrapped key of each X25519 entry of a header; entries of other kinds are passed over."""
    place = count = 0
    while place < len(lines):
        if not lines[place].startswith(STANZA):
            raise SealBroken(reason="its beginning is damaged")
        words = lines[place][len(STANZA) :].split(b" ")
        place += 1
        body = b""
        while place < len(lines) and len(lines[place]) == COLUMNS:
            body += lines[place]
            place += 1
        if place == len(lines) or len(lines[place]) > COLUMNS or count == STANZA_LIMIT:
            raise SealBroken(reason="its beginning is damaged")
        body += lines[place]
        place, count = place + 1, count + 1
        if words[0] == KIND:
            if len(words) != 2:
                raise SealBroken(reason="its beginning is damaged")
            yield _exactly(_decode(words[1]), 32), _exactly(_decode(body), FILE_KEY + TAG)
        else:
            _decode(body)


def _unwrap(secret: X25519PrivateKey, share: bytes, body: bytes) -> bytes | None:
    try:
        shared = secret.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:  # a share of low order gives nought
        raise SealBroken(reason="its beginning was changed") from error
    wrapping = _derive(shared, share + secret.public_key().public_bytes_raw(), WRAP_INFO)
    try:
        return ChaCha20Poly1305(wrapping).decrypt(_NO_NONCE, body, None)
    except InvalidTag:
        return None


def _encode(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    """Base64 without padding; only its one proper spelling (RFC 4648, section 3.5)."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise SealBroken(reason="its beginning is damaged") from error
    if _encode(data) != text:
        raise SealBroken(reason="its beginning is damaged")
    return data


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise SealBroken(reason="its beginning is damaged")
    return data
