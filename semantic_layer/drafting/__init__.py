"""Draft a domain from a database: tables, joins, dimensions, likely metrics, labels, guesses of personal data.

In: `SchemaFacts` (somebody read them from the database). Out: the YAML files of a domain folder as text, each entry marked as a
draft with its reason: good enough to be asked at once, pleasant to edit. Pure; the files pass `loader` and `lint`.
"""

import json
from dataclasses import dataclass

from semantic_layer.drafting.facts import ColumnFacts, Reference, SchemaFacts, TableFacts
from semantic_layer.drafting.members import Drafted, Entry, Schema, behaviours, dimensions, entities, subject, whole_row
from semantic_layer.drafting.naming import Names, names_of
from semantic_layer.drafting.numbers import metrics
from semantic_layer.drafting.structure import DraftJoin, joins_of, key_of, with_things
from semantic_layer.drafting.translated import translated
from semantic_layer.drafting.words import chinese, identifier, is_chinese, lexicon, personal, spelt, told

__all__ = ["ColumnFacts", "Draft", "Reference", "SchemaFacts", "TableFacts", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """File name -> YAML text."""

    files: dict[str, str]


def draft(facts: SchemaFacts) -> Draft:
    """A domain folder for a database that nobody has described yet."""
    facts, said = translated(facts)
    with told(said):
        return _drafted(with_things(facts))


def _drafted(facts: SchemaFacts) -> Draft:
    keys = {t.name: key_of(t, facts.references) for t in facts.tables}
    joins = joins_of(facts, keys)
    names = names_of(facts, keys)
    drafted = Drafted()
    schema = Schema(facts, keys, joins, names, _tables(drafted, facts, keys, names))
    entity = entities(drafted, schema)
    dimensions(drafted, schema)
    metrics(drafted, schema)
    behaviours(drafted, schema, entity)
    home = subject(facts, names, keys, joins)
    if home.name not in entity:
        entity[home.name] = whole_row(drafted, schema, home, "the domain needs one")
    files = {f"{kind}.yaml": _file(kind, entries, drafted) for kind, entries in drafted.files.items()}
    files["domain.yaml"] = _domain(facts, entity[home.name])
    files["joins.yaml"] = "".join(_join(j, schema.models) for j in joins) or "[]\n"
    files["roles.yaml"] = _roles()
    return Draft(files)


def _tables(drafted: Drafted, facts: SchemaFacts, keys: dict[str, tuple[str, ...]], called: Names) -> dict[str, str]:
    """An entry per table: physical name -> name in the model."""
    names = {}
    for table in facts.tables:
        columns: Entry = {}
        for column in table.columns:
            pii = personal(column.label or spelt(column.name))
            columns[column.name] = {"type": column.type, "pii": pii} if pii else column.type
        one = called.one(table)
        entry: Entry = {
            "label": {"zh": chinese(one), "en": f"{one} records"},
            "source": table.of or table.name,
            "primary_key": list(keys[table.name]),
            "columns": columns,
        }
        time = next((c.name for c in table.columns if c.type in ("date", "timestamp") and not _is_birth(c)), None)
        if time is not None:
            entry["time"] = time
        if table.of is not None:
            entry["distinct"] = True
        names[table.name] = drafted.add("tables", table_name(table), entry, f"{table.rows} rows")
    return names


def _is_birth(column: ColumnFacts) -> bool:
    """Whether a date says when somebody was born: no time at which something of theirs happened."""
    words = column.label or spelt(column.name)
    return personal(words) == "birth_date" or bool({"birth", "birthday", "born"} & set(words.split()))


def table_name(table: TableFacts) -> str:
    """What a table is called in the model: as in the database, in Latin letters."""
    return identifier(table.label if is_chinese(table.name) and table.label else table.name)


# --- YAML text ---------------------------------------------------------------------------------------------------------


def _flow(value: object) -> str:
    """YAML in flow style: JSON is YAML, and its quoting is safe."""
    return json.dumps(value, ensure_ascii=False)


def _file(kind: str, entries: dict[str, Entry], drafted: Drafted) -> str:
    lines = [f"# A draft of {kind}, made from the database. Change what is wrong, delete what nobody needs."]
    for name, entry in entries.items():
        lines.append(f"\n{_flow(name)}:  # draft: {drafted.reasons[kind, name]}".replace("\n\n", "\n"))
        lines += [f"  {key}: {_flow(value)}" for key, value in entry.items() if value not in ({}, [])]
    return "\n".join(lines) + "\n"


def _domain(facts: SchemaFacts, entity: str) -> str:
    label = spelt(facts.name)
    kept = {"keep_start": 1, "keep_end": 1}
    classes = {name: {"label": {"zh": chinese(name), "en": spelt(name)}, **kept} for name in lexicon()["personal"]}
    lines = ["# A draft of the domain. draft: the subject is the likeliest table; today follows the data."]
    fields: Entry = {"label": {"zh": chinese(label), "en": label}, "database": facts.database, "today": "data", "entity": entity}
    fields |= {"default_role": "analyst", "pii": classes}
    lines += [f"{key}: {_flow(value)}" for key, value in fields.items() if value is not None]
    lines += [
        "# As long as this is a draft, plain questions are read by tables and columns first; take the line out once tuned.",
        "draft: true",
    ]
    return "\n".join(lines) + "\n"


def _join(join: DraftJoin, names: dict[str, str]) -> str:
    fields: Entry = {"table": names[join.table], "to": names[join.to], "on": [[join.column, join.to_column]]}
    fields |= {"detail": True, "missing": "drop"}  # a reference to nothing is none
    if join.one_to_one:
        fields |= {"cardinality": "one_to_one", "detail": False}
    if join.retyped:
        fields["as_text"] = True
    if join.further:
        fields["distance"] = 5
    return f"- {_flow(fields)}  # draft: {join.reason}\n"


def _roles() -> str:
    """Two roles: one that sees everything, one that sees personal data masked; nobody sees the former unless they are told."""
    classes = tuple(lexicon()["personal"])
    owner: Entry = {"label": {"zh": "所有者", "en": "owner"}, "pii": dict.fromkeys(classes, "clear"), "lookup": list(classes)}
    analyst: Entry = {"label": {"zh": "分析师", "en": "analyst"}, "pii": dict.fromkeys(classes, "mask")}
    rights: Entry = {"may_list": True, "may_export": True}
    lines: tuple[str, ...] = (
        "# draft: an owner sees personal data in the clear and may look people up by them, an analyst sees it masked",
    )
    lines += (f"owner: {_flow(owner | rights | {'may_export_clear': True})}", f"analyst: {_flow(analyst | rights)}")
    return "\n".join(lines) + "\n"
