"""Which part of a page is drawn for a viewport: all that is in sight, on a grid, and never without end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.documents.part import GRID, Part, part_seen

SIZE = (1653.0, 2339.0)
places = st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000))


def test_a_whole_page_in_sight_is_one_part() -> None:
    assert part_seen((-500, -10), (2000, 2400), SIZE, 0.5) == Part(0.5, 0, 0, 827, 1170)


def test_a_small_move_needs_no_new_part() -> None:
    one, other = (part_seen((300 + way, 300), (700 + way, 600), SIZE, 2.0) for way in (0, 20))
    assert one == other


def test_out_of_sight_is_nothing() -> None:
    assert part_seen((5000, 0), (6000, 100), SIZE, 1.0) is None
    assert part_seen((0, 0), (10, 10), SIZE, float("nan")) is None
    assert part_seen((0, 0), (10, 10), SIZE, 0.0) is None


@given(corner=places, width=st.floats(1, 2600), height=st.floats(1, 1500), factor=st.floats(0.01, 64))
def test_everything_in_sight_is_in_the_part(
    corner: tuple[float, float], width: float, height: float, factor: float
) -> None:
    """`width` and `height` are the viewport's in screen pixels."""
    low, high = corner, (corner[0] + width / factor, corner[1] + height / factor)
    part = part_seen(low, high, SIZE, factor)
    seen = [max(low[axis], 0) < min(high[axis], SIZE[axis]) for axis in (0, 1)]
    if part is None:
        assert not all(seen)
        return
    slack = 1e-6 * factor + 1e-6
    assert part.left <= max(low[0], 0) * factor + slack
    assert part.right >= min(high[0], SIZE[0]) * factor - slack
    assert part.columns <= width + 2 * GRID + 1
    assert part.rows <= height + 2 * GRID + 1
    assert part.left % GRID == part.top % GRID == 0
