"""Names, labels, dimensions and their values: unique, in every language, over columns that exist, personal data marked."""

import re
from collections.abc import Iterator

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue
from semantic_layer.lint.expressions import Words, bare_column, check, columns_in
from semantic_layer.lint.subject import At, Subject
from semantic_layer.model import Dimension, Member, Value
from semantic_layer.model import Words as Synonyms

_KINDS = ("tables", "entities", "dimensions", "measures", "metrics", "behaviours", "segments")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_RESERVED = frozenset({"today", "as_of"})


def lint_names(subject: Subject) -> Iterator[Issue]:
    """Each name is one thing: a question, a query or a role that says it must not mean two."""
    first: dict[str, str] = {}
    for kind in (*_KINDS, "tags", "roles"):
        for name in subject.names(kind):
            if not _NAME.match(name) or name in _RESERVED:
                yield subject.issue("bad-name", (kind, name), name=name)
            if kind in ("tags", "roles"):
                continue
            if name in first:
                where = str(subject.origins.place(first[name], name))
                yield subject.issue("duplicate-name", (kind, name), (f"{name}_{kind.rstrip('s')}",), name=name, first=where)
            first.setdefault(name, kind)


def lint_labels(subject: Subject) -> Iterator[Issue]:
    """Every member has a label in every language of the domain, and no two of a kind on one table have the same."""
    for kind in ("tables", "entities", "dimensions", "metrics", "behaviours", "segments", "roles"):
        members: dict[str, Member] = getattr(subject.model, kind)
        for name, member in members.items():
            yield from _label(subject, (kind, name), member)
    yield from _same_labels(subject)
    for kind in ("metrics", "segments"):
        yield from _same_words(subject, kind)


def _label(subject: Subject, at: At, member: Member) -> Iterator[Issue]:
    for lang in subject.model.domain.languages:
        if not member.label[lang].strip():
            yield subject.issue("missing-language", (*at, "label"), key=lang, owner=member.name)
    for lang, words in (("zh", member.synonyms.zh), ("en", member.synonyms.en)):
        if any(not word.strip() for word in words):
            yield subject.issue("empty-synonym", (*at, "synonyms", lang), name=member.name)


def _same_labels(subject: Subject) -> Iterator[Issue]:
    homes = [("dimensions", d.name, d.table, d.label) for d in subject.model.dimensions.values()]
    homes += [("metrics", m.name, "", m.label) for m in subject.model.metrics.values()]
    homes += [("segments", s.name, "", s.label) for s in subject.model.segments.values()]
    for lang in subject.model.domain.languages:
        seen: dict[tuple[str, str, str], str] = {}
        for kind, name, table, label in homes:
            other = seen.setdefault((kind, table, label[lang].casefold()), name)
            if other != name:
                yield subject.issue("same-label", (kind, name, "label"), (), "warning", label=label[lang], name=name, other=other)


def _same_words(subject: Subject, kind: str) -> Iterator[Issue]:
    """A word that names two metrics (or two segments) will be asked back about, or read wrong."""
    members: dict[str, Member] = getattr(subject.model, kind)
    for lang in subject.model.domain.languages:
        seen: dict[str, str] = {}
        for name, member in members.items():
            for word in dict.fromkeys(w.casefold() for w in _in(member.synonyms, lang)):
                other = seen.setdefault(word, name)
                if other != name:
                    yield subject.issue(
                        "same-word", (kind, name, "synonyms", lang), (), "warning", word=word, name=name, other=other
                    )


# --- dimensions ----------------------------------------------------------------------------------------------------------


def lint_dimensions(subject: Subject) -> Iterator[Issue]:
    """Every dimension: where it lives, its SQL there, its values, whether it is personal."""
    for dimension in subject.model.dimensions.values():
        at: At = ("dimensions", dimension.name)
        if not dimension.tag:
            yield from _homes(subject, dimension, at)
            yield from _personal(subject, dimension, at)
        yield from _values(subject, dimension, at)


def _homes(subject: Subject, dimension: Dimension, at: At) -> Iterator[Issue]:
    homes = [(dimension.table, dimension.expr or dimension.name, (*at, "expr" if dimension.expr else "table"))]
    homes += [(table, text, (*at, "also", table)) for table, text in dimension.also.items()]
    for table, text, place in homes:
        if table not in subject.names("tables"):
            where = (*at, "table") if table == dimension.table else place
            yield from subject.declared("tables", table, where)
        elif table in subject.model.tables:
            yield from check(subject, text, Words(table), place)


def _personal(subject: Subject, dimension: Dimension, at: At) -> Iterator[Issue]:
    """Its class of personal data exists, and a personal column is not shown under a name that does not say so."""
    classes = subject.model.domain.pii
    if dimension.pii is not None and dimension.pii not in classes:
        yield subject.issue("undeclared-pii", (*at, "pii"), nearest(dimension.pii, classes), name=dimension.pii)
    if dimension.pii is not None:
        return
    text = dimension.expr or dimension.name
    for owner, name in columns_in(text):
        table = subject.model.tables.get(owner or dimension.table)
        column = table.column(name) if table is not None else None
        if column is None or column.pii is None:
            continue
        bare = bare_column(text) is not None
        code = "personal-not-marked" if bare else "derived-from-personal"
        severity = "error" if bare else "warning"
        yield subject.issue(code, at, (f"pii: {column.pii}",), severity, name=dimension.name, column=name)  # type: ignore[arg-type]


def _values(subject: Subject, dimension: Dimension, at: At) -> Iterator[Issue]:
    stored: set[object] = set()
    for position, value in enumerate(dimension.values):
        place: At = (*at, "values", position)
        if value.value in stored:
            yield subject.issue("duplicate-value", place, name=dimension.name, value=str(value.value))
        stored.add(value.value)
        yield from _value_type(subject, dimension, value, place)
    for lang in subject.model.domain.languages:
        yield from _value_words(subject, dimension, lang, at)
        yield from _like_dimension(subject, dimension, lang, at)


def _value_type(subject: Subject, dimension: Dimension, value: Value, at: At) -> Iterator[Issue]:
    fits = {"boolean": bool, "integer": int, "text": str}.get(dimension.type)
    if fits is not None and type(value.value) is not fits:
        yield subject.issue("value-type", at, name=dimension.name, value=str(value.value), type=dimension.type)


def _value_words(subject: Subject, dimension: Dimension, lang: str, at: At) -> Iterator[Issue]:
    """No word names two values of one dimension."""
    seen: dict[str, object] = {}
    for position, value in enumerate(dimension.values):
        for word in dict.fromkeys(w.casefold() for w in (value.label[lang], *_in(value.synonyms, lang))):
            other = seen.setdefault(word, value.value)
            if other != value.value:
                place = (*at, "values", position)
                yield subject.issue(
                    "ambiguous-value", place, name=dimension.name, word=word, value=str(value.value), other=str(other)
                )


def _like_dimension(subject: Subject, dimension: Dimension, lang: str, at: At) -> Iterator[Issue]:
    """No value goes by a word of its dimension: every breakdown by it would be read as that value. A yes-or-no may."""
    own = {word.casefold() for word in (dimension.label[lang], *_in(dimension.synonyms, lang))}
    for position, value in enumerate(dimension.values if dimension.type != "boolean" else ()):
        for word in dict.fromkeys(_in(value.synonyms, lang)):
            if word.casefold() in own:
                place = (*at, "values", position)
                yield subject.issue(
                    "value-like-dimension", place, (), "warning", name=dimension.name, word=word, value=str(value.value)
                )


def _in(words: Synonyms, lang: str) -> tuple[str, ...]:
    return words.zh if lang == "zh" else words.en
