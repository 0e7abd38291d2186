"""What a draft finds where names do not tell: Chinese names, keys called by other words, keys of two, yes or no, names that repeat."""

from pathlib import Path

import duckdb
import pytest

from assistant.inspection import inspect
from semantic_layer.drafting import draft
from semantic_layer.drafting.translated import initials, translated
from semantic_layer.loader import load
from semantic_layer.model import SemanticModel

STUDIO = """
CREATE TABLE people (no INTEGER, called VARCHAR, name VARCHAR, born DATE, since DATE, active INTEGER, pets INTEGER, vip VARCHAR);
INSERT INTO people VALUES (1, 'a', 'Ann', '1990-01-01', '2024-01-01', 1, 0, 'Y'), (2, 'b', 'Ann', '1991-01-01', '2024-01-02', 0, 1, 'N'),
    (3, 'c', 'Bob', '1992-01-01', '2024-01-03', 1, 1, 'N'), (4, 'd', 'Cy', '1993-01-01', '2024-01-04', 1, 0, 'N');
CREATE TABLE visits (ref VARCHAR, people INTEGER, seat INTEGER, made DATE);
INSERT INTO visits VALUES ('v1', 1, 2, '2024-02-01'), ('v2', 1, 3, '2024-02-02'), ('v3', 4, 1, '2024-02-03'), ('v4', 3, 2, '2024-02-04');
CREATE TABLE notes (trip VARCHAR, line INTEGER, stars INTEGER);
INSERT INTO notes VALUES ('v1', 1, 3), ('v1', 2, 4), ('v2', 1, 3), ('v3', 1, 4), ('v4', 1, 4);
"""
ZH = """
CREATE TABLE 患者 (患者编号 VARCHAR, 姓名 VARCHAR, 性别 VARCHAR, 医保 VARCHAR);
INSERT INTO 患者 VALUES ('P1', '王一', '男', '是'), ('P2', '李二', '女', '否'), ('P3', '张三', '女', '是'), ('P4', '赵四', '女', '是');
CREATE TABLE 针灸记录 (流水号 INTEGER, hzbh VARCHAR, 是否初诊 INTEGER, 费用 DECIMAL(8,2));
INSERT INTO 针灸记录 VALUES (1, 'P1', 1, 90), (2, 'P1', 0, 80), (3, 'P2', 1, 90), (4, 'P4', 1, 70), (5, 'P3', 1, 70);
"""


def _drafted(sql: str, place: Path, name: str) -> SemanticModel:
    database, folder = place / f"{name}.duckdb", place / name
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)
    folder.mkdir()
    for file, text in draft(inspect(database)).files.items():
        (folder / file).write_text(text, "utf-8")
    return load(folder)


@pytest.fixture
def studio(tmp_path: Path) -> SemanticModel:
    return _drafted(STUDIO, tmp_path, "studio")


@pytest.fixture
def clinic(tmp_path: Path) -> SemanticModel:
    return _drafted(ZH, tmp_path, "clinic")


def test_a_column_of_another_tables_keys_refers_to_it_by_its_name_or_its_codes(studio: SemanticModel) -> None:
    joins = {(j.table, j.to, *j.on[0]) for j in studio.joins}
    assert joins == {("visits", "people", "people", "no"), ("notes", "visits", "trip", "ref")}
    assert not any(j.on[0][0] in ("seat", "line", "stars", "pets") for j in studio.joins), "small numbers are among all keys"


def test_a_first_column_and_two_columns_may_be_keys(studio: SemanticModel) -> None:
    assert studio.tables["visits"].primary_key == ("ref",)
    assert studio.tables["notes"].primary_key == ("trip", "line")


def test_yes_or_no_is_told_by_words_or_by_the_name(studio: SemanticModel) -> None:
    types = {name: d.type for name, d in studio.dimensions.items()}
    assert (types["active"], types["vip"], types["pets"]) == ("boolean", "boolean", "integer")
    assert studio.dimensions["vip"].expr == "\"vip\" = 'Y'"


def test_a_birth_is_no_time_of_a_table(studio: SemanticModel) -> None:
    assert studio.tables["people"].time == "since"


def test_names_that_repeat_are_known(studio: SemanticModel) -> None:
    assert {name for name, d in studio.dimensions.items() if d.repeats} == {"name"}


def test_chinese_names_stay_as_they_are_and_are_told_in_english(clinic: SemanticModel) -> None:
    assert clinic.tables["patient"].source == "患者"
    assert (clinic.dimensions["patient_id"].label.zh, clinic.dimensions["patient_id"].label.en) == ("患者编号", "patient id")
    assert clinic.dimensions["patient_id"].expr == "患者编号", "a key is known for one"
    fee = next(m for m in clinic.metrics.values() if m.label.zh == "总费用")
    assert fee.label.en.isascii()


def test_what_nobody_can_translate_has_its_sound_for_a_name(clinic: SemanticModel) -> None:
    assert clinic.tables["zhenjiu_record"].label.zh == "针灸"


def test_initials_of_a_chinese_name_refer_to_what_they_stand_for(clinic: SemanticModel) -> None:
    assert [(j.table, j.to, j.on[0]) for j in clinic.joins] == [("zhenjiu_record", "patient", ("hzbh", "患者编号"))]
    assert initials("患者编号") == "hzbh"


def test_values_of_one_character_are_declared_and_flags_are_known_in_chinese(clinic: SemanticModel) -> None:
    assert [(v.value, v.label.en) for v in clinic.dimensions["gender"].values] == [("女", "female"), ("男", "male")]
    flags = {d.label.zh: d.expr for d in clinic.dimensions.values() if d.type == "boolean"}
    assert flags == {"医保": "\"医保\" = '是'", "是否初诊": '"是否初诊" = 1'}


def test_two_chinese_names_never_become_one(tmp_path: Path) -> None:
    database = tmp_path / "scores.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE 成绩单 (学号 INTEGER, 评分 INTEGER, 得分 INTEGER, 名称 VARCHAR, 姓名 VARCHAR)")
    facts, said = translated(inspect(database))
    labels = [column.label for column in facts.tables[0].columns]
    assert len(set(labels)) == len(labels)
    assert all(said.get(label or "", label) in ("学号", "评分", "得分", "名称", "姓名") for label in labels)
