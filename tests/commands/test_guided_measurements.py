"""Veterinary measurements from the command line: points in the order of the steps."""

import json
from pathlib import Path
from typing import Any

import pydicom
import pytest

from vetpacs_desktop import cli
from vetpacs_desktop.examples import ANATOMY
from vetpacs_desktop.examples.landmarks import landmarks
from vetpacs_desktop.viewer.measure.veterinary.vertebral import EDGES

Clicks = list[tuple[float, float]]


@pytest.fixture(scope="module")
def radiograph(animals: Path) -> Path:
    """The example dog's right lateral thorax, as a machine would send it."""
    return animals / "dog-thorax" / "right-lateral.dcm"


@pytest.fixture(scope="module")
def clicks(radiograph: Path) -> Clicks:
    """Its landmarks in the order of the guide."""
    pitch = float(pydicom.dcmread(radiograph, stop_before_pixels=True).ImagerPixelSpacing[0])
    at = landmarks("dog-thorax", "right-lateral", pitch)
    heart = [at[name] for name in ("carina", "apex", "heart cranial", "heart caudal")]
    return [*heart, *(at[f"{name} cranial"] for name in EDGES)]


def told(points: Clicks) -> str:
    return " ".join(f"{column!r},{row!r}" for column, row in points)


def answer(capsys: pytest.CaptureFixture[str], path: Path, tool: str, points: str) -> dict[str, Any]:
    assert cli.main(["measure", str(path), "--tool", tool, "--points", points, "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_vhs_of_the_example_dog(radiograph: Path, clicks: Clicks, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, radiograph, "vhs", told(clicks))
    assert (found["tool"], found["unit"], found["basis"], found["note"]) == ("vhs", "v", "none", "")
    assert found["value"] == pytest.approx(ANATOMY.heart_score.total, abs=0.05)
    assert found["parts"]["long"]["unit"] == "v"
    assert found["parts"]["long_axis"] == {
        "value": pytest.approx(ANATOMY.heart.long_mm, rel=5e-3), "unit": "mm", "basis": "magnified",
        "note": "by the estimated magnification, 1.11",
    }  # fmt: skip
    assert found == answer(capsys, radiograph, "vhs", told(clicks)), "stored points give the same again"


def test_people_read_a_tenth_of_a_vertebra(
    radiograph: Path, clicks: Clicks, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["measure", str(radiograph), "--tool", "vhs", "--points", told(clicks)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{ANATOMY.heart_score.total:.1f} v"


def test_refusals_say_what_is_missing(
    radiograph: Path, clicks: Clicks, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["measure", str(radiograph), "--tool", "vhs", "--points", told(clicks[:5])]
    assert cli.main(few) != 0
    assert "between 6 and 17 points" in capsys.readouterr().err
    short = ["measure", str(radiograph), "--tool", "vhs", "--points", told(clicks[:8])]
    assert cli.main(short) != 0
    assert "click the cranial edges of further vertebrae" in capsys.readouterr().err
