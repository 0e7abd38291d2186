"""Members of a draft: entities, dimensions and behaviours; each with the reason it was drafted for.

In: the facts, what `structure` found, what `naming` calls things. Out: plain mappings in the shape of the YAML files. Names are
unique over the whole domain; a column that several tables have is called after its row too. A reference that is called like the
key it points at is that key's dimension on its own table as well: counting by it needs no join and loses no row.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from math import prod

from semantic_layer.drafting.facts import ColumnFacts, SchemaFacts, TableFacts
from semantic_layer.drafting.naming import Names, alternatives, is_bridge, other_chinese, texts, words
from semantic_layer.drafting.structure import DraftJoin
from semantic_layer.drafting.words import (
    chinese,
    english,
    has_chinese,
    identifier,
    is_chinese,
    lexicon,
    personal,
    plural,
    singular,
)

Entry = dict[str, object]
_SAFE = re.compile(r"[^\W\d]\w*")
_NAMES = ("name", "title", "label")
_OTHER_NAMES = ("company name", "full name", "display name", "user name", "username")
_TEXTS = ("description", "details")
"""What rows are called by where they have no name."""
_PARTS = ("first name", "last name")
_AGES = ("age",)


@dataclass(slots=True)
class Drafted:
    """The files of a draft, and why each entry is there. `taken`: every member name so far."""

    files: dict[str, dict[str, Entry]] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def add(self, kind: str, wanted: str, entry: Entry, reason: str) -> str:
        """Keeps an entry under a free name like `wanted`."""
        name, count = identifier(wanted), 1
        while name in self.taken:
            count += 1
            name = f"{identifier(wanted)}_{count}"
        self.taken.add(name)
        self.files.setdefault(kind, {})[name] = entry
        self.reasons[kind, name] = reason
        return name


@dataclass(frozen=True, slots=True)
class Schema:
    """What the parts of a draft share. `models`: table -> its name in the model."""

    facts: SchemaFacts
    keys: dict[str, tuple[str, ...]]
    joins: tuple[DraftJoin, ...]
    names: Names
    models: dict[str, str]

    def same(self, table: TableFacts, column: ColumnFacts) -> DraftJoin | None:
        """The reference that this column is, where it is called like the key that it points at, or like its rows."""
        for join in self.joins:
            if (join.table, join.column) == (table.name, column.name):
                to = next(t for t in self.facts.tables if t.name == join.to)
                target = to.column(join.to_column)
                own = self.names.bare(table, column)
                if own in self.names.rows[join.to] or (target is not None and own == self.names.bare(to, target)):
                    return join
        return None

    def points(self, table: TableFacts, column: ColumnFacts) -> bool:
        """Whether a column refers to another table."""
        return any((join.table, join.column) == (table.name, column.name) for join in self.joins)


def expression(column: ColumnFacts, *, number: bool) -> str:
    """The SQL of a column; text that holds numbers is read as numbers where `number`."""
    if number and column.type == "text":
        return f'TRY_CAST("{column.name}" AS DOUBLE)'
    return f'"{column.name}"'


def subject(facts: SchemaFacts, names: Names, keys: dict[str, tuple[str, ...]], joins: tuple[DraftJoin, ...]) -> TableFacts:
    """The table that questions are likely to be about: a known kind of person or business, else what most others refer to."""
    with_key = [t for t in facts.tables if len(keys[t.name]) == 1] or list(facts.tables)
    for word in lexicon()["subjects"]:
        for table in with_key:
            if singular(word) in names.rows[table.name] or singular(word) == names.one(table):
                return table
    referred = Counter(j.to for j in joins)
    return max(with_key, key=lambda t: (referred[t.name], t.rows))


def entities(drafted: Drafted, schema: Schema) -> dict[str, str]:
    """An entity per table with a key of one column: table -> entity."""
    found = {}
    for table in schema.facts.tables:
        if len(schema.keys[table.name]) == 1 and not is_bridge(table, schema.facts, schema.keys):
            found[table.name] = whole_row(drafted, schema, table, "has a key of its own")
    return found


def whole_row(drafted: Drafted, schema: Schema, table: TableFacts, reason: str) -> str:
    """An entity whose members are the rows of a table."""
    one = schema.names.one(table)
    entry: Entry = {
        "label": {"zh": chinese(one) if has_chinese(one) else plural(one), "en": plural(one)},
        "table": schema.models[table.name],
        "unit": {"zh": "个", "en": plural(one)},
        "synonyms": words(row_words(schema, table), plural(one), but=only_amounts(row_words(schema, table))),
    }
    return drafted.add("entities", f"{one}_entity", entry, reason)


def only_amounts(rows: tuple[str, ...]) -> frozenset[str]:
    """The Chinese of words for rows that means an amount in the plural (销售额 of sales): rows are not called so."""
    plain = {chinese(singular(w)) for w in rows}
    found = {z for w in rows if (z := chinese(w)) not in plain}
    return frozenset(found | {other for z in found for other in other_chinese(z)} - plain)


def row_words(schema: Schema, table: TableFacts) -> tuple[str, ...]:
    """What people call the rows of a table, in the plural, the likeliest first; nothing that names another table."""
    own = schema.names.rows[table.name]
    others = {row for name, rows in schema.names.rows.items() if name != table.name for row in rows}
    more = [other for row in own for other in (*alternatives(row), *map(singular, alternatives(plural(row))))]
    return tuple(dict.fromkeys(plural(w) for w in (*own, *more) if w not in others))


def displays(schema: Schema, table: TableFacts) -> tuple[ColumnFacts, ...]:
    """The columns that name a row to people: one called name or title, or like the row itself; first and last name together."""
    parts = [c for c in table.columns if schema.names.bare(table, c).endswith(_PARTS)]
    whole = _display(schema, table)
    if len(parts) > 1 and (whole is None or not schema.names.bare(table, whole).endswith("name")):
        return tuple(parts)
    return (whole,) if whole is not None else ()


def _display(schema: Schema, table: TableFacts) -> ColumnFacts | None:
    plain = [
        c for c in table.columns if c.type == "text" and not schema.points(table, c) and c.name not in schema.keys[table.name]
    ]
    rows = schema.names.rows[table.name]
    wanted = [*_NAMES, *(f"{row} {name}" for name in _NAMES for row in rows), *rows, *_OTHER_NAMES]
    wanted += [f"{start}{text}" for text in _TEXTS for start in ("", *(f"{row} " for row in rows))]
    for form in wanted:
        for column in plain:
            if schema.names.bare(table, column) == form:
                return column
    whole = [c for c in plain if schema.names.bare(table, c).split()[-1] in _NAMES and not _is_part(schema, table, c)]
    return whole[0] if whole else None


def _is_part(schema: Schema, table: TableFacts, column: ColumnFacts) -> bool:
    """A first or last name alone names nobody; nor does the name of somebody else."""
    bare = schema.names.bare(table, column)
    return bool({"first", "last", "middle"} & set(bare.split())) or not any(
        w in schema.names.one(table).split() for w in bare.split()
    )


def dimensions(drafted: Drafted, schema: Schema) -> dict[tuple[str, str], str]:
    """A dimension per column, a shared one for references called like their key: (table, column) -> dimension."""
    found: dict[tuple[str, str], str] = {}
    for table in schema.facts.tables:
        shown = displays(schema, table)
        for column in table.columns:
            if schema.same(table, column) is None:
                found[table.name, column.name] = _dimension(drafted, schema, table, column, names_row=column in shown)
    for table in schema.facts.tables:
        _also(drafted, schema, table, found)
    return found


def _also(drafted: Drafted, schema: Schema, table: TableFacts, found: dict[tuple[str, str], str]) -> None:
    for column in table.columns:
        join = schema.same(table, column)
        plain = join is not None and not join.further and not join.retyped
        name = found.get((join.to, join.to_column)) if join is not None and plain else None
        if name is not None:
            entry = drafted.files["dimensions"][name]
            known = entry.setdefault("also", {})
            assert isinstance(known, dict)  # noqa: S101 - made here
            known.setdefault(schema.models[table.name], f'"{column.name}"')


def _dimension(drafted: Drafted, schema: Schema, table: TableFacts, column: ColumnFacts, *, names_row: bool) -> str:
    names = schema.names
    shown, bare = names.shown(table, column), names.bare(table, column)
    forms = [*names.forms(table, column)]
    if names_row:
        rows = [singular(row) for row in row_words(schema, table)[:6]]
        taken = {words for other in table.columns if other is not column for words in (names.bare(table, other),)}
        named = [name for name in ("name", "full name") if name not in taken and "name" not in taken]
        forms[1:1] = [*rows, *named, *(f"{row} name" for row in rows)]
    if bare.startswith("number of ") and _is_free(schema, bare.removeprefix("number of ")):
        forms[1:1] = [plural(bare.removeprefix("number of "))]
    head = bare.removesuffix(" name")
    if head != bare and not set(head.split()) & {"first", "last", "middle", "full", "user", "file"} and _is_free(schema, head):
        forms[1:1] = [head]
    number = holds_numbers(schema, table, column)
    many = number and singular(bare) != bare and has_chinese(bare)  # seats: 座位, 座位数
    counted = tuple(f"{chinese(bare)}{end}" for end in ("数", "数量", "总数")) if many else ()
    if names_row and len(displays(schema, table)) > 1:
        counted = ("姓名", "名字", "全名")  # both parts together
    others = names.taken_chinese(table, column)
    entry: Entry = {"label": texts(shown), "table": schema.models[table.name], "synonyms": words(forms, shown, counted, others)}
    entry |= {"type": "number" if number and column.type == "text" else column.type, "expr": _expr(schema, table, column, number)}
    pii = personal(bare)
    flag = flag_of(schema, table, column)
    if flag is not None:
        entry |= {"type": "boolean", "expr": flag}
    elif pii is not None:
        entry |= {"pii": pii, "groupable": False}
    elif column.type == "text" and not number:
        entry |= {"index_values": True} | _told_values(column)
    if names_row and _repeats(displays(schema, table), table):
        entry |= {"repeats": True}
    if number and bare.split()[-1] in _AGES:
        entry |= {"unit": {"zh": "岁", "en": "years"}}
    why = "personal data by its name" if pii else "names a row" if names_row else f"{column.distinct} distinct values"
    return drafted.add("dimensions", shown, entry, why)


def _told_values(column: ColumnFacts) -> Entry:
    """Two values in one Chinese character each (男, 女) are declared: nothing so short is looked up among the stored ones."""
    if not column.sample or any(len(v) != 1 or not is_chinese(v) for v in column.sample):
        return {}
    return {"values": [{"value": v, "label": {"zh": v, "en": english(v)}} for v in column.sample]}


def _repeats(shown: tuple[ColumnFacts, ...], table: TableFacts) -> bool:
    """Whether rows are sure to share what names them: fewer names, or pairs of first and last, than rows."""
    return prod(column.distinct for column in shown) < table.rows


_YES = {"yes", "y", "true", "t", "是", "1", "有"}
_NO = {"no", "n", "false", "f", "否", "0", "无"}


def flag_of(schema: Schema, table: TableFacts, column: ColumnFacts) -> str | None:
    """The SQL of a column that only says yes or no, as words or as 1 and 0; None for any other."""
    named = set(schema.names.bare(table, column).split())
    values = {v.lower() for v in column.sample}
    digits = values == {"0", "1"}
    if column.type not in ("integer", "text") or not values or not values <= _YES | _NO or len(values & _YES) != 1:
        return None
    if column.name in schema.keys[table.name] or schema.points(table, column) or len(values) != len(_FLAG_VALUES):
        return None
    if digits and not named & _FLAG_WORDS:
        return None
    yes = next(v for v in column.sample if v.lower() in _YES)
    return f'"{column.name}" = {yes}' if column.type == "integer" else f"\"{column.name}\" = '{yes}'"


_FLAG_VALUES = ("yes", "no")
_FLAG_WORDS = frozenset({"is", "has", "flag", "whether", "if", "indicator", "active", "churn", "churned"})
"""Words in the names of columns of 1 and 0 that say yes or no; other such columns may count or be codes."""


def _own_words(schema: Schema, table: TableFacts) -> list[str]:
    """What the columns of a table are called."""
    return [schema.names.bare(table, column) for column in table.columns]


def _is_free(schema: Schema, word: str) -> bool:
    """Whether neither rows nor columns are called so: seats may stand for the number of seats, orders rarely."""
    rows = {row for found in schema.names.rows.values() for row in found}
    columns = {singular(words) for table in schema.facts.tables for words in _own_words(schema, table)}
    return singular(word) not in rows | columns


def _expr(schema: Schema, table: TableFacts, column: ColumnFacts, number: bool) -> str:
    """A key stands under its plain name, so that it is known for one."""
    if (column.name,) == schema.keys[table.name] and _SAFE.fullmatch(column.name):
        return column.name
    return expression(column, number=number)


def holds_numbers(schema: Schema, table: TableFacts, column: ColumnFacts) -> bool:
    """Whether the values of a column are numbers to calculate or compare with, and no digits of a code."""
    if flag_of(schema, table, column) is not None:
        return False
    if column.type in ("integer", "decimal", "number"):
        return True
    bare = schema.names.bare(table, column)
    last = bare.split()[-1]
    return column.numeric_text and not schema.points(table, column) and (last == "year" or last not in lexicon()["codes"])


def behaviours(drafted: Drafted, schema: Schema, entity: dict[str, str]) -> None:
    """Having rows of a table that refers to an entity: a customer with orders, or without."""
    for join in schema.joins:
        table = next(t for t in schema.facts.tables if t.name == join.table)
        if join.to not in entity or join.further:
            continue
        many = plural(schema.names.one(table))
        entry: Entry = {
            "label": {"zh": f"有{chinese(schema.names.one(table))}", "en": f"have {many}"},
            "table": schema.models[table.name],
            "entity": entity[join.to],
            "verbs": {"en": list(_verbs(schema, table))},
        }
        drafted.add("behaviours", f"have_{many}_{entity[join.to]}", entry, f"{table.name} refers to {join.to}")


def _verbs(schema: Schema, table: TableFacts) -> tuple[str, ...]:
    found: list[str] = []
    for row in schema.names.rows[table.name]:
        article = "an" if row[0] in "aeiou" else "a"
        things = (plural(row), f"{article} {row}", f"any {plural(row)}", f"some {row}", f"some {plural(row)}")
        found += [f"{verb} {thing}" for verb in lexicon()["having"] for thing in things[: 5 if verb == "have" else 2]]
    return tuple(dict.fromkeys(found))
