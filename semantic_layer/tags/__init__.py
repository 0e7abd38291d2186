"""Tags and numeric attributes: their definitions -> one SELECT that computes an entity's profile, a row a member.

In: a model, an entity and `today` (the first day that does not count). Out: sqlglot AST that names only tables of the model,
unqualified. Each fact table is read once for all its windows and last dates (`facts`); favourites and latest rows are reads of
their own (`picks`); what is worked out from those follows in layers, in order of dependence (`formulas`). Windows are complete
days that end yesterday: [today - days, today). Missing counts and sums are 0, what never happened is null. Pure: no clock, no
database.

What may fail: `ModelError` at a tag that cannot be computed (`lint` finds the same with file and line; here the tag is the
`path`): a name that does not exist, a table that does not reach the entity, a circle. `UnsafeSQLError` where an expression has
something that no statement may have (a file, a clock, chance).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import assert_never

from sqlglot import exp

from semantic_layer.catalog import nearest
from semantic_layer.guard import guard
from semantic_layer.model import Cases, Expression, Favourite, LastDate, Latest, Role, SemanticModel, Tag, Text, Window
from semantic_layer.scope import Restricted
from semantic_layer.tags.facts import Fact, fact_read, last_date_fact, window_fact
from semantic_layer.tags.formulas import Formula, formula, layers
from semantic_layer.tags.picks import favourite_read, latest_read
from semantic_layer.tags.profile import SQL_TYPES, Profile, fail
from semantic_layer.tags.reads import Read, joined, tables_of

__all__ = ["profile_statement", "tables_read"]


def profile_statement(model: SemanticModel, entity: str, today: date) -> exp.Select:
    """The profile as of `today`: the entity's key, then every tag that is no helper, in the order of their declaration.

    Args:
        model: tables, metrics, behaviours and tags.
        entity: the name of the entity whose members get a row each. Members whose `Entity.since` is `today` or later get none.
        today: the first day that does not count; also the value of `today` inside expressions.

    Raises:
        ModelError: a tag names what does not exist, or what cannot be reached.
        UnsafeSQLError: an expression is more than a scalar over columns.
    """
    if entity not in model.entities:
        fail("tag-unknown-entity", entity, nearest(entity, model.entities))
    profile = Profile(model, model.entities[entity], today)
    reads = tuple(_reads(profile))
    formulas = {
        tag.name: formula(profile, tag.name, tag.compute)
        for tag in profile.tags.values()
        if isinstance(tag.compute, Expression | Cases)
    }
    ctes = [(read.name, read.select) for read in reads]
    last = _stacked(profile, _base(profile, reads, formulas), formulas, ctes)
    for name, select in ctes:
        last = last.with_(name, as_=select, copy=False)
    guard(last, _everything(model))
    return last


def _everything(model: SemanticModel) -> Restricted:
    """Tags are computed over all rows, and a declared tag may be derived from personal data (age from the date of birth)."""
    nobody = Role(name="", label=Text(zh="", en=""))
    return Restricted(model, nobody, rows={}, masks=dict.fromkeys(model.domain.pii, "clear"))


def tables_read(statement: exp.Expr) -> frozenset[str]:
    """The tables of the model that a statement reads."""
    own = {cte.alias for cte in statement.find_all(exp.CTE)}
    return frozenset(t.name for t in statement.find_all(exp.Table)) - own


def _reads(profile: Profile) -> Iterator[Read]:
    facts: dict[str, list[Fact]] = {}
    rows: dict[tuple[str, str], list[tuple[str, Latest]]] = {}
    favourites: list[Read] = []
    for tag in profile.tags.values():
        match tag.compute:
            case Window() as window:
                fact = window_fact(profile, tag.name, window)
                facts.setdefault(fact.table, []).append(fact)
            case LastDate() as last:
                fact = last_date_fact(profile, tag.name, last)
                facts.setdefault(fact.table, []).append(fact)
            case Latest() as latest:
                rows.setdefault((latest.table, latest.tie_break), []).append((tag.name, latest))
            case Favourite() as favourite:
                favourites.append(favourite_read(profile, tag.name, favourite))
            case Expression() | Cases():
                pass
            case _:
                assert_never(tag.compute)
    yield from (fact_read(profile, table, group) for table, group in facts.items())
    yield from (latest_read(profile, table, group) for (table, _), group in rows.items())
    yield from favourites


def _base(profile: Profile, reads: tuple[Read, ...], formulas: Mapping[str, Formula]) -> exp.Select:
    """Every member, with what was read of its facts and the columns of its own that later layers need."""
    home = profile.entity.table
    carried = {name: tree for f in formulas.values() for name, tree in f.carried.items() if name not in profile.key}
    there = profile.exists()
    used = tables_of((*carried.values(), *there))
    select = joined(profile, profile.entity.name, home, used)
    select = select.select(*(exp.column(k, table=home) for k in profile.key), copy=False)
    select = select.select(*(exp.alias_(tree, name) for name, tree in carried.items()), copy=False)
    for read in reads:
        pairs = (exp.column(k, table=home).eq(exp.column(k, table=read.name)) for k in profile.key)
        select = select.join(exp.table_(read.name), on=exp.and_(*pairs), join_type="left", copy=False)
        columns = ((name, _read_column(read, name)) for name in read.columns)
        typed = (exp.alias_(_typed(profile.tags[name], value), name) for name, value in columns)
        select = select.select(*typed, copy=False)
    return select.where(*there, copy=False) if there else select


def _read_column(read: Read, name: str) -> exp.Expr:
    column = exp.column(name, table=read.name)
    return exp.func("COALESCE", column, exp.Literal.number(0)) if name in read.zeros else column


def _typed(tag: Tag, value: exp.Expr) -> exp.Expr:
    """`value` in the declared type; a decimal keeps the scale of its data, which the model does not know."""
    if tag.type == "decimal" or isinstance(tag.compute, Cases | Favourite | LastDate):
        return value
    return exp.cast(value, SQL_TYPES[tag.type])


def _stacked(
    profile: Profile, base: exp.Select, formulas: Mapping[str, Formula], ctes: list[tuple[str, exp.Select]]
) -> exp.Select:
    """One SELECT over the other, a layer of formulas each, until nothing but key and tags is left."""
    select = base
    known = [c.alias_or_name for c in base.selects]
    kept = [*profile.key, *(t.name for t in profile.tags.values() if not t.helper)]
    steps = [*layers(profile, formulas), ()]
    for depth, step in enumerate(steps):
        name = profile.free_name(f"{profile.entity.name}_layer_{depth}")
        ctes.append((name, select))
        columns = known if step else kept
        new = (exp.alias_(_typed(profile.tags[tag], formulas[tag].tree), tag) for tag in step)
        select = exp.select(*(exp.column(c) for c in columns), *new).from_(exp.table_(name))
        known = [*known, *step]
    return select
