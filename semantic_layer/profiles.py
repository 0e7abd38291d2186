"""The tables that hold computed tags, added to a model.

In: a model with tags. Out: the model with, for each entity that has tags, its profile table (key and every tag that is not a
helper), a one-to-one join to the entity's table, and the history table (the same columns and `as_of`). An entity or table that
does not exist is skipped: `lint` says so.
"""

from semantic_layer.model import Join, SemanticModel, Table, TableColumn, Text, profile_history, profile_table


def with_profiles(model: SemanticModel) -> SemanticModel:
    """The model with the profile and history tables of its tags."""
    tables, joins = dict(model.tables), list(model.joins)
    for entity in dict.fromkeys(tag.entity for tag in model.tags.values()):
        keys = _keys(model, entity)
        if not keys:
            continue
        home = model.entities[entity].table
        tables[profile_table(entity)] = _profile(model, entity, keys)
        tables[profile_history(entity)] = _history(model, entity, keys)
        on = tuple((key.name, key.name) for key in keys)
        joins.append(Join(table=profile_table(entity), to=home, on=on, cardinality="one_to_one"))
    return model.model_copy(update={"tables": tables, "joins": tuple(joins)})


def _keys(model: SemanticModel, entity: str) -> tuple[TableColumn, ...]:
    table = model.tables.get(model.entities[entity].table) if entity in model.entities else None
    if table is None:
        return ()
    columns = (table.column(name) for name in table.primary_key)
    return tuple(column for column in columns if column is not None)


def _columns(model: SemanticModel, entity: str, keys: tuple[TableColumn, ...]) -> tuple[TableColumn, ...]:
    tags = (tag for tag in model.tags.values() if tag.entity == entity and not tag.helper)
    return (*keys, *(TableColumn(name=tag.name, type=tag.type) for tag in tags))


def _profile(model: SemanticModel, entity: str, keys: tuple[TableColumn, ...]) -> Table:
    label = model.entities[entity].label
    return Table(
        name=profile_table(entity),
        label=Text(zh=f"{label.zh}画像", en=f"{label.en} profile"),
        primary_key=tuple(key.name for key in keys),
        columns=_columns(model, entity, keys),
    )


def _history(model: SemanticModel, entity: str, keys: tuple[TableColumn, ...]) -> Table:
    label = model.entities[entity].label
    return Table(
        name=profile_history(entity),
        label=Text(zh=f"{label.zh}画像历史", en=f"{label.en} profile history"),
        primary_key=(*(key.name for key in keys), "as_of"),
        columns=(*_columns(model, entity, keys), TableColumn(name="as_of", type="date")),
    )
