"""What one asker may see: the model without what is hidden, row conditions per table, and masks for personal data.

In: a `SemanticModel` and a `Scope` (role, attributes of the asker). Out: `Restricted`, and from it the SQL pieces that every
statement is built from (`scoped_table`, `masked`). What may fail: `restrict` raises `QueryError` (unknown-role,
missing-attribute, invalid-attribute); a row filter that is not SQL raises `ModelError`. No name that the role may not see
stands in any issue. What is hidden, and what hides with it, is worked out in `semantic_layer.hiding`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from semantic_layer.catalog import nearest
from semantic_layer.errors import ModelError, QueryError
from semantic_layer.expressions import ident
from semantic_layer.hiding import hide
from semantic_layer.issues import Issue, Place
from semantic_layer.model import Dimension, Mask, MaskKind, Role, SemanticModel
from semantic_layer.rows import row_conditions


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks: a role of the model, and the attributes that its row filters name."""

    role: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restricted:
    """A model as one asker sees it.

    `model` lacks every member that the role may not name. `rows`: table -> condition over that table's own columns (unqualified),
    for filtered tables and all tables that belong to one. `masks`: class of personal data -> "mask" or "clear"; a class that is
    not there is hidden. `unseen`: table -> columns that remain in `model` because joins, times or declared expressions need them,
    but that SQL from outside may not name. The trees in `rows` are shared: copy before use (`scoped_table` does).
    """

    model: SemanticModel
    role: Role
    rows: Mapping[str, exp.Expr]
    masks: Mapping[str, MaskKind]
    unseen: Mapping[str, frozenset[str]] = field(default_factory=dict)


def restrict(model: SemanticModel, scope: Scope) -> Restricted:
    """`model` as `scope` may see it."""
    role = _role(model, scope)
    masks: dict[str, MaskKind] = {name: kind for name, kind in role.pii.items() if kind != "hide"}
    seen, unseen = hide(model, role, frozenset(masks))
    return Restricted(model=seen, role=role, rows=row_conditions(model, _filters(role, scope)), masks=masks, unseen=unseen)


def scoped_table(restricted: Restricted, table: str, alias: str) -> exp.Expr:
    """`table` under `alias`: itself, or a subquery of the rows that the role may see. Always a fresh tree."""
    source = exp.Table(this=ident(table))
    condition = restricted.rows.get(table)
    name = exp.TableAlias(this=ident(alias))
    if condition is None:
        source.set("alias", None if alias == table else name)
        return source
    return exp.Subquery(this=_visible_rows(source, condition), alias=name)


def masked(restricted: Restricted, of: Dimension | str, column: exp.Expr) -> exp.Expr:
    """How the role sees `column`, whose class of personal data is that of the dimension, or the class itself.

    The column where the class is clear (or there is none), else its text with stars: 138****5678. Values too short to keep
    anything secret become stars; nulls stay null. The result is text.
    """
    pii = of.pii if isinstance(of, Dimension) else of
    if pii is None or restricted.masks.get(pii) == "clear":
        return column
    return mask_expression(mask_of(restricted.model, pii), column)


def mask_of(model: SemanticModel, pii: str) -> Mask:
    """The mask of a class of personal data; nothing is kept of a class that the domain does not describe."""
    mask = model.domain.pii.get(pii)
    return mask if mask is not None else _ALL_STARS


def mask_expression(mask: Mask, column: exp.Expr) -> exp.Expr:
    """CASE WHEN length(text) > kept THEN start || stars || end WHEN text IS NOT NULL THEN stars END."""
    text = exp.Cast(this=column, to=exp.DataType.build("text"))
    stars = exp.Literal.string("*" * mask.stars)
    kept = mask.keep_start + mask.keep_end
    pieces: list[exp.Expr] = [stars]
    if mask.keep_start:
        pieces.insert(0, exp.Left(this=text.copy(), expression=exp.Literal.number(mask.keep_start)))
    if mask.keep_end:
        pieces.append(exp.Right(this=text.copy(), expression=exp.Literal.number(mask.keep_end)))
    shown = pieces[0]
    for piece in pieces[1:]:
        shown = exp.DPipe(this=shown, expression=piece, safe=True)
    longer = exp.GT(this=exp.Length(this=text.copy()), expression=exp.Literal.number(kept))
    present = exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null()))
    return exp.Case(ifs=[exp.If(this=longer, true=shown), exp.If(this=present, true=stars.copy())])


def mask_subject(case: exp.Case) -> exp.Expr | None:
    """What `case` masks if it is a mask at all: to be compared with `mask_expression` of it."""
    branches = case.args.get("ifs") or ()
    test = branches[0].this if branches else None
    if isinstance(test, exp.GT) and isinstance(test.this, exp.Length) and isinstance(test.this.this, exp.Cast):
        subject: exp.Expr = test.this.this.this
        return subject
    return None


_ALL_STARS = Mask.model_validate({"label": {"zh": "", "en": ""}})


def _visible_rows(source: exp.Expr, condition: exp.Expr) -> exp.Select:
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=source), where=exp.Where(this=condition.copy()))


# --- the asker -----------------------------------------------------------------------------------------------------------


def _role(model: SemanticModel, scope: Scope) -> Role:
    role = model.roles.get(scope.role)
    if role is None:
        near = nearest(scope.role, model.roles) or tuple(model.roles)[:3]
        raise QueryError((Issue("unknown-role", where=Place(path="role"), params={"role": scope.role}, suggestions=near),))
    issues = tuple(_attribute_issues(role, scope))
    if issues:
        raise QueryError(issues)
    return role


def _attribute_issues(role: Role, scope: Scope) -> Iterator[Issue]:
    for name in role.attributes:
        value = scope.attributes.get(name, "")
        params = {"role": role.name, "attribute": name}
        if not value:
            yield Issue("missing-attribute", where=Place(path=f"attributes.{name}"), params=params)
        elif not value.isprintable():
            yield Issue("invalid-attribute", where=Place(path=f"attributes.{name}"), params=params)


def _condition(role: Role, text: str, scope: Scope) -> exp.Expr:
    """The row filter's condition with the asker's attributes as escaped literals."""
    try:
        tree = sqlglot.parse_one(text, read="duckdb", into=exp.Condition)
    except SqlglotError as error:
        raise ModelError((Issue("bad-row-filter", params={"role": role.name}),)) from error
    missing: list[str] = []

    def bind(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Placeholder):
            return node
        value = scope.attributes.get(node.name, "")
        if not value or not value.isprintable():
            missing.append(node.name)
        return exp.Literal.string(value)

    bound = tree.transform(bind)
    if missing:
        raise QueryError(
            tuple(
                Issue("missing-attribute", where=Place(path=f"attributes.{n}"), params={"role": role.name, "attribute": n})
                for n in dict.fromkeys(missing)
            )
        )
    return exp.Paren(this=bound) if isinstance(bound, exp.Connector) else bound


def _filters(role: Role, scope: Scope) -> dict[str, tuple[exp.Expr, ...]]:
    filters: dict[str, tuple[exp.Expr, ...]] = {}
    for row in role.rows:
        filters[row.table] = (*filters.get(row.table, ()), _condition(role, row.where, scope))
    return filters
