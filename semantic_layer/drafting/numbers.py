"""Metrics of a draft: what is counted, added up and averaged; each with the reason it was drafted for.

In: the facts and names of a database. Out: measures and metrics: how many rows each table has, how many different values a column
has, and total, average, highest and lowest of each amount. A metric whose words name another table's rows gives way to them.
"""

from semantic_layer.drafting.facts import ColumnFacts, TableFacts
from semantic_layer.drafting.members import Drafted, Entry, Schema, expression, flag_of, holds_numbers, only_amounts, row_words
from semantic_layer.drafting.naming import words
from semantic_layer.drafting.words import chinese, has_chinese, lexicon, personal, plural, singular

_AGGREGATES = (
    ("total", "sum", "总", ("sum of", "total", "overall")),
    ("average", "avg", "平均", ("average", "the average", "mean", "avg")),
    ("highest", "max", "最高", ("maximum", "max", "highest")),
    ("lowest", "min", "最低", ("minimum", "min", "lowest")),
)
_COUNTED = ("number of different", "number of distinct", "how many different", "how many distinct", "number of", "how many")
_MOST_FORMS = 4


def metrics(drafted: Drafted, schema: Schema) -> None:
    """Every metric, table by table."""
    for table in schema.facts.tables:
        _rows(drafted, schema, table)
    for table in schema.facts.tables:
        for column in table.columns:
            if is_amount(schema, table, column):
                _amounts(drafted, schema, table, column)
            elif is_kind(schema, table, column):
                _kinds(drafted, schema, table, column)


def _rows(drafted: Drafted, schema: Schema, table: TableFacts) -> None:
    one = schema.names.one(table)
    many = plural(one)
    measure = drafted.add("measures", f"{one} rows", {"table": schema.models[table.name], "agg": "count"}, "a row each")
    forms = row_words(schema, table)
    entry: Entry = {
        "label": {"zh": f"{chinese(one)}数" if has_chinese(one) else f"{many} 数", "en": f"number of {many}"},
        "measure": measure,
        "format": "integer",
        "synonyms": words(
            (*forms[:6], *(f"number of {w}" for w in forms[:5]), f"{one} count"),
            f"number of {many}",
            tuple(chinese(w) + end for w in map(singular, forms[:3]) if has_chinese(w) for end in ("数量", "数", "个数", "人数")),
            only_amounts(forms),
        ),
    }
    said = entry["synonyms"]
    if len(schema.keys[table.name]) > 1 and isinstance(said, dict):
        said.setdefault("en", []).append(one)  # no entity of its own is called so
    drafted.add("metrics", f"{one}_count", entry, "counts the rows of the table")


# --- amounts ------------------------------------------------------------------------------------------------------------------


def is_amount(schema: Schema, table: TableFacts, column: ColumnFacts) -> bool:
    """Is it a number that it makes sense to add or average?"""
    if column.name in schema.keys[table.name] or schema.points(table, column) or not holds_numbers(schema, table, column):
        return False
    named = schema.names.bare(table, column).split()
    return personal(" ".join(named)) is None and (named[-1] not in lexicon()["codes"] or named[0] == "number")


def _amounts(drafted: Drafted, schema: Schema, table: TableFacts, column: ColumnFacts) -> None:
    full, shown = schema.names.full(table, column), schema.names.shown(table, column)
    bases = schema.names.forms(table, column)[:_MOST_FORMS]
    taken = {f"{zh}{other}" for other in schema.names.taken_chinese(table, column) for _, _, zh, _ in _AGGREGATES}
    for prefix, agg, zh, others in _AGGREGATES:
        fields: Entry = {"table": schema.models[table.name], "agg": agg, "expr": expression(column, number=True)}
        measure = drafted.add("measures", f"{prefix} {full} measure", fields, "a number that is no key, code or year")
        label = f"{prefix} {shown}"
        bare = chinese(schema.names.bare(table, column))
        own = (f"{zh}{bare}", f"{bare}{_ZH_AFTER[agg]}") if has_chinese(schema.names.bare(table, column)) else ()
        entry: Entry = {
            "label": {"zh": f"{zh}{chinese(shown)}" if has_chinese(shown) else f"{zh} {shown}", "en": label},
            "measure": measure,
            "synonyms": words((f"{other} {base}" for base in bases for other in others), label, own, taken),
        }
        drafted.add("metrics", f"{prefix}_{full}", entry, "a number that is no key, code or year")


_ZH_AFTER = {"sum": "总和", "avg": "平均值", "max": "最大值", "min": "最小值"}


# --- kinds --------------------------------------------------------------------------------------------------------------------


def is_kind(schema: Schema, table: TableFacts, column: ColumnFacts) -> bool:
    """Does a column tell kinds of rows apart, so that people ask how many different ones there are?"""
    if column.name in schema.keys[table.name] or schema.points(table, column) or flag_of(schema, table, column) is not None:
        return False
    return column.type == "text" and column.distinct < table.rows and personal(schema.names.bare(table, column)) is None


def _kinds(drafted: Drafted, schema: Schema, table: TableFacts, column: ColumnFacts) -> None:
    full, shown = schema.names.full(table, column), schema.names.shown(table, column)
    rows = {plural(row) for found in schema.names.rows.values() for row in found}
    forms = list(dict.fromkeys(plural(w) for w in schema.names.forms(table, column)[:_MOST_FORMS]))
    spoken = [f"{before} {w}" for w in forms for before in _COUNTED[: 4 if w in rows else None]]
    fields: Entry = {"table": schema.models[table.name], "agg": "count_distinct", "expr": expression(column, number=False)}
    measure = drafted.add("measures", f"different {full} measure", fields, f"{column.distinct} kinds of {table.rows} rows")
    zh = chinese(shown)
    entry: Entry = {
        "label": {
            "zh": f"不同{zh}数" if has_chinese(shown) else f"不同 {shown} 数",
            "en": f"number of different {plural(shown)}",
        },
        "measure": measure,
        "format": "integer",
        "synonyms": {
            "en": spoken,
            "zh": [f"{before}{zh}" for before in ("多少种", "多少种不同的", "多少个不同的", "不同")]
            if has_chinese(shown)
            else [],
        },
    }
    drafted.add("metrics", f"different_{full}", entry, f"{column.distinct} kinds of {table.rows} rows")
