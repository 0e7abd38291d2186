"""The semantic model: what the business means, as frozen data.

In: values that `loader` read from a domain folder (YAML). Out: `SemanticModel`, looked up by name. Expressions are SQL scalars or
conditions over the columns of one table, as text; `lint` checks them. Building a value with unknown keys or wrong types fails
(pydantic `ValidationError`); whether names agree with each other is `lint`'s question. No natural language beyond labels.
"""

from collections.abc import Mapping

from pydantic import Field

from semantic_layer.model.computations import (
    Case,
    Cases,
    Computation,
    Expression,
    Favourite,
    LastDate,
    Latest,
    Tag,
    Window,
)
from semantic_layer.model.members import (
    BehaviourType,
    ConversionMetric,
    CumulativeMetric,
    DerivedMetric,
    Dimension,
    Entity,
    Join,
    Measure,
    MembersMetric,
    Metric,
    RatioMetric,
    Segment,
    SemiAdditive,
    SimpleMetric,
    Table,
    TableColumn,
    Value,
)
from semantic_layer.model.parts import (
    ColumnType,
    Format,
    MaskKind,
    Member,
    Part,
    Text,
    Words,
)
from semantic_layer.model.policy import (
    Domain,
    Mask,
    NamedPeriod,
    Role,
    RowFilter,
)

__all__ = [
    "BehaviourType",
    "Case",
    "Cases",
    "ColumnType",
    "Computation",
    "ConversionMetric",
    "CumulativeMetric",
    "DerivedMetric",
    "Dimension",
    "Domain",
    "Entity",
    "Expression",
    "Favourite",
    "Format",
    "Join",
    "LastDate",
    "Latest",
    "Mask",
    "MaskKind",
    "Measure",
    "Member",
    "MembersMetric",
    "Metric",
    "NamedPeriod",
    "Part",
    "RatioMetric",
    "Role",
    "RowFilter",
    "Segment",
    "SemanticModel",
    "SemiAdditive",
    "SimpleMetric",
    "Table",
    "TableColumn",
    "Tag",
    "Text",
    "Value",
    "Window",
    "Words",
    "profile_history",
    "profile_table",
]


class SemanticModel(Part):
    """A whole domain, by name. `profile` tables hold the tags of an entity: see `profile_table`."""

    domain: Domain
    tables: Mapping[str, Table]
    joins: tuple[Join, ...] = ()
    entities: Mapping[str, Entity] = Field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = Field(default_factory=dict)
    measures: Mapping[str, Measure] = Field(default_factory=dict)
    metrics: Mapping[str, Metric] = Field(default_factory=dict)
    behaviours: Mapping[str, BehaviourType] = Field(default_factory=dict)
    segments: Mapping[str, Segment] = Field(default_factory=dict)
    tags: Mapping[str, Tag] = Field(default_factory=dict)
    roles: Mapping[str, Role] = Field(default_factory=dict)

    def label(self, name: str, lang: str) -> str:
        """The label of any member in `lang`; the name itself where there is none."""
        for members in (self.metrics, self.dimensions, self.segments, self.behaviours, self.entities, self.tables):
            member: Member | None = members.get(name)
            if member is not None:
                return member.label[lang]
        return name


def profile_table(entity: str) -> str:
    """The name of the table that holds an entity's current tags and numeric attributes, one row a member."""
    return f"{entity}_profile"


def profile_history(entity: str) -> str:
    """The name of the table with every kept refresh: the profile's columns and `as_of` (the date they were true on)."""
    return f"{entity}_profile_history"
