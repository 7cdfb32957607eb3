"""What is wished, kept and given up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vetpacs_desktop.errors import CannotDecode
from vetpacs_desktop.viewer.wishes import Wishes

BROKEN = CannotDecode(reason="test")


def wishes(most: int = 100) -> Wishes[str, bytes]:
    return Wishes(most, len)


def load_all(store: Wishes[str, bytes], size: int = 10) -> list[str]:
    """Fulfil one wish after the other; returns them in order."""
    done = []
    while (key := store.take()) is not None:
        done.append(key)
        store.put(key, bytes(size))
    return done


def test_wishes_are_taken_in_their_order_and_once() -> None:
    store = wishes()
    store.replace("cab")
    assert load_all(store) == ["c", "a", "b"]
    store.replace("abcd")
    assert load_all(store) == ["d"]


def test_a_wish_that_is_named_twice_counts_where_it_is_dearer() -> None:
    store = wishes()
    store.replace("abca")
    assert load_all(store) == ["a", "b", "c"]


def test_what_is_not_wished_any_more_is_neither_taken_nor_announced() -> None:
    store = wishes()
    store.replace("ab")
    assert store.take() == "a"
    store.replace("c")
    assert not store.put("a", b"late")
    assert store.get("a") == b"late"
    assert load_all(store) == ["c"]


def test_late_results_do_not_push_out_anything() -> None:
    store = wishes(20)
    store.replace("abc")
    assert [store.take(), store.take()] == ["a", "b"]
    store.put("a", bytes(18))
    store.replace("c")
    assert not store.put("b", bytes(18))
    assert store.get("a") is not None
    assert store.get("b") is None


def test_what_somebody_works_on_is_not_given_out_twice() -> None:
    store = wishes()
    store.replace("a")
    assert store.take() == "a"
    store.replace("ab")
    assert store.take() == "b"
    assert store.take() is None
    assert store.put("a", b"x")


def test_unwished_things_go_first_and_the_longest_unseen_first_of_all() -> None:
    store = wishes(30)
    store.replace("abc")
    load_all(store)
    store.get("a")
    store.replace("cd")
    load_all(store)
    assert [store.get(key) is not None for key in "abcd"] == [True, False, True, True]


def test_loading_stops_when_dearer_things_fill_the_memory() -> None:
    store = wishes(30)
    store.replace("abcdef")
    assert load_all(store) == ["a", "b", "c"]
    assert [store.get(key) is not None for key in "abcdef"] == [True] * 3 + [False] * 3


def test_scrolling_on_makes_room_at_the_far_end() -> None:
    store = wishes(30)
    store.replace("abcdef")
    load_all(store)
    store.replace("dcebfa")
    assert load_all(store) == ["d", "e"]
    assert [store.get(key) is not None for key in "abcdef"] == [False, False, True, True, True, False]


def test_one_thing_larger_than_the_memory_is_kept_alone() -> None:
    store = wishes(5)
    store.replace("ab")
    assert store.take() == "a"
    assert store.put("a", bytes(50))
    assert store.take() is None
    store.replace("ba")
    assert load_all(store, 50) == ["b"]
    assert (store.get("a"), store.get("b")) == (None, bytes(50))


def test_failures_are_remembered_until_they_are_forgotten() -> None:
    store = wishes()
    store.replace("ab")
    assert store.take() == "a"
    assert store.put_failure("a", BROKEN)
    assert load_all(store) == ["b"]
    assert store.failure("a") is BROKEN
    store.replace("ab")
    assert store.take() is None
    store.forget(lambda key: key == "a")
    assert load_all(store) == ["a"]


@given(
    st.lists(st.lists(st.integers(0, 12), max_size=13), min_size=1, max_size=8),
    st.integers(1, 60),
    st.lists(st.integers(1, 20), min_size=13, max_size=13),
)
def test_memory_is_never_exceeded_by_more_than_one_thing(
    rounds: list[list[int]], most: int, sizes: list[int]
) -> None:
    store: Wishes[int, bytes] = Wishes(most, len)
    for keys in rounds:
        store.replace(keys)
        while (key := store.take()) is not None:
            store.put(key, bytes(sizes[key]))
        kept = [key for key in range(13) if store.get(key) is not None]
        assert sum(sizes[key] for key in kept) <= most or len(kept) == 1
        assert not keys or store.get(keys[0]) is not None


def test_it_is_idle_once_nothing_is_on_its_way_or_wished_that_has_room() -> None:
    store = wishes(30)
    assert store.idle
    store.replace("abcd")
    assert not store.idle
    key = store.take()
    assert key == "a"
    store.replace(())
    assert not store.idle
    store.put("a", bytes(10))
    assert store.idle
    assert store.nbytes == 10
    store.replace("abcd")
    load_all(store)
    assert store.nbytes == 30
    assert store.idle
    store.replace("x")
    assert not store.idle
    store.take()
    store.put_failure("x", BROKEN)
    assert store.idle
