"""What only the index held survives an index that was torn: archives, rules, what waits to be sent."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.routing import Rule
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.recovery.rebuild import rebuild


def torn(home: Home, tmp_path: Path) -> tuple[int, int]:
    """A library with an archive, a rule and a sending, and one page of its word index spoilt: (the highest
    series number, the newest change)."""
    library = Library.open(home)
    files = [
        write(picture(study=str(number), PatientName="Smith^Fluffy"), tmp_path / f"{number}.dcm")
        for number in range(3)
    ]
    library.file([from_folder(path) for path in files])
    node = library.nodes.add(Node("Clinic", "ORTHANC", "pacs.example", 104))
    library.routes.save(Rule("all", node.name))
    rows = [one for row in library.search("")[:2] for one in library.instances(study_uid=row.study_uid)]
    library.outbox.put(rows, node)
    series = max(one.series_id for row in library.search("") for one in library.series(row.study_uid))
    newest = library.newest_change()
    library.close()
    data = bytearray(home.database.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    start = data.rindex(b"fluffy") // page * page
    data[start : start + page] = b"\xee" * page
    home.database.write_bytes(data)
    return series, newest


def test_archives_rules_and_sendings_come_over(home: Home, tmp_path: Path) -> None:
    series, _ = torn(home, tmp_path)
    rebuild(home, ignore, CancelToken())
    assert list(home.root.glob("library.damaged-*.sqlite"))
    library = Library.open(home)
    assert [node.name for node in library.nodes.list()] == ["Clinic"]
    assert [rule.name for rule in library.routes.rules()] == ["all"]
    assert len(library.outbox.sendings()) == 2
    # Nothing is new to the rules only because the index is.
    assert library.routes.handled_until() == library.newest_change()
    numbers = [one.series_id for row in library.search("") for one in library.series(row.study_uid)]
    assert min(numbers) > series
    library.close()


def test_without_a_readable_index_numbers_are_not_used_again_either(home: Home, tmp_path: Path) -> None:
    series, _ = torn(home, tmp_path)
    home.database.write_bytes(b"\xff" * 8192)
    rebuild(home, ignore, CancelToken())
    library = Library.open(home)
    numbers = [one.series_id for row in library.search("") for one in library.series(row.study_uid)]
    assert min(numbers) > series
    assert library.nodes.list() == ()
    library.close()
