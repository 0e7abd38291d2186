"""How much of a reply comes in: a provider that never ends its reply costs no memory, streamed or whole, answer or error.

In: a response whose headers are there, how many bytes of it may come. Out: the same one, whose body breaks off when there are more
(`TooLong`), whoever reads it. What is compressed is refused, since nobody asked for it: a few bytes of it can be gigabytes. The
library is whichever openai brings: httpx, or httpx2 of newer versions.
"""

from collections.abc import Callable, Iterator
from typing import Any

from assistant.planners.agent.pieces import TooLong

PLAIN = {"accept-encoding": "identity"}
"""Asks for a reply as it is."""


def bounding(library: Any, most: int) -> Callable[[Any], None]:  # noqa: ANN401 - a module
    """What a client does with each response before anybody reads it."""

    class Bounded(library.SyncByteStream):  # type: ignore[misc]  # the type of a body in this library
        def __init__(self, body: Any) -> None:  # noqa: ANN401
            self._body = body

        def __iter__(self) -> Iterator[bytes]:
            return _up_to(most, self._body)

        def close(self) -> None:
            self._body.close()

    def bound(response: Any) -> None:  # noqa: ANN401
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            response.close()
            raise library.DecodingError("compressed", request=response.request)
        response.stream = Bounded(response.stream)

    return bound


def _up_to(most: int, body: Any) -> Iterator[bytes]:  # noqa: ANN401 - what gives bytes
    for chunk in body:
        most -= len(chunk)
        if most < 0:
            raise TooLong
        yield chunk
