"""Photos as a phone takes them: a wound on a coat, healing from one day to the next. Ordinary JPEG files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vetpacs_desktop.examples.texture import blur, clouds, generator, grain

SHAPE = (600, 800)
COAT = np.array((150, 112, 74), np.float32)
WOUND = np.array((168, 44, 48), np.float32)
DAYS = ("2026:03:09 10:12:00", "2026:03:11 09:40:00", "2026:03:16 11:05:00")
_TAKEN = 0x9003  # DateTimeOriginal
_EXIF = 0x8769


def write_photos(folder: Path, *, seed: int = 1) -> list[Path]:
    """Three photos, the wound smaller in each; they carry the time at which they were taken."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, taken in enumerate(DAYS, 1):
        picture = Image.fromarray(_wound(seed, 1.0 - 0.3 * (number - 1)))
        exif = picture.getexif()
        exif.get_ifd(_EXIF)[_TAKEN] = taken
        paths.append(folder / f"wound day {number}.jpg")
        picture.save(paths[-1], quality=88, exif=exif)
    return paths


def _wound(seed: int, size: float) -> NDArray[np.uint8]:
    """Coat with a wound in its middle; `size` 1 is fresh."""
    rng = generator(seed, "photo", f"{size:.1f}")
    rows, columns = SHAPE
    hair = blur(grain(rng, (rows, columns // 8)).repeat(8, axis=1)[:, :columns], 1.2)
    coat = COAT * (1.0 + 0.16 * hair / hair.std() + 0.08 * clouds(rng, SHAPE, 160))[..., None]
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    far = np.hypot((x - columns / 2) / (150 * size), (y - rows / 2) / (95 * size))
    beyond = np.clip((far + 0.12 * clouds(rng, SHAPE, 90) - 1.0) * 14, -40, 40)
    edge = 1.0 / (1.0 + np.exp(beyond))
    flesh = WOUND * (1.0 + 0.12 * clouds(rng, SHAPE, 40))[..., None]
    mixed = coat * (1 - edge[..., None]) + flesh * edge[..., None]
    picture: NDArray[np.uint8] = np.clip(mixed, 0, 255).astype(np.uint8)
    return picture
