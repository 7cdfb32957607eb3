"""What the window asks of backups, without a window: state, places, details, certificates, coming back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.helpers.small_files import picture, write
from tests.ui.backup.conftest import saved_to
from vetpacs_desktop.app import App
from vetpacs_desktop.jobs import CancelToken, ignore
from vetpacs_desktop.store.backup import places
from vetpacs_desktop.store.backup.credentials import password_of, secrets_of
from vetpacs_desktop.store.backup.places import Place
from vetpacs_desktop.store.backup.returning.coming_back import Scope
from vetpacs_desktop.store.backup.sealing import keys
from vetpacs_desktop.store.backup.sealing.place_keys import sealer_of
from vetpacs_desktop.store.backup.tending.health import GREEN
from vetpacs_desktop.store.intake.importing.stages import import_paths
from vetpacs_desktop.ui.operations import (
    backing_up,
    backup_certificate,
    backup_details,
    backup_places,
    bringing_back,
)
from vetpacs_desktop.ui.operations.backing_up import Looker
from vetpacs_desktop.ui.operations.backup_places import Order
from vetpacs_desktop.ui.operations.bringing_back import From


@pytest.fixture
def nas(tmp_path: Path) -> Path:
    folder = tmp_path / "nas"
    folder.mkdir()
    return folder


@pytest.fixture
def saved(app: App, nas: Path, tmp_path: Path) -> Place:
    file = write(picture(PatientName="Smith^Fluffy"), tmp_path / "one.dcm")
    assert import_paths(app.library, app.home, [file], ignore, CancelToken()).stored == 1
    return saved_to(app.home, nas)


def test_a_look_is_taken_again_when_something_began_or_ended(saved: Place, app: App) -> None:
    looker, now = Looker(app.home), datetime.now(UTC).astimezone()
    (before,) = looker.look(now).places
    assert before.health is not None
    assert before.health.light == GREEN
    (later,) = looker.look(now + timedelta(days=20)).places
    assert later.health == before.health  # a moment ago
    (anew,) = looker.look(now + timedelta(days=20), anew=True).places
    assert anew.health is not None
    assert anew.health.light != GREEN
    looker.close()


def test_a_password_goes_to_the_secrets_and_moves_with_the_name(app: App, nas: Path) -> None:
    url = "sftp://vet@192.0.2.1/backup"
    backup_places.set_up(app.home, Order(Place("Away", url), password="s3cret"), ignore, CancelToken())
    assert "s3cret" not in (app.home.root / places.FILE).read_text()
    renamed = Order(Place("Far", url), editing="Away")
    backup_places.set_up(app.home, renamed, ignore, CancelToken())
    kept = secrets_of(app.home)
    assert (kept.get(password_of("Far")), kept.get(password_of("Away"))) == ("s3cret", "")
    assert "s3cret" not in repr(backup_places.secrets_for(app.home, renamed)) + repr(renamed)
    backup_places.remove(app.home, "Far")
    assert kept.get(password_of("Far")) == ""


def test_a_key_is_tried_before_it_is_kept(app: App, nas: Path) -> None:
    secret = keys.new_secret()
    place = Place("Away", str(nas), recipient=keys.public_of(secret))
    made = backup_places.set_up(app.home, Order(place, secret=secret), ignore, CancelToken())
    assert "opened with the key" in made.trial
    sealer = sealer_of(made.place, secrets_of(app.home))
    assert sealer is not None
    assert not list((nas / "VetPACS").glob("trial*"))


def test_details_proofs_and_certificates_agree(saved: Place, app: App) -> None:
    now = datetime.now(UTC).astimezone()
    assert backup_details.drill(app.home, saved, ignore, CancelToken()).good
    assert backup_details.prove(app.home, saved, ignore, CancelToken()).good
    known = backup_details.read(app.home, saved, now)
    assert {drill.kind for drill in known.drills} >= {"drill", "verify"}
    found = backup_certificate.gather(app.home, "Clinic", (1, 1), now)
    assert found.places[0].known.generations == known.generations
    assert len(found.places[0].digest) == 64
    assert not backup_details.preview(app.home, saved, now).go
    assert "Nothing had to go" in backup_details.prune(app.home, saved, ignore, CancelToken()).sentence


def test_what_is_there_is_listed_searched_and_brought_back(saved: Place, app: App) -> None:
    wanted = From(saved)
    found = bringing_back.look(app.home, wanted, ignore, CancelToken())
    assert not found.empty_here
    generation = found.generations[0].id
    listed = bringing_back.fetch_list(app.home, wanted, generation, ignore, CancelToken())
    assert listed.exams == 1
    (row,) = bringing_back.find(app.home, listed, "fluffy")
    assert not bringing_back.find(app.home, listed, "nobody")
    (image,) = app.library.instances(study_uid=row.study_uid)
    image.path.unlink()
    back = bringing_back.bring(
        app.home, wanted, generation, Scope(studies=(row.study_uid,)), ignore, CancelToken()
    )
    assert (back.restored, back.mended) == (1, 1)
    assert image.path.exists()


def test_without_a_service_nobody_is_asked(saved: Place, app: App) -> None:
    assert backing_up.ask_to_run(app.home, ["NAS"]) is False
