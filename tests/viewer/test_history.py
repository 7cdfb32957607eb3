"""A change that is no edit reaches every state, past and to come, and no step of undo does nothing."""

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.history import History


def test_what_came_from_elsewhere_stays_through_undo_and_redo() -> None:
    history: History[tuple[int, ...]] = History((1,))
    history.do((1, 2))
    history.do((1, 2, 3))
    history.undo()
    history.rebase(lambda state: (0, *state))
    assert history.now == (0, 1, 2)
    assert history.redo()
    assert history.now == (0, 1, 2, 3)
    assert history.undo()
    assert history.undo()
    assert history.now == (0, 1)
    assert not history.can_undo


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 12), st.integers(0, 5))
def test_every_step_changes_something_after_a_part_is_taken_away(
    added: list[int], undone: int, gone: int
) -> None:
    history: History[tuple[int, ...]] = History(())
    for one in added:
        history.do((*history.now, one))
    for _ in range(undone):
        history.undo()
    history.rebase(lambda state: tuple(one for one in state if one != gone))
    kept = [one for one in added if one != gone]
    while history.redo():
        pass
    assert history.now == tuple(kept)
    seen = [history.now]
    while history.undo():
        seen.append(history.now)
    assert seen == [tuple(kept[:length]) for length in range(len(kept), -1, -1)]
