"""The look-ups of the models used last: a `World` is worked out once for each model that an asker may see.

In: a restricted model. Out: its `World`, the same object as long as it is among the last ones used. Never fails; safe for threads.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from assistant.planners.rules.world import World
from semantic_layer.model import SemanticModel


@dataclass(slots=True)
class Worlds:
    """The worlds of the models used last; safe for many threads."""

    most: int = 16
    _known: OrderedDict[int, World] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, model: SemanticModel) -> World:
        """The look-ups of a model."""
        with self._lock:
            known = self._known.get(id(model))
            if known is not None and known.model is model:
                self._known.move_to_end(id(model))
                return known
        made = World(model)
        with self._lock:
            self._known[id(model)] = made
            while len(self._known) > self.most:
                self._known.popitem(last=False)
        return made
