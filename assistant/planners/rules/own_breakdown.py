"""Another number of what was shown, by a breakdown of its own: sales by channel, then tickets; sales on Tmall, then new customers.

In: a `Reading` of a message that names other numbers, and the query of them with what was kept of the one before. Out: that query broken
down by what the same word means of the new numbers (the channel of a ticket is none of its order), and limited by a value of the same
name where the old one is of rows that they do not reach. Never fails: what has no such twin stays, for the model to refuse.
"""

from assistant.language.values import fold
from assistant.planners.rules.adding import adds
from assistant.planners.rules.choose import nearest_dimensions
from assistant.planners.rules.edits import joined, parts_of, with_groups
from assistant.planners.rules.followlist import tables_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.world import World
from semantic_layer.query import Aggregate, ByDimension, Filter, GroupBy, InGroups, Predicate


def of_its_own(r: Reading, query: Aggregate, new: Aggregate) -> Aggregate:
    """The new numbers, by what the words of the old breakdowns and conditions mean of them."""
    chosen = new.limit is not None or any(isinstance(p, InGroups) for p in parts_of(new.where))
    said = r.groups or r.tests or adds(r)
    tables = tables_of(r, new)
    if chosen or said or new.metrics == query.metrics or not tables or set(tables) & set(tables_of(r, query)):
        return new
    where = joined(tuple(_limited(r, part, tables) for part in parts_of(new.where)))
    whole = any(t.has("total") and not t.is_content for t in r.tokens)  # how many new customers in total: of no channel
    groups = () if whole else tuple(_grouped(r.world, group, tables) for group in new.group_by)
    new = new.model_copy(update={"where": where})
    return with_groups(new, groups) if groups != new.group_by else new


def _grouped(world: World, group: GroupBy, tables: tuple[str, ...]) -> GroupBy:
    if not isinstance(group, ByDimension) or group.as_of is not None:
        return group
    near = nearest_dimensions(world, (group.member, *_namesakes(world, group.member)), tables)
    return ByDimension(member=near[0]) if near and world.is_groupable(near[0]) else group


def _limited(r: Reading, part: Filter, tables: tuple[str, ...]) -> Filter:
    """上个月天猫销售额, then 新客数: who registered there, as nobody who registers has an order."""
    if not isinstance(part, Predicate) or part.op not in ("=", "in"):
        return part
    others = [
        name
        for name in _namesakes(r.world, part.member)
        if all(name in r.alike.get((part.member, str(value)), ()) for value in part.values)
    ]
    if nearest_dimensions(r.world, (part.member,), tables):
        return part
    near = nearest_dimensions(r.world, others, tables)
    return part.model_copy(update={"member": near[0]}) if near else part


def _namesakes(world: World, name: str) -> tuple[str, ...]:
    """The other dimensions that the plain name of one means as well: 渠道, of a ticket, of a message, of joining."""
    dimension = world.model.dimensions.get(name)
    if dimension is None:
        return ()
    plain = {fold(dimension.label.zh), fold(dimension.label.en)}
    others = (d for d in world.model.dimensions.values() if d.name != name and d.name not in world.attributes.favourites)
    return tuple(d.name for d in others if plain & {fold(w) for w in (*d.synonyms.zh, *d.synonyms.en)})
