"""Wenke (问客): ask your customer data, in Chinese or English. `Assistant.open("retail").ask("上个月各大区的销售额")`.

Importing this package loads nothing; `Assistant` is loaded when it is first used.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app import Assistant

__all__ = ["Assistant"]


def __getattr__(name: str) -> object:
    if name == "Assistant":
        from assistant.app import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
