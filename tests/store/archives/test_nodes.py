"""Other archives in the database: addresses people type, names once only, the last word with each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.store.archives.nodes import BadAddress, Node, NodeExists, NodeUnknown, parsed
from vetpacs_desktop.store.archives.routing import Rule
from vetpacs_desktop.store.library import Library


@pytest.mark.parametrize(
    ("address", "title", "host", "port"),
    [
        ("ORTHANC@192.168.1.30:4242", "ORTHANC", "192.168.1.30", 4242),
        (" CT 1 @ct-room:104", "CT 1", "ct-room", 104),
        ("PACS@[fe80::1]:11112", "PACS", "fe80::1", 11112),
        ("PACS@fe80::1:11112", "PACS", "fe80::1", 11112),
    ],
)
def test_an_address_is_read(address: str, title: str, host: str, port: int) -> None:
    node = parsed("Clinic", address)
    assert (node.ae_title, node.host, node.port) == (title, host, port)
    assert parsed("Clinic", node.address) == node


@pytest.mark.parametrize(
    "address",
    [
        "ORTHANC",
        "ORTHANC@host",
        "@host:104",
        "ORTHANC@:104",
        "ORTHANC@host:0",
        "ORTHANC@host:70000",
        "ORTHANC@host:port",
        "A NAME THAT IS TOO LONG@host:104",
        "BACK\\SLASH@host:104",
        "ORTHANC@two words:104",
    ],
)
def test_an_address_that_can_not_be_is_told(address: str) -> None:
    with pytest.raises(BadAddress, match="is no address of another archive"):
        parsed("Clinic", address)


def test_a_name_is_there_once_whatever_its_case(library: Library) -> None:
    clinic = library.nodes.add(Node("Clinic", "ORTHANC", "host", 104))
    with pytest.raises(NodeExists, match="CLINIC"):
        library.nodes.add(Node("CLINIC", "OTHER", "host", 105))
    assert library.nodes.get("clinic") == clinic
    other = library.nodes.add(Node("Other", "OTHER", "host", 105))
    with pytest.raises(NodeExists):
        library.nodes.change(replace(other, name="clinic"))
    assert library.nodes.change(replace(other, port=106)).port == 106
    assert [node.name for node in library.nodes.list()] == ["Clinic", "Other"]
    assert library.nodes.by_ae_title("OTHER") == library.nodes.get("other")
    assert library.nodes.by_ae_title("NOBODY") is None


def test_the_last_word_is_kept(library: Library) -> None:
    node = library.nodes.add(Node("Clinic", "ORTHANC", "host", 104))
    assert library.nodes.state(node).ok_at == ""
    library.nodes.note(node)
    library.nodes.note(node, "It is switched off.")
    state = library.nodes.state(node)
    assert state.trouble == "It is switched off."
    assert state.ok_at
    assert state.trouble_at >= state.ok_at
    library.nodes.note(node)
    assert library.nodes.state(node).trouble == ""


def test_what_belongs_to_an_archive_goes_with_it(library: Library, tmp_path: Path) -> None:
    library.file([from_folder(write(picture(), tmp_path / "1.dcm"))])
    (study,) = library.search("")
    rows = library.instances(study_uid=study.study_uid)
    node = library.nodes.add(Node("Clinic", "ORTHANC", "host", 104))
    library.outbox.put(rows, node)
    library.outbox.give(node, rows)
    library.routes.save(Rule("Everything", "Clinic"))
    library.nodes.remove("clinic")
    assert library.outbox.sendings() == []
    assert library.routes.rules() == ()
    with pytest.raises(NodeUnknown, match="node add"):
        library.nodes.get("Clinic")
    with pytest.raises(NodeUnknown):
        library.nodes.remove("Clinic")
    again = library.nodes.add(Node("Clinic", "ORTHANC", "host", 104))
    assert again.node_id != node.node_id  # nothing of the old one can stick to it
    assert library.outbox.not_given(again, rows) == rows
