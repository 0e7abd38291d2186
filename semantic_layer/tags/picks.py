"""Latest rows and favourites: of several rows or values a member has, the one that counts.

In: tags of kind `latest` and `favourite`. Out: a SELECT each (one for all tags that look at the same row). Ties are always
broken, so that the result does not depend on the engine. Fails with `ModelError` as `facts` does.
"""

from sqlglot import exp

from semantic_layer.catalog import nearest
from semantic_layer.compiler import nodes
from semantic_layer.expressions import bind
from semantic_layer.model import Favourite, Latest
from semantic_layer.tags.facts import metric_fact
from semantic_layer.tags.profile import Profile, fail
from semantic_layer.tags.reads import Read, all_of, first_of_each, joined, key_columns, named_keys, ordered, tables_of


def latest_read(profile: Profile, table: str, tags: list[tuple[str, Latest]]) -> Read:
    """Of each member's latest row of `table`, what the tags want to know of it (null where the row has nothing there)."""
    first, latest = tags[0]
    if table not in profile.model.tables:
        fail("tag-unknown-name", first, nearest(table, profile.model.tables), name=table)
    time = profile.needed_time(first, table)
    tie = bind(latest.tie_break, table, str)
    keys = key_columns(profile, first, table)
    values = {name: bind(each.expr, table, str) for name, each in tags}
    select = joined(profile, first, table, tables_of((*keys, *values.values(), tie, time.column)) - {table})
    select = select.select(*named_keys(profile, keys), *(exp.alias_(v, name) for name, v in values.items()), copy=False)
    select = select.where(time.before(profile.today), copy=False)
    select.set("qualify", first_of_each(keys, (ordered(time.column, descending=True), ordered(tie, descending=True))))
    return Read(profile.free_name(f"{first}_latest"), select, tuple(values))


def favourite_read(profile: Profile, tag: str, favourite: Favourite) -> Read:
    """Each member's value with the largest metric, the lesser value on a tie; rows without a value do not count."""
    fact = metric_fact(profile, tag, favourite.metric, favourite.days)
    value = _dimension(profile, tag, fact.table, favourite.dimension)
    keys = key_columns(profile, tag, fact.table)
    used = tables_of((*keys, value, fact.value, *fact.conditions))
    total = f"{tag}_total"
    totals = joined(profile, tag, fact.table, used - {fact.table})
    totals = totals.select(*named_keys(profile, keys), exp.alias_(value, tag), exp.alias_(fact.value, total), copy=False)
    totals = totals.where(all_of((*fact.conditions, nodes.not_null(value.copy()))), copy=False)
    totals = totals.group_by(*(k.copy() for k in keys), value.copy(), copy=False)
    select = exp.select(*(exp.column(k) for k in profile.key), exp.column(tag))
    select = select.from_(totals.subquery(profile.free_name(f"{tag}_totals")), copy=False)
    order = (ordered(exp.column(total), descending=True), ordered(exp.column(tag), descending=False))
    select.set("qualify", first_of_each((exp.column(k) for k in profile.key), order))
    return Read(profile.free_name(f"{tag}_favourite"), select, (tag,))


def _dimension(profile: Profile, tag: str, base: str, name: str) -> exp.Expr:
    """The dimension as rows of `base` have it: on the nearest table where it lives."""
    dimension = profile.model.dimensions.get(name)
    if dimension is None:
        fail("tag-unknown-name", tag, nearest(name, profile.model.dimensions), name=name)
    distances = {table: profile.graph.distance(base, table) for table in (dimension.table, *dimension.also)}
    reached = {table: distance for table, distance in distances.items() if distance is not None}
    if not reached:
        fail("tag-not-reachable", tag, table=base, to=dimension.table)
    home = min(reached, key=lambda table: reached[table])
    return bind(dimension.expression(home) or name, home, str)
