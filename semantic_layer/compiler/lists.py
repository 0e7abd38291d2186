"""Records, funnels and retention as SQL.

In: their plans. Out: one select each, its columns those of the plan, in order.
"""

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
    if plan.limit is not None and plan.order:  # a ranking only ranks what has a value
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
    terms.append(exp.Ordered(this=source.ref(plan.columns[0].ref), desc=False, nulls_first=False))
    built = source.select(list(columns), condition)
    built.set("order", exp.Order(expressions=terms))
    if plan.limit is not None:
        built.set("limit", exp.Limit(expression=nodes.number(plan.limit)))
    return built


def keys_select(c: Compilation, plan: RecordsPlan) -> exp.Select:
    """Only the keys of a list: a set to be a member of."""
    bare = RecordsPlan(plan.base, plan.columns[:1], plan.where, plan.order, plan.limit)
    built = records_select(c, bare)
    if plan.limit is None:
        built.set("order", None)
    return built


# --- funnel ------------------------------------------------------------------------------------------------------------------


def funnel_select(c: Compilation, plan: FunnelPlan) -> exp.Select:
    """Each step: the members of the step before who did it after that, at the earliest time they did."""
    ctes, arms = [], []
    for i, step in enumerate(plan.steps):
        select = _first(c, plan, step) if i == 0 else _next(c, plan, step, f"step_{i}")
        ctes.append(exp.CTE(this=select, alias=exp.TableAlias(this=ident(f"step_{i + 1}"))))
        arms.append(_counted(plan, step, i + 1))
    union: exp.Expr = arms[0]
    for arm in arms[1:]:
        union = exp.Union(this=union, expression=arm, distinct=False)
    names = ([plan.group.name] if plan.group else []) + ["step", "members"]
    built = nodes.select([nodes.col(n) for n in names], nodes.subquery(union, "steps"))
    order = ([plan.group.name] if plan.group else []) + ["position"]
    built.set("order", exp.Order(expressions=[exp.Ordered(this=nodes.col(n), desc=False, nulls_first=False) for n in order]))
    built.set("with_", exp.With(expressions=ctes))
    return built


def _first(c: Compilation, plan: FunnelPlan, step: FunnelStep) -> exp.Select:
    source = Source(c, step.base)
    key, time = source.column(step.key), source.column(step.time)
    group = [] if plan.group is None or step.group is None else [nodes.named(exp.AnyValue(this=source.ref(step.group)), "grp")]
    own = where_of_all(source, step.conditions)
    known = nodes.not_null(key.copy())
    columns = [
        nodes.named(key, "member"),
        nodes.named(exp.Min(this=time), "at"),
        nodes.named(exp.Min(this=time.copy()), "began"),
        *group,
    ]
    return nodes.group_by_position(source.select(columns, known if own is None else nodes.conj([own, known])), 1)


def _next(c: Compilation, plan: FunnelPlan, step: FunnelStep, before: str) -> exp.Select:
    source = Source(c, step.base)
    key, time = source.column(step.key), source.column(step.time)
    own = where_of_all(source, step.conditions)
    later: list[exp.Expr] = [exp.GTE(this=time.copy(), expression=nodes.col("at", before))]
    if plan.within_days is not None:
        end = exp.Add(this=nodes.col("began", before), expression=nodes.interval(plan.within_days, "day"))
        later.append(exp.LT(this=time.copy(), expression=end))
    columns: list[exp.Expr] = [nodes.named(key, "member"), nodes.named(exp.Min(this=time), "at")]
    columns.append(nodes.named(exp.AnyValue(this=nodes.col("began", before)), "began"))
    if plan.group is not None:
        columns.append(nodes.named(exp.AnyValue(this=nodes.col("grp", before)), "grp"))
    built = source.select(columns, nodes.conj(([own] if own is not None else []) + later))
    same = exp.EQ(this=key.copy(), expression=nodes.col("member", before))
    joins = [*(built.args.get("joins") or []), exp.Join(this=exp.Table(this=ident(before)), on=same)]
    built.set("joins", joins)
    return nodes.group_by_position(built, 1)


def _counted(plan: FunnelPlan, step: FunnelStep, position: int) -> exp.Select:
    columns: list[exp.Expr] = []
    if plan.group is not None:
        columns.append(nodes.named(nodes.col("grp"), plan.group.name))
    columns += [
        nodes.named(nodes.number(position), "position"),
        nodes.named(exp.Literal.string(step.name), "step"),
        nodes.named(nodes.aggregate("count", None, None), "members"),
    ]
    built = nodes.select(columns, exp.Table(this=ident(f"step_{position}")))
    return nodes.group_by_position(built, 1) if plan.group is not None else built


# --- retention -----------------------------------------------------------------------------------------------------------------


def retention_select(c: Compilation, plan: RetentionPlan) -> exp.Select:
    """cohort, offset, size, members who came back, rate (members / size)."""
    first, sizes = ident("cohorts"), ident("sizes")
    cohort, bucket = nodes.col("cohort", "cohorts"), nodes.col("bucket", "comebacks")
    offset = exp.DateDiff(this=bucket, expression=cohort.copy(), unit=exp.var(plan.grain.upper()))
    size = nodes.col("size", "sizes")
    count = nodes.aggregate("count", None, None)
    columns = [
        nodes.named(cohort, "cohort"),
        nodes.named(offset, "offset"),
        nodes.named(size, "size"),
        nodes.named(count, "members"),
        nodes.named(quotient(count.copy(), size.copy()), "rate"),
    ]
    inside = exp.Between(this=offset.copy(), low=nodes.number(0), high=nodes.number(plan.offsets))
    built = nodes.select(list(columns), exp.Table(this=first), inside)
    same_member = exp.EQ(this=nodes.col("member", "comebacks"), expression=nodes.col("member", "cohorts"))
    same_cohort = exp.EQ(this=nodes.col("cohort", "sizes"), expression=cohort.copy())
    built.set(
        "joins",
        [
            exp.Join(this=exp.Table(this=ident("comebacks")), on=same_member),
            exp.Join(this=exp.Table(this=sizes), on=same_cohort),
        ],
    )
    nodes.group_by_position(built, 3)
    built.set("order", exp.Order(expressions=[exp.Ordered(this=exp.Literal.number(i), nulls_first=False) for i in (1, 2)]))
    built.set("with_", exp.With(expressions=[_cohorts(c, plan), _sizes(), _comebacks(c, plan)]))
    return built


def _cte(name: str, select: exp.Select) -> exp.CTE:
    return exp.CTE(this=select, alias=exp.TableAlias(this=ident(name)))


def _cohorts(c: Compilation, plan: RetentionPlan) -> exp.CTE:
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
    return _cte("cohorts", built)


def _sizes() -> exp.CTE:
    columns = [nodes.col("cohort"), nodes.named(nodes.aggregate("count", None, None), "size")]
    return _cte("sizes", nodes.group_by_position(nodes.select(list(columns), exp.Table(this=ident("cohorts"))), 1))


def _comebacks(c: Compilation, plan: RetentionPlan) -> exp.CTE:
    source = Source(c, plan.back.base)
    key, time = source.column(plan.back.key), source.column(plan.back.time)
    bucket = nodes.truncated(time, plan.grain, plan.week_start)
    built = source.select([nodes.named(key, "member"), nodes.named(bucket, "bucket")], where_of_all(source, plan.back.conditions))
    return _cte("comebacks", nodes.group_by_position(built, 2))
