"""Roles and the domain itself: what they hide, filter and mask exists; the calendar is one."""

from collections.abc import Iterator
from datetime import date

from semantic_layer.catalog import nearest
from semantic_layer.issues import Issue
from semantic_layer.lint.expressions import Words, check
from semantic_layer.lint.subject import At, Subject
from semantic_layer.model import Role

_HIDEABLE = ("tables", "entities", "dimensions", "measures", "metrics", "behaviours", "segments")
_LANGUAGES = ("zh", "en")
_LEAP = 2024


def lint_roles(subject: Subject) -> Iterator[Issue]:
    """Every role: hidden names, row filters, classes of personal data."""
    for role in subject.model.roles.values():
        at: At = ("roles", role.name)
        for position, name in enumerate(role.hidden):
            yield from _hidden(subject, name, (*at, "hidden", position))
        yield from _rows(subject, role, at)
        for name in role.pii:
            yield from _class(subject, name, (*at, "pii", name))
        for position, name in enumerate(role.lookup):
            yield from _class(subject, name, (*at, "lookup", position))


def _hidden(subject: Subject, name: str, at: At) -> Iterator[Issue]:
    """A hidden name that is nothing hides nothing: that is a leak."""
    owner, _, column = name.partition(".")
    if column:
        yield from subject.declared("tables", owner, at)
        yield from subject.column(owner, column, at)
        return
    known = tuple(n for kind in _HIDEABLE for n in subject.names(kind))
    if name not in known:
        yield subject.issue("undeclared-name", at, nearest(name, known), name=name)


def _rows(subject: Subject, role: Role, at: At) -> Iterator[Issue]:
    used = ""
    for position, rows in enumerate(role.rows):
        place: At = (*at, "rows", position)
        yield from subject.declared("tables", rows.table, (*place, "table"))
        if rows.table in subject.model.tables:
            words = Words(rows.table, parameters=frozenset(role.attributes))
            yield from check(subject, rows.where, words, (*place, "where"))
        used += rows.where
    for position, name in enumerate(role.attributes):
        if f":{name}" not in used:
            yield subject.issue("unused-attribute", (*at, "attributes", position), (), "warning", name=name, role=role.name)


def _class(subject: Subject, name: str, at: At) -> Iterator[Issue]:
    classes = subject.model.domain.pii
    if name not in classes:
        yield subject.issue("undeclared-pii", at, nearest(name, classes), name=name)


def lint_domain(subject: Subject) -> Iterator[Issue]:
    """The domain: its entity and default role exist, its languages are known, its periods are dates."""
    domain = subject.model.domain
    yield from subject.declared("entities", domain.entity, ("domain", "domain", "entity"))
    yield from subject.declared("roles", domain.default_role, ("domain", "domain", "default_role"))
    for position, lang in enumerate(domain.languages):
        if lang not in _LANGUAGES:
            yield subject.issue("unknown-language", ("domain", "domain", "languages", position), _LANGUAGES, name=lang)
    for position, period in enumerate(domain.periods):
        for key, text in (("start", period.start), ("end", period.end)):
            if not _is_day(text):
                at: At = ("domain", "domain", "periods", position, key)
                yield subject.issue("not-a-day", at, key=key, value=text)


def _is_day(text: str) -> bool:
    month, day = int(text[:2]), int(text[3:])
    try:
        date(_LEAP, month, day)
    except ValueError:
        return False
    return True
