"""Which protocol an exam gets, and where each of its images goes."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.viewer.hanging.matching import matching
from vetpacs_desktop.viewer.hanging.placing import Candidate, Plan, place
from vetpacs_desktop.viewer.hanging.protocol import Layout, Protocol, Slot
from vetpacs_desktop.viewer.hanging.seen import Written, understand
from vetpacs_desktop.viewer.hanging.shelf import shipped_protocols
from vetpacs_desktop.viewer.hanging.vocabulary import shipped
from vetpacs_desktop.viewer.state import LARGEST_GRID


def candidates(*words: str, modality: str = "DX", species: str = "dog", exam: str = "") -> list[Candidate]:
    return [
        Candidate(n, 0, understand(Written(modality, words=(one,), exam=exam), shipped(), species))
        for n, one in enumerate(words)
    ]


def hang(*words: str, modality: str = "DX", species: str = "dog", exam: str = "") -> tuple[str, Plan]:
    images = candidates(*words, modality=modality, species=species, exam=exam)
    best = matching(shipped_protocols(), images, species)[0]
    return best.name, place(best, images)


def rows(plan: Plan) -> list[list[int | None]]:
    numbers = [None if cell is None else cell.series for cell in plan.cells]
    return [numbers[at : at + plan.columns] for at in range(0, len(numbers), plan.columns)]


@pytest.mark.parametrize(
    ("words", "name", "wanted"),
    [
        (["Thorax VD", "Thorax left lateral", "Thorax right lateral"], "Thorax", [[2, 1, 0]]),
        (["Thorax DV", "Thorax lateral"], "Thorax", [[1, 0]]),
        (["Thorax VD", "Thorax R lat", "Thorax R lat", "Thorax L lat"], "Thorax", [[1, 2], [3, 0]]),
        (["Abdomen VD", "Abdomen left lateral", "Abdomen right lateral"], "Abdomen", [[2, 1, 0]]),
        (["Abdomen lateral", "Thorax VD", "Thorax right lat"], "Thorax and abdomen", [[2, 1, 0]]),
        (["Pelvis lateral", "Hip VD extended", "Hips frog leg"], "Hips", [[1, 2, 0]]),
        (["Hips VD"], "Hips", [[0]]),
        (["Left stifle ML", "Left stifle CrCd"], "Limb", [[0, 1]]),
        (
            ["Left stifle ML", "Left stifle CrCd", "Right stifle CrCd", "Right stifle ML"],
            "Both limbs, mirrored",
            [[3, 0], [2, 1]],
        ),
        (["Left elbow ML", "Right elbow ML", "Right elbow ML"], "Both limbs, mirrored", [[1, 0], [2, None]]),
        (["Skull DV", "Skull lateral"], "Head", [[1, 0]]),
        (["C-spine VD", "L-spine lateral"], "Spine", [[1, 0]]),
        (["Something", "Else"], "Radiographs", [[0, 1]]),
    ],
)
def test_sets_that_vets_read(words: list[str], name: str, wanted: list[list[int | None]]) -> None:
    found, plan = hang(*words)
    assert found == name
    assert rows(plan) == wanted


def test_a_horses_foot_from_lateral_to_obliques() -> None:
    words = [
        "LF hoof DMPLO",
        "LF hoof skyline",
        "LF hoof DP",
        "LF hoof Oxspring",
        "LF hoof LM",
        "LF hoof DLPMO",
    ]
    name, plan = hang(*words, species="horse")
    assert (name, rows(plan)) == ("Horse: feet", [[4, 2, 3], [1, 5, 0]])


def test_four_feet_of_two_views_lie_across_the_screen() -> None:
    words = [f"{limb} hoof {view}" for limb in ("RH", "LF", "LH", "RF") for view in ("DP", "LM")]
    name, plan = hang(*words, species="horse")
    assert (name, rows(plan)) == ("Horse: feet", [[3, 7, 5, 1], [2, 6, 4, 0]])


def test_a_foot_that_lacks_a_view_leaves_a_hole_so_that_columns_stay() -> None:
    name, plan = hang("LF hoof LM", "LF hoof DP", "RF hoof DP", species="horse")
    assert (name, rows(plan)) == ("Horse: feet", [[0, 1], [None, 2]])


def test_a_mouth_hangs_as_it_is_looked_at_from_the_front() -> None:
    words = ["409-411", "101-203", "208-210", "309", "107-109", "304", "404", "301-402"]
    name, plan = hang(*words, modality="IO", exam="Full mouth")
    assert name == "Teeth, as in the mouth"
    assert rows(plan) == [[4, None, 1, None, 2], [0, 6, 7, 5, 3]]


def test_a_second_image_of_the_same_teeth_hangs_below_the_first() -> None:
    assert rows(hang("108", "108-109", "208", modality="IO")[1]) == [[0, 2], [1, None]]


def test_images_of_unknown_teeth_hang_below_the_mouth() -> None:
    assert rows(hang("108", "208", "test", modality="IO")[1]) == [[0, 1], [2, None]]


def test_the_rest_of_the_imaging() -> None:
    assert hang("thin", "thick", modality="CT")[0] == "CT"
    assert rows(hang("T1", "T2", "FLAIR", "STIR", "DWI", modality="MR")[1]) == [[0, 1], [2, 3]]
    assert rows(hang("cine", "still", modality="US")[1]) == [[0]]


def test_the_users_own_come_first_where_they_fit() -> None:
    mine = Protocol("Mine", species=("cat",), regions=("thorax",), own=True)
    images = candidates("Thorax VD")
    assert matching((*shipped_protocols(), mine), images, "dog")[0].name == "Thorax"
    assert matching((*shipped_protocols(), mine), images, "cat")[0] is mine
    assert mine not in matching([mine], candidates("Abdomen VD"), "cat")
    assert mine not in matching([mine], images, ""), "an animal that nobody named is no cat"


def test_a_protocol_for_one_image_of_many_does_not_take_the_exam() -> None:
    names = [
        one.name for one in matching(shipped_protocols(), candidates("Thorax", "Hip", "Hip", "Hip"), "dog")
    ]
    assert names[0] == "Hips"
    assert "Thorax" not in names


def test_a_grid_keeps_its_places_and_fills_what_is_free() -> None:
    grid = Protocol(
        "Mine", layout=Layout.GRID, rows=1, columns=4, own=True,
        slots=(Slot(), Slot(empty=True), Slot(views=("vd",)), Slot(prior=True)),
    )  # fmt: skip
    images = candidates("Thorax VD", "Thorax lateral", "Thorax lateral")
    earlier = Candidate(7, 0, images[0].seen, prior=True)
    assert rows(place(grid, images)) == [[1, None, 0, None]]
    assert rows(place(grid, [*images, earlier])) == [[1, None, 0, 7]]
    assert 7 not in rows(place(shipped_protocols()[0], [*images, earlier]))[0], (
        "earlier exams wait for a place"
    )


names = st.sampled_from(
    "Thorax VD|Thorax R lat|Hip VD|LF hoof LM|RF hoof DP|Left stifle ML|Right stifle ML|108|207|test".split(
        "|"
    )
)


@given(st.lists(names, min_size=1, max_size=40), st.sampled_from(["DX", "IO", "CT", "US", "MR"]))
def test_no_image_hangs_twice_and_none_is_left_out_while_there_is_room(
    words: Sequence[str], modality: str
) -> None:
    images = candidates(*words, modality=modality)
    for protocol in matching(shipped_protocols(), images, "horse"):
        plan = place(protocol, images)
        shown = [cell.series for cell in plan.cells if cell is not None]
        assert len(plan.cells) == plan.rows * plan.columns
        assert max(plan.rows, plan.columns) <= LARGEST_GRID
        assert len(set(shown)) == len(shown)
        most = 1 if protocol.layout is Layout.ONE else min(len(words), protocol.most)
        assert len(shown) >= most


def test_a_series_of_several_pictures_keeps_room_until_they_are_known() -> None:
    one = candidates("Thorax")[0]
    thorax = next(each for each in shipped_protocols() if each.name == "Thorax")
    plan = place(thorax, [Candidate(0, 0, one.seen, count=3)])
    assert rows(plan) == [[0, None, None]]
