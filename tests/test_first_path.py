"""The first whole path with real series: a machine sends, the service keeps, search finds, render shows."""

import time
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image

from tests.helpers.corpus import corpus, images
from tests.helpers.program import command, serving, storescu


def wait_for_images(home: Path, count: int, seconds: float = 20.0) -> list[dict[str, object]]:
    """Poll the search until `count` images are indexed."""
    end = time.monotonic() + seconds
    while True:
        rows = command(home, "studies")
        if sum(row["instance_count"] for row in rows) >= count or time.monotonic() > end:
            assert sum(row["instance_count"] for row in rows) == count
            return list(rows)
        time.sleep(0.2)


def test_a_ct_is_sent_found_inspected_rendered_and_verified(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = corpus("ct-tilted")
    with serving(home) as port:
        sent = storescu(port, "+sd", str(folder))
        assert sent.returncode == 0, sent.stderr
        rows = wait_for_images(home, 54)
        storescu(port, "+sd", str(folder))
        again = wait_for_images(home, 54)
    assert again == rows
    assert len(rows) == 1
    uid = str(rows[0]["study_uid"])
    assert command(home, "studies", "modality:CT")[0]["study_uid"] == uid
    found = command(home, "inspect", uid)
    geometry = found["series"][0]["geometry"]
    assert geometry["kind"] == "volume"
    assert abs(abs(geometry["tilt_degrees"]) - 18.5) < 0.1
    first = found["series"][0]["images"][0]
    picture = tmp_path / "ct.png"
    answer = command(home, "render", first["sop_uid"], "--out", str(picture), "--plain", "--window", "40/400")
    assert (answer["width"], answer["height"]) == (512, 512)
    assert answer["window"]["center"] == 40
    dataset = pydicom.dcmread(first["path"])
    hounsfield = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
    expected = np.clip((hounsfield - 39.5) / 399 + 0.5, 0, 1) * 255
    assert np.abs(np.asarray(Image.open(picture).convert("L"), float) - expected).max() <= 1.0
    verified = command(home, "verify")
    assert verified["checked"] == 54
    assert verified["missing"] == verified["corrupt"] == verified["orphans"] == []


def test_import_and_receive_end_in_the_same_exam(tmp_path: Path) -> None:
    """A disc imported after its exam was sent adds nothing."""
    home = tmp_path / "home"
    folder = corpus("mr-jpeg-lossless")
    with serving(home) as port:
        assert storescu(port, "-xs", "+sd", str(folder)).returncode == 0
        wait_for_images(home, 96)
        summary = command(home, "import", str(folder))
    assert (summary["stored"], summary["duplicates"], summary["rejected"]) == (0, 96, [])


def test_damage_is_found_and_the_index_comes_back_from_the_files(tmp_path: Path) -> None:
    home = tmp_path / "home"
    summary = command(home, "import", *map(str, images("mr-prone")))
    assert summary["stored"] == 35
    before = command(home, "studies")
    files = sorted((home / "objects").rglob("*.dcm"))
    assert len(files) == 35
    files[0].unlink()
    data = bytearray(files[1].read_bytes())
    data[-1] ^= 1
    files[1].chmod(0o600)
    files[1].write_bytes(data)
    stray = files[2].with_name("stray.dcm")
    stray.write_bytes(b"not filed")
    found = command(home, "verify", expect=1)
    assert found["missing"] == [files[0].relative_to(home / "objects").as_posix()]
    assert found["corrupt"] == [files[1].relative_to(home / "objects").as_posix()]
    assert found["orphans"] == [stray.relative_to(home / "objects").as_posix()]
    stray.unlink()
    command(home, "import", *map(str, images("mr-prone")))
    for name in ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm"):
        (home / name).unlink(missing_ok=True)
    command(home, "rebuild-index")
    after = command(home, "studies")
    assert [row["study_uid"] for row in after] == [row["study_uid"] for row in before]
    assert [row["animal_id"] for row in after] == [row["animal_id"] for row in before]
