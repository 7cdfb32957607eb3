"""A colour profile is kept where the pixels are, and applied where they are decoded."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms
from pydicom import dcmread

from tests.store.intake.foreign.files import corners, exif, faults, jpeg_bytes, one, shown

WIDE = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
"""Display P3's primaries as XYZ under D50."""
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
GAMMA = 563 / 256


def profile() -> bytes:
    """A matrix profile (ICC.1:2001) with P3's primaries and a gamma of 2.2."""

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))

    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, 563)
    text = b"Wide test profile\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text" + bytes(4) + b"public domain\0",
        b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642, 1.0, 0.8249),
        **{
            name + b"XYZ": b"XYZ " + bytes(4) + fixed(*WIDE[:, at])
            for at, name in enumerate((b"r", b"g", b"b"))
        },
        **{name + b"TRC": curve for name in (b"r", b"g", b"b")},
    }
    table, body = b"", b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = 132 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def in_srgb(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What the wide pixels are in sRGB, by the formulas of IEC 61966-2-1."""
    linear = np.linalg.solve(SRGB, WIDE @ ((pixels.reshape(-1, 3) / 255) ** GAMMA).T).T.clip(0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (coded * 255).reshape(pixels.shape)


SOFT = (corners() // 2 + 60).astype(np.uint8)
"""Colours that both colour spaces hold."""


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_decoded_pictures_come_in_srgb(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"wide.{ending}"
    Image.fromarray(SOFT).save(file, icc_profile=profile())
    made = one(file, tmp_path / "out")
    expected = in_srgb(SOFT)
    assert np.abs(expected - SOFT).max() > 5
    assert np.abs(shown(made) - expected).max() <= 2
    assert "ICCProfile" not in dcmread(made)


def test_a_turned_jpeg_comes_in_srgb(tmp_path: Path) -> None:
    file = tmp_path / "wide.jpg"
    file.write_bytes(jpeg_bytes(SOFT, icc_profile=profile(), exif=exif(orientation=3)))
    assert np.abs(shown(one(file, tmp_path / "out")) - in_srgb(SOFT)[::-1, ::-1]).max() <= 4


def test_a_kept_jpeg_keeps_its_profile(tmp_path: Path) -> None:
    file = tmp_path / "wide.jpg"
    file.write_bytes(jpeg_bytes(SOFT, icc_profile=profile()))
    made = one(file, tmp_path / "out")
    assert dcmread(made).ICCProfile[: len(profile())] == profile()
    assert not faults(made)


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(corners()).save(tmp_path / "srgb.png", icc_profile=srgb)
    assert np.array_equal(shown(one(tmp_path / "srgb.png", tmp_path / "out")), corners())


@pytest.mark.parametrize("broken", [b"no profile at all", profile()[:200], b""])
def test_a_broken_profile_is_ignored(tmp_path: Path, broken: bytes) -> None:
    Image.fromarray(corners()).save(tmp_path / "odd.png", icc_profile=broken)
    assert np.array_equal(shown(one(tmp_path / "odd.png", tmp_path / "out")), corners())


def test_the_test_profile_is_one() -> None:
    """Little CMS itself accepts it."""
    assert "Wide" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile())))
