"""The pair of keys of a sealed backup, and the texts in which age writes them.

A pair is one X25519 secret and its public half. The public one (`age1...`) lies in the list of targets and on
the target; the secret one (`AGE-SECRET-KEY-1...`) is kept by `credentials.py` and on paper. The texts are
Bech32 (BIP 173) without its limit of 90 signs, as the age format has it. This module keeps nothing.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vetpacs_desktop.errors import KnownError

PUBLIC = "age"
SECRET = "AGE-SECRET-KEY-"
SIGNS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECK_SIGNS = 6
KEY_BYTES = 32
NAMES_INFO = b"vetpacs backup: names of objects, version 1"


class BadKey(KnownError):
    """This is not {what} ({reason}). Type it exactly as it stands on the key sheet; signs in groups may keep
    their spaces."""


def new_secret() -> str:
    """A new secret key, from the system's own source of chance."""
    return secret_text(X25519PrivateKey.generate())


def public_of(secret: str) -> str:
    """The public key (`age1...`) that goes with a secret one. Raises `BadKey`."""
    return public_text(parse_secret(secret).public_key())


def names_key(secret: str) -> bytes:
    """32 bytes, known only with the secret key, from which the names of sealed objects are made.

    A run needs them and the public key, nothing else: so a computer can go on copying without the secret.
    Raises `BadKey`.
    """
    raw = parse_secret(secret).private_bytes_raw()
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=NAMES_INFO).derive(raw)


def secret_text(key: X25519PrivateKey) -> str:
    """As age writes it: capitals."""
    return bech32(SECRET.lower(), key.private_bytes_raw()).upper()


def public_text(key: X25519PublicKey) -> str:
    """As age writes it: small letters."""
    return bech32(PUBLIC, key.public_bytes_raw())


def parse_secret(text: str) -> X25519PrivateKey:
    """A secret key from its text, with spaces and line breaks as on paper or without. Raises `BadKey`."""
    return X25519PrivateKey.from_private_bytes(_parse(text, SECRET.lower(), "the secret key of a backup"))


def parse_public(text: str) -> X25519PublicKey:
    """A public key from its text. Raises `BadKey`."""
    return X25519PublicKey.from_public_bytes(_parse(text, PUBLIC, "the public key of a backup"))


def bech32(prefix: str, data: bytes) -> str:
    """`data` in Bech32 behind `prefix` (small letters), BIP 173."""
    values = _regroup(data, 8, 5, pad=True)
    check = _polymod([*_spread(prefix), *values, *([0] * CHECK_SIGNS)]) ^ 1
    signs = values + [(check >> 5 * (CHECK_SIGNS - 1 - place)) & 31 for place in range(CHECK_SIGNS)]
    return prefix + "1" + "".join(SIGNS[value] for value in signs)


def unbech32(text: str) -> tuple[str, bytes]:
    """The prefix (small letters) and the bytes of a Bech32 text. Raises `ValueError` with the reason."""
    if text not in (text.lower(), text.upper()):
        raise ValueError("capitals and small letters are mixed")
    prefix, one, signs = text.lower().rpartition("1")
    if not one or not prefix or len(signs) < CHECK_SIGNS:
        raise ValueError("it is too short")
    if not set(signs) <= set(SIGNS):
        wrong = next(sign for sign in signs if sign not in SIGNS)
        raise ValueError(f"it holds the sign {wrong}, which is in no key")
    values = [SIGNS.index(sign) for sign in signs]
    if _polymod([*_spread(prefix), *values]) != 1:
        raise ValueError("a sign of it is wrong or missing")
    return prefix, bytes(_regroup(values[:-CHECK_SIGNS], 5, 8, pad=False))


def _parse(text: str, prefix: str, what: str) -> bytes:
    try:
        found, data = unbech32("".join(text.split()))
    except ValueError as error:
        raise BadKey(what=what, reason=str(error)) from error
    if found != prefix:
        raise BadKey(what=what, reason=f"it would begin with {prefix.upper()}1")
    if len(data) != KEY_BYTES:
        raise BadKey(what=what, reason="it has the wrong length")
    return data


def _spread(prefix: str) -> list[int]:
    codes = prefix.encode("ascii", errors="replace")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate(GENERATOR):
            check ^= factor if top >> bit & 1 else 0
    return check


def _regroup(values: bytes | list[int], have: int, want: int, *, pad: bool) -> list[int]:
    """Bits in groups of `have` as groups of `want`; what is left over must be nought unless padded."""
    held = bits = 0
    out = []
    for value in values:
        held = held << have | value
        bits += have
        while bits >= want:
            bits -= want
            out.append(held >> bits & (1 << want) - 1)
        held &= (1 << bits) - 1
    if pad and bits:
        out.append(held << want - bits & (1 << want) - 1)
    elif not pad and (bits >= have or held):
        raise ValueError("its last sign is wrong")
    return out
