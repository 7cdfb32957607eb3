"""Typed events: order, ending a subscription, and use from several threads."""

import threading

from vetpacs_desktop.events import Event


def test_listeners_hear_in_the_order_they_came() -> None:
    event: Event[int] = Event()
    heard: list[tuple[str, int]] = []
    event.subscribe(lambda value: heard.append(("first", value)))
    event.subscribe(lambda value: heard.append(("second", value)))
    event.emit(3)
    assert heard == [("first", 3), ("second", 3)]


def test_an_ended_subscription_is_silent_and_may_be_ended_twice() -> None:
    event: Event[str] = Event()
    heard: list[str] = []
    end = event.subscribe(heard.append)
    event.emit("a")
    end()
    end()
    event.emit("b")
    assert heard == ["a"]


def test_a_listener_may_end_itself_while_it_listens() -> None:
    event: Event[int] = Event()
    heard: list[int] = []

    def once(value: int) -> None:
        heard.append(value)
        end()

    end = event.subscribe(once)
    event.emit(1)
    event.emit(2)
    assert heard == [1]


def test_threads_may_subscribe_while_others_emit() -> None:
    event: Event[int] = Event()
    heard: list[int] = []
    event.subscribe(heard.append)
    emitting = [threading.Thread(target=lambda: [event.emit(1) for _ in range(500)]) for _ in range(4)]
    for thread in emitting:
        thread.start()
    for _ in range(200):
        event.subscribe(lambda _: None)()
    for thread in emitting:
        thread.join()
    assert len(heard) == 2000
