"""What is kept between turns: to one at a time, closed when nobody takes it again."""

import gc
import threading
from dataclasses import dataclass

import pytest

from assistant.planners.agent.spares import MOST, Spares


@dataclass(eq=False)
class Thing:
    closed: int = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def spares() -> "Spares[Thing]":
    return Spares()


def test_what_is_given_back_is_taken_again(spares: "Spares[Thing]") -> None:
    one = spares.take(Thing)
    other = spares.take(Thing)
    assert one is not other, "one at a time"
    spares.give(one)
    assert spares.take(Thing) is one
    assert spares.take(Thing) not in (one, other)


def test_more_than_enough_are_closed(spares: "Spares[Thing]") -> None:
    things = [Thing() for _ in range(MOST + 2)]
    for thing in things:
        spares.give(thing)
    assert [thing.closed for thing in things] == [0] * MOST + [1, 1]


def test_closing_closes_what_is_idle_and_what_comes_back(spares: "Spares[Thing]") -> None:
    idle, busy = Thing(), spares.take(Thing)
    spares.give(idle)
    spares.close()
    assert (idle.closed, busy.closed) == (1, 0)
    spares.give(busy)
    assert busy.closed == 1
    assert spares.take(Thing) not in (idle, busy)


def test_a_store_that_is_gone_closes_what_it_kept() -> None:
    spares: Spares[Thing] = Spares()
    thing = Thing()
    spares.give(thing)
    del spares
    gc.collect()
    assert thing.closed == 1


def test_many_at_once_never_share(spares: "Spares[Thing]") -> None:
    taken: list[Thing] = []
    shared: list[Thing] = []
    lock = threading.Lock()

    def turns() -> None:
        for _ in range(300):
            thing = spares.take(Thing)
            with lock:
                shared.extend(other for other in taken if other is thing)
                taken.append(thing)
            with lock:
                taken.remove(thing)
            spares.give(thing)

    threads = [threading.Thread(target=turns) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared == []
