"""Where each member of a model was written: file and line, down to a field.

In: the trees that the loader read. Out: `Place`s for issues, and every name that was declared, also of members that did not
pass (so that one mistake is not reported twice). Nothing fails: what is not there has the place of what holds it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from semantic_layer.issues import Place
from semantic_layer.yaml_marks import Tree, line_at


@dataclass(frozen=True, slots=True)
class Origin:
    """One entry of a file. `line`: that of its name."""

    file: str
    line: int
    tree: Tree


@dataclass(slots=True)
class Origins:
    """The entries by kind (`metrics`, `joins` …) and name; joins and questions have their number as a name."""

    folder: str
    entries: dict[tuple[str, str], Origin] = field(default_factory=dict)

    def place(self, kind: str, name: str, *path: str | int) -> Place:
        """File and line of a field of a member, or of the nearest thing around it."""
        origin = self.entries.get((kind, name))
        if origin is None:
            return Place(file=f"{self.folder}/{kind}.yaml")
        return Place(file=origin.file, line=line_at(origin.tree, path) if path else origin.line)

    def names(self, kind: str) -> Iterable[str]:
        """Every name that was written under a kind."""
        return (name for of, name in self.entries if of == kind)
