"""``docs/conformance.md`` from the tables; ``python -m tests.helpers.conformance_page`` writes it."""

from pathlib import Path

from pydicom.datadict import dictionary_description

from vetpacs_desktop.store import conformance
from vetpacs_desktop.store.conformance import Coding
from vetpacs_desktop.store.matching import conditions
from vetpacs_desktop.store.matching.question import Level
from vetpacs_desktop.store.network.answering import answers

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"
HEAD = """# DICOM conformance statement

*Made from the program's own tables (`store/conformance.py`, `store/network/`) by
`python -m tests.helpers.conformance_page`; a test compares. Don't edit it here.*

VetPACS Desktop is an archive and a viewer. It receives and keeps objects, answers searches, gives objects
away, says what it keeps, and does the same with other archives.

| | |
|---|---|
| Implementation Class UID | `{class_uid}` |
| Implementation Version Name | `{version}` |
| Largest PDU received | `receiver.max_pdu_kib` of the settings (1 MiB unless changed) |
| Associations at a time | `receiver.max_associations` (25) |
| Called AE title | any, or its own alone with `receiver.only_own_name` |
| Asynchronous operations | none |
"""
SERVICES = """
## Services

| service | UID | our side |
|---|---|---|
"""
STORAGE = """
Storage: provider and user of every storage SOP class below, and provider of every private or unknown one.
Success is answered only after the object is flushed to the disk. The same object again is success; the same
SOP Instance UID with other contents is kept beside the first and shown to a person.

| status | when |
|---|---|
| 0000 | kept |
| A700, A701 | the disk is full or can't be written; nothing was kept, send again |
| A702 | larger than `receiver.max_object_mib` |
| A900 | the object is another than the request says; set aside, not lost |
| B007 | no image but a disc's directory; set aside |
| C000 | can't be understood; set aside |

## Search and retrieval

**Who may.** Nobody but the archives that the clinic has entered, from their own addresses, unless
`receiver.who_may_fetch` says otherwise. Others get status 0124 with the reason as the Error Comment, and
are listed for the clinic.

**Matching** follows PS3.4 C.2.2.2: single value, list of UIDs (lists are taken for every other attribute,
too), universal, wildcards `*` and `?`, ranges of dates and times, sequences. Letters match in any case,
with or without accents, in any script; ä matches ae. A name without `^` may be the animal's, the owner's or
a word of either; with `^` it is taken component by component. Relational queries are answered whether or
not they were negotiated; combined date-time matching where it was; time zones are not looked at. An
attribute that can't be matched is treated as universal, and the status is then FF01.

**Words.** Where a person has corrected an exam the corrected words are matched, answered and sent; the
object as it was received is kept. Specific Character Set of an answer: none where ASCII suffices, else the
asker's own where it can say the answer, else ISO_IR 100 if the asker named none, else ISO_IR 192.

**Patients** of the patient root model are told apart by Patient ID, issuer and the animal's name, because
devices put the owner's telephone number into Patient ID.

| attribute | matched | answered at and below the level |
|---|---|---|
"""
AFTER = """
Any other standard attribute that is asked for is read from an image of the match (zero length where it has
none).
Answered always: Query/Retrieve Level, Retrieve AE Title, Specific Character Set where needed.

**Retrieval.** C-MOVE to the archives that the clinic has entered (an unknown destination is A801; the
archive's own name counts what is here as completed), C-GET with SCP/SCU role selection. An object leaves
under the transfer syntax it is kept in where that is accepted, else decompressed to Explicit or Implicit VR
Little Endian; nothing is ever compressed. What can't be converted counts as a failed sub-operation. Interim
responses carry the counts; the final one carries the Failed SOP Instance UID List. C-CANCEL is honoured
between two objects.

| status | when |
|---|---|
| 0000 | all done (an empty match as well) |
| FF00, FF01 | one answer; some keys were not looked at |
| FE00 | cancelled by the asker |
| B000 | some sub-operations failed |
| 0124 | the asker may not |
| A701 | more than 65,535 images |
| A702 | all sub-operations failed |
| A801 | unknown destination |
| A900 | the identifier does not fit the model, or a unique key is missing |
| C001 | the library can't be read at the moment |

## Storage Commitment

Push model. A request is written down before it is acknowledged. Each object is read again and its SHA-256
compared with that of its arrival; only then it is in the Referenced SOP Sequence. Others are in the Failed
SOP Sequence: 0110 damaged or unreadable, 0112 not here, 0119 another SOP class. The report comes over the
same association if it is still open, else over a new one to the archive of that AE title (with SCP role),
else as soon as the machine connects again; it is tried for 7 days, also after a restart.

## Objects that are made here

What is drawn becomes Comprehensive SR, Comprehensive 3D SR, Grayscale Softcopy Presentation State and Key
Object Selection documents (see [documents](documents.md)). Planes that are cut from a volume become CT Image
or MR Image objects, as their source is (enhanced sources too), with Image Type DERIVED, SECONDARY, and
REFORMATTED (CT, behind AXIAL, which the class asks for) or MPR; planes of other classes become Secondary
Capture images with an Image Plane. Study, patient, Frame of Reference UID, Patient Position and rescale are
the source's; the series is new, Source Image Sequence and Referenced Series Sequence name the slices that a
plane comes from, Derivation Code Sequence what was done (CID 7203), and Pixel Padding Value marks what lies
outside of the volume, where a value is free for it. A picture along a path is a Secondary Capture image
without a place.

## Security

TLS 1.2 and 1.3 (PS3.15 B.9 ff.) on a second port with `receiver.tls`, with the clinic's certificate or a
self-made one; with `receiver.tls_clients` callers must show a certificate. Connections to other archives
can be encrypted and their certificate pinned. Names of people are never in the log.

## Transfer syntaxes

All of these are received, kept and sent as they are; `converted` says which can be decompressed for who
takes less.

| transfer syntax | UID | pixels | converted |
|---|---|---|---|
"""
CLASSES = """
## Storage SOP classes

| SOP class | UID |
|---|---|
"""


def text() -> str:
    """The whole page."""
    head = HEAD.format(
        class_uid=conformance.IMPLEMENTATION_CLASS_UID, version=conformance.IMPLEMENTATION_VERSION
    )
    services = "".join(f"| {row.name} | `{row.uid}` | {row.role.value} |\n" for row in conformance.services())
    syntaxes = "".join(
        f"| {row.name} | `{row.uid}` | {row.coding.value} | {'yes' if _converts(row) else 'no'} |\n"
        for row in conformance.transfer_syntaxes()
    )
    classes = "".join(f"| {row.name} | `{row.uid}` |\n" for row in conformance.storage_classes())
    return head + SERVICES + services + STORAGE + _attributes() + AFTER + syntaxes + CLASSES + classes


def _converts(row: conformance.TransferSyntax) -> bool:
    """Video and codings no decoder of the sending side knows are sent as they are, or not at all."""
    return row.shown and row.coding is not Coding.VIDEO and "JPEG XL" not in row.name


def _attributes() -> str:
    matched = conditions.matched()
    returned = answers.returned()
    tags = sorted({tag for tag, _ in matched} | returned.keys())
    return "".join(_row(tag, [inner for outer, inner in matched if outer == tag], returned) for tag in tags)


def _row(tag: int, inner: list[int], returned: dict[int, Level]) -> str:
    inside = ", ".join(dictionary_description(one) for one in inner if one)
    how = f"yes, by {inside}" if inside else "yes" if inner else ""
    level = returned[tag].name.lower() if tag in returned else ""
    return f"| {dictionary_description(tag)} ({tag >> 16:04X},{tag & 0xFFFF:04X}) | {how} | {level} |\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
