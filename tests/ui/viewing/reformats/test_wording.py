"""What saved planes are called and how they say that they were made."""

from vetpacs_desktop.ui.viewing.reformats.wording import LONGEST, derivation, named
from vetpacs_desktop.viewer.volume.section import Cut, Slab

CUT = Cut((0, 0, 0), (1, 0, 0), (0, 1, 0), 1.0, 4, 4, 5.0, Slab.MINIP)


def test_names_fit_the_file() -> None:
    assert named("Sagittal", "Thorax") == "Sagittal, Thorax"
    assert named("Sagittal", "") == "Sagittal"
    assert len(named("Sagittal", "x" * 99)) == LONGEST


def test_the_way_they_were_made_is_a_sentence() -> None:
    words = derivation("Sagittal", CUT, 3, 2.5)
    assert words == "Sagittal, 2.5 mm apart, 5 mm thick, darkest values; cut from series 3"
    thin = Cut((0, 0, 0), (1, 0, 0), (0, 1, 0), 1.0, 4, 4)
    assert derivation("Dorsal", thin, None, None) == "Dorsal; cut from the original images"
