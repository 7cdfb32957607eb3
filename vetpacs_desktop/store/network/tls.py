"""Encrypted connections (PS3.15 B.9 to B.12): this computer's certificate, and whom it trusts.

It makes a certificate where the clinic has none, and the contexts both sides use. It opens no port and never
weakens what it was told: a file that can't be used is an error, not a connection without encryption.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vetpacs_desktop.errors import KnownError
from vetpacs_desktop.paths import Home
from vetpacs_desktop.settings import Settings

if TYPE_CHECKING:
    from cryptography.x509 import GeneralName, KeyUsage

VALID_DAYS = 3650
"""A certificate that nobody renews must outlive the computer; machines are given it once, by hand."""
OWNER_ONLY = 0o600
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


class BadCertificate(KnownError):
    """The certificate for encrypted connections can't be used ({reason}); choose other files in System >
    Receiver, or leave the fields empty to use the one VetPACS makes itself."""


@dataclass(frozen=True, slots=True)
class Identity:
    """This computer's certificate and key, as PEM files."""

    certificate: Path
    key: Path
    own: bool
    """Made by this program, not given by the clinic."""


def identity(home: Home, settings: Settings) -> Identity:
    """The clinic's certificate where the settings name one, else a self-made one, made on first use.

    Raises `BadCertificate`.
    """
    named = settings.text("receiver.tls_certificate")
    if named:
        key = settings.text("receiver.tls_key") or named
        return Identity(Path(named), Path(key), own=False)
    made = Identity(home.certificates / "certificate.pem", home.certificates / "key.pem", own=True)
    if not (made.certificate.exists() and made.key.exists()):
        _make(made)
    return made


def public(home: Home, settings: Settings) -> str:
    """The certificate that machines are shown, as PEM, without the key that may stand beside it.

    Raises `BadCertificate`.
    """
    try:
        text = identity(home, settings).certificate.read_text(encoding="ascii", errors="replace")
        start = text.index(_BEGIN)
        return text[start : text.index(_END, start) + len(_END)] + "\n"
    except (OSError, ValueError) as error:
        raise BadCertificate(reason=getattr(error, "strerror", None) or "it is no certificate") from error


def fingerprint(home: Home, settings: Settings) -> str:
    """The SHA-256 of the certificate in pairs of digits, to compare on the other machine's screen.

    Raises `BadCertificate`.
    """
    try:
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(public(home, settings)))
    except ValueError as error:
        raise BadCertificate(reason="it is no certificate") from error
    pairs = digest.hexdigest().upper()
    return ":".join(pairs[at : at + 2] for at in range(0, len(pairs), 2))


def listening(home: Home, settings: Settings) -> ssl.SSLContext:
    """The context of the encrypted port; with `receiver.tls_clients`, callers must show one of those
    certificates. Raises `BadCertificate`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _show(context, identity(home, settings))
    trusted = settings.text("receiver.tls_clients")
    if trusted:
        _trust(context, file=Path(trusted))
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def calling(home: Home, settings: Settings, trusted_pem: str = "") -> ssl.SSLContext:
    """The context for a connection that we open.

    `trusted_pem`: the one certificate (or its authority) the other side must have; who holds its key is the
    right one whatever it is called. Empty: the system's authorities and those of `receiver.tls_clients`, and
    the name must be right. We show our own certificate to who asks for one. Raises `BadCertificate`.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _show(context, identity(home, settings))
    if trusted_pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False
        _show(context, identity(home, settings))
        _trust(context, data=trusted_pem)
    elif trusted := settings.text("receiver.tls_clients"):
        _trust(context, file=Path(trusted))
    return context


def _show(context: ssl.SSLContext, shown: Identity) -> None:
    try:
        context.load_cert_chain(shown.certificate, shown.key, password=_no_password)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or "it can't be read"
        raise BadCertificate(reason=f"{shown.certificate}: {reason}") from error


def _no_password() -> str:
    """A service has nobody to ask; OpenSSL would ask on the terminal."""
    return ""


def _trust(context: ssl.SSLContext, *, file: Path | None = None, data: str | None = None) -> None:
    # A machine's own certificate may be named instead of the authority that signed it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cafile=file, cadata=data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it holds no certificate"
        raise BadCertificate(reason=f"{file or 'the other machine'}: {reason}") from error


def _make(made: Identity) -> None:
    """A self-signed certificate for this computer's names and addresses, its key readable by us alone."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    # RSA, because old machines know nothing else.
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    host = socket.gethostname()[:64] or "vetpacs"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(both, critical=False)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(made.key, secret)
    _write(made.certificate, certificate.public_bytes(pem))


def _usage() -> KeyUsage:
    """It proves who we are, and signs itself."""
    from cryptography.x509 import KeyUsage

    return KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _names(host: str) -> list[GeneralName]:
    from cryptography import x509

    from vetpacs_desktop.store.archives.addresses import own_addresses

    names = dict.fromkeys(name for name in (host, "localhost") if name.isascii())
    numbers = dict.fromkeys(["127.0.0.1", *own_addresses()])
    found: list[GeneralName] = [x509.DNSName(name) for name in names]
    return found + [x509.IPAddress(ipaddress.ip_address(number)) for number in numbers]


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    fresh = path.with_suffix(".part")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
        file.write(data)
    fresh.replace(path)
