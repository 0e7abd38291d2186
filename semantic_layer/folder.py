"""Which files a domain folder has, and what an entry of each must be.

In: nothing. Out: the files by kind, their model classes as shapes, and which keys of a tag describe its dimension. No logic.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from semantic_layer.learned import Synonym, Verified
from semantic_layer.model import BehaviourType, Dimension, Domain, Entity, Join, Measure, Metric, Part, Role, Segment, Table, Tag
from semantic_layer.query import Filter
from semantic_layer.shorthand import Kind
from semantic_layer.validation import Shape


class Starter(Part):
    """A question that the domain can answer, in both languages. `role`: who would ask it; `kind`: the sort of question."""

    zh: str
    en: str
    kind: str
    role: str | None = None


KINDS: Mapping[Kind, Shape[Any]] = {
    "tables": Shape(TypeAdapter(Table)),
    "joins": Shape(TypeAdapter(Join)),
    "entities": Shape(TypeAdapter(Entity)),
    "dimensions": Shape(TypeAdapter(Dimension)),
    "measures": Shape(TypeAdapter(Measure)),
    "metrics": Shape(TypeAdapter(Metric)),
    "behaviours": Shape(TypeAdapter(BehaviourType)),
    "segments": Shape(TypeAdapter(Segment)),
    "tags": Shape(TypeAdapter(Tag)),
    "roles": Shape(TypeAdapter(Role)),
    "questions": Shape(TypeAdapter(Starter)),
    "synonyms": Shape(TypeAdapter(Synonym)),
    "verified": Shape(TypeAdapter(Verified)),
}
LISTS = frozenset({"joins", "questions", "synonyms", "verified"})
"""The files that are lists; all others map names to fields."""
FILES = ("domain", *KINDS)
DOMAIN: Shape[Domain] = Shape(TypeAdapter(Domain))
FILTER: Shape[Any] = Shape(TypeAdapter(Filter))
OF_DIMENSION = ("label", "description", "synonyms", "values", "ordered", "groupable", "unit", "format", "index_values")
"""Keys of an entry of tags.yaml that describe how the tag reads, not how it is computed."""
