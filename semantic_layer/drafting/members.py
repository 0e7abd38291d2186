"""Members of a draft: entities, dimensions, measures and metrics, behaviours; each with the reason it was drafted for.

In: the facts and what `structure` found. Out: plain mappings in the shape of the YAML files. Names are unique over the whole
domain; a column that several tables have is called after its table too. Every metric here is countable at once: how many rows,
and total, average, highest and lowest of each amount.
"""

from collections import Counter
from dataclasses import dataclass, field

from semantic_layer.drafting.facts import ColumnFacts, SchemaFacts, TableFacts
from semantic_layer.drafting.structure import DraftJoin
from semantic_layer.drafting.words import chinese, identifier, lexicon, personal, plural, singular, spelt

Entry = dict[str, object]
_NUMBERS = ("integer", "decimal", "number")
_NOT_AMOUNTS = ("id", "code", "number", "key", "year", "zip", "postal", "postcode", "phone", "rank", "month", "day", "level")
_FEW = 40
_AGGREGATES = (
    ("total", "sum", "总", ("sum of",)),
    ("average", "avg", "平均", ("mean", "avg")),
    ("highest", "max", "最高", ("maximum", "max", "largest", "biggest")),
    ("lowest", "min", "最低", ("minimum", "min", "smallest")),
)


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


def label_of(table: TableFacts) -> str:
    """What a table holds, in the singular."""
    return singular(table.label or spelt(table.name))


def texts(english: str) -> Entry:
    """A label in both languages."""
    return {"zh": chinese(english), "en": english}


def words(english: tuple[str, ...], label: str) -> Entry:
    """Synonyms in both languages, without the label itself."""
    en = tuple(dict.fromkeys(w for w in english if w and w != label))
    zh = tuple(dict.fromkeys(z for w in en if (z := chinese(w)) != w and z != chinese(label)))
    return {k: list(v) for k, v in (("zh", zh), ("en", en)) if v}


def subject(facts: SchemaFacts, keys: dict[str, tuple[str, ...]], joins: tuple[DraftJoin, ...]) -> TableFacts:
    """The table that questions are likely to be about: a known kind of person or business, else what most others refer to."""
    with_key = [t for t in facts.tables if len(keys[t.name]) == 1] or list(facts.tables)
    for word in lexicon()["subjects"]:
        for table in with_key:
            if label_of(table).split()[-1] == singular(word) and label_of(table).count(" ") == 0:
                return table
    referred = Counter(j.to for j in joins)
    return max(with_key, key=lambda t: (referred[t.name], t.rows))


def entities(drafted: Drafted, facts: SchemaFacts, keys: dict[str, tuple[str, ...]], names: dict[str, str]) -> dict[str, str]:
    """An entity per table with a key of one column: table -> entity."""
    found = {}
    for table in facts.tables:
        if len(keys[table.name]) != 1:
            continue
        one = label_of(table)
        entry: Entry = {"label": texts(plural(one)), "table": names[table.name], "unit": {"zh": "个", "en": plural(one)}}
        forms = (one, *((one.split()[-1],) if one.split()[-1] in lexicon()["subjects"] else ()))
        entry["synonyms"] = words(forms, plural(one))
        found[table.name] = drafted.add("entities", f"{one}_entity", entry, "has a key of its own")
    return found


def dimensions(
    drafted: Drafted, facts: SchemaFacts, joins: tuple[DraftJoin, ...], names: dict[str, str]
) -> dict[tuple[str, str], str]:
    """A dimension per column, references left out (the other side has them): (table, column) -> dimension."""
    pointing = {(j.table, j.column) for j in joins}
    shared = Counter(c.name.lower() for t in facts.tables for c in t.columns if (t.name, c.name) not in pointing)
    found = {}
    for table in facts.tables:
        for column in table.columns:
            if (table.name, column.name) in pointing:
                continue
            found[table.name, column.name] = _dimension(drafted, table, column, names, alone=shared[column.name.lower()] == 1)
    return found


def _dimension(drafted: Drafted, table: TableFacts, column: ColumnFacts, names: dict[str, str], *, alone: bool) -> str:
    bare = column.label or spelt(column.name)
    owner = label_of(table)
    full = bare if set(owner.split()) & set(bare.split()) else f"{owner} {bare}"
    shown = bare if alone else full
    entry: Entry = {"label": texts(shown), "table": names[table.name]}
    forms = [full, bare, plural(bare), *([bare.removeprefix(f"{owner} ")] if bare != owner else [])]
    forms += [shown.removesuffix(f" {end}") for end in ("code", "name") if shown.endswith(f" {end}") and end == "code"]
    entry["synonyms"] = words(tuple(forms), shown)
    if column.numeric_text:
        entry |= {"type": "number", "expr": f'TRY_CAST("{column.name}" AS DOUBLE)'}
    else:
        entry["type"] = column.type
        entry |= {"expr": f'"{column.name}"'}
    pii = personal(bare)
    if pii is not None:
        entry |= {"pii": pii, "groupable": False}
    elif column.type == "text" and not column.numeric_text:
        entry |= {"index_values": True}
    why = "personal data by its name" if pii else f"{column.distinct} distinct values"
    return drafted.add("dimensions", shown, entry, why)


def is_amount(table: TableFacts, column: ColumnFacts, pointing: set[tuple[str, str]], key: tuple[str, ...]) -> bool:
    """Is it a number that it makes sense to add or average?"""
    if column.name in key or (table.name, column.name) in pointing:
        return False
    if not (column.numeric_text or column.type in _NUMBERS) or personal(spelt(column.name)):
        return False
    named = (column.label or spelt(column.name)).split()
    return named[-1] not in _NOT_AMOUNTS or named[0] in ("number", "num")


def metrics(
    drafted: Drafted, facts: SchemaFacts, joins: tuple[DraftJoin, ...], keys: dict[str, tuple[str, ...]], names: dict[str, str]
) -> None:
    """How many rows each table has; total, average, highest and lowest of each amount."""
    pointing = {(j.table, j.column) for j in joins}
    for table in facts.tables:
        one = label_of(table)
        measure = drafted.add("measures", f"{one} rows", {"table": names[table.name], "agg": "count"}, "a row each")
        many = plural(one)
        entry: Entry = {
            "label": {"zh": f"{chinese(one)}数" if chinese(one) != one else f"{many} 数", "en": f"number of {many}"},
            "measure": measure,
            "format": "integer",
            "synonyms": words((many, f"{one} count", f"count of {many}", f"{many} count"), f"number of {many}"),
        }
        drafted.add("metrics", f"{one}_count", entry, "counts the rows of the table")
        for column in table.columns:
            if is_amount(table, column, pointing, keys[table.name]):
                _amounts(drafted, table, column, names)


def _amounts(drafted: Drafted, table: TableFacts, column: ColumnFacts, names: dict[str, str]) -> None:
    bare, owner = column.label or spelt(column.name), label_of(table)
    full = bare if set(owner.split()) & set(bare.split()) else f"{owner} {bare}"
    expression = f'TRY_CAST("{column.name}" AS DOUBLE)' if column.numeric_text else f'"{column.name}"'
    for prefix, agg, zh, others in _AGGREGATES:
        fields: Entry = {"table": names[table.name], "agg": agg, "expr": expression}
        measure = drafted.add("measures", f"{prefix} {full} measure", fields, "a number that is no key, code or year")
        label = f"{prefix} {bare}"
        forms = [f"{p} {b}" for p in (prefix, *others) for b in (bare, full, bare.removeprefix(f"{owner} "))]
        entry: Entry = {
            "label": {"zh": f"{zh}{chinese(bare)}" if chinese(bare) != bare else f"{zh} {bare}", "en": label},
            "measure": measure,
            "synonyms": words(tuple(forms), label),
        }
        drafted.add("metrics", f"{prefix}_{full}", entry, "a number that is no key, code or year")


def behaviours(
    drafted: Drafted, facts: SchemaFacts, joins: tuple[DraftJoin, ...], entity: dict[str, str], names: dict[str, str]
) -> None:
    """Having rows of a table that refers to an entity: a customer with orders, or without."""
    for join in joins:
        table = next(t for t in facts.tables if t.name == join.table)
        if join.to not in entity or join.further:
            continue
        many = plural(label_of(table))
        entry: Entry = {
            "label": {"zh": f"有{chinese(label_of(table))}", "en": f"have {many}"},
            "table": names[table.name],
            "entity": entity[join.to],
            "verbs": {"en": [f"have {many}", f"has {many}", f"had {many}", f"have any {many}", f"with {many}"]},
        }
        if any(c.type in ("date", "timestamp") for c in table.columns) is False:
            entry.pop("time", None)
        drafted.add("behaviours", f"have_{many}_{entity[join.to]}", entry, f"{table.name} refers to {join.to}")
