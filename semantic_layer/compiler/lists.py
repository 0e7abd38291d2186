"""Records, funnels and retention as SQL.

In: their plans. Out: one select each, its columns those of the plan, in order.
"""

from dataclasses import dataclass, replace

from sqlglot import exp

from semantic_layer.compiler import nodes
from semantic_layer.compiler.conditions import where_of_all
from semantic_layer.compiler.sources import Compilation, Source
from semantic_layer.expressions import ident, quotient
from semantic_layer.plan import ColumnRef, FunnelPlan, FunnelStep, RecordsPlan, RetentionPlan


def records_select(c: Compilation, plan: RecordsPlan) -> exp.Select:
    """A list, in its order, nulls last, the key as the last tie-break."""
    source = Source(c, plan.base, optional=True)  # a column that is shown drops no member
    columns = [nodes.named(source.shown(listed.ref), listed.name) for listed in plan.columns]
    condition = where_of_all(source, plan.where)
    terms = []
    if (plan.limit is not None or plan.offset) and plan.order:  # a ranking only ranks what has a value
        ranked = nodes.not_null(source.ref(plan.order[0][0]))
        condition = ranked if condition is None else nodes.conj([condition, ranked])
        if isinstance(plan.order[0][0], ColumnRef):
            source.require(plan.order[0][0].path)
    for ref, descending, values in plan.order:
        node = source.ref(ref)
        if values:
            ifs = [exp.If(this=nodes.literal(v, "text"), true=nodes.number(i)) for i, v in enumerate(values)]
            node = exp.Case(this=node, ifs=ifs)
        terms.append(exp.Ordered(this=node, desc=descending, nulls_first=False))
    ties = plan.columns if plan.distinct else plan.columns[:1]
    terms += [exp.Ordered(this=source.shown(c.ref), desc=False, nulls_first=False) for c in ties if plan.distinct]
    terms += [exp.Ordered(this=source.ref(c.ref), desc=False, nulls_first=False) for c in ties if not plan.distinct]
    each = [source.ref(ref) for ref in plan.limit_per]
    built = source.select(list(columns), condition)
    if plan.distinct:
        built.set("distinct", exp.Distinct())
    built.set("order", exp.Order(expressions=terms))
    return _of_each(plan, built, each, terms) if each else nodes.cut(built, plan.limit, plan.offset)


def _of_each(plan: RecordsPlan, built: exp.Select, keys: list[exp.Expr], terms: list[exp.Ordered]) -> exp.Select:
    """The first rows of each value of some columns, one value after the other; those without a value last."""
    order = exp.Order(expressions=[term.copy() for term in terms])
    number = exp.Window(this=exp.RowNumber(), partition_by=[key.copy() for key in keys], order=order)
    built.set("qualify", exp.Qualify(this=exp.LTE(this=number, expression=nodes.number(plan.limit or 1))))
    first = [exp.Ordered(this=key, desc=False, nulls_first=False) for key in keys]
    built.set("order", exp.Order(expressions=[*first, *terms]))
    return built


def keys_select(c: Compilation, plan: RecordsPlan) -> exp.Select:
    """Only the keys of a list: a set to be a member of."""
    bare = replace(plan, columns=plan.columns[:1], distinct=False)
    built = records_select(c, bare)
    if plan.limit is None and not plan.offset:
        built.set("order", None)
    return built


# --- funnel ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Funnel:
    """A funnel on its way to SQL. Without a window each step has a row a member, the earliest time; with one, a row an event."""

    c: Compilation
    plan: FunnelPlan

    def cte(self, position: int) -> str:
        return self.c.alias(f"step_{position}")


def funnel_select(c: Compilation, plan: FunnelPlan) -> exp.Select:
    """Each step: the members of the step before who did it after that; a group that nobody reached a step in has 0 there."""
    funnel = _Funnel(c, plan)
    ctes, arms = [], []
    for i, step in enumerate(plan.steps, start=1):
        select = _first(funnel, step) if i == 1 else (_next if plan.within_days is None else _in_window)(funnel, step, i)
        ctes.append(_cte(funnel.cte(i), select))
        arms.append(_counted(funnel, step, i))
    names = ([plan.group.name] if plan.group else []) + ["step", "members"]
    built = nodes.select([nodes.col(n) for n in names], nodes.subquery(nodes.union_all(arms), c.alias("steps")))
    order = ([plan.group.name] if plan.group else []) + ["position"]
    built.set("order", exp.Order(expressions=[exp.Ordered(this=nodes.col(n), desc=False, nulls_first=False) for n in order]))
    built.set("with_", exp.With(expressions=ctes))
    return built


def _events(funnel: _Funnel, step: FunnelStep) -> tuple[Source, exp.Expr, exp.Expr, exp.Expr]:
    """The rows of a step: their source, member, time and WHERE."""
    source = Source(funnel.c, step.base)
    key, time = source.column(step.key), source.column(step.time)
    own, known = where_of_all(source, step.conditions), nodes.not_null(key.copy())
    every = nodes.conj([known] if own is None else [own, known])
    return source, key, exp.cast(time, "TIMESTAMP"), every or known


def _first(funnel: _Funnel, step: FunnelStep) -> exp.Select:
    source, key, time, own = _events(funnel, step)
    if funnel.plan.within_days is not None:
        columns: list[exp.Expr] = [nodes.named(key, "member"), nodes.named(time, "at"), nodes.named(time.copy(), "began")]
        if step.group is not None:
            columns.append(nodes.named(source.ref(step.group), "grp"))
        return source.select(columns, own)
    columns = [nodes.named(key, "member"), nodes.named(exp.Min(this=time), "at")]
    if step.group is not None:
        columns.append(nodes.named(_earliest(source.ref(step.group), time.copy()), "grp"))
    return nodes.group_by_position(source.select(columns, own), 1)


def _earliest(group: exp.Expr, time: exp.Expr) -> exp.Expr:
    """The group of a member's first row; of several at one moment the least, so that it is the same every time."""
    terms = [exp.Ordered(this=node, desc=False, nulls_first=False) for node in (time, group.copy())]
    return exp.First(this=exp.Order(this=group, expressions=terms))


def _next(funnel: _Funnel, step: FunnelStep, position: int) -> exp.Select:
    """Without a window: the earliest time at or after that of the step before."""
    before = funnel.cte(position - 1)
    source, key, time, own = _events(funnel, step)
    after = (exp.GT if step.later else exp.GTE)(this=time, expression=nodes.col("at", before))
    columns = [nodes.named(key, "member"), nodes.named(exp.Min(this=time.copy()), "at")]
    built = source.select(list(columns), nodes.conj([own, after]))
    same = exp.EQ(this=key.copy(), expression=nodes.col("member", before))
    joins = [*(built.args.get("joins") or []), exp.Join(this=exp.Table(this=ident(before)), on=same)]
    built.set("joins", joins)
    return nodes.group_by_position(built, 1)


def _in_window(funnel: _Funnel, step: FunnelStep, position: int) -> exp.Select:
    """With a window: every row that ends a chain of steps in time. Of all chains up to a row the one that began last counts (it
    lasts the shortest), so one pass over the rows in order of time finds it."""
    source, key, time, own = _events(funnel, step)
    mine, theirs = (0, 1) if step.later else (1, 0)  # at one moment: which of the two comes first
    rows = source.select(
        [nodes.named(key, "member"), nodes.named(time, "at"), nodes.named(exp.Null(), "began"), _turn(mine)], own
    )
    chains = nodes.select(
        [nodes.col("member"), nodes.col("at"), nodes.col("began"), _turn(theirs)],
        exp.Table(this=ident(funnel.cte(position - 1))),
    )
    began = exp.Window(
        this=exp.Max(this=nodes.col("began")),
        partition_by=[nodes.col("member")],
        order=exp.Order(expressions=[exp.Ordered(this=nodes.col(n), desc=False, nulls_first=False) for n in ("at", "turn")]),
        spec=exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"),
    )
    both = nodes.subquery(nodes.union_all([rows, chains]), funnel.c.alias("moments"))
    ran = nodes.select([nodes.col("member"), nodes.col("at"), nodes.col("turn"), nodes.named(began, "began")], both)
    end = exp.Add(this=nodes.col("began"), expression=nodes.interval(funnel.plan.within_days or 0, "day"))
    tests = [
        exp.EQ(this=nodes.col("turn"), expression=nodes.number(mine)),
        nodes.not_null(nodes.col("began")),
        exp.LT(this=nodes.col("at"), expression=end),
    ]
    columns = [nodes.col("member"), nodes.col("at"), nodes.col("began")]
    return nodes.select(columns, nodes.subquery(ran, funnel.c.alias("chains")), nodes.conj(tests))


def _turn(number: int) -> exp.Alias:
    return nodes.named(nodes.number(number), "turn")


def _counted(funnel: _Funnel, step: FunnelStep, position: int) -> exp.Select:
    cte = funnel.cte(position)
    columns: list[exp.Expr] = [
        nodes.named(nodes.number(position), "position"),
        nodes.named(exp.Literal.string(step.name), "step"),
        nodes.named(nodes.aggregate("count_distinct", nodes.col("member", cte), None), "members"),
    ]
    group = funnel.plan.group
    if group is None:
        return nodes.select(columns, exp.Table(this=ident(cte)))
    starters = funnel.c.alias("starters")
    built = nodes.select(
        [nodes.named(nodes.col("grp", starters), group.name), *columns], nodes.subquery(_starters(funnel), starters)
    )
    same = exp.EQ(this=nodes.col("member", cte), expression=nodes.col("member", starters))
    built.set("joins", [exp.Join(this=exp.Table(this=ident(cte)), side="LEFT", on=same)])
    return nodes.group_by_position(built, 1)


def _starters(funnel: _Funnel) -> exp.Select:
    """Who began, each in the group of the first time."""
    first = exp.Table(this=ident(funnel.cte(1)))
    if funnel.plan.within_days is None:
        return nodes.select([nodes.col("member"), nodes.col("grp")], first)
    grp = nodes.named(_earliest(nodes.col("grp"), nodes.col("at")), "grp")
    return nodes.group_by_position(nodes.select([nodes.col("member"), grp], first), 1)


# --- retention -----------------------------------------------------------------------------------------------------------------


def retention_select(c: Compilation, plan: RetentionPlan) -> exp.Select:
    """cohort, offset, size, members who came back, rate (members / size)."""
    cohorts, sizes, comebacks = c.alias("cohorts"), c.alias("sizes"), c.alias("comebacks")
    cohort, bucket = nodes.col("cohort", cohorts), nodes.col("bucket", comebacks)
    offset = exp.DateDiff(this=bucket, expression=cohort.copy(), unit=exp.var(plan.grain.upper()))
    size = nodes.col("size", sizes)
    count = nodes.aggregate("count", None, None)
    columns = [
        nodes.named(cohort, "cohort"),
        nodes.named(offset, "offset"),
        nodes.named(size, "size"),
        nodes.named(count, "members"),
        nodes.named(quotient(count.copy(), size.copy()), "rate"),
    ]
    inside = exp.Between(this=offset.copy(), low=nodes.number(0), high=nodes.number(plan.offsets))
    built = nodes.select(list(columns), exp.Table(this=ident(cohorts)), inside)
    same_member = exp.EQ(this=nodes.col("member", comebacks), expression=nodes.col("member", cohorts))
    same_cohort = exp.EQ(this=nodes.col("cohort", sizes), expression=cohort.copy())
    built.set(
        "joins",
        [
            exp.Join(this=exp.Table(this=ident(comebacks)), on=same_member),
            exp.Join(this=exp.Table(this=ident(sizes)), on=same_cohort),
        ],
    )
    nodes.group_by_position(built, 3)
    built.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Literal.number(i), nulls_first=False) for i in (1, 2)]))
    built.set(
        "with_",
        exp.With(
            expressions=[_cte(cohorts, _cohorts(c, plan)), _cte(sizes, _sizes(cohorts)), _cte(comebacks, _comebacks(c, plan))]
        ),
    )
    return built


def _cte(name: str, select: exp.Select) -> exp.CTE:
    return exp.CTE(this=select, alias=exp.TableAlias(this=ident(name)))


def _cohorts(c: Compilation, plan: RetentionPlan) -> exp.Select:
    source = Source(c, plan.start.base)
    key, time = source.column(plan.start.key), source.column(plan.start.time)
    own = where_of_all(source, plan.start.conditions)
    first = exp.Min(this=time)
    columns = [nodes.named(key, "member"), nodes.named(nodes.truncated(first, plan.grain, plan.week_start), "cohort")]
    known = nodes.not_null(key.copy())
    built = nodes.group_by_position(source.select(list(columns), known if own is None else nodes.conj([own, known])), 1)
    inside = nodes.during(first.copy(), plan.cohorts, plan.start.time.type)
    if inside is not None:
        built.set("having", exp.Having(this=inside))
    return built


def _sizes(cohorts: str) -> exp.Select:
    columns = [nodes.col("cohort"), nodes.named(nodes.aggregate("count", None, None), "size")]
    return nodes.group_by_position(nodes.select(list(columns), exp.Table(this=ident(cohorts))), 1)


def _comebacks(c: Compilation, plan: RetentionPlan) -> exp.Select:
    source = Source(c, plan.back.base)
    key, time = source.column(plan.back.key), source.column(plan.back.time)
    bucket = nodes.truncated(time, plan.grain, plan.week_start)
    built = source.select([nodes.named(key, "member"), nodes.named(bucket, "bucket")], where_of_all(source, plan.back.conditions))
    return nodes.group_by_position(built, 2)
