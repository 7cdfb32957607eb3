"""Addresses of targets: what people and the contract write, and that a password never shows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.store.backup.targets.url import Address, BadAddress, Kind, Parsed, hidden, parse

POSIX = pytest.mark.skipif(os.name == "nt", reason="folders of Windows are its own there")
WORD = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="/"), min_size=1, max_size=8
)
FOLDERS = st.lists(
    WORD.filter(lambda word: word not in (".", "..", "~") and word.strip() == word), max_size=3
)


@pytest.mark.parametrize(
    ("text", "address", "password"),
    [
        ("smb://vet@nas/backup", Address(Kind.SMB, "", "nas", 445, "vet", "backup"), ""),
        (
            "smb://vet:p%40ss%2F@nas:4450/backup/a%20b/c",
            Address(Kind.SMB, "a b/c", "nas", 4450, "vet", "backup"),
            "p@ss/",
        ),
        ("smb://vet:p@ss:w@nas/backup/", Address(Kind.SMB, "", "nas", 445, "vet", "backup"), "p@ss:w"),
        ("smb://vet:a#b?c@nas/x#y?z", Address(Kind.SMB, "", "nas", 445, "vet", "x#y?z"), "a#b?c"),
        ("SMB://CLINIC;vet:x@nas/backup", Address(Kind.SMB, "", "nas", 445, "CLINIC\\vet", "backup"), "x"),
        ("smb://nas/backup", Address(Kind.SMB, "", "nas", 445, "", "backup"), ""),
        ("smb://[fe80::1%25eth0]:4450/b", Address(Kind.SMB, "", "fe80::1%25eth0", 4450, "", "b"), ""),
        ("sftp://vet@host/srv/backup", Address(Kind.SFTP, "/srv/backup", "host", 22, "vet"), ""),
        ("sftp://vet:x@host:2222/~/backup", Address(Kind.SFTP, "backup", "host", 2222, "vet"), "x"),
        ("sftp://host", Address(Kind.SFTP, "/", "host", 22), ""),
        ("sftp://host/~", Address(Kind.SFTP, "", "host", 22), ""),
    ],
)
def test_addresses_of_other_computers(text: str, address: Address, password: str) -> None:
    assert parse(text) == Parsed(address, password)
    assert parse(address.url) == Parsed(address)


@POSIX
@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("/srv/backup", "/srv/backup"),
        ("/srv/my backup/", "/srv/my backup"),
        ("file:///srv/a%20b", "/srv/a b"),
        ("file://localhost/srv/b", "/srv/b"),
        ("relative/folder", "/base/relative/folder"),
        ("~/backup", str(Path.home() / "backup")),
    ],
)
def test_folders(text: str, folder: str) -> None:
    assert parse(text, Path("/base")) == Parsed(Address(Kind.FOLDER, folder))


@POSIX
@pytest.mark.parametrize("text", [r"\\nas\backup\a\b", "//nas/backup/a/b"])
def test_a_windows_share_is_a_share(text: str) -> None:
    assert parse(text).address == Address(Kind.SMB, "a/b", "nas", 445, "", "backup")


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "smb://", "smb://nas", "smb://nas/", "ftp://nas/x", "file://nas/x", "sftp:///x"),
        *(
            "smb://nas:0/x",
            "smb://nas:99999/x",
            "smb://nas:port/x",
            "smb://a b/x",
            "smb://nas/a/../b",
            "sftp://h/x\0",
        ),
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadAddress):
        parse(text)


@POSIX
@pytest.mark.parametrize("text", [r"C:\backup", "d:/backup", "E:"])
def test_a_folder_of_windows_is_refused_elsewhere(text: str) -> None:
    with pytest.raises(BadAddress, match="Windows"):
        parse(text)


def test_a_password_never_shows() -> None:
    assert "secret" not in repr(parse("smb://vet:secret@nas/backup"))
    assert "secret" not in parse("smb://vet:secret@nas/backup").address.url
    for text in (
        "smb://vet:secret/word@nas/backup",
        "smb://vet:sec:secret@nas:x/backup",
        "smb://v:secret@nas",
    ):
        with pytest.raises(BadAddress) as caught:
            parse(text)
        assert "secret" not in caught.value.sentence
        assert "secret" not in hidden(text)
    assert hidden("/srv/backup") == "/srv/backup"
    assert hidden("smb://vet:secret@nas/backup") == "smb://vet@nas/backup"


@given(user=WORD, password=WORD, share=WORD, folders=FOLDERS, port=st.integers(1, 65535))
def test_any_account_and_folder_survives_being_written(
    user: str, password: str, share: str, folders: list[str], port: int
) -> None:
    if share in (".", "..") or ";" in user or share.strip() != share:
        return
    address = Address(Kind.SMB, "/".join(folders), "nas", port, user, share)
    assert parse(address.url) == Parsed(address)
    home = Address(Kind.SFTP, "/".join(folders), "host", port, user)
    assert parse(home.url) == Parsed(home)
