"""Names and codes of an exam as other archives read them: as the device wrote them, or with corrected words.

Pure functions of a row of the index. A person's correction always wins over what a device wrote.
"""

from __future__ import annotations

from vetpacs_desktop.store.database import Row
from vetpacs_desktop.store.header import named
from vetpacs_desktop.store.reading import values


def patient_name(study: Row) -> str:
    """Patient's Name: as sent, or ``owner^animal`` (PS3.5 6.2) where a person corrected either."""
    if study["name_as_sent"] and _still_holds(study):
        return str(study["name_as_sent"])
    animal, owner = str(study["animal_name"]), str(study["owner_name"])
    family = owner.partition(",")[0].strip()
    if "," in animal:  # a whole name of a person, which words turned round
        return as_person(animal)
    return f"{family}^{animal}" if family else animal


def responsible(study: Row) -> tuple[str, str, str]:
    """Responsible Person, its role and organisation."""
    owner = str(study["owner_name"])
    sent = str(study["responsible_as_sent"])
    if sent and _still_holds(study):
        person, role, organisation = (*sent.split("\n"), "", "", "")[:3]
        return person or ("" if organisation else as_person(owner)), role, organisation
    return as_person(owner), "OWNER" if owner else "", ""


def _still_holds(study: Row) -> bool:
    """Whether the names as sent mean what stands in the list."""
    if not study["corrected"]:
        return True
    sent, responsible_sent = str(study["name_as_sent"]), str(study["responsible_as_sent"]).split("\n")
    animal, owner, _ = named(_groups(sent), _groups(responsible_sent[0]), human=False)
    organisation = responsible_sent[2] if len(responsible_sent) > 2 else ""
    return (animal, owner or organisation) == (study["animal_name"], study["owner_name"])


def _groups(name: str) -> tuple[tuple[str, ...], ...]:
    return values.name_groups(name.encode(), ("utf-8",))


def as_person(words: str) -> str:
    """``Meier, Dr Anna`` as ``Meier^Dr Anna``."""
    family, comma, called = words.partition(",")
    return f"{family.strip()}^{called.strip()}" if comma else words


def codes(study: Row, kind: str) -> list[tuple[str, str, str]]:
    """(value, scheme, meaning) of ``species`` or ``breed`` as the device coded it.

    Where a person corrected the exam only a code that means what stands there now.
    """
    rows = [line.split("\t") for line in str(study["animal_codes"]).split("\n")]
    found = [(row[1], row[2], row[3]) for row in rows if len(row) == 4 and row[0] == kind]
    return [code for code in found if code[2] == study[kind]] if study["corrected"] else found


def spellings(study: Row) -> list[str]:
    """Everything that a name in a query may mean: the animal, the owner, in every script."""
    owner, animal = str(study["owner_name"]), str(study["animal_name"])
    found = [*patient_name(study).split("="), animal, owner, f"{owner.partition(',')[0]}^{animal}"]
    found += str(study["also_known"]).split("\n")
    return [name for name in dict.fromkeys(found) if name]


def owner_spellings(study: Row) -> list[str]:
    """Everything that a responsible person in a query may mean."""
    person, _, organisation = responsible(study)
    found = [*person.split("="), str(study["owner_name"]), organisation]
    found += str(study["also_known"]).split("\n")
    return [name for name in dict.fromkeys(found) if name]
