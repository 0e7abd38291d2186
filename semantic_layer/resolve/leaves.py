"""Leaf aggregates and how they share scans.

In: leaves, each at the grain of its own fact. Out: as few scans as there are (fact, keys) pairs; conditions that all leaves of a
scan share become its WHERE, the rest stays with each leaf as FILTER. Two facts never meet before each is aggregated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from semantic_layer.plan import Aggregated, Any, ColumnRef, Condition, During, Key, Scan, Snapshot
from semantic_layer.query import Aggregation, Period


@dataclass(frozen=True, slots=True)
class BuiltLeaf:
    """One aggregate, bound to its base. `member`: aggregate per member first, then count those that reach `at_least`; `over`: of each of
    these groups, then added up."""

    name: str
    base: str
    keys: tuple[Key, ...]
    conditions: tuple[Condition, ...]
    agg: Aggregation
    ref: ColumnRef | None
    percentile: float | None = None
    member: ColumnRef | None = None
    at_least: float | None = None
    snapshot: Snapshot | None = None
    over: Key | None = None

    @property
    def additive_zero(self) -> bool:
        """Is a missing value of it 0?"""
        return self.agg in ("count", "count_distinct", "sum") or self.at_least is not None


@dataclass(slots=True)
class Leaves:
    """The leaves of one aggregate, by name. `taken`: names of keys, in lower case (engines do not tell case apart)."""

    taken: frozenset[str] = frozenset()
    built: dict[str, BuiltLeaf] = field(default_factory=dict)

    def name_for(self, wanted: str) -> str:
        """A free name like `wanted`."""
        name, count = wanted, 1
        used = self.taken | {n.lower() for n in self.built}
        while name.lower() in used:
            count += 1
            name = f"{wanted}_{count}"
        return name

    def add(self, leaf: BuiltLeaf) -> str:
        """Keeps the leaf, or finds its twin; the name under which it stands."""
        for name, other in self.built.items():
            if replace(other, name="") == replace(leaf, name=""):
                return name
        name = self.name_for(leaf.name)
        self.built[name] = replace(leaf, name=name)
        return name

    def scans(self) -> tuple[Scan, ...]:
        """The scans that compute all leaves."""
        return tuple(_scan(group) for group in _groups(_counted_by_member(tuple(self.built.values()))))

    def meets(self) -> bool:
        """Do several facts (or several passes) meet in the result?"""
        return len({_pass(b) for b in _counted_by_member(tuple(self.built.values()))}) > 1


def _counted_by_member(leaves: tuple[BuiltLeaf, ...]) -> tuple[BuiltLeaf, ...]:
    """Distinct counts of a member join the pass that counts per member anyway: one scan instead of two."""
    members = {(b.base, b.keys, b.over, place(b.member)): b.member for b in leaves if b.member is not None}

    def joined(b: BuiltLeaf) -> BuiltLeaf:
        member = members.get((b.base, b.keys, b.over, place(b.ref)))
        if member is None or b.agg != "count_distinct" or b.member is not None or b.snapshot is not None:
            return b
        return replace(b, agg="count", ref=None, member=member, at_least=1.0)

    return tuple(joined(b) for b in leaves)


def place(ref: ColumnRef | None) -> object:
    """Where a column is read, whatever its type is called."""
    return None if ref is None else (ref.path, ref.table, ref.sql)


def _pass(leaf: BuiltLeaf) -> object:
    """Which pass over the data a leaf is computed in."""
    return (leaf.base, leaf.keys, leaf.member, leaf.snapshot, leaf.over)


def _groups(leaves: tuple[BuiltLeaf, ...]) -> Iterable[tuple[BuiltLeaf, ...]]:
    groups: dict[object, list[BuiltLeaf]] = {}
    for leaf in leaves:
        groups.setdefault(_pass(leaf), []).append(leaf)
    return (tuple(g) for g in groups.values())


def _scan(group: tuple[BuiltLeaf, ...]) -> Scan:
    first = group[0]
    shared = tuple(c for c in first.conditions if all(c in b.conditions for b in group[1:]))
    own = [tuple(c for c in b.conditions if c not in shared) for b in group]
    aggregates = tuple(
        Aggregated(b.name, b.agg, b.ref, rest, b.percentile, b.at_least) for b, rest in zip(group, own, strict=True)
    )
    return Scan(first.base, first.keys, shared + _hull(own), aggregates, first.member, first.snapshot, first.over)


def _hull(own: list[tuple[Condition, ...]]) -> tuple[Condition, ...]:
    """What every leaf's own period lies in: lets the engine skip the rows between and around two compared periods."""
    periods = [next((c for c in rest if isinstance(c, During)), None) for rest in own]
    distinct = tuple(dict.fromkeys(p for p in periods if p is not None))
    if None in periods or len(distinct) < 2 or len({d.ref for d in distinct}) > 1:
        return ()
    starts = [d.period.start for d in distinct]
    ends = [d.period.end for d in distinct]
    start = None if None in starts else min(s for s in starts if s is not None)
    end = None if None in ends else max(e for e in ends if e is not None)
    whole = During(distinct[0].ref, Period(start=start, end=end))
    return (whole, Any(distinct)) if start is not None or end is not None else (Any(distinct),)
