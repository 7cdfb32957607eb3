"""The queue of sendings: what waits, in which order, how pauses grow, what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.small_files import from_folder, picture, write
from vetpacs_desktop.paths import Home
from vetpacs_desktop.store.archives.dispatch import LONGEST_PAUSE, MANY_BREAKS, MOST_BREAKS, Dispatch, Task
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.outbox import Sending, State
from vetpacs_desktop.store.library import Library
from vetpacs_desktop.store.records import InstanceRow


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def library(home: Home, tmp_path: Path) -> Iterator[Library]:
    """Two exams of four images each."""
    opened = Library.open(home)
    files = [
        write(picture(study=str(study), sop=str(image), InstanceNumber=image), tmp_path / f"{study}{image}")
        for study in (1, 2)
        for image in (1, 2, 3, 4)
    ]
    opened.file([from_folder(path) for path in files])
    yield opened
    opened.close()


@pytest.fixture
def node(library: Library) -> Node:
    return library.nodes.add(Node("Clinic", "ORTHANC", "host", 104))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dispatch(library: Library, clock: Clock) -> Dispatch:
    return Dispatch(library._database, clock)


def rows_of(library: Library, study: str) -> list[InstanceRow]:
    (found,) = [row for row in library.search("") if row.study_uid.endswith(f".{study}")]
    return library.instances(study_uid=found.study_uid)


def task_of(dispatch: Dispatch, node: Node) -> Task:
    task = dispatch.task(node.node_id)
    assert task is not None
    return task


def by_study(library: Library) -> dict[str, Sending]:
    return {one.study_uid[-1]: one for one in library.outbox.sendings()}


def test_nothing_is_queued_twice_and_late_images_join(library: Library, node: Node) -> None:
    rows = rows_of(library, "1")
    assert library.outbox.put(rows[:3], node) == 3
    assert library.outbox.put(rows, node) == 1
    assert library.outbox.put(rows, node) == 0
    (sending,) = library.outbox.sendings()
    assert (sending.total, sending.sent, sending.state, sending.asked_by) == (4, 0, State.WAITING, "")
    assert sending.animal_name == "Fluffy"


def test_exams_go_one_after_the_other_and_images_in_their_order(
    library: Library, node: Node, dispatch: Dispatch
) -> None:
    library.outbox.put(rows_of(library, "2"), node)
    library.outbox.put(rows_of(library, "1"), node)
    task = task_of(dispatch, node)
    assert task.study_uid.endswith(".2")
    assert [item.sop_uid for item in task.items] == [row.sop_uid for row in rows_of(library, "2")]
    dispatch.note(node.node_id, task.job_id, [(task.items[0], ""), (task.items[1], "refused")])
    assert task_of(dispatch, node).items == task.items[2:]
    dispatch.note(node.node_id, task.job_id, [(item, "") for item in task.items[2:]])
    dispatch.finish(task.job_id)
    assert task_of(dispatch, node).study_uid.endswith(".1")
    sending = by_study(library)["2"]
    assert (sending.state, sending.sent, sending.failed) == (State.FAILED, 3, 1)
    assert sending.trouble == "refused"
    assert library.outbox.failures(sending.job_id) == [(task.items[1].sop_uid, "refused")]


def test_pauses_double_up_to_a_limit_and_differ_a_little(
    library: Library, node: Node, dispatch: Dispatch, clock: Clock
) -> None:
    library.outbox.put(rows_of(library, "1"), node)
    pauses = []
    for _ in range(14):
        task = task_of(dispatch, node)
        assert dispatch.due() == [node.node_id]
        pauses.append(dispatch.postpone(task, "It is off."))
        assert dispatch.due() == []
        clock.now += pauses[-1]
    wished = [min(5.0 * 2**number, LONGEST_PAUSE) for number in range(14)]
    assert all(0.75 * wish <= pause <= 1.25 * wish for wish, pause in zip(wished, pauses, strict=True))
    assert len(set(pauses)) == len(pauses)
    assert by_study(library)["1"].trouble == "It is off."


def test_nothing_overtakes_an_exam_that_waits_and_a_person_need_not_wait(
    library: Library, node: Node, dispatch: Dispatch
) -> None:
    library.outbox.put(rows_of(library, "1"), node, "a rule")
    dispatch.postpone(task_of(dispatch, node), "It is off.")
    library.outbox.put(rows_of(library, "2"), node, "a rule")
    assert dispatch.due() == []
    library.outbox.put(rows_of(library, "2"), node)
    assert dispatch.due() == [node.node_id]
    assert task_of(dispatch, node).study_uid.endswith(".1")
    other = library.nodes.add(Node("Other", "OTHER", "host", 105))
    library.outbox.put(rows_of(library, "1"), other)
    assert set(dispatch.due()) == {node.node_id, other.node_id}


def test_hold_go_on_remove_and_retry(library: Library, node: Node, dispatch: Dispatch) -> None:
    library.outbox.put(rows_of(library, "1"), node)
    library.outbox.put(rows_of(library, "2"), node)
    first, second = by_study(library)["1"].job_id, by_study(library)["2"].job_id
    library.outbox.hold([first])
    assert not dispatch.wished(first)
    assert task_of(dispatch, node).job_id == second
    library.outbox.go_on([first])
    assert task_of(dispatch, node).job_id == first
    library.outbox.remove([second])
    assert by_study(library).keys() == {"1"}
    task = task_of(dispatch, node)
    dispatch.note(node.node_id, first, [(item, "refused") for item in task.items])
    dispatch.finish(first)
    assert by_study(library)["1"].state is State.FAILED
    library.outbox.retry([first])
    assert (by_study(library)["1"].state, by_study(library)["1"].failed) == (State.WAITING, 0)
    assert len(task_of(dispatch, node).items) == 4
    dispatch.note(node.node_id, first, [(item, "") for item in task_of(dispatch, node).items])
    dispatch.finish(first)
    assert (by_study(library)["1"].state, by_study(library)["1"].trouble) == (State.DONE, "")
    library.outbox.forget_finished()
    assert library.outbox.sendings() == []


def test_an_image_that_ends_every_connection_lets_the_others_go_first_and_is_left_behind_last(
    library: Library, node: Node, dispatch: Dispatch
) -> None:
    library.outbox.put(rows_of(library, "1"), node)
    bad = task_of(dispatch, node).items[0]
    for number in range(MOST_BREAKS):
        task = task_of(dispatch, node)
        place = [item.position for item in task.items].index(bad.position)
        assert place == (0 if number < MANY_BREAKS else len(task.items) - 1)
        dispatch.stumble(task.job_id, task.items[place], "It broke off.")
    assert bad.position not in [item.position for item in task_of(dispatch, node).items]
    assert by_study(library)["1"].failed == 1


def test_images_added_while_the_last_is_sent_are_not_forgotten(
    library: Library, node: Node, dispatch: Dispatch
) -> None:
    rows = rows_of(library, "1")
    library.outbox.put(rows[:2], node)
    task = task_of(dispatch, node)
    dispatch.note(node.node_id, task.job_id, [(item, "") for item in task.items])
    library.outbox.put(rows, node)
    dispatch.finish(task.job_id)
    sending = by_study(library)["1"]
    # What was sent already is sent once more, for a person asked for all of it.
    assert (sending.state, sending.total, sending.sent) == (State.WAITING, 6, 2)


def test_a_confirmation_is_awaited_and_what_is_not_kept_can_be_sent_again(
    library: Library, node: Node, dispatch: Dispatch, clock: Clock
) -> None:
    library.outbox.put(rows_of(library, "1"), node)
    task = task_of(dispatch, node)
    dispatch.note(node.node_id, task.job_id, [(item, "") for item in task.items])
    assert {uid for _, uid in dispatch.sent_objects(task.job_id)} == {item.sop_uid for item in task.items}
    dispatch.ask(task.job_id, "1.2.3", clock.now + 60)
    assert by_study(library)["1"].state is State.ASKING
    assert dispatch.due() == []
    assert not dispatch.confirmed("9.9.9", [])
    assert dispatch.confirmed("1.2.3", [(task.items[2].sop_uid, "the archive does not have it")])
    sending = by_study(library)["1"]
    assert (sending.state, sending.sent, sending.failed) == (State.FAILED, 3, 1)
    assert "does not confirm that it keeps 1" in sending.trouble
    library.outbox.retry([sending.job_id])
    assert [item.sop_uid for item in task_of(dispatch, node).items] == [task.items[2].sop_uid]


def test_a_confirmation_that_never_comes_is_told(
    library: Library, node: Node, dispatch: Dispatch, clock: Clock
) -> None:
    library.outbox.put(rows_of(library, "1"), node)
    task = task_of(dispatch, node)
    dispatch.note(node.node_id, task.job_id, [(item, "") for item in task.items])
    dispatch.ask(task.job_id, "1.2.3", clock.now + 60)
    dispatch.expire()
    assert by_study(library)["1"].state is State.ASKING
    clock.now += 61
    dispatch.expire()
    assert (by_study(library)["1"].state, by_study(library)["1"].failed) == (State.FAILED, 0)
    assert "has not confirmed in time" in by_study(library)["1"].trouble
    assert dispatch.confirmed("1.2.3", [])  # late is better than never
    assert by_study(library)["1"].state is State.DONE
