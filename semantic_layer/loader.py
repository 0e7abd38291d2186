"""A domain folder of YAML -> the semantic model.

In: a folder with `domain.yaml` and, beside it, `tables joins entities dimensions measures metrics behaviours segments tags roles
questions synonyms verified .yaml` (only `tables.yaml` and `roles.yaml` are needed by every domain). Out: `SemanticModel`; the
tables that hold computed tags, with their joins and dimensions, and the words of `synonyms.yaml` are added here. An overlay is a
second folder that holds only what was learnt (`synonyms.yaml`, `verified.yaml`); what is wrong there is a warning. Fails with
`ModelError`, which holds every issue of every file, each with file, line and near misses. semantic_layer/README.md describes the
keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from semantic_layer.catalog import nearest
from semantic_layer.errors import ModelError
from semantic_layer.folder import DOMAIN, FILES, FILTER, KINDS, LISTS, OF_DIMENSION, Starter
from semantic_layer.issues import Issue, Place, errors
from semantic_layer.learned import LEARNED, Placed, Verified, with_words
from semantic_layer.lint import lint, without_consequences
from semantic_layer.locate import content_hash, domain_folder
from semantic_layer.model import Domain, SemanticModel
from semantic_layer.origins import Origin, Origins
from semantic_layer.profiles import with_profiles
from semantic_layer.shorthand import Kind, filter_in_full, in_full, type_of, values_in_full
from semantic_layer.yaml_marks import Leaf, Listed, Mapped, Tree, plain, read_tree
from semantic_layer.yaml_schema import json_schema

__all__ = ["Loaded", "content_hash", "domain_folder", "json_schema", "load", "read"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that passed, where each part of it was written, the domain's own and its verified questions, lint's warnings."""

    model: SemanticModel
    origins: Origins
    questions: tuple[Starter, ...]
    warnings: tuple[Issue, ...] = ()
    verified: tuple[Verified, ...] = ()


def load(folder: Path) -> SemanticModel:
    """The model that a domain folder describes.

    Raises:
        ModelError: with all issues of all files.
    """
    return read(folder).model


def read(folder: Path, overlay: Path | None = None) -> Loaded:
    """The model with where its parts were written, the domain's questions, and what lint warns of. `overlay`: what was learnt.

    Raises:
        ModelError: with all issues of all files.
    """
    if not (folder / "domain.yaml").is_file():
        domain_folder(folder)
    reading = _Reading(folder)
    reading.files()
    domain = reading.domain()
    for kind in KINDS:
        reading.entries(kind)
    if domain is None:
        raise ModelError(_sorted(reading.issues))
    beside = _Reading(overlay) if overlay is not None and overlay.is_dir() else None
    if beside is not None:
        beside.learned()
    words = (*reading.words(), *(beside.words() if beside is not None else ()))
    model, missing = with_words(reading.model(domain), words)
    more = (*missing, *(replace(issue, severity="warning") for issue in (beside.issues if beside is not None else ())))
    every = (*reading.issues, *more, *lint(model, reading.origins), *reading.lint_questions(model))
    found = without_consequences(every)
    if errors(found):
        raise ModelError(_sorted(errors(found)))
    verified = (v for one in (reading, beside) if one is not None for v in one.found["verified"].values())
    return Loaded(model, reading.origins, tuple(reading.found["questions"].values()), _sorted(found), tuple(verified))


def _sorted(issues: "tuple[Issue, ...] | list[Issue]") -> tuple[Issue, ...]:
    return tuple(sorted(issues, key=lambda i: (i.where.file or "", i.where.line or 0, i.code)))


@dataclass(slots=True)
class _Reading:
    """One folder on its way from files to a model; collects every issue on the way."""

    folder: Path
    trees: dict[str, Tree] = field(default_factory=dict)
    found: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    issues: list[Issue] = field(default_factory=list)
    origins: Origins = field(init=False)

    def __post_init__(self) -> None:
        self.origins = Origins(self.folder.name)

    def file(self, kind: str) -> str:
        return f"{self.folder.name}/{kind}.yaml"

    def files(self, known: tuple[str, ...] = FILES) -> None:
        """Read every file; one that the loader does not know is an issue, so that no rule is dropped in silence."""
        for path in sorted(self.folder.glob("*.y*ml")):
            if path.stem not in known or path.suffix != ".yaml":
                near = tuple(f"{name}.yaml" for name in nearest(path.stem, known))
                where = Place(file=f"{self.folder.name}/{path.name}")
                self.issues.append(Issue("unknown-file", where=where, params={"file": path.name}, suggestions=near))
                continue
            tree, issues = read_tree(path, self.file(path.stem))
            self.issues.extend(issues)
            if tree is not None:
                self.trees[path.stem] = tree

    def domain(self) -> Domain | None:
        tree = self.trees.get("domain", Mapped(1))
        if not isinstance(tree, Mapped):
            self.issues.append(Issue("needs-mapping", where=Place(file=self.file("domain"), line=1), params={"key": "domain"}))
            return None
        tree = _domain_in_full(tree)
        self.origins.entries["domain", "domain"] = Origin(self.file("domain"), 1, tree)
        name = None if "name" in tree.items else self.folder.name
        domain, issues = DOMAIN.check(tree, self.file("domain"), name)
        self.issues.extend(issues)
        return domain

    def entries(self, kind: Kind) -> None:
        """Check each entry of the file of a kind."""
        tree = self.trees.get(kind)
        if tree is None:
            return
        wanted = Listed if kind in LISTS else Mapped
        if not isinstance(tree, wanted):
            code = "needs-list" if kind in LISTS else "needs-mapping"
            self.issues.append(Issue(code, where=Place(file=self.file(kind), line=tree.line), params={"key": kind, "value": ""}))
            return
        if isinstance(tree, Listed):
            for number, item in enumerate(tree.items):
                self._entry(kind, str(number), item.line, item)
        elif isinstance(tree, Mapped):
            for name, item in tree.items.items():
                self._entry(kind, name, tree.lines[name], item)

    def _entry(self, kind: Kind, name: str, line: int, tree: Tree) -> None:
        file = self.file(kind)
        full = self._values_of_another(kind, in_full(kind, tree))
        self.origins.entries[kind, name] = Origin(file, line, full)
        if not isinstance(full, Mapped):
            self.issues.append(Issue("needs-mapping", where=Place(file=file, line=line), params={"key": name, "value": ""}))
            return
        if kind == "tags":
            self._tag(name, full)
            return
        if kind == "segments":
            replaced = self._segment_filter(name, full)
            if replaced is None:
                return
            full = replaced
        self._keep(kind, name, full)

    def _keep(self, kind: Kind, name: str, tree: Tree) -> None:
        value, issues = KINDS[kind].check(tree, self.file(self._home(kind, name)), None if kind in LISTS else name)
        self.issues.extend(issues)
        if value is not None:
            self.found[kind][name] = value
        elif kind == "joins":
            del self.origins.entries[kind, name]  # the joins of the model are those that have an origin, in order

    def _home(self, kind: str, name: str) -> str:
        """The file that an entry was written in: a tag's dimension stands in tags.yaml."""
        return Path(self.origins.entries[kind, name].file).stem

    def _values_of_another(self, kind: str, tree: Tree) -> Tree:
        """`values: channel` stands for the values of the dimension `channel`."""
        if kind not in ("dimensions", "tags") or not isinstance(tree, Mapped):
            return tree
        named, dimensions = tree.items.get("values"), self.trees.get("dimensions")
        if not isinstance(named, Leaf) or not isinstance(dimensions, Mapped):
            return tree
        other = dimensions.items.get(named.text)
        if not isinstance(other, Mapped) or isinstance(other.items.get("values", named), Leaf):
            where = Place(file=self.file(kind), line=named.line)
            near = nearest(named.text, dimensions.items)
            self.issues.append(Issue("undeclared-dimension", where=where, params={"name": named.text}, suggestions=near))
            return tree.without("values")
        return tree.with_items(values=values_in_full(other.items["values"], type_of(other)))

    def _segment_filter(self, name: str, tree: Mapped) -> Mapped | None:
        """The segment with its filter as JSON text; None (and an issue) where it is none."""
        tree = _with_default_entity(tree, self._entity())
        if "where" not in tree.items:
            return tree
        where = filter_in_full(tree.items["where"])
        self.origins.entries["segments", name] = Origin(
            self.file("segments"), self.origins.entries["segments", name].line, tree.with_items(where=where)
        )
        value, issues = FILTER.check(where, self.file("segments"))
        self.issues.extend(issues)
        if value is None:
            return None
        text = FILTER.adapter.dump_json(value, exclude_defaults=False).decode()
        return tree.with_items(where=Leaf(where.line, text, text))

    def _entity(self) -> str:
        domain = self.trees.get("domain")
        named = domain.items.get("entity") if isinstance(domain, Mapped) else None
        return named.text if isinstance(named, Leaf) else ""

    def _tag(self, name: str, tree: Mapped) -> None:
        """A tag is its computation and, unless only other tags read it, a dimension over the profile table."""
        tree = _with_default_entity(tree, self._entity())
        file, line = self.file("tags"), self.origins.entries["tags", name].line
        self.origins.entries["tags", name] = Origin(file, line, tree)
        self._keep("tags", name, tree.without(*OF_DIMENSION))
        helper = tree.items.get("helper")
        if isinstance(helper, Leaf) and helper.value is True:
            return
        entity = tree.items["entity"]
        table = f"{plain(entity)}_profile"
        of_dimension = tree.only((*OF_DIMENSION, "type")).with_items(table=Leaf(line, table, table), tag=Leaf(line, True, "true"))
        if ("dimensions", name) in self.origins.entries:
            where = Place(file=file, line=line)
            self.issues.append(Issue("duplicate-name", where=where, params={"name": name, "first": self.file("dimensions")}))
            return
        self.origins.entries["dimensions", name] = Origin(file, line, tree)
        self._keep("dimensions", name, of_dimension)

    def learned(self) -> None:
        """Read a folder that holds what was learnt and nothing else."""
        self.files(LEARNED)
        self.entries("synonyms")
        self.entries("verified")

    def words(self) -> Iterator[Placed]:
        """The learnt words, each with its place."""
        for number, word in self.found["synonyms"].items():
            yield Placed(word, self.origins.place("synonyms", number))

    def model(self, domain: Domain) -> SemanticModel:
        """Whatever passed, put together, with the profile tables added."""
        parts = {kind: dict(self.found[kind]) for kind in KINDS if kind not in LISTS}
        joins = tuple(self.found["joins"].values())
        return with_profiles(SemanticModel(domain=domain, joins=joins, **parts))

    def lint_questions(self, model: SemanticModel) -> tuple[Issue, ...]:
        """A question of the domain must be of a role that exists."""
        known = set(self.origins.names("roles")) | set(model.roles)
        return tuple(
            Issue(
                "undeclared-role",
                where=self.origins.place("questions", number, "role"),
                params={"name": question.role},
                suggestions=nearest(question.role, known),
            )
            for number, question in self.found["questions"].items()
            if question.role is not None and question.role not in known
        )


def _with_default_entity(tree: Mapped, entity: str) -> Mapped:
    return tree if "entity" in tree.items else tree.with_items(entity=Leaf(tree.line, entity, entity))


def _domain_in_full(tree: Mapped) -> Mapped:
    """The short forms of texts and words, also in named periods and masks."""
    texts = in_full("roles", tree.only(("label", "description")))
    nested = {key: _each_in_full(tree.items[key]) for key in ("periods", "pii") if key in tree.items}
    return tree.with_items(**(texts.items if isinstance(texts, Mapped) else {}), **nested)


def _each_in_full(tree: Tree) -> Tree:
    match tree:
        case Listed():
            return Listed(tree.line, tuple(in_full("roles", item) for item in tree.items))
        case Mapped():
            return tree.with_items(**{key: in_full("roles", item) for key, item in tree.items.items()})
        case Leaf():
            return tree
