"""The example animals, their owners and their exams: invented, international, and fixed.

Only facts that go into headers. Dates never depend on today: the same seed always gives the same files.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a controlled vocabulary (PS3.16)."""

    value: str
    meaning: str
    scheme: str = "SCT"


@dataclass(frozen=True, slots=True)
class Animal:
    """One patient (PS3.3 C.7.1.1 with the veterinary attributes)."""

    key: str
    name: str
    """PatientName: the owner's family name or organisation, then the animal's name (PS3.5 6.2)."""
    owner: str
    """ResponsiblePerson."""
    patient_id: str
    microchip: str
    species: Code
    """CID 7454."""
    breed: Code | None
    """CID 7480; None where it lists none."""
    breed_text: str
    sex: str
    neutered: bool
    birth_date: str
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Exam:
    """One study of one region."""

    key: str
    animal: Animal
    date: str
    """YYYYMMDD."""
    time: str
    """HHMMSS."""
    description: str
    weight_kg: float
    accession: str
    reason: str = ""

    @property
    def age(self) -> str:
        """PatientAge at the exam, like 009Y or 010M."""
        born, now = self.animal.birth_date, self.date
        months = (int(now[:4]) - int(born[:4])) * 12 + int(now[4:6]) - int(born[4:6])
        months -= now[6:] < born[6:]
        return f"{months // 12:03d}Y" if months >= 24 else f"{months:03d}M"


FLOECKCHEN = Animal(
    key="dog",
    name="Köhler-Größ^Flöckchen",
    owner="Köhler-Größ^Jürgen",
    patient_id="H-20417",
    microchip="276098106234417",
    species=Code("448771007", "Canis lupus familiaris"),
    breed=Code("21418008", "English cocker spaniel dog breed"),
    breed_text="English Cocker Spaniel",
    sex="F",
    neutered=True,
    birth_date="20160422",
)
PSIPSINA = Animal(
    key="cat",
    name="Παπαδοπούλου^Ψιψίνα",
    owner="Παπαδοπούλου^Ελένη",
    patient_id="K-18830",
    microchip="300070000512286",
    species=Code("448169003", "Felis catus"),
    breed=Code("15020009", "Domestic shorthaired cat"),
    breed_text="European Shorthair",
    sex="M",
    neutered=True,
    birth_date="20190603",
)
MOCHI = Animal(
    key="rabbit",
    name="Nakamura^Mochi=中村^もち",
    owner="Nakamura^Yūko=中村^裕子",
    patient_id="R-00912",
    microchip="392148000077310",
    species=Code("36571002", "Oryctolagus cuniculus"),
    breed=None,
    breed_text="Netherland Dwarf",
    sex="F",
    neutered=False,
    birth_date="20220115",
)
SOLFARI = Animal(
    key="horse",
    name="Gestüt Ödenhof^Sólfari",
    owner="Þórsdóttir^Guðrún",
    patient_id="P-00058",
    microchip="352098100041956",
    species=Code("35354009", "Equus caballus"),
    breed=Code("70457009", "Icelandic horse breed"),
    breed_text="Icelandic horse",
    sex="M",
    neutered=True,
    birth_date="20140511",
    organization="Gestüt Ödenhof",
)

DOG_THORAX = Exam(
    "dog-thorax",
    FLOECKCHEN,
    "20260309",
    "091412",
    "Thorax, three views",
    14.2,
    "2603-0117",
    "Cough for two weeks",
)
DOG_THORAX_BEFORE = Exam(
    "dog-thorax-2025",
    FLOECKCHEN,
    "20250225",
    "154030",
    "Thorax, two views",
    13.6,
    "2502-0311",
    "Heart murmur II/VI",
)
DOG_CT = Exam(
    "dog-ct", FLOECKCHEN, "20260311", "103355", "CT thorax and abdomen", 14.1, "2603-0142", "Staging, kidneys"
)
DOG_HEART = Exam(
    "dog-heart", FLOECKCHEN, "20260309", "101907", "Echocardiography", 14.2, "2603-0118", "Murmur IV/VI"
)
DOG_ABDOMEN = Exam("dog-abdomen", FLOECKCHEN, "20260309", "093148", "Abdomen", 14.2, "2603-0119")
DOG_HIPS = Exam(
    "dog-hips",
    FLOECKCHEN,
    "20260311",
    "112210",
    "Pelvis, hips extended",
    14.1,
    "2603-0143",
    "Stiff after rest",
)
CAT_THORAX = Exam("cat-thorax", PSIPSINA, "20260312", "081520", "Thorax", 4.6, "2603-0151", "Dyspnoea?")
CAT_TEETH = Exam(
    "cat-teeth", PSIPSINA, "20260312", "094405", "Dental, left mandible", 4.6, "2603-0152", "Resorption 307?"
)
CAT_BLADDER = Exam(
    "cat-bladder", PSIPSINA, "20260312", "084733", "Urinary bladder", 4.6, "2603-0153", "Haematuria"
)
RABBIT_SKULL = Exam(
    "rabbit-skull", MOCHI, "20260313", "112901", "Skull, dental", 1.35, "2603-0160", "Eats less hay"
)
HORSE_FOOT = Exam(
    "horse-foot", SOLFARI, "20260305", "134410", "Left fore foot", 362.0, "2603-0098", "Before shoeing"
)
DOG_HEAD = Exam("dog-head", FLOECKCHEN, "20260316", "140215", "MR head", 14.0, "2603-0177", "Head tilt")
