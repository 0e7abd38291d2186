"""What a look-up says of a model is worked out once: a model does not change while its `World` lives.

In: a method of a `World`, or a function that takes one first, and hashable arguments. Out: the same, whose answers the world keeps. Never
fails: an error is raised each time, and nothing is kept of it. Safe for many threads, which at worst work the same thing out twice.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast


class Keeps(Protocol):
    """Whoever keeps what was worked out."""

    @property
    def known(self) -> dict[Any, Any]:
        """By the name of the look-up and its arguments."""


World = TypeVar("World", bound=Keeps)
Given = ParamSpec("Given")
Out = TypeVar("Out")


def remembered(look_up: Callable[Concatenate[World, Given], Out]) -> Callable[Concatenate[World, Given], Out]:
    """The look-up, with a memory in its world."""

    def answer(world: World, *args: Given.args, **named: Given.kwargs) -> Out:
        key = (look_up, args, tuple(named.items()))
        if key not in world.known:
            world.known[key] = look_up(world, *args, **named)
        found: Out = world.known[key]
        return found

    return cast("Callable[Concatenate[World, Given], Out]", wraps(look_up)(answer))
