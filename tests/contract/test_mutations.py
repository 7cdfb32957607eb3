"""Files damaged at random: refused or explained in words; never a fault, noise or a broken library."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.contract.asking import answer, ask
from tests.helpers.peers import package_files

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:pydicom"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pydicom"),
]
ROUNDS = 40
SMALL = 60_000
HEADER = 3_000
"""Most changes fall on the first bytes of a file: there they do the most harm."""
NASTY = (
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"SQ",
    b"UN",
    b"OB",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\0\0\0\x80",
    b"\xff\x7f",
    b"1e999",
    b"\\\\\\\\",
    b"\x1b$B",
)


def damaged(data: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, put in, taken out, copied about, or the end cut off."""
    wounded = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 5, 20])):
        reach = len(wounded) if dice.random() < 0.3 else min(len(wounded), HEADER)
        at, kind = dice.randrange(reach), dice.random()
        if kind < 0.4:
            wounded[at] = dice.randrange(256)
        elif kind < 0.6:
            nasty = dice.choice(NASTY)
            wounded[at : at + len(nasty)] = nasty
        elif kind < 0.7:
            del wounded[at : at + dice.randrange(1, 40)]
        elif kind < 0.8:
            wounded[at:at] = dice.randbytes(dice.randrange(1, 20))
        elif kind < 0.83:
            del wounded[max(at, 1) :]
        else:
            start = dice.randrange(reach)
            wounded[at : at + 8] = wounded[start : start + 8]
    return bytes(wounded)


@pytest.mark.parametrize("seed", range(6))
def test_no_damage_is_a_fault(tmp_path: Path, seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    dice, home, path = random.Random(seed), tmp_path / "home", tmp_path / "damaged.dcm"
    files = [one for one in package_files() if one.stat().st_size < SMALL and one.suffix in (".dcm", "")]
    for _ in range(ROUNDS):
        original = dice.choice(files)
        path.write_bytes(damaged(original.read_bytes(), dice))
        for words in (["import"], ["inspect"], ["render", "--plain", "--out", tmp_path / "x.png"]):
            said = ask(home, words[0], path, *words[1:])
            assert said.code in (0, 1, 3), f"{words[0]} {original.name}, seed {seed}: {said}"
            assert said.sentence if said.code == 3 else said.document is not None
    checked = answer(home, "verify")
    assert (checked["missing"], checked["corrupt"], checked["orphans"]) == ([], [], [])
    assert answer(home, "rebuild-index")["checked"] == checked["checked"]
    noise = [line for line in capfd.readouterr().err.splitlines() if "warn" not in line.lower()]
    assert noise == []
