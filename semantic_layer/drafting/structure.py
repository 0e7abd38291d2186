"""Keys and joins of a draft: what identifies a row, and what it belongs to.

In: the facts. Out: a key per table that the data do not contradict, and joins to tables by such a key, each with its reason. A
declared key that repeats itself is not believed; a column called like another table's key is taken for a reference to it, and so is
one whose values are all among the keys of another table where its name tells so, or where they are codes that nothing else has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from semantic_layer.drafting.facts import ColumnFacts, Reference, SchemaFacts, TableFacts
from semantic_layer.drafting.words import plural, singular, spelt

_IDS = ("id", "code", "number", "key")
_NUMBERS = ("integer", "decimal", "number")


@dataclass(frozen=True, slots=True)
class DraftJoin:
    """`table.column` refers to `to.to_column`. `retyped`: the two are stored in different types."""

    table: str
    column: str
    to: str
    to_column: str
    reason: str
    one_to_one: bool = False
    further: bool = False
    retyped: bool = False


def is_unique(table: TableFacts, column: ColumnFacts) -> bool:
    """Does every row have a value of its own?"""
    return column.nulls == 0 and column.distinct == table.rows


def key_of(table: TableFacts, references: tuple[Reference, ...]) -> tuple[str, ...]:
    """The columns that identify a row: the declared key where it does, a unique id column, else what it refers with, else all."""
    declared = [c for name in table.key if (c := table.column(name)) is not None]
    if len(declared) == 1 and is_unique(table, declared[0]):
        return (declared[0].name,)
    if len(declared) > 1:
        return tuple(c.name for c in declared)
    for column in table.columns:
        if _is_id(column) and is_unique(table, column):
            return (column.name,)
    if not declared and table.columns and _identifies(table, table.columns[0]):
        return (table.columns[0].name,)
    pointing = tuple(r.column for r in references if r.table == table.name)
    named = [c.name for c in table.columns if c.name in pointing or c.name in table.key]
    return tuple(named) or table.pair or tuple(c.name for c in table.columns)


def _identifies(table: TableFacts, column: ColumnFacts) -> bool:
    """Whether a first column tells the rows apart though its name does not say so: ref."""
    return table.rows > 1 and column.type in ("integer", "text") and is_unique(table, column)


def with_things(facts: SchemaFacts) -> SchemaFacts:
    """The facts with a table of what the rows are about, where no table has a key of one column: the customers of a file of orders.

    That is what a column is called after (customers of customer_id), else whatever has the most different values.
    """
    if any(len(key_of(t, facts.references)) == 1 for t in facts.tables):
        return facts
    table = max(facts.tables, key=lambda t: t.rows)
    plain = [c for c in table.columns if c.type in ("integer", "text")] or list(table.columns)
    column = next((c for c in plain if _is_id(c)), None) or max(plain, key=lambda c: c.distinct)
    called = spelt(column.label or column.name).split()
    name = plural(" ".join(called[:-1] if len(called) > 1 and called[-1] in _IDS else called))
    name = name if all(t.name.lower() != name for t in facts.tables) else f"{name} of {table.name}"
    thing = TableFacts(name, column.distinct, (replace(column, nulls=0),), (column.name,), of=table.name)
    reference = Reference(table.name, column.name, name, column.name)
    whole = replace(table, key=tuple(c.name for c in table.columns))  # what it refers with identifies no row of it
    others = tuple(whole if t is table else t for t in facts.tables)
    return replace(facts, tables=(*others, thing), references=(*facts.references, reference))


def _is_id(column: ColumnFacts) -> bool:
    """Whether a column is called like what tells rows apart."""
    return column.name.lower().endswith((*_IDS, "no")) or spelt(column.label or column.name).split()[-1] in _IDS


def joins_of(facts: SchemaFacts, keys: dict[str, tuple[str, ...]]) -> tuple[DraftJoin, ...]:
    """Declared references to keys, then columns that are called like another table's key."""
    found: list[DraftJoin] = []
    for reference in facts.references:
        _add(found, facts, keys, reference, "declared foreign key")
    for table in facts.tables:
        for column in table.columns:
            for other in facts.tables:
                key = keys[other.name]
                if (
                    other is not table
                    and len(key) == 1
                    and _same_name(column.name, key[0])
                    and (column.name,) != keys[table.name]
                ):
                    reference = Reference(table.name, column.name, other.name, key[0])
                    _add(found, facts, keys, reference, "named like the key of the other table")
    for reference in _told(facts, keys):
        _add(found, facts, keys, reference, "all its values are keys of the other table")
    return tuple(found)


def _told(facts: SchemaFacts, keys: dict[str, tuple[str, ...]]) -> Iterator[Reference]:
    """Columns that hold keys of another table: by their name, else by codes that only one other table has."""
    tables = {t.name: t for t in facts.tables}
    held: dict[tuple[str, str], list[Reference]] = {}
    for reference in facts.within:
        if keys[reference.to] == (reference.to_column,) and keys[reference.table] != (reference.column,):
            held.setdefault((reference.table, reference.column), []).append(reference)
    for (table, name), found in held.items():
        column = tables[table].column(name)
        if column is None:
            continue
        named = [r for r in found if _tells(column, tables[r.to], r.to_column)]
        if named:
            yield named[0]
        elif len(found) == 1 and _is_coded(column, tables[found[0].to]):
            yield found[0]


def _tells(column: ColumnFacts, other: TableFacts, key: str) -> bool:
    """Whether a column is called like the rows of another table, or like its key: guest of guests, seller_id of people's no."""
    own = spelt(column.label or column.name)
    target = other.column(key)
    named = spelt(target.label or target.name) if target is not None else ""
    one = singular(spelt(other.label or other.name))
    forms = {
        one,
        spelt(other.label or other.name),
        *(f"{one} {end}" for end in (*_IDS, "reference")),
        *({named} if " " in named else ()),
    }
    return own in forms or any(own.endswith(f" {form}") for form in forms if len(form) > _SHORT)


_SHORT = 3


def _is_coded(column: ColumnFacts, other: TableFacts) -> bool:
    """Whether values are codes of text, many enough not to be among the others' by chance."""
    return column.type == "text" and not column.numeric_text and min(column.distinct, other.rows) > _SHORT


def _same_name(name: str, key: str) -> bool:
    return name.lower() == key.lower() and name.lower() not in ("id", "name", "code")


def _add(found: list[DraftJoin], facts: SchemaFacts, keys: dict[str, tuple[str, ...]], reference: Reference, reason: str) -> None:
    here = next((t for t in facts.tables if t.name.lower() == reference.table.lower()), None)
    there = next((t for t in facts.tables if t.name.lower() == reference.to.lower()), None)
    if here is None or there is None or here is there:
        return
    column, target = here.column(reference.column), there.column(reference.to_column)
    if column is None or target is None or keys[there.name] != (target.name,):
        return
    if any(j.table == here.name and j.column == column.name and j.to == there.name for j in found):
        return
    further = any(j.table == here.name and j.to == there.name for j in found)
    one_to_one = keys[here.name] == (column.name,)
    retyped = (column.type in _NUMBERS) != (target.type in _NUMBERS)
    found.append(DraftJoin(here.name, column.name, there.name, target.name, reason, one_to_one, further, retyped))
