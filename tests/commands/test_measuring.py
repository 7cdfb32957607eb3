"""The measure command keeps its contract: one JSON document, units, bases, sentences, exit codes."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from tests.commands.test_cli import run
from tests.helpers.headers import item
from tests.viewer.measure.pictures import SPECTRUM, TISSUE
from tests.viewer.render.files import image_file
from vetpacs_desktop import cli
from vetpacs_desktop.commands.measuring import measure
from vetpacs_desktop.paths import Home

KEYS = {"tool", "value", "unit", "basis", "parts", "note"}


def sample(name: str) -> Path:
    return Path(str(get_testdata_file(name)))


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The command's JSON, from the real entry point in this process."""
    assert cli.main(["measure", *words, "--json"]) == 0, capsys.readouterr().err
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert set(document) == KEYS
    return document


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    try:
        code = cli.main(["measure", *words])
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    assert out == ""
    return code, err


def test_a_length_on_a_ct_is_physical(capsys: pytest.CaptureFixture[str]) -> None:
    path = sample("CT_small.dcm")
    row, column = (float(one) for one in pydicom.dcmread(path, stop_before_pixels=True).PixelSpacing)
    found = answer(capsys, str(path), "--tool", "length", "--points", "10,20 40.5,61")
    assert found["value"] == pytest.approx(math.hypot(30.5 * column, 41 * row))
    assert (found["tool"], found["unit"], found["basis"]) == ("length", "mm", "physical")


def test_statistics_come_under_parts_each_with_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    path = sample("CT_small.dcm")
    values = pydicom.dcmread(path)
    hounsfield = values.pixel_array[20:31, 10:41] * values.RescaleSlope + values.RescaleIntercept
    parts = answer(capsys, str(path), "--tool", "rectangle", "--points", "10,20 40,30")["parts"]
    assert parts["mean"] == {"value": pytest.approx(hounsfield.mean()), "unit": "HU", "basis": "none"}
    assert parts["sd"]["value"] == pytest.approx(hounsfield.std())
    assert (parts["min"]["value"], parts["max"]["value"]) == (hounsfield.min(), hounsfield.max())
    assert sum(parts["histogram"]["counts"]) == parts["pixels"]["value"] == hounsfield.size


def test_an_angle_has_its_vertex_second_and_takes_negative_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = image_file(tmp_path, np.zeros((9, 9), np.uint8), PixelAspectRatio=[2, 1])
    found = answer(capsys, str(path), "--tool", "angle", "--points", "-3,0 1,0 1,5")
    assert (found["value"], found["unit"]) == (pytest.approx(90), "deg")
    found = answer(capsys, str(path), "--tool", "angle", "--points", "-3,0 1,0 5,-2")
    assert found["value"] == pytest.approx(135)


def test_a_doppler_curve_answers_in_velocity_and_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    regions = [item(**TISSUE), item(**SPECTRUM)]
    path = image_file(
        tmp_path, np.zeros((400, 400), np.uint8), Modality="US", SequenceOfUltrasoundRegions=regions
    )
    found = answer(capsys, str(path), "--tool", "length", "--points", "50,320 50,240")
    assert (found["value"], found["unit"], found["basis"]) == (pytest.approx(120), "cm/s", "region")
    found = answer(capsys, str(path), "--tool", "length", "--points", "50,320 150,320")
    assert (found["value"], found["unit"]) == (pytest.approx(0.5), "s")
    found = answer(capsys, str(path), "--tool", "length", "--points", "50,100 50,320")
    assert (found["unit"], found["basis"]) == ("px", "none")


def test_a_known_ball_makes_the_scale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = image_file(tmp_path, np.zeros((90, 90), np.uint8))
    edge = "10,30 30,10 50,30"
    made = answer(capsys, str(path), "--tool", "calibrate_ball", "--points", edge, "--known", "25")
    assert (made["value"], made["basis"]) == (pytest.approx(25), "user")
    assert made["parts"]["column_mm"]["value"] == pytest.approx(25 / 40)
    found = answer(capsys, str(path), "--tool", "length", "--points", "0,0 16,0", "--calibrate", f"{edge} 25")
    assert (found["value"], found["unit"], found["basis"]) == (pytest.approx(10), "mm", "user")
    assert "ball of 25 mm" in found["note"]


def test_a_frame_is_counted_from_0_and_without_one_the_middle_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.repeat(np.arange(5, dtype=np.uint8), 12).reshape(5, 3, 4)
    path = image_file(tmp_path, pixels[0], NumberOfFrames=5, PixelData=pixels.tobytes())
    for words, value in ((["--frame", "0"], 0), (["--frame", "4"], 4), ([], 2)):
        assert answer(capsys, str(path), "--tool", "point", "--points", "1,1", *words)["value"] == value
    for frame in ("5", "-1"):
        code, sentence = refusal(capsys, str(path), "--tool", "point", "--points", "1,1", "--frame", frame)
        assert (code, len(sentence.strip().splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--tool", "ruler", "--points", "1,1 2,2"], 2),
        (["--tool", "length", "--points", "1,1"], 2),
        (["--tool", "length", "--points", "1,1 2"], 2),
        (["--tool", "length", "--points", "1,1 nan,2"], 2),
        (["--tool", "length", "--points", ""], 2),
        (["--tool", "length"], 2),
        (["--points", "1,1 2,2"], 2),
        (["--tool", "length", "--points", "1,1 2,2", "--known", "25"], 2),
        (["--tool", "length", "--points", "1,1 2,2", "--calibrate", "1,1 9,1"], 2),
        (["--tool", "calibrate_line", "--points", "1,1 9,2", "--known", "0"], 2),
        (["--tool", "calibrate_line", "--points", "1,1 1.5,1", "--known", "5"], 3),
        (["--tool", "angle", "--points", "1,1 1,1 2,2"], 3),
        (["--tool", "point", "--points", "500,1"], 3),
    ],
)
def test_what_cannot_be_measured_is_a_sentence_and_a_code(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found, sentence = refusal(capsys, str(sample("CT_small.dcm")), *words)
    assert found == code
    assert sentence.strip()
    assert "Traceback" not in sentence


def test_a_person_reads_the_basis_and_the_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    detector = image_file(tmp_path, np.zeros((9, 9), np.uint16), Modality="DX", ImagerPixelSpacing=[0.1, 0.1])
    asked = cli.parser().parse_args(["measure", str(detector), "--tool", "length", "--points", "0,0 123,0"])
    assert measure(asked, Home(tmp_path)).text.startswith("12.3 mm (at the detector)")
    bare = image_file(tmp_path, np.zeros((9, 9), np.uint8))
    cli.main(["measure", str(bare), "--tool", "length", "--points", "0,0 123,0"])
    out = capsys.readouterr().out
    assert "123 px" in out
    assert "no pixel size" in out


def test_measuring_needs_neither_a_screen_nor_what_draws(tmp_path: Path) -> None:
    program = run(
        "measure", str(sample("CT_small.dcm")), "--tool", "ellipse", "--points", "9,9 30,20", "--json",
        home=tmp_path, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="none",
    )  # fmt: skip
    assert program.returncode == 0, program.stderr
    assert json.loads(program.stdout)["unit"] == "mm2"
    missing = run("measure", str(tmp_path / "none"), "--tool", "length", "--points", "1,1 2,2", home=tmp_path)
    assert missing.returncode == 3
    assert len(missing.stderr.strip().splitlines()) == 1
