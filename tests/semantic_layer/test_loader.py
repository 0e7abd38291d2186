"""The loader: YAML in every allowed form -> the model; what is wrong comes back with file, line and near misses, all at once."""

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semantic_layer.errors import ModelError
from semantic_layer.issues import Issue
from semantic_layer.loader import content_hash, domain_folder, load, read
from semantic_layer.model import DerivedMetric, MembersMetric, RatioMetric, SemanticModel, SimpleMetric
from semantic_layer.query import And, InSegment, Not, Predicate
from semantic_layer.shorthand import filter_in_full
from semantic_layer.yaml_marks import plain, read_tree
from tests.domains.clinic_data import CLINIC, TODAY, clinic_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the clinic's YAML to spoil."""
    shutil.copytree(CLINIC, tmp_path / "clinic")
    return tmp_path / "clinic"


@pytest.fixture(scope="module")
def clinic() -> SemanticModel:
    return load(CLINIC)


def spoil(folder: Path, file: str, old: str, new: str) -> int:
    """Replaces `old` (which must be there) in a file; the number of the line where it stood."""
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def issues_of(folder: Path) -> tuple[Issue, ...]:
    with pytest.raises(ModelError) as caught:
        load(folder)
    return caught.value.issues


def the_issue(folder: Path) -> Issue:
    (issue,) = issues_of(folder)
    return issue


# --- what comes out ------------------------------------------------------------------------------------------------------


def test_every_part_of_a_domain_is_read(clinic: SemanticModel) -> None:
    assert clinic.domain.name == "clinic"
    assert clinic.domain.today == TODAY
    assert clinic.domain.periods[0].label.en == "Smile Week"
    assert clinic.tables["patients"].column("mobile").pii == "mobile"  # type: ignore[union-attr]
    assert clinic.entities["patient"].unit.zh == "人"
    assert clinic.behaviours["attend"].verbs.en[0] == "came"
    assert clinic.roles["dentist"].rows[0].table == "visits"


def test_the_kind_of_a_metric_follows_from_its_keys(clinic: SemanticModel, retail: SemanticModel) -> None:
    assert isinstance(clinic.metrics["takings"], SimpleMetric)
    assert isinstance(clinic.metrics["no_show_rate"], RatioMetric)
    assert isinstance(clinic.metrics["returning_patients"], MembersMetric)
    assert isinstance(retail.metrics["nps"], DerivedMetric)


def test_a_tag_becomes_a_dimension_a_column_and_a_join(clinic: SemanticModel) -> None:
    dimension = clinic.dimensions["visit_habit"]
    assert (dimension.table, dimension.tag, dimension.ordered) == ("patient_profile", True, True)
    assert [value.value for value in dimension.values] == ["absent", "occasional", "regular"]
    profile, history = clinic.tables["patient_profile"], clinic.tables["patient_profile_history"]
    assert profile.primary_key == ("patient_id",)
    assert [c.name for c in history.columns] == [*(c.name for c in profile.columns), "as_of"]
    assert {c.name: c.type for c in profile.columns}["is_child"] == "boolean"
    join = clinic.joins[-1]
    assert (join.table, join.to, join.on, join.cardinality) == (
        "patient_profile",
        "patients",
        (("patient_id", "patient_id"),),
        "one_to_one",
    )


def test_a_helper_is_no_dimension_and_no_column(retail: SemanticModel) -> None:
    assert retail.tags["last_event_date"].helper
    assert "last_event_date" not in retail.dimensions
    assert retail.tables["customer_profile"].column("last_event_date") is None


def test_values_may_be_those_of_another_dimension(retail: SemanticModel) -> None:
    assert retail.dimensions["preferred_channel"].values == retail.dimensions["channel"].values
    assert retail.dimensions["store_region"].values == retail.dimensions["region"].values


def test_a_segment_holds_its_filter_as_json(clinic: SemanticModel) -> None:
    where = json.loads(clinic.segments["well_insured_regulars"].where)
    assert And.model_validate(where) == And(
        filters=(Predicate(member="insurance", op=">=", values=("basic",)), InSegment(segment="regulars"))
    )


def test_a_model_survives_pickle(clinic: SemanticModel, retail: SemanticModel) -> None:
    for model in (clinic, retail):
        assert pickle.loads(pickle.dumps(model)) == model  # noqa: S301 - our own bytes


def test_the_questions_of_a_domain_come_along() -> None:
    loaded = read(CLINIC)
    assert loaded.questions[0].en == "What were the takings last month?"
    assert loaded.origins.place("metrics", "takings", "where").line == 4
    assert str(loaded.origins.place("metrics", "takings")) == "clinic/metrics.yaml:1"


# --- short forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("{a: x}", Predicate(member="a", op="=", values=("x",))),
        ("{a: true}", Predicate(member="a", op="=", values=(True,))),
        ("{a: [x, y]}", Predicate(member="a", op="in", values=("x", "y"))),
        ("{a: {'>=': 3}}", Predicate(member="a", op=">=", values=(3,))),
        ("{a: {between: [1, 2]}}", Predicate(member="a", op="between", values=(1, 2))),
        ("{a: {is null: []}}", Predicate(member="a", op="is null")),
        ("{not: {a: x}}", Not(filter=Predicate(member="a", op="=", values=("x",)))),
        (
            "{a: x, b: y}",
            And(filters=(Predicate(member="a", op="=", values=("x",)), Predicate(member="b", op="=", values=("y",)))),
        ),
        ("{kind: segment, segment: s}", InSegment(segment="s")),
    ],
)
def test_short_filters_are_filters_of_the_query_language(tmp_path: Path, short: str, full: Any) -> None:
    (tmp_path / "f.yaml").write_text(short, encoding="utf-8")
    tree, issues = read_tree(tmp_path / "f.yaml", "f.yaml")
    assert tree is not None
    assert issues == ()
    assert type(full).model_validate(plain(filter_in_full(tree))) == full


@pytest.mark.parametrize(
    ("file", "short", "full"),
    [
        ("tables", "primary_key: patient_id", "primary_key: [patient_id]"),
        ("tables", "    sex: text\n", "    sex: {type: text}\n"),
        ("joins", "on: patient_id", "on: {patient_id: patient_id}"),
        ("joins", "on: patient_id", "on: [[patient_id, patient_id]]"),
        ("dimensions", "F: {zh: 女, en: female,", "F: {label: {zh: 女, en: female},"),
        ("tags", "last_date: attend", "type: date\n  compute: {kind: last_date, behaviour: attend}"),
        ("tags", "last_date: attend", "last_date: {behaviour: attend}"),
        ("metrics", "  measure: fee_sum", "  kind: simple\n  measure: fee_sum"),
        ("segments", "where: {visit_habit: regular}", "entity: patient\n  where: {all: [{visit_habit: {'=': regular}}]}"),
    ],
)
def test_short_and_full_forms_mean_the_same(folder: Path, clinic: SemanticModel, file: str, short: str, full: str) -> None:
    spoil(folder, file, short, full)
    changed = load(folder)
    if file == "segments":  # `all` of one is still an `and`
        changed = changed.model_copy(update={"segments": clinic.segments})
    assert changed == clinic


def test_a_value_may_be_named_by_its_english_word_alone(folder: Path) -> None:
    spoil(
        folder, "dimensions", "  index_values: true\n  synonyms: {zh: [片区", "  values: {港口: Harbour}\n  synonyms: {zh: [片区"
    )
    (value,) = load(folder).dimensions["district"].values
    assert (value.value, value.label.zh, value.label.en) == ("港口", "港口", "Harbour")


def test_words_that_yaml_would_read_as_something_else_stay_words(folder: Path) -> None:
    spoil(folder, "dimensions", "synonyms: {en: [gender]}", "synonyms: {en: [618, on, no, 007, 2025-01-01]}")
    assert load(folder).dimensions["sex"].synonyms.en == ("618", "on", "no", "007", "2025-01-01")


# --- what is wrong -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "suggestion"),
    [
        ("metrics", "  measure: fee_sum", "  measure: fee_sum\n  formt: currency", "unknown-key", "format"),
        ("metrics", "up_is_good: true", "up_is_good: maybe", "needs-true-or-false", None),
        ("metrics", "format: currency", "format: curency", "unknown-choice", "currency"),
        ("measures", "agg: sum, expr: fee", "agg: summ, expr: fee", "unknown-choice", "sum"),
        ("tables", "sex: text", "sex: txt", "unknown-choice", "text"),
        ("tags", "days: 180", "days: many", "needs-number", None),
        ("tags", "window: {metric: visit_count", "window: {metrik: visit_count", "unknown-key", "metric"),
        ("domain", "today: 2025-06-16", "today: soon", "unknown-choice", None),
        ("domain", "keep_start: 1}", "keep_strt: 1}", "unknown-key", "keep_start"),
        ("entities", "synonyms: {zh: [病人, 病患]", "synonyms: {cn: [病人, 病患]", "unknown-key", "zh"),
        ("dimensions", "label: {zh: 城区, en: district}", "label: {zh: 城区}", "missing-language", None),
        ("roles", "may_list: true", "may_lst: true", "unknown-key", "may_list"),
        ("segments", "where: {visit_habit: regular}", "where: {kind: predikate}", "unknown-choice", "predicate"),
        ("questions", "kind: number, ", "", "missing-key", None),
        ("behaviours", "table: visits", "table: [visits]", "needs-text", None),
    ],
)
def test_a_wrong_shape_is_named_with_line_and_near_miss(
    folder: Path, file: str, old: str, new: str, code: str, suggestion: str | None
) -> None:
    line = spoil(folder, file, old, new) + new.count("\n")
    found = [issue for issue in issues_of(folder) if issue.code == code]
    assert [str(issue.where) for issue in found[:1]] == [f"clinic/{file}.yaml:{line}"]
    if suggestion is not None:
        assert suggestion in found[0].suggestions


def test_a_misspelt_key_is_offered_where_it_is_missed(folder: Path) -> None:
    spoil(folder, "measures", "visit_rows: {table: visits", "visit_rows: {tabel: visits")
    assert {issue.code for issue in issues_of(folder)} == {"unknown-key", "missing-key"}
    missing = next(issue for issue in issues_of(folder) if issue.code == "missing-key")
    assert missing.suggestions == ("tabel → table",)


def test_one_mistake_is_reported_once_though_others_name_its_member(folder: Path) -> None:
    spoil(folder, "measures", "visit_rows: {table: visits", "visit_rows: {extra: 1, table: visits")
    issue = the_issue(folder)
    assert (issue.code, str(issue.where)) == ("unknown-key", "clinic/measures.yaml:2")


def test_issues_of_all_files_come_together_in_order(folder: Path) -> None:
    spoil(folder, "metrics", "  measure: fee_sum", "  measure: fee_sm")
    spoil(folder, "tags", "metric: takings", "metric: takngs")
    spoil(folder, "domain", "week_start: 6", "week_start: Sunday")
    assert [(i.where.file, i.code) for i in issues_of(folder)] == [("clinic/domain.yaml", "needs-number")]
    spoil(folder, "domain", "week_start: Sunday", "week_start: 6")
    assert [(i.where.file, i.code) for i in issues_of(folder)] == [
        ("clinic/metrics.yaml", "undeclared-measure"),
        ("clinic/tags.yaml", "undeclared-metric"),
    ]


def test_a_file_that_no_domain_has_is_not_ignored_in_silence(folder: Path) -> None:
    (folder / "metric.yaml").write_text("{}", encoding="utf-8")
    issue = the_issue(folder)
    assert (issue.code, str(issue.where), issue.suggestions[0]) == ("unknown-file", "clinic/metric.yaml", "metrics.yaml")


@pytest.mark.parametrize(("file", "code"), [("metrics", "needs-mapping"), ("joins", "needs-list"), ("domain", "needs-mapping")])
def test_a_file_of_another_shape_is_an_issue(folder: Path, file: str, code: str) -> None:
    (folder / f"{file}.yaml").write_text("just text", encoding="utf-8")
    assert code in {issue.code for issue in issues_of(folder) if issue.where.file == f"clinic/{file}.yaml"}


def test_an_unknown_domain_names_those_there_are() -> None:
    with pytest.raises(ModelError) as caught:
        domain_folder("retial")
    (issue,) = caught.value.issues
    assert (issue.code, issue.suggestions) == ("unknown-domain", ("retail",))


def test_values_of_a_dimension_that_does_not_exist(folder: Path) -> None:
    line = spoil(folder, "dimensions", "  index_values: true\n  synonyms: {zh: [片区", "  values: sx\n  synonyms: {zh: [片区")
    issue = the_issue(folder)
    assert (issue.code, str(issue.where)) == ("undeclared-dimension", f"clinic/dimensions.yaml:{line}")
    assert issue.suggestions[0] == "sex"


def test_a_tag_may_not_have_the_name_of_a_dimension(folder: Path) -> None:
    spoil(folder, "tags", "latest_stars:", "stars:")
    assert "duplicate-name" in {issue.code for issue in issues_of(folder)}


# --- hostile YAML --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [1", "yaml-syntax"),
        ("a: 1\na: 2\n", "yaml-duplicate-key"),
        ("a: &x {label: y}\nb: *x\n", "yaml-unsafe"),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml-unsafe"),
        ("? [a, b]\n: 1\n", "yaml-key-not-text"),
        ("a: " + "[" * 200 + "]" * 200, "yaml-too-large"),
        ("a: " + "[" * 200_000, "yaml-too-large"),
        ("# " + "x" * 2_000_001, "yaml-too-large"),
        ("a: 1\n---\nb: 2\n", "yaml-syntax"),
        ("a: \x00", "yaml-syntax"),
    ],
)
def test_hostile_yaml_is_an_issue(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    _, issues = read_tree(tmp_path / "x.yaml", "x.yaml")
    assert code in {issue.code for issue in issues}
    assert all(issue.where.file == "x.yaml" for issue in issues)


def test_a_file_that_is_not_utf8_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes("a: 中".encode("gb18030"))
    assert read_tree(tmp_path / "x.yaml", "x.yaml")[1][0].code == "yaml-not-utf8"
    assert read_tree(tmp_path / "none.yaml", "none.yaml")[1][0].code == "file-unreadable"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(["domain", "tables", "metrics", "tags", "segments", "joins"]), text=st.text(max_size=60))
def test_whatever_a_file_holds_only_a_model_error_comes_out(tmp_path: Path, file: str, text: str) -> None:
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CLINIC, folder)
    (folder / f"{file}.yaml").write_text(text, encoding="utf-8", errors="replace")
    try:
        load(folder)
    except ModelError as error:
        assert error.issues


_SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["visits", "fee", "x y", "state = 'done'", ""])
_YAML = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
    ["label", "zh", "en", "table", "expr", "where", "values", "window", "cases", "compute", "kind", "on", "columns", "a"]
), inner, max_size=4), max_leaves=8)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(["tables", "metrics", "dimensions", "tags", "segments", "measures", "roles"]), entry=_YAML)
def test_whatever_an_entry_is_only_a_model_error_comes_out(tmp_path: Path, file: str, entry: object) -> None:
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CLINIC, folder)
    with (folder / f"{file}.yaml").open("a", encoding="utf-8") as out:
        out.write("\n" + yaml.safe_dump({"odd_one": entry}, allow_unicode=True))
    try:
        load(folder)
    except ModelError as error:
        assert all(issue.where.file is not None for issue in error.issues)


# --- the key of what is cached --------------------------------------------------------------------------------


def test_the_content_hash_changes_with_the_content_only(folder: Path, tmp_path: Path) -> None:
    before = content_hash(folder)
    shutil.copytree(folder, tmp_path / "elsewhere")
    assert content_hash(tmp_path / "elsewhere") == before
    spoil(folder, "metrics", "诊疗收入", "诊所收入")
    assert content_hash(folder) != before


def test_a_clinic_folder_with_data_loads(tmp_path: Path, clinic: SemanticModel) -> None:
    assert load(clinic_folder(tmp_path)) == clinic
