"""Planes are turned about a place; the picture that they are turned in stands still."""

from __future__ import annotations

import numpy as np
import pytest

from vetpacs_desktop.viewer.volume.section import BodyAxes, PlaneName
from vetpacs_desktop.viewer.volume.turn import ORDER, Turn


@pytest.mark.parametrize("name", ORDER)
def test_the_plane_that_is_looked_at_keeps_its_own_picture(name: PlaneName) -> None:
    first = Turn(BodyAxes(), (0.0, 0.0, 0.0))
    normal = np.cross(*first.axes.plane(name, True))
    turned = first.turned(name, normal, 20.0, (1.0, 2.0, 3.0))
    assert np.cross(*turned.axes.plane(name, True)) == pytest.approx(normal)
    assert turned.roll(name) == -20.0
    assert [turned.roll(other) for other in ORDER if other is not name] == [0.0, 0.0]
    assert turned.through == (1.0, 2.0, 3.0)
    assert turned.roomy
