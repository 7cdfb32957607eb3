"""Which frame comes next while a stack plays."""

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.playing import Manner, advanced, ends, play_all, play_from, play_to, span_of
from vetpacs_desktop.viewer.state import ViewState, reset

counts = st.integers(1, 40)
manners = st.sampled_from(Manner)


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    first = draw(st.integers(0, 20))
    return first, first + draw(st.integers(0, 20))


@given(spans(), st.integers(0, 50), st.integers(0, 200), manners, st.booleans())
def test_only_frames_of_the_range_are_shown(
    span: tuple[int, int], index: int, steps: int, manner: Manner, forth: bool
) -> None:
    there, _ = advanced(index, steps, span, manner, forth)
    assert span[0] <= there <= span[1]


@given(spans(), st.integers(0, 20), st.lists(st.integers(0, 7), max_size=12), manners)
def test_frames_left_out_change_nothing_later(
    span: tuple[int, int], offset: int, parts: list[int], manner: Manner
) -> None:
    start = min(span[0] + offset, span[1])
    index, forth = start, True
    for steps in parts:
        index, forth = advanced(index, steps, span, manner, forth)
    if parts and span[0] != span[1]:
        assert index == advanced(start, sum(parts), span, manner, True)[0]


def test_to_and_fro_shows_the_ends_once() -> None:
    seen, index, forth = [], 2, True
    for _ in range(8):
        seen.append(index)
        index, forth = advanced(index, 1, (2, 5), Manner.SWING, forth)
    assert seen == [2, 3, 4, 5, 4, 3, 2, 3]


def test_once_ends_at_the_last_frame() -> None:
    assert advanced(3, 9, (1, 5), Manner.ONCE) == (5, True)
    assert ends(5, (1, 5), Manner.ONCE)
    assert not ends(4, (1, 5), Manner.ONCE)
    assert not ends(5, (1, 5), Manner.AGAIN)


@given(counts, st.data())
def test_a_range_is_in_order_whatever_is_set_first(count: int, data: st.DataObject) -> None:
    view = ViewState()
    for _ in range(4):
        index = data.draw(st.integers(0, count - 1))
        change = data.draw(st.sampled_from([play_from, play_to]))
        view = change(view, index, count)
        first, last = span_of(view, count)
        assert 0 <= first <= last <= count - 1
        assert index in (first, last)
    assert span_of(play_all(view), count) == (0, count - 1)
    assert reset(view).played == view.played


def test_a_range_beyond_the_stack_is_held_inside() -> None:
    assert span_of(ViewState(played=(3, 90)), 10) == (3, 9)
    assert span_of(ViewState(played=(30, 90)), 10) == (9, 9)
