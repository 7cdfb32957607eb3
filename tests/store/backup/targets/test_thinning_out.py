"""A backup is made, sealed, thinned out and proved on each kind of place alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.helpers.small_files import from_folder, picture, write
from tests.store.backup.targets.conftest import Spot
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.backup import places, reading
from vetpacs_desktop.store.backup.making import proving, running
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.sealing.sealing import AgeSealer
from vetpacs_desktop.store.backup.thinning import pruning
from vetpacs_desktop.store.library import Library


def test_sealed_generations_go_in_two_steps(spot: Spot, home: Home, tmp_path: Path) -> None:
    target = spot.open()
    sealer = AgeSealer.of(keys.new_secret())
    places.add(home.make(), Place("Place", "somewhere", recipient=sealer.recipient, keep="daily 1"))
    now = datetime(2026, 11, 1, 2, tzinfo=UTC)
    gone: list[str] = []
    for day in range(1, 5):
        now += timedelta(days=1)
        library = Library.open(home)
        one = picture(study=str(day), pixels=bytes([day]) * 32)
        library.file([from_folder(write(one, tmp_path / f"{day}.dcm"))])
        library.close()
        place = places.find(home, "Place")
        running.run(home, place, target, sealer=sealer, now=lambda: now)  # noqa: B023 - called at once
        place = places.find(home, "Place")
        gone += pruning.prune(home, place, target, sealer=sealer, now=lambda: now).gone  # noqa: B023
    assert len(gone) == 2
    assert len(pruning.leaving(target)) == 1
    [last] = reading.generation_ids(target)
    assert proving.verify(home, place, target, last, sealer=sealer).clean
    lists = list(target.entries("VetPACS/lists"))
    assert lists
    assert all(entry.name.endswith(".tsv.age") for entry in lists)
    assert len(list(target.folders("VetPACS/generations"))) == 2
