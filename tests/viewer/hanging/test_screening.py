"""A plan as a grid of wishes, and a screen that is kept and hung again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.headers import image
from vetpacs_desktop.viewer import state
from vetpacs_desktop.viewer.description import Window
from vetpacs_desktop.viewer.hanging.placing import Candidate, Cell, Plan, place
from vetpacs_desktop.viewer.hanging.protocol import Edges, Slot
from vetpacs_desktop.viewer.hanging.screening import OnScreen, grid_of, hung_by, is_untouched, protocol_of
from vetpacs_desktop.viewer.hanging.seen import Seen
from vetpacs_desktop.viewer.state import GridState, Hung, ViewState, hang

LATERAL = Seen(modality="DX", regions=frozenset(("thorax",)), view="lateral", side="R")
turns = st.builds(
    lambda flip_h, flip_v, quarters: ViewState(0, flip_h=flip_h, flip_v=flip_v, rotation=90.0 * quarters),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
)


def test_a_plan_becomes_a_grid_and_what_hangs_already_stays_as_it_is() -> None:
    now = GridState(views=(ViewState(2, invert=True),), texts=False)
    grid = grid_of(Plan(1, 3, (None, Cell(2, 0, None), Cell(0, 1, None))), now)
    assert (grid.rows, grid.columns, grid.active, grid.texts) == (1, 3, 1, False)
    assert grid.views == (ViewState(hole=True), ViewState(2, invert=True), ViewState(0, 1))


def test_the_second_screen_keeps_what_it_shows() -> None:
    now = replace(GridState(), views=(ViewState(0), ViewState(5)), second=(1, 1))
    grid = grid_of(Plan(1, 2, (Cell(1, 0, None), Cell(2, 0, None))), now)
    assert [view.series for view in grid.views] == [1, 2, 5]


def test_reset_comes_back_to_what_hanging_decided() -> None:
    hung = hang(ViewState(3, index=4), Hung(flip_h=True, rotation=90.0, invert=True))
    assert not is_untouched(hung)
    assert is_untouched(ViewState(3, index=4))
    assert state.reset(state.flip_vertical(state.invert(hung))) == hung


def test_what_a_place_says_counts_where_the_orientation_says_nothing() -> None:
    slot = Slot(edges=(Edges(("CR",), ("D",)),), flip=True, rotate=180, window=Window(1, 2))
    assert hung_by(slot, image()) == Hung(flip_h=True, rotation=180.0, window=Window(1, 2))
    assert hung_by(slot, image(PatientOrientation=["CD", "V"])) == Hung(window=Window(1, 2))
    assert hung_by(None, image(PatientOrientation=["CR", "V"])) == Hung()


@given(turns, st.booleans())
def test_a_kept_screen_hangs_again_as_it_was(view: ViewState, known: bool) -> None:
    """With letters and without: the same picture is turned to the same place."""
    described = image(PatientOrientation=["CD", "V"] if known else None)
    made = protocol_of("Mine", GridState(), [OnScreen(view, LATERAL, described)], regions=("thorax",))
    plan = place(made, [Candidate(0, 0, LATERAL)])
    assert plan.cells[0] is not None
    again = hang(ViewState(0), hung_by(plan.cells[0].slot, described))
    assert state.axes(again) == state.axes(view)


@given(turns)
def test_a_screen_kept_from_one_detector_hangs_the_other_ones_picture_alike(view: ViewState) -> None:
    """The second detector stores everything mirrored, and says so."""
    one, other = image(PatientOrientation=["CD", "V"]), image(PatientOrientation=["CR", "V"])
    made = protocol_of("Mine", GridState(), [OnScreen(view, LATERAL, one)])
    again = hang(ViewState(0), hung_by(made.slots[0], other))
    mirrored = replace(view, flip_h=not view.flip_h)
    assert state.axes(again) == state.axes(mirrored)


def test_windows_of_radiographs_are_kept_by_their_origin_alone() -> None:
    """Numbers fit one exposure; in CT they mean the same everywhere."""
    view = ViewState(0, window=Window(40, 350))
    for modality, kept in (("DX", None), ("CT", Window(40, 350))):
        made = protocol_of("Mine", GridState(), [OnScreen(view, replace(LATERAL, modality=modality))])
        assert made.slots[0].window == kept


def test_an_empty_viewport_stays_empty() -> None:
    made = protocol_of("Mine", GridState(), [OnScreen(ViewState())])
    assert made.slots == (Slot(empty=True),)
    assert place(made, [Candidate(0, 0, LATERAL)]).cells == (None,)
