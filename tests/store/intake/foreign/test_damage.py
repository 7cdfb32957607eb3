"""Damaged files of every kind: refused in a sentence or taken as valid objects, never a crash."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.store.intake.foreign.clips import clip
from tests.store.intake.foreign.files import exif, ramp, subject
from tests.store.intake.foreign.test_colours import profile
from tests.store.intake.foreign.test_documents import pdf
from vetpacs_desktop.store.intake.foreign.conversion import convert
from vetpacs_desktop.store.intake.foreign.original import restore
from vetpacs_desktop.store.reading.checks import check_file

TINY = {"frames": 5, "size": (64, 48)}


def samples(folder: Path) -> list[Path]:
    """Small files of every kind with much that can break."""
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8))
    said = {"exif": exif(model="D5", taken="2026:03:12 08:15:30", orientation=6), "icc_profile": profile()}
    noise.save(folder / "a.jpg", **said)
    noise.save(folder / "b.jpg", progressive=True)
    noise.convert("CMYK").save(folder / "c.jpg")
    noise.save(folder / "d.png", **said)
    noise.convert("P").save(folder / "e.png")
    noise.save(folder / "f.bmp")
    Image.fromarray(ramp(20, 20)).save(folder / "g.tif")
    for number, compression in enumerate((None, "tiff_lzw", "jpeg", "packbits")):
        noise.save(folder / f"h{number}.tif", compression=compression, save_all=True, append_images=[noise])
    (folder / "i.pdf").write_bytes(pdf(title="x"))
    clip(folder / "j.mp4", **TINY)
    clip(folder / "k.mov", container="mov", rotation=90, **TINY)
    clip(folder / "l.avi", codec="mjpeg", container="avi", pixels="yuvj420p", **TINY)
    return sorted(folder.iterdir())


def damaged(data: bytes, luck: random.Random) -> bytes:
    """A few bytes changed, lost or added, more often near the beginning; or the end cut off."""
    changed = bytearray(data)
    for _ in range(luck.choice((1, 1, 2, 5, 20))):
        place = luck.randrange(max(1, min(len(changed), luck.choice((64, 300, len(data))))))
        match luck.randrange(10):
            case 0:
                changed[place : place + 4] = b"\xff\xff\xff\xff"
            case 1:
                del changed[place : place + luck.randrange(1, 20)]
            case 2:
                changed[place:place] = luck.randbytes(5)
            case 3:
                del changed[max(1, place) :]
            case _:
                changed[place : place + 1] = luck.randbytes(1)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(4))
def test_damage_never_ends_in_a_crash(tmp_path: Path, seed: int) -> None:
    luck, taken = random.Random(seed), 0
    (tmp_path / "whole").mkdir()
    for number, sample in enumerate(samples(tmp_path / "whole") * 4):
        file = tmp_path / f"damaged{sample.suffix}"
        file.write_bytes(damaged(sample.read_bytes(), luck))
        out = tmp_path / f"out{number}"
        result = convert([file], subject(), out)
        assert all(sentence.endswith(".") for _, sentence in result.refused)
        assert len(list(out.iterdir())) == len(result.converted)
        for made in result.converted[:1]:
            taken += 1
            assert check_file(made.path).finding is None
            restore(made.path, tmp_path / "back")
            assert (tmp_path / "back").read_bytes() == file.read_bytes()
    assert taken
