"""The last look at a statement before it runs, our own too: only what is allowed, only what the asker may see.

In: a sqlglot tree, and `Restricted`. Out: nothing. Fails with `UnsafeSQLError` naming everything that is wrong: not a query, a
node, function, table or column that is not on the lists, a table without its row condition, personal data outside its mask.
"""

from sqlglot import exp

from semantic_layer.allowed import OWN
from semantic_layer.errors import UnsafeSQLError
from semantic_layer.expressions import bind, parse, tables_in
from semantic_layer.issues import Issue
from semantic_layer.lineage import MASKED, Flag, Relation, Rules
from semantic_layer.model import SemanticModel, Table
from semantic_layer.reader import Reader
from semantic_layer.scope import Restricted, mask_expression, mask_of


def guard(tree: exp.Expr, restricted: Restricted) -> None:
    """Raises `UnsafeSQLError` unless `tree` may run for the asker."""
    reader = Reader(own_rules(restricted))
    try:
        outputs = reader.read(tree)
    except RecursionError as error:
        raise UnsafeSQLError((Issue("statement-too-deep"),)) from error
    for name, flag in outputs.columns:
        if flag not in (None, MASKED):
            reader.complain("personal-column", column=name)
    if reader.issues:
        raise UnsafeSQLError(tuple(reader.issues))


def own_rules(restricted: Restricted) -> Rules:
    """The rules for statements of ours: tables hold personal data in the clear, which may only be shown through its mask."""
    model, known = restricted.model, dict[str, Relation]()
    names = {name.lower(): name for name in model.tables}

    def tables(name: str) -> Relation | None:
        if name not in known and name in names:
            known[name] = _relation(restricted, model.tables[names[name]])
        return known.get(name)

    def condition(name: str) -> exp.Expr | None:
        return restricted.rows.get(names.get(name, name))

    def is_mask(case: exp.Case, subject: exp.Expr, flag: str) -> bool:
        return restricted.masks.get(flag) == "mask" and case == mask_expression(mask_of(model, flag), subject.copy())

    def declared(column: exp.Column, flag: str) -> bool:
        return _is_lookup(column, flag, restricted) or _is_declared(column, model)

    return Rules(
        types=OWN,
        tables=tables,
        reserved=frozenset(names),
        condition=condition,
        is_mask=is_mask,
        declared=declared,
    )


def _relation(restricted: Restricted, table: Table) -> Relation:
    def flag(pii: str | None) -> Flag:
        return None if pii is None or restricted.masks.get(pii) == "clear" else pii

    return Relation(tuple((c.name.lower(), flag(c.pii)) for c in table.columns))


def _is_lookup(column: exp.Column, flag: str, restricted: Restricted) -> bool:
    """`phone = '…'` or `phone IN ('…')` by a role that holds the right to look up by that class."""
    if flag not in restricted.role.lookup:
        return False
    test = column.parent
    if isinstance(test, exp.EQ):
        return isinstance(test.expression, exp.Literal) and test.this is column
    return isinstance(test, exp.In) and test.this is column and all(isinstance(e, exp.Literal) for e in test.expressions)


def _is_declared(column: exp.Column, model: SemanticModel) -> bool:
    """Does the column stand inside the expression of a dimension that the data owner declares to be no personal data?"""
    declared = [
        text
        for d in model.dimensions.values()
        if d.pii is None
        for text in (d.expr, *d.also.values())
        if text is not None and not text.isidentifier() and column.name in text and not tables_in(text)
    ]
    candidates = {bind(text, "", lambda _: column.table) if column.table else parse(text) for text in declared}
    node = column.parent
    while node is not None and not isinstance(node, exp.Query):
        if node in candidates:
            return True
        node = node.parent
    return False
