"""Commands on bad images: an answer or one sentence, and never the exit code of a bug."""

import logging
from pathlib import Path

import pytest

from tests.contract.asking import ask
from tests.viewer.bad_images import CASES, Bad, good
from tests.viewer.pixels.samples import write
from vetpacs_desktop.errors import EXIT_DONE, EXIT_KNOWN_ERROR, EXIT_PARTLY

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_render_draws_or_says_why_not(tmp_path: Path, case: Bad) -> None:
    bad, out = case.make(tmp_path / "bad.dcm"), tmp_path / "out.png"
    said = ask(tmp_path / "home", "render", bad, "--plain", "--frame", "0", "--out", out)
    if case.says:
        assert said.code == EXIT_KNOWN_ERROR
        assert case.says in said.sentence
        assert not out.exists()
    else:
        assert said.code == EXIT_DONE
        assert (said.document["height"], said.document["width"]) == case.shape[:2]


def test_a_folder_of_good_and_bad_images_is_inspected_whole(tmp_path: Path) -> None:
    folder = tmp_path / "exam"
    folder.mkdir()
    for number, case in enumerate(CASES):
        case.make(folder / f"{number:03}.dcm")
    write(folder / "good.dcm", good())
    said = ask(tmp_path / "home", "inspect", folder)
    assert said.code in (EXIT_DONE, EXIT_PARTLY)
    assert said.document
