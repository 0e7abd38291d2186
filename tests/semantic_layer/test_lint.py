"""Lint: every modelling rule names file, line and a way out; a model with ten mistakes names all ten."""

import re
import shutil
from pathlib import Path

import pytest

import prompts
from semantic_layer.errors import ModelError
from semantic_layer.issues import Issue
from semantic_layer.loader import domain_folder, read
from tests.domains.clinic_data import CLINIC


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the clinic's YAML to spoil."""
    shutil.copytree(CLINIC, tmp_path / "clinic")
    return tmp_path / "clinic"


def spoil(folder: Path, file: str, old: str, new: str) -> int:
    """Replaces `old` (which must be there) in a file; the number of the line where the replacement begins."""
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def add(folder: Path, file: str, entry: str) -> int:
    """Appends an entry to a file; the number of its first line."""
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + entry + "\n", encoding="utf-8")
    return text.count("\n") + 1


def issues_of(folder: Path) -> tuple[Issue, ...]:
    """Errors, or the warnings of a model that passes."""
    try:
        return read(folder).warnings
    except ModelError as error:
        return error.issues


@pytest.mark.parametrize("folder", [CLINIC, domain_folder("retail")], ids=["clinic", "retail"])
def test_the_domains_have_no_issue(folder: Path) -> None:
    assert issues_of(folder) == ()


def test_ten_planted_mistakes_are_all_named(folder: Path) -> None:
    """One of each kind that people make, over nine files: misspelt names, keys, SQL, values, a leak, a circle."""
    planted = {
        "undeclared-column": ("measures", spoil(folder, "measures", "expr: fee, finer", "expr: fees, finer"), "fee"),
        "undeclared-table": ("joins", spoil(folder, "joins", "{table: ratings, to: patients", "{table: ratings, to: patient"),
                             "patients"),
        "unsafe-join": ("joins", spoil(folder, "joins", "on: dentist_id}", "on: dentist_id, cardinality: many_to_many}"),
                        "many_to_one"),
        "unknown-key": ("dimensions", spoil(folder, "dimensions", "  pii: mobile", "  pi: mobile"), "pii"),
        "aggregate-in-expression": ("metrics", spoil(folder, "metrics", "where: state = 'no_show'", "where: sum(fee) > 3"),
                                    "agg: sum, expr: fee"),
        "undeclared-metric": ("metrics", spoil(folder, "metrics", "denominator: visit_count", "denominator: visits_count"),
                              "visit_count"),
        "undeclared-value": ("segments", spoil(folder, "segments", "{visit_habit: regular}", "{visit_habit: reglar}"), "regular"),
        "value-without-case": ("tags", spoil(folder, "tags", "    - {value: occasional, when: visits_180d = 1}\n", "") - 4,
                               "- {value: occasional, when: …}"),
        "undeclared-name": ("roles", spoil(folder, "roles", "hidden: [takings,", "hidden: [taking,"), "takings"),
        "undeclared-behaviour": ("tags", spoil(folder, "tags", "last_date: attend", "last_date: atend"), "attend"),
    }  # fmt: skip
    found = {issue.code: issue for issue in issues_of(folder)}
    assert set(found) == set(planted)
    assert len(issues_of(folder)) == 10
    assert len(planted) == 10
    for code, (file, line, suggestion) in planted.items():
        assert str(found[code].where) == f"clinic/{file}.yaml:{line}", code
        assert suggestion in found[code].suggestions, code
        for lang in ("zh", "en"):
            assert prompts.issue_text(found[code], lang)


REPLACED = [
    # tables, joins, entities
    ("tables", "  primary_key: rating_id\n", "  primary_key: []\n", "no-primary-key", "rating_id"),
    ("tables", "primary_key: rating_id", "primary_key: ratings_id", "undeclared-column", "rating_id"),
    ("tables", "time: rated_on", "time: stars", "time-not-a-date", "rated_on"),
    ("tables", "time: visits.visit_time", "time: ratings.rated_on", "unreachable-table", None),
    ("tables", "born_on: {type: date, pii: birth}", "born_on: {type: date, pii: brith}", "undeclared-pii", "birth"),
    ("joins", "to: dentists, on: dentist_id", "to: dentists, on: {dentist_id: dentist_name}", "join-type-mismatch", "dentist_id"),
    ("joins", "to: dentists, on: dentist_id", "to: dentists, on: {dentist_id: speciality}", "join-not-primary-key", "dentist_id"),
    ("joins", "on: visit_id", "on: visits_id", "undeclared-column", "visit_id"),
    ("entities", "since: joined_on", "since: joinedon", "undeclared-column", "joined_on"),
    ("entities", "since: joined_on", "columns: [dentist_name]", "unreachable-member", None),
    ("entities", "table: visits", "table: visit", "undeclared-table", "visits"),
    ("tables", "primary_key: visit_id", "primary_key: [visit_id, patient_id]", "composite-entity-key", None),
    # dimensions and values
    ("dimensions", "expr: procedure_code", "expr: procedur_code", "undeclared-column", "procedure_code"),
    ("dimensions", "expr: procedure_code", "expr: upper(procedure_code", "unparsable-expression", None),
    ("dimensions", "expr: procedure_code", "expr: (SELECT 1)", "unsafe-expression", None),
    ("dimensions", "expr: procedure_code", "expr: procedure_code; DROP TABLE visits", "unsafe-expression", None),
    ("dimensions", "expr: procedure_code", "expr: \"getenv('HOME')\"", "unsafe-expression", None),
    ("dimensions", "expr: procedure_code", "expr: CAST(now() AS DATE)", "unsafe-expression", None),
    ("dimensions", "expr: procedure_code", "expr: \"date_part('year', current_date)\"", "unsafe-expression", None),
    ("dimensions", "expr: procedure_code", "expr: weekdya(visits.visit_time)", "unsafe-expression", "weekday"),
    ("dimensions", "expr: procedure_code", 'expr: "*"', "unsafe-expression", None),
    ("dimensions", "expr: procedure_code", "expr: max(teeth)", "aggregate-in-expression", None),
    ("dimensions", "expr: procedure_code", "expr: row_number() OVER (ORDER BY teeth)", "unsafe-expression", None),
    ("dimensions", "expr: procedure_code", "expr: ratings.stars", "unreachable-table", None),
    ("dimensions", "expr: procedure_code", "expr: vists.state", "undeclared-table", "visits"),
    ("dimensions", "expr: procedure_code", "expr: procedure_code = :x", "unsafe-expression", None),
    ("dimensions", "  table: treatments\n", "  table: treatment\n", "undeclared-table", "treatments"),
    ("dimensions", "  pii: mobile\n", "", "personal-not-marked", "pii: mobile"),
    ("dimensions", "pii: name", "pii: nmae", "undeclared-pii", "name"),
    (
        "dimensions",
        "M: {zh: 男, en: male, synonyms: {zh: [男性",
        "M: {zh: 男, en: male, synonyms: {zh: [女性",
        "ambiguous-value",
        None,
    ),
    (
        "dimensions",
        "M: {zh: 男, en: male, synonyms: {zh: [男性",
        "M: {zh: 男, en: male, synonyms: {zh: [性别",
        "value-like-dimension",
        None,
    ),
    ("dimensions", "    done: {zh: 已完成", "    1: {zh: 一, en: one}\n    done: {zh: 已完成", "", None),
    ("dimensions", "zh: 城区, en: district", 'zh: "", en: district', "missing-language", None),
    ("dimensions", "synonyms: {zh: [片区", 'synonyms: {zh: [""', "empty-synonym", None),
    ("dimensions", "zh: 诊费, en: fee", "zh: 就诊状态, en: fee", "same-label", None),
    # measures and metrics
    ("metrics", "synonyms: {en: [p90 wait]}", "synonyms: {en: [wait]}", "same-word", None),
    (
        "measures",
        "{table: visits, agg: sum, expr: fee, finer",
        "{table: visits, agg: sum, finer",
        "measure-needs-expression",
        "fee",
    ),
    ("measures", "agg: sum, expr: teeth", "agg: sum, expr: procedure_code", "measure-not-numeric", "price"),
    ("measures", "expr: wait_minutes, percentile: 0.9", "expr: wait_minutes", "percentile-mismatch", None),
    ("measures", "finer: price_sum", "finer: stars_average", "finer-not-detail", None),
    ("measures", "finer: price_sum", "finer: prices_sum", "undeclared-measure", "price_sum"),
    ("metrics", "measure: stars_average", "measure: star_average", "undeclared-measure", "stars_average"),
    ("metrics", "  time: joined_on", "  time: district", "time-not-a-date", "joined_on"),
    ("metrics", "numerator: missed_visits", "numerator: no_show_rate", "metric-cycle", None),
    ("metrics", "  entity: patient\n", "  entity: patiente\n", "undeclared-entity", "patient"),
    ("metrics", "related: [visit_count]", "related: [visitcount]", "undeclared-metric", "visit_count"),
    ("metrics", "finer: treatment_takings", "finer: treatment_taking", "undeclared-metric", "treatment_takings"),
    ("metrics", "drivers: [district, sex]", "drivers: [distrct, sex]", "undeclared-dimension", "district"),
    ("metrics", "drivers: [district, sex]", "drivers: [district, dentist_name, sex]", "", None),
    (
        "metrics",
        "  drivers: [district]\n  synonyms: {zh: [新病人",
        "  drivers: [dentist_name]\n  synonyms: {zh: [新病人",
        "unreachable-driver",
        None,
    ),
    ("metrics", "format: percent", "format: currency", "format-mismatch", "percent"),
    (
        "metrics",
        "  denominator: visit_count\n  format: currency",
        "  denominator: visit_count\n  format: percent",
        "format-mismatch",
        "currency",
    ),
    # behaviours, segments
    ("behaviours", "where: state = 'done'", "where: sate = 'done'", "undeclared-column", "state"),
    ("behaviours", "table: ratings", "table: dentists", "entity-not-reached", None),
    ("behaviours", "entity: patient", "entity: patients", "undeclared-entity", "patient"),
    ("segments", "{visit_habit: absent}", "{visit_habt: absent}", "undeclared-dimension", "visit_habit"),
    ("segments", "{visit_habit: absent}", "{procedure: crown}", "unreachable-member", None),
    ("segments", "{visit_habit: absent}", "{kind: behaviour, behaviour: attnd}", "undeclared-behaviour", "attend"),
    ("segments", "{visit_habit: absent}", "{kind: metric, metric: taking, op: '>', value: 3}", "undeclared-metric", "takings"),
    ("segments", "{kind: segment, segment: regulars}", "{kind: segment, segment: well_insured_regulars}", "segment-circle", None),
    (
        "segments",
        "{visit_habit: absent}",
        "{kind: behaviour, behaviour: attend, where: {kind: predicate, member: procedure, op: '=', values: [crwn]}}",
        "undeclared-value",
        "crown",
    ),
    # tags
    ("tags", "metric: visit_count, days: 180", "metric: no_show_rate, days: 180", "tag-metric-not-additive", None),
    ("tags", "metric: visit_count, days: 180", "metric: waiting_time, days: 180", "tag-metric-not-additive", None),
    ("tags", "dimension: dentist_name", "dimension: dentist", "undeclared-dimension", "dentist_name"),
    ("tags", "dimension: dentist_name", "dimension: procedure", "unreachable-member", None),
    ("tags", "tie_break: rating_id", "tie_break: ratingid", "undeclared-column", "rating_id"),
    (
        "tags",
        "latest: {table: ratings, expr: stars, tie_break: rating_id}",
        "latest: {table: dentists, expr: dentist_id, tie_break: dentist_id}",
        "entity-not-reached",
        None,
    ),
    (
        "tags",
        "{value: regular, when: visits_180d >= 2}",
        "{value: regular, when: visits_18d >= 2}",
        "undeclared-column",
        "visits_180d",
    ),
    (
        "tags",
        "{value: regular, when: visits_180d >= 2}",
        "{value: reglar, when: visits_180d >= 2}",
        "undeclared-value",
        "regular",
    ),
    ("tags", "{value: regular, when: visits_180d >= 2}", "{value: regular}", "case-after-otherwise", None),
    ("tags", "when: patient_age < 14", "when: is_child OR patient_age < 14", "undeclared-column", None),
    ("tags", "born_on, today)", "born_on, todya)", "undeclared-column", "today"),
    ("tags", "expression: \"datesub('year', born_on, today)\"", "expression: CASE WHEN is_child THEN 1 END", "tag-circle", None),
    # roles and the domain
    ("roles", "dentist_id = :dentist_id", "dentist_id = :dentistid", "undeclared-attribute", "dentist_id"),
    ("roles", "dentist_id = :dentist_id", "dentst_id = :dentist_id", "undeclared-column", "dentist_id"),
    ("roles", "{table: visits, where", "{table: visit, where", "undeclared-table", "visits"),
    ("roles", "name: clear", "nam: clear", "undeclared-pii", "name"),
    ("roles", "lookup: [mobile]", "lookup: [mobil]", "undeclared-pii", "mobile"),
    ("roles", "hidden: [takings", "hidden: [visits.fe, takings", "undeclared-column", "fee"),
    ("roles", "dentist_id = :dentist_id", "dentist_id = 1", "unused-attribute", None),
    ("domain", "entity: patient", "entity: patiens", "undeclared-entity", "patient"),
    ("domain", "default_role: reception", "default_role: receptionist", "undeclared-role", "reception"),
    ("domain", "end: 05-11", "end: 02-30", "not-a-day", None),
    ("domain", "currency: €", "currency: €\nlanguages: [zh, en, fr]", "unknown-language", None),
    ("questions", "role: owner", "role: ower", "undeclared-role", "owner"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "suggestion"), REPLACED, ids=lambda value: str(value)[:40])
def test_a_rule_names_file_line_and_near_miss(
    folder: Path, file: str, old: str, new: str, code: str, suggestion: str | None
) -> None:
    line = spoil(folder, file, old, new)
    found = [issue for issue in issues_of(folder) if issue.code == code]
    if not code:
        assert {issue.severity for issue in issues_of(folder)} <= {"warning"}
        return
    assert found, [f"{i.code} {i.where}" for i in issues_of(folder)]
    assert found[0].where.file == f"clinic/{file}.yaml"
    assert abs((found[0].where.line or 0) - line) <= 3
    if suggestion is not None:
        assert suggestion in found[0].suggestions
    for lang in ("zh", "en"):
        assert prompts.issue_text(found[0], lang)


def test_a_broken_join_is_one_issue_not_twenty(folder: Path) -> None:
    spoil(folder, "joins", "{table: visits, to: patients", "{table: visits, to: patient")
    assert [issue.code for issue in issues_of(folder)] == ["undeclared-table"]


def test_a_missing_join_is_named_by_all_that_needed_it(folder: Path) -> None:
    spoil(folder, "joins", "- {table: visits, to: patients, on: patient_id}\n", "")
    codes = {issue.code for issue in issues_of(folder)}
    assert codes == {"entity-not-reached", "unreachable-driver"}


def test_equally_near_paths_are_a_warning(folder: Path) -> None:
    spoil(folder, "tables", "    stars: integer", "    stars: integer\n    rated_visit_id: integer")
    spoil(folder, "tables", "    insurance: text", "    insurance: text\n    family_dentist_id: integer")
    add(folder, "joins", "- {table: ratings, to: visits, on: {rated_visit_id: visit_id}}")
    last = add(folder, "joins", "- {table: patients, to: dentists, on: {family_dentist_id: dentist_id}}")
    (issue,) = issues_of(folder)
    assert (issue.code, issue.severity, str(issue.where)) == ("ambiguous-path", "warning", f"clinic/joins.yaml:{last}")
    assert (issue.params["table"], issue.params["to"]) == ("ratings", "dentists")
    assert issue.suggestions == ("visits → dentists (dentist_id)", "patients → dentists (family_dentist_id)")
    spoil(
        folder,
        "joins",
        "to: dentists, on: {family_dentist_id: dentist_id}",
        "to: dentists, on: {family_dentist_id: dentist_id}, distance: 3",
    )
    assert issues_of(folder) == ()


def test_two_joins_between_the_same_tables_need_different_distances(folder: Path) -> None:
    spoil(folder, "tables", "    wait_minutes: integer", "    wait_minutes: integer\n    assistant_id: integer")
    add(folder, "joins", "- {table: visits, to: dentists, on: {assistant_id: dentist_id}}")
    assert {issue.code for issue in issues_of(folder)} == {"ambiguous-path"}


@pytest.mark.parametrize(
    ("file", "entry", "code", "suggestion"),
    [
        ("metrics", "patients:\n  measure: patient_rows", "duplicate-name", "patients_metric"),
        ("metrics", "2nd:\n  measure: patient_rows", "bad-name", None),
        ("dimensions", "today:\n  table: visits\n  expr: fee", "bad-name", None),
        ("metrics", "lonely:\n  measure: dentist_rows", "metric-without-time", "timeless: true"),
        ("metrics", "net:\n  expr: takings - visit_count / takngs\n  metrics: [takings, visit_count]",
         "undeclared-name", "takings"),
        ("metrics", "net:\n  expr: takings * 2\n  metrics: [takings, visit_count]", "unused-metric", None),
        ("metrics", "soon:\n  entity: patient\n  base: miss\n  to: atend\n  days: 30",
         "undeclared-behaviour", "attend"),
        ("metrics", "most:\n  metric: takngs", "undeclared-metric", "takings"),
        ("dimensions", "birth_year:\n  table: patients\n  type: integer\n  expr: year(born_on)",
         "derived-from-personal", "pii: birth"),
        ("dimensions", "dear:\n  table: visits\n  expr: fee > 100\n  type: boolean\n"
         "  values: [{value: 'true', zh: 贵, en: dear}]", "value-type", None),
        ("dimensions", "dear:\n  table: visits\n  expr: fee > 100\n  type: boolean\n"
         "  values: [{value: true, zh: 贵, en: dear}, {value: true, zh: 很贵, en: very dear}]", "duplicate-value", None),
        ("behaviours", "work:\n  table: dentists\n  entity: clinician", "behaviour-without-time", None),
        ("tables", "odd:\n  primary_key: a\n  columns: [{name: a, type: text}, {name: a, type: text}]",
         "duplicate-column", None),
        ("tags", "patient_id:\n  type: integer\n  expression: today - last_visit", "duplicate-name", None),
        ("tags", "odd:\n  entity: visit\n  last_date: attend", "other-entity", None),
        ("tags", "odd:\n  latest: {table: dentists, expr: dentist_id, tie_break: dentist_id}\n"
         "  type: integer", "table-without-time", None),
    ],
)  # fmt: skip
def test_a_rule_about_a_new_entry(folder: Path, file: str, entry: str, code: str, suggestion: str | None) -> None:
    spoil(folder, "measures", "visit_rows:", "dentist_rows: {table: dentists, agg: count}\nvisit_rows:")
    add(
        folder, "entities", "\nclinician:\n  label: {zh: 医, en: clinicians}\n  table: dentists\n  unit: {zh: 位, en: clinicians}"
    )
    first = add(folder, file, "\n" + entry.replace(":\n", ":\n  label: {zh: 测, en: test}\n", 1))
    found = [issue for issue in issues_of(folder) if issue.code == code]
    assert found, [f"{i.code} {i.where}" for i in issues_of(folder)]
    assert found[0].where.file == f"clinic/{file}.yaml"
    assert first <= (found[0].where.line or 0) <= first + 8
    if suggestion is not None:
        assert suggestion in found[0].suggestions
    for lang in ("zh", "en"):
        assert prompts.issue_text(found[0], lang)


@pytest.mark.parametrize("depth", [50, 1300, 1900])
def test_an_expression_as_deep_as_can_be_is_refused_not_fatal(folder: Path, depth: int) -> None:
    spoil(folder, "dimensions", "expr: procedure_code", f"expr: {'(' * depth}teeth{')' * depth}")
    assert {issue.code for issue in issues_of(folder)} <= {"unparsable-expression"}


def test_every_code_that_can_be_raised_has_its_sentence() -> None:
    rooms = ("lint/*.py", "loader.py", "locate.py", "validation.py", "yaml_marks.py")
    root = Path(prompts.FOLDER).parent / "semantic_layer"
    source = "".join(path.read_text(encoding="utf-8") for room in rooms for path in root.glob(room))
    codes = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', source)) - {"utf-8"}
    known = set(prompts.names("issues_loader", "en"))
    assert codes == known
