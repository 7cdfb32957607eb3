"""The index's schema as ordered steps. A released step is never edited: a change is a new step.

Each step runs in one transaction together with its record; a file with a step this program lacks is refused.
"""

from __future__ import annotations

from vetpacs_desktop.store.database import Steps, Tables

STEPS = Steps("vetpacs")

_PATIENT_COLUMNS: dict[str, type] = {
    "animal_name": str,
    "owner_name": str,
    "species": str,
    "breed": str,
    "sex": str,
    "neutered": str,
    "birth_date": str,
    "patient_id": str,
    "issuer": str,
    "microchip": str,
    "other_ids": str,
    "also_known": str,
}


@STEPS.step
def animals_studies_series_and_instances(db: Tables) -> None:
    """What is stored. A study's line in the list is one row, so that a page of the list is one query.

    `list_key` orders studies by the moment of the exam (see `index.list_key`) and is the row id of the search
    index, so that search results come in that order by themselves.
    """
    db.table("animals").create({"animal_id": str, **_PATIENT_COLUMNS}, pk="animal_id")
    db.table("studies").create(
        {
            "study_key": int,
            "study_uid": str,
            "animal_id": str,
            **_PATIENT_COLUMNS,
            "study_date": str,
            "study_time": str,
            "description": str,
            "accession_number": str,
            "study_id": str,
            "referring": str,
            "institution": str,
            "age": str,
            "weight_kg": float,
            "modalities": str,
            "series_count": int,
            "instance_count": int,
            "conflict_count": int,
            "first_received_at": str,
            "received_at": str,
            "source": str,
            "seen": int,
            "list_key": int,
            "animal_sort": str,
            "owner_sort": str,
        },
        pk="study_key",
        foreign_keys=[("animal_id", "animals", "animal_id")],
        defaults={"seen": 0, "series_count": 0, "instance_count": 0, "conflict_count": 0},
    )
    db.table("series").create(
        {
            "series_id": int,
            "study_key": int,
            "series_uid": str,
            "modality": str,
            "number": int,
            "description": str,
            "body_part": str,
            "laterality": str,
            "view_position": str,
            "station": str,
            "manufacturer": str,
            "orientation_type": str,
            "instance_count": int,
            "conflict_count": int,
            "frame_count": int,
        },
        pk="series_id",
        foreign_keys=[("study_key", "studies", "study_key")],
    )
    db.table("instances").create(
        {
            "instance_id": int,
            "series_id": int,
            "sop_uid": str,
            "sop_class_uid": str,
            "transfer_syntax_uid": str,
            "number": int,
            "rows": int,
            "columns": int,
            "frames": int,
            "has_pixels": int,
            "acquired_at": str,
            "path": str,
            "size": int,
            "sha256": str,
            "conflict": int,
            "received_at": str,
            "source": str,
        },
        pk="instance_id",
        foreign_keys=[("series_id", "series", "series_id")],
    )


@STEPS.step
def ways_to_find_them(db: Tables) -> None:
    """One index for each order of the list and each way a row is looked up."""
    studies = db.table("studies")
    studies.create_index(["study_uid"], unique=True)
    studies.create_index(["list_key"], unique=True)
    studies.create_index(["animal_id"])
    for column in ("animal_sort", "owner_sort", "modalities", "instance_count"):
        studies.create_index([column, "list_key"], index_name=f"studies_by_{column}")
    studies.create_index(["received_at"])
    db.table("series").create_index(["study_key", "series_uid"], unique=True)
    db.table("series").create_index(["series_uid"])
    db.table("instances").create_index(["sop_uid"])
    db.table("instances").create_index(["series_id"])


@STEPS.step
def words_to_search(db: Tables) -> None:
    """The words of each study, folded by `folding` before they come here; one to three letters are indexed as
    prefixes, so that the first letter typed is as quick as the tenth."""
    db.execute(
        """
        CREATE VIRTUAL TABLE study_words USING fts5(
            animal, owner, species, breed, chip, patient_id, other_ids, accession, description, modality, day,
            also_known, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
        )
        """
    )


@STEPS.step
def exams_nobody_has_opened(db: Tables) -> None:
    """The unread ones in the order of the list, so that the filter is a walk of a short index."""
    db.execute("CREATE INDEX studies_unread ON studies (list_key) WHERE seen = 0")


@STEPS.step
def feed_of_changes(db: Tables) -> None:
    """What changed, in order; numbers are never used twice."""
    db.execute(
        "CREATE TABLE changes (number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, "
        "study_uid TEXT NOT NULL, at TEXT NOT NULL)"
    )


@STEPS.step
def other_archives(db: Tables) -> None:
    """Where exams can be sent, asked for and fetched from, and how the last contact went."""
    db.execute(
        "CREATE TABLE nodes (node_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, "
        "name_key TEXT NOT NULL UNIQUE, ae_title TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, "
        "tls INTEGER NOT NULL DEFAULT 0, certificate TEXT NOT NULL DEFAULT '', "
        "may_retrieve INTEGER NOT NULL DEFAULT 1, commitment INTEGER NOT NULL DEFAULT 0, "
        "calling_ae TEXT NOT NULL DEFAULT '', ok_at TEXT NOT NULL DEFAULT '', "
        "trouble_at TEXT NOT NULL DEFAULT '', trouble TEXT NOT NULL DEFAULT '')"
    )


@STEPS.step
def trash_and_decisions(db: Tables) -> None:
    """What was moved to the trash and what a person decided about two versions of an image; numbers of
    removed rows are not given again."""
    db.execute("CREATE TABLE numbers (name TEXT PRIMARY KEY, highest INTEGER NOT NULL)")
    db.execute(
        "CREATE TABLE trash (id TEXT PRIMARY KEY, state TEXT NOT NULL, kind TEXT NOT NULL, "
        "study_uid TEXT NOT NULL, facts TEXT NOT NULL, items TEXT NOT NULL, count INTEGER NOT NULL, "
        "bytes INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL)"
    )
    db.execute("CREATE INDEX trash_by_time ON trash (at)")
    db.execute("CREATE INDEX trash_by_study ON trash (study_uid)")
    db.execute("CREATE INDEX trash_unfinished ON trash (state) WHERE state <> 'kept'")
    db.execute(
        "CREATE TABLE decisions (study_uid TEXT NOT NULL, series_uid TEXT NOT NULL, sop_uid TEXT NOT NULL, "
        "sha256 TEXT NOT NULL, choice TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL, "
        "PRIMARY KEY (study_uid, series_uid, sop_uid, sha256))"
    )


@STEPS.step
def what_people_said(db: Tables) -> None:
    """Corrections as a log, the words that they hide, animals that were written down before their first exam,
    and the digest of the file that an object was made from, by which a picture taken twice is known."""
    db.execute(
        "CREATE TABLE corrections (number INTEGER PRIMARY KEY AUTOINCREMENT, "
        "correction_id TEXT NOT NULL UNIQUE, study_uid TEXT NOT NULL, words TEXT NOT NULL, "
        "animal_id TEXT NOT NULL DEFAULT '', author TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT '', "
        "undone_at TEXT NOT NULL DEFAULT '', undone_by TEXT NOT NULL DEFAULT '')"
    )
    db.execute("CREATE INDEX corrections_by_study ON corrections (study_uid)")
    db.table("stated_words").create({"study_uid": str, **_PATIENT_COLUMNS}, pk="study_uid")
    db.execute(
        "CREATE TABLE clinic_animals (animal_id TEXT PRIMARY KEY, words TEXT NOT NULL, "
        "author TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT '')"
    )
    db.execute("ALTER TABLE studies ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE instances ADD COLUMN original TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX instances_by_original ON instances (original) WHERE original <> ''")


@STEPS.step
def what_other_archives_ask_for(db: Tables) -> None:
    """Names and codes as the device wrote them, for answers to other archives; ways to find an exam by day
    and identifiers; and the requests to confirm that images are kept, which outlive a restart."""
    for column in ("name_as_sent", "responsible_as_sent", "animal_codes"):
        db.execute(f"ALTER TABLE studies ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX studies_by_day ON studies (study_date, list_key)")
    db.execute("CREATE INDEX studies_by_patient_id ON studies (patient_id COLLATE NOCASE)")
    db.execute("CREATE INDEX studies_by_accession ON studies (accession_number COLLATE NOCASE)")
    db.execute(
        "CREATE TABLE commitments (number INTEGER PRIMARY KEY AUTOINCREMENT, transaction_uid TEXT NOT NULL, "
        "machine TEXT NOT NULL, address TEXT NOT NULL, called TEXT NOT NULL, asked_at TEXT NOT NULL, "
        "objects TEXT NOT NULL, findings TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, due REAL NOT NULL, "
        "attempts INTEGER NOT NULL DEFAULT 0, trouble TEXT NOT NULL DEFAULT '')"
    )
    db.execute("CREATE INDEX commitments_due ON commitments (due) WHERE state <> 'done'")


@STEPS.step
def exams_on_their_way_out(db: Tables) -> None:
    """The queue of sendings, what each archive was already given, and the rules that send by themselves. What
    belongs to an archive goes with it."""
    db.execute(
        "CREATE TABLE outbox (job_id INTEGER PRIMARY KEY AUTOINCREMENT, "
        "node_id INTEGER NOT NULL REFERENCES nodes (node_id) ON DELETE CASCADE, study_uid TEXT NOT NULL, "
        "asked_by TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, state TEXT NOT NULL, "
        "total INTEGER NOT NULL DEFAULT 0, sent INTEGER NOT NULL DEFAULT 0, "
        "failed INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, "
        "next_at REAL NOT NULL DEFAULT 0, "
        "trouble TEXT NOT NULL DEFAULT '', finished_at TEXT NOT NULL DEFAULT '', "
        "transaction_uid TEXT NOT NULL DEFAULT '')"
    )
    db.execute("CREATE INDEX outbox_to_do ON outbox (node_id, job_id) WHERE state IN ('waiting', 'asking')")
    db.execute("CREATE INDEX outbox_by_study ON outbox (study_uid)")
    db.execute(
        "CREATE TABLE outbox_items (job_id INTEGER NOT NULL REFERENCES outbox (job_id) ON DELETE CASCADE, "
        "position INTEGER NOT NULL, sop_uid TEXT NOT NULL, sha256 TEXT NOT NULL, "
        "state TEXT NOT NULL DEFAULT 'waiting', breaks INTEGER NOT NULL DEFAULT 0, "
        "reason TEXT NOT NULL DEFAULT '', PRIMARY KEY (job_id, position)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE given (node_id INTEGER NOT NULL REFERENCES nodes (node_id) ON DELETE CASCADE, "
        "sop_uid TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (node_id, sop_uid, sha256)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE routes (route_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, "
        "node_id INTEGER NOT NULL REFERENCES nodes (node_id) ON DELETE CASCADE, "
        "modalities TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '', "
        "machines TEXT NOT NULL DEFAULT '', species TEXT NOT NULL DEFAULT '', "
        "active INTEGER NOT NULL DEFAULT 1, since TEXT NOT NULL)"
    )
    db.execute("CREATE TABLE routed_until (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL)")


@STEPS.step
def names_as_sent_under_a_correction(db: Tables) -> None:
    """A correction hides the device's own writing of names and codes as well."""
    for column in ("name_as_sent", "responsible_as_sent", "animal_codes"):
        db.execute(f"ALTER TABLE stated_words ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")


@STEPS.step
def names_of_machines(db: Tables) -> None:
    """What people call the machines that send, and where those answer."""
    db.execute(
        "CREATE TABLE devices (ae_title TEXT PRIMARY KEY, label TEXT NOT NULL DEFAULT '', "
        "kind TEXT NOT NULL DEFAULT 'other', host TEXT NOT NULL DEFAULT '', "
        "port INTEGER NOT NULL DEFAULT 0, added_at TEXT NOT NULL)"
    )


@STEPS.step
def files_of_trash_apart(db: Tables) -> None:
    """A list of a thousand files in the middle of a row would be read whenever the row's end is."""
    db.execute("CREATE TABLE trash_items (id TEXT PRIMARY KEY, items TEXT NOT NULL) WITHOUT ROWID")
    db.execute("INSERT INTO trash_items SELECT id, items FROM trash")
    db.execute("ALTER TABLE trash DROP COLUMN items")


@STEPS.step
def what_readers_drew(db: Tables) -> None:
    """Annotations and key images, a row each; the body is the viewer's."""
    db.execute(
        "CREATE TABLE drawn (item_id TEXT PRIMARY KEY, study_uid TEXT NOT NULL, kind TEXT NOT NULL, "
        "sop_uid TEXT NOT NULL, frame INTEGER NOT NULL, body TEXT NOT NULL, author TEXT NOT NULL, "
        "created_at TEXT NOT NULL, changed_at TEXT NOT NULL) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX drawn_by_study ON drawn (study_uid)")
