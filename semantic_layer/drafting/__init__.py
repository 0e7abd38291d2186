"""Draft a domain from a database: tables, joins, dimensions, likely metrics, labels, guesses of personal data.

In: `SchemaFacts` (somebody read them from the database). Out: the YAML files of a domain folder as text, each entry marked as a
draft with its reason: good enough to be asked at once, pleasant to edit. Pure; the files pass `loader` and `lint`.
"""

import json
from dataclasses import dataclass

from semantic_layer.drafting.facts import ColumnFacts, Reference, SchemaFacts, TableFacts
from semantic_layer.drafting.members import Drafted, Entry, behaviours, dimensions, entities, label_of, metrics, subject
from semantic_layer.drafting.structure import DraftJoin, joins_of, key_of
from semantic_layer.drafting.words import chinese, identifier, lexicon, personal, plural, spelt

__all__ = ["ColumnFacts", "Draft", "Reference", "SchemaFacts", "TableFacts", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """File name -> YAML text."""

    files: dict[str, str]


def draft(facts: SchemaFacts) -> Draft:
    """A domain folder for a database that nobody has described yet."""
    keys = {t.name: key_of(t, facts.references) for t in facts.tables}
    joins = joins_of(facts, keys)
    drafted = Drafted()
    names = _tables(drafted, facts, keys)
    entity = entities(drafted, facts, keys, names)
    dimensions(drafted, facts, joins, names)
    metrics(drafted, facts, joins, keys, names)
    behaviours(drafted, facts, joins, entity, names)
    home = subject(facts, keys, joins)
    if home.name not in entity:
        entity[home.name] = _whole_row(drafted, home, names)
    files = {f"{kind}.yaml": _file(kind, entries, drafted) for kind, entries in drafted.files.items()}
    files["domain.yaml"] = _domain(facts, entity[home.name])
    files["joins.yaml"] = "".join(_join(j, names) for j in joins) or "[]\n"
    files["roles.yaml"] = _roles()
    return Draft(files)


def _tables(drafted: Drafted, facts: SchemaFacts, keys: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """An entry per table: physical name -> name in the model."""
    names = {}
    for table in facts.tables:
        columns: Entry = {}
        for column in table.columns:
            pii = personal(column.label or spelt(column.name))
            columns[column.name] = {"type": column.type, "pii": pii} if pii else column.type
        many = plural(label_of(table))
        entry: Entry = {
            "label": {"zh": chinese(label_of(table)), "en": f"{many} records"},
            "source": table.name,
            "primary_key": list(keys[table.name]),
            "columns": columns,
        }
        time = next((c.name for c in table.columns if c.type in ("date", "timestamp")), None)
        if time is not None:
            entry["time"] = time
        names[table.name] = drafted.add("tables", f"{identifier(table.name)}", entry, f"{table.rows} rows")
    return names


def _whole_row(drafted: Drafted, table: TableFacts, names: dict[str, str]) -> str:
    one = label_of(table)
    entry: Entry = {
        "label": {"zh": chinese(one), "en": plural(one)},
        "table": names[table.name],
        "unit": {"zh": "个", "en": plural(one)},
    }
    return drafted.add("entities", f"{one}_entity", entry, "the domain needs one")


# --- YAML text -------------------------------------------------------------------------------------------------------------------


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
    fields |= {"default_role": "owner", "pii": classes}
    lines += [f"{key}: {_flow(value)}" for key, value in fields.items() if value is not None]
    return "\n".join(lines) + "\n"


def _join(join: DraftJoin, names: dict[str, str]) -> str:
    fields: Entry = {"table": names[join.table], "to": names[join.to], "on": [[join.column, join.to_column]], "detail": True}
    if join.one_to_one:
        fields |= {"cardinality": "one_to_one", "detail": False}
    if join.retyped:
        fields["as_text"] = True
    if join.further:
        fields["distance"] = 5
    return f"- {_flow(fields)}  # draft: {join.reason}\n"


def _roles() -> str:
    masks = dict.fromkeys(lexicon()["personal"], "mask")
    fields = {"label": {"zh": "所有者", "en": "owner"}, "pii": masks, "may_list": True, "may_export": True}
    return "# draft: one role that sees everything, personal data masked\n" + f"owner: {_flow(fields)}\n"
