"""How much of a reply comes in: a provider that never ends its reply costs no memory, streamed or whole, answer or error.

In: a response whose headers are there, how many bytes of it may come. Out: the same one, whose body breaks off when there are more
(`TooLong`), whoever reads it. What is compressed is refused, since nobody asked for it: a few bytes of it can be gigabytes. Needs
httpx or httpx2, whichever openai brings.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from openai import DefaultHttpxClient

from assistant.planners.agent.pieces import TooLong

HTTP: Any = import_module(DefaultHttpxClient.__mro__[1].__module__.partition(".")[0])
"""httpx, or httpx2 of newer versions of openai."""
PLAIN = {"accept-encoding": "identity"}
"""Asks for a reply as it is."""


class _Bounded(HTTP.SyncByteStream):  # type: ignore[misc]  # one of two libraries'
    """The bytes of a body, up to the most."""

    def __init__(self, body: Any, most: int) -> None:  # noqa: ANN401 - httpx's or httpx2's
        self._body, self._left = body, most

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._body:
            self._left -= len(chunk)
            if self._left < 0:
                raise TooLong
            yield chunk

    def close(self) -> None:
        self._body.close()


def bounding(most: int) -> Callable[[Any], None]:
    """What a client does with each response before anybody reads it."""

    def bound(response: Any) -> None:  # noqa: ANN401
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            response.close()
            raise HTTP.DecodingError("compressed", request=response.request)
        response.stream = _Bounded(response.stream, most)

    return bound
