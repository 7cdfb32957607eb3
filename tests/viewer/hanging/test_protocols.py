"""The files of protocols: those that ship, those that a person saved or spoilt."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.paths import resources
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.hanging.matching import matching
from vetpacs_desktop.viewer.hanging.placing import Candidate, place
from vetpacs_desktop.viewer.hanging.protocol import (
    LETTERS,
    BadProtocol,
    Edges,
    Layout,
    Protocol,
    Slot,
    protocols_text,
    read_protocols,
)
from vetpacs_desktop.viewer.hanging.seen import Seen
from vetpacs_desktop.viewer.hanging.shelf import LayoutNotSaved, Shelf, shipped_protocols
from vetpacs_desktop.viewer.hanging.vocabulary import shipped
from vetpacs_desktop.viewer.state import Preset, PresetKind

FILES = sorted(path for path in (resources() / "hanging").glob("*.toml") if path.name != "words.toml")
MODALITIES = {"radiograph": "DX"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_is_read_and_hangs_what_it_is_for(path: Path) -> None:
    protocols = read_protocols(path, shipped())
    assert protocols
    for protocol in protocols:
        candidates = [_meant(protocol, slot, n) for n, slot in enumerate(protocol.slots)]
        if protocol.both_sides:
            candidates = [
                replace(one, seen=replace(one.seen, side="RL"[n % 2])) for n, one in enumerate(candidates)
            ]
        species = protocol.species[0] if protocol.species else "dog"
        assert protocol in matching(protocols, candidates, species), protocol.name
        plan = place(protocol, candidates)
        shown = [(cell.series, cell.stack) for cell in plan.cells if cell is not None]
        assert len(set(shown)) == len(shown)
        if protocol.layout is Layout.ONE:
            assert len(shown) == 1
        else:
            assert len(shown) == len(candidates), f"{protocol.name} leaves images out"
        assert len(plan.cells) == plan.rows * plan.columns


def _meant(protocol: Protocol, slot: Slot, number: int) -> Candidate:
    """An image for one place of a protocol."""
    modality = protocol.modalities[0] if protocol.modalities else "DX"
    regions = slot.regions[:1] or protocol.regions[:1]
    seen = Seen(
        modality=MODALITIES.get(modality, modality),
        regions=frozenset(regions),
        view=slot.views[0] if slot.views else "",
        side=slot.side,
    )
    return Candidate(number, 0, seen)


def test_names_of_shipped_protocols_differ() -> None:
    names = [one.name for one in shipped_protocols()]
    assert len(set(names)) == len(names)


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
edges = st.builds(
    lambda left, top: Edges(tuple(left), tuple(top)),
    st.lists(st.sampled_from(sorted(LETTERS)), min_size=1, max_size=2),
    st.lists(st.sampled_from(sorted(LETTERS)), max_size=2),
)
slots = st.builds(
    Slot,
    views=st.sampled_from([(), ("vd",), ("lateral", "dv")]),
    side=st.sampled_from(["", "R", "L"]),
    regions=st.sampled_from([(), ("thorax",), ("stifle", "limb")]),
    words=st.lists(words, max_size=2).map(tuple),
    prior=st.booleans(),
    empty=st.booleans(),
    edges=st.lists(edges, max_size=2).map(tuple),
    flip=st.booleans(),
    rotate=st.sampled_from([0, 90, 180, 270]),
    window=st.sampled_from(
        [None, Window(40.0, 350.0), Preset(PresetKind.AUTOMATIC), Preset(PresetKind.TISSUE, 1)]
    ),
    invert=st.booleans(),
)
protocols = st.builds(
    Protocol,
    name=words.map(str.strip).filter(bool),
    species=st.sampled_from([(), ("dog",), ("dog", "cat")]),
    modalities=st.sampled_from([(), ("radiograph",), ("CT", "MR")]),
    regions=st.sampled_from([(), ("thorax",)]),
    both_sides=st.booleans(),
    layout=st.sampled_from(list(Layout)),
    slots=st.lists(slots, max_size=4).map(tuple),
    own=st.just(True),
)


@given(protocols)
def test_a_saved_protocol_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, protocol: Protocol
) -> None:
    path = tmp_path_factory.mktemp("saved") / "one.toml"
    path.write_text(protocols_text([protocol]), encoding="utf-8")
    assert read_protocols(path, shipped(), own=True) == (replace(protocol, path=path),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no [[protocol]]"),
        ("protocol = 3", "no [[protocol]]"),
        ("[[protocol]", "can't be read"),
        ('[[protocol]]\nname = " "', "has no name"),
        ("[[protocol]]\nname = 3", "name is not a text"),
        ('[[protocol]]\nname = "A"\nlayout = "spiral"', 'layout is "spiral"'),
        ('[[protocol]]\nname = "A"\nregion = ["knee joint"]', 'the region "knee joint" is not known'),
        ('[[protocol]]\nname = "A"\ncolour = "red"', '"colour" means nothing in a protocol'),
        ('[[protocol]]\nname = "A"\nrows = 9', "rows is 9"),
        ('[[protocol]]\nname = "A"\nrows = true', "rows is True"),
        ('[[protocol]]\nname = "A"\nplace = 3', "place is not a list"),
        ('[[protocol]]\nname = "A"\nplace = [3]', "a place is not a table"),
        (
            '[[protocol]]\nname = "A"\n[[protocol.place]]\nview = ["sideways"]',
            'the view "sideways" is not known',
        ),
        ('[[protocol]]\nname = "A"\n[[protocol.place]]\nside = "B"', 'side is "B"'),
        ('[[protocol]]\nname = "A"\n[[protocol.place]]\nrotate = 45', "rotate is 45"),
        ('[[protocol]]\nname = "A"\n[[protocol.place]]\nshow = [{left = "XX"}]', '"XX" is no letter'),
        ('[[protocol]]\nname = "A"\n[[protocol.place]]\nshow = [{}]', "show needs left or top"),
        ('[[protocol]]\nname = "A"\n[[protocol.place]]\nwindow = [1, 0]', "window is [1, 0]"),
        ('[[protocol]]\nname = "A"\n[[protocol.place]]\nflip = "yes"', "flip is neither true nor false"),
        ('[[protocol]]\nname = "A"\n[[protocol.place]]\nwords = [3]', "words is not a list of words"),
    ],
)
def test_a_spoilt_file_is_named_with_its_reason_and_hinders_nobody(
    tmp_path: Path, text: str, reason: str
) -> None:
    shelf = Shelf(tmp_path)
    kept = shelf.keep(Protocol(name="Good", own=True))
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    shelf.look_again()
    assert shelf.own == (kept,)
    assert len(shelf.problems) == 1
    assert isinstance(shelf.problems[0], BadProtocol)
    assert reason in shelf.problems[0].sentence
    assert "bad.toml" in shelf.problems[0].sentence


# --- the user's shelf -----------------------------------------------------------------------------


def test_keeping_renaming_deleting(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "hanging")
    assert shelf.own == ()
    kept = shelf.keep(Protocol(name="Hüfte: meine", layout=Layout.GRID, rows=1, columns=2, own=True))
    assert kept.path == tmp_path / "hanging" / "hufte-meine.toml"
    assert Shelf(tmp_path / "hanging").own == (kept,), "another start finds it"
    renamed = shelf.rename(kept, "Hips")
    assert [one.name for one in shelf.own] == ["Hips"]
    assert shelf.all[0] == renamed
    assert shelf.all[1:] == shipped_protocols()
    shelf.delete(renamed)
    assert shelf.own == ()
    assert not list((tmp_path / "hanging").iterdir())


def test_the_same_name_replaces_and_a_taken_one_is_refused(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.keep(Protocol(name="One", columns=1, own=True))
    shelf.keep(Protocol(name="one", layout=Layout.ONE, own=True))
    assert [(one.name, one.layout) for one in shelf.own] == [("one", Layout.ONE)]
    other = shelf.keep(Protocol(name="Two", own=True))
    with pytest.raises(LayoutNotSaved, match="already"):
        shelf.rename(other, "ONE")
    assert first.path == shelf.own[0].path


def test_a_file_copied_from_another_workstation_may_hold_several(tmp_path: Path) -> None:
    text = protocols_text(Protocol(name=name) for name in ("A", "B"))
    (tmp_path / "copied.toml").write_text(text, encoding="utf-8")
    shelf = Shelf(tmp_path)
    assert [one.name for one in shelf.own] == ["A", "B"]
    shelf.delete(shelf.own[0])
    assert [one.name for one in shelf.own] == ["B"]
    shelf.rename(shelf.own[0], "C")
    assert [one.name for one in Shelf(tmp_path).own] == ["C"]


def test_files_are_read_ahead_and_what_is_saved_meanwhile_is_not_lost(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.own == ()
    (tmp_path / "copied.toml").write_text(protocols_text([Protocol(name="A")]), encoding="utf-8")
    assert shelf.own == ()
    shelf.read_ahead()
    assert [one.name for one in shelf.own] == ["A"]
    shelf.keep(Protocol(name="B", own=True))
    assert [one.name for one in shelf.own] == ["A", "B"]


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LayoutNotSaved, match="images are untouched"):
        Shelf(tmp_path / "file").keep(Protocol(name="A", own=True))
