"""The program's own documents: how they are known again, and the exact sheet that travels inside them.

DICOM's graphic data are single precision, so the points of large images would come back moved; and tools,
people and times have no place of their own in every document. Private block "VETPACS SHEET 1", group 0011:
xx01 UT, JSON of what the document was made from. Documents that lost it are read like those of others.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from pydicom.dataset import Dataset
from pydicom.uid import UID

from vetpacs_desktop.viewer.annotations import Annotation, ImageRef, KeyImage, Sheet, annotation_from
from vetpacs_desktop.viewer.mouth import Mouth, mouth_from, rows_of
from vetpacs_desktop.viewer.standard.looks import Look

CREATOR = "VETPACS SHEET 1"
GROUP = 0x0011
MAKER = "VetPACS"
MODEL = "VetPACS Desktop"


class Paper(Enum):
    """What kind of document; each has a series of its own."""

    REPORT = "report"
    PRESENTATION = "presentation"
    KEYS = "keys"
    SPACE = "space"
    """What is measured in the animal itself, by places in mm."""


@dataclass(frozen=True, slots=True)
class Own:
    """What an own document was made from."""

    paper: Paper
    library: str
    """Which library wrote it: another clinic may use this program, too."""
    author: str
    digest: str
    """Of its content: an equal one need not be written again."""
    sheet: Sheet
    looks: Mapping[str, Look]
    """By image."""
    images: tuple[str, ...]
    """SOP instances that it speaks of."""


def digest_of(*content: object) -> str:
    """The same for the same content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def mark(dataset: Dataset, own: Own) -> None:
    """Put the exact content into a document."""
    body = {
        "paper": own.paper.value,
        "library": own.library,
        "author": own.author,
        "digest": own.digest,
        "annotations": [plain_annotation(one) for one in own.sheet.annotations],
        "keys": [plain_key(one) for one in own.sheet.keys],
        "mouth": plain_mouth(own.sheet.mouth),
        "looks": {uid: look.to_json() for uid, look in own.looks.items()},
        "images": list(own.images),
    }
    block = dataset.private_block(GROUP, CREATOR, create=True)
    block.add_new(0x01, "UT", json.dumps(body))


def own_of(dataset: Dataset) -> Own | None:
    """The content of an own document; None for those of others and for one that lost it."""
    try:
        body = json.loads(str(dataset.private_block(GROUP, CREATOR)[0x01].value))
        return Own(
            paper=Paper(body["paper"]),
            library=str(body["library"]),
            author=str(body["author"]),
            digest=str(body["digest"]),
            sheet=_sheet(body),
            looks={str(uid): Look.from_json(look) for uid, look in body["looks"].items()},
            images=tuple(str(uid) for uid in body["images"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def plain_annotation(one: Annotation) -> dict[str, object]:
    """An annotation as JSON with everything that it is."""
    about = {
        "id": one.id,
        "sop": one.image.sop_uid,
        "frame": one.image.frame,
        "author": one.author,
        "created": one.created,
        "changed": one.changed,
    }
    return {**one.to_json(), **about}


def plain_key(key: KeyImage) -> dict[str, object]:
    """A key image as JSON."""
    return {
        "id": key.id,
        "sop": key.image.sop_uid,
        "frame": key.image.frame,
        "author": key.author,
        "created": key.created,
    }


def plain_mouth(mouth: Mouth) -> list[dict[str, object]]:
    """A dental chart as JSON with everything that it is."""
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "sop": row.sop_uid,
            "frame": row.frame,
            "author": row.author,
            "created": row.created,
            "changed": row.changed,
            **row.body,
        }
        for row in rows_of(mouth)
    ]


def merged(papers: Iterable[Own]) -> Sheet:
    """The sheet that several documents hold together; each annotation and key image once."""
    annotations: dict[str, Annotation] = {}
    keys: dict[str, KeyImage] = {}
    mouths: dict[str, dict[str, object]] = {}
    for paper in papers:
        mouths.update((str(row["id"]), row) for row in plain_mouth(paper.sheet.mouth))
        annotations.update((one.id, one) for one in paper.sheet.annotations)
        keys.update((one.id, one) for one in paper.sheet.keys)
    ordered = sorted(annotations.values(), key=lambda one: (one.created, one.id))
    marked = tuple(sorted(keys.values(), key=lambda one: (one.created, one.id)))
    rows = sorted(mouths.values(), key=lambda row: (str(row["created"]), str(row["id"])))
    return Sheet(tuple(ordered), marked, _mouth(rows))


def tracking_uid(id: str) -> UID:
    """The UID of an annotation in all documents (PS3.5 B.2): the same id always has the same."""
    try:
        found = uuid.UUID(id)
    except ValueError:
        found = uuid.uuid5(uuid.NAMESPACE_OID, id)
    return UID(f"2.25.{found.int}")


def _sheet(body: Mapping[str, object]) -> Sheet:
    annotations, keys = body["annotations"], body["keys"]
    if not isinstance(annotations, list) or not isinstance(keys, list):
        raise TypeError("not a sheet")
    found = [_annotation(one) for one in annotations]
    return Sheet(
        tuple(one for one in found if one is not None),
        tuple(KeyImage(str(one["id"]), _image(one), str(one["author"]), str(one["created"])) for one in keys),
        _mouth(body.get("mouth", ())),
    )


def _mouth(rows: object) -> Mouth:
    """Documents of former versions hold none."""
    found = rows if isinstance(rows, list) else []
    return mouth_from(
        (
            str(row["id"]),
            str(row["kind"]),
            _image(row),
            row,
            str(row["author"]),
            str(row["created"]),
            str(row["changed"]),
        )
        for row in found
    )


def _annotation(one: Mapping[str, object]) -> Annotation | None:
    people = str(one["author"]), str(one["created"]), str(one["changed"])
    return annotation_from(str(one["id"]), _image(one), one, *people)


def _image(one: Mapping[str, object]) -> ImageRef:
    frame = one["frame"]
    return ImageRef(str(one["sop"]), frame if isinstance(frame, int) else 0)
