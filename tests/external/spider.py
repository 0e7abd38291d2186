"""spider_crm: databases that others wrote, asked through drafted models, no word of them tuned by hand.

In: ../shared/external/spider_crm (SOURCE.md says what it is). Out: an outcome per scoreable question; `main` prints the shares by
language and class. Every system on that benchmark is given the declared keys and the readable names of schema.json, so they go
into the facts; everything else the drafting finds by itself. A crash of the assistant is the verdict "failed", not the run's end.

Rows are compared as Spider does (a bag, a sequence where `ordered`; columns in any order) by `assistant.compare`, stricter: a
column that was not asked for is wrong. Two are let pass, as the questions of ../shared/retail want them: the number that groups
were ranked or chosen by (gold's ORDER BY … LIMIT or HAVING) beside them, and the key of its members before a list. "strict"
counts without them.

    python -m tests.external.spider [--db NAME] [--lang en|zh] [--class NAME] [--report FILE]
"""

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import duckdb
import sqlglot
from sqlglot import exp

from assistant.app import Assistant
from assistant.compare import Match, same_answer
from assistant.inspection import inspect
from assistant.qa import Answer
from semantic_layer.drafting import Reference, SchemaFacts, TableFacts, draft
from semantic_layer.query import Records

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "external" / "spider_crm"
Verdict = Literal["right", "wrong_given", "asked", "refused", "failed"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong_given", "asked", "refused", "failed")
CLASSES = ("aggregate", "breakdown", "topn", "topn_detail", "detail", "complex")
METRIC_CLASSES = ("aggregate", "breakdown", "topn")
"""What issue 3 sets its goal for: questions whose answer is a number, a breakdown, a ranking of groups."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `why`: what is not right, in a word; `strict`: right without a column that was let pass."""

    question: Mapping[str, Any]
    verdict: Verdict
    why: str
    answer: Answer | None = None
    strict: bool = False


def questions(source: Path = SOURCE) -> tuple[Mapping[str, Any], ...]:
    """The questions that can be scored."""
    lines = (source / "questions.jsonl").read_text("utf-8").splitlines()
    return tuple(q for q in map(json.loads, lines) if q["scoreable"])


def facts_of(folder: Path) -> SchemaFacts:
    """The facts of a database folder, with the declared keys and readable names of its schema.json."""
    schema = json.loads((folder / "schema.json").read_text("utf-8"))
    keys = [tuple(key.split(".")) for key in schema["primary_keys"]]
    tables = tuple(_named(table, schema["tables"][table.name], keys) for table in inspect(folder).tables)
    references = tuple(Reference(*a.split("."), *b.split(".")) for a, b in schema["foreign_keys"])
    return SchemaFacts(folder.name, tables, references, str(folder.resolve()))


def _named(table: TableFacts, told: Mapping[str, Any], keys: Iterable[tuple[str, ...]]) -> TableFacts:
    labels = {name: label for name, _, label in told["columns"]}
    columns = tuple(replace(column, label=labels.get(column.name)) for column in table.columns)
    own = tuple(key[1] for key in keys if key[0] == table.name)
    return replace(table, columns=columns, key=own, label=told["name"])


def ask_all(asked: Sequence[Mapping[str, Any]], *, source: Path = SOURCE) -> Iterator[Outcome]:
    """Every question, each in a conversation of its own, database by database, by the product as it is shipped."""
    by_database: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for question in asked:
        by_database[question["db"]].append(question)
    for name, own in sorted(by_database.items()):
        yield from _ask_database(source / "databases" / name, own)


def _ask_database(folder: Path, asked: Sequence[Mapping[str, Any]]) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory() as work:
        yield from ask_folder(facts_of(folder), folder, asked, Path(work))


def ask_folder(facts: SchemaFacts, folder: Path, asked: Sequence[Mapping[str, Any]], work: Path) -> Iterator[Outcome]:
    """Every question on the draft of a folder of Parquet files, as its owner; `work` is a place for the draft."""
    domain = work / folder.name
    domain.mkdir()
    for name, text in draft(facts).files.items():
        (domain / name).write_text(text, "utf-8")
    answers = {"suggestions": 0, "audit": False}
    settings: dict[str, Any] = {"data_dir": work / "data", "answers": answers, "scope": {"role": "owner"}}
    with Assistant.open(domain, **settings) as wenke, _gold(folder) as gold:
        for question in asked:
            yield _ask(question, wenke, gold)


def _gold(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection that sees the tables under their own names."""
    connection = duckdb.connect(":memory:")
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"CREATE VIEW \"{path.stem}\" AS SELECT * FROM read_parquet('{path}')")
    return connection


def _ask(question: Mapping[str, Any], wenke: Assistant, gold: duckdb.DuckDBPyConnection) -> Outcome:
    try:
        answer = wenke.ask(question["question"], lang=question["lang"])
    except Exception as broken:  # noqa: BLE001 - a crash is a finding of the run, not its end
        return Outcome(question, "failed", f"{type(broken).__name__}: {broken}")
    match answer.status:
        case "clarify":
            return Outcome(question, "asked", answer.error_code or "", answer)
        case "refused":
            return Outcome(question, "refused", answer.error_code or "", answer)
        case "failed":
            return Outcome(question, "failed", answer.error_code or "", answer)
        case "answered":
            return _judged(question, answer, gold)


def _judged(question: Mapping[str, Any], answer: Answer, gold: duckdb.DuckDBPyConnection) -> Outcome:
    roles, rows = [column.role for column in answer.columns], answer.rows

    def compared(sql: str) -> Match:
        return same_answer(gold.execute(sql).fetchall(), rows, ordered=question["ordered"], roles=roles)

    found = compared(question["gold_sql"])
    if found.agrees:
        return Outcome(question, "right", "", answer, strict=True)
    shown = with_its_number(question["gold_sql"])
    if shown is not None and compared(shown).agrees:
        return Outcome(question, "right", "shown", answer)
    reading = answer.interpretation.query if answer.interpretation is not None else None
    if isinstance(reading, Records) and len(roles) > 1 and roles[0] == "key":
        roles, rows = roles[1:], [row[1:] for row in rows]
        if compared(question["gold_sql"]).agrees:
            return Outcome(question, "right", "listed", answer)
    return Outcome(question, "wrong_given", found.reason, answer)


def with_its_number(sql: str) -> str | None:
    """A gold query that also shows what its groups were ranked or chosen by; None where that is nothing or shown already.

    >>> with_its_number("SELECT city FROM t GROUP BY city ORDER BY count(*) DESC LIMIT 1")
    'SELECT city, COUNT(*) FROM t GROUP BY city ORDER BY COUNT(*) DESC LIMIT 1'
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    if not isinstance(tree, exp.Select):
        return None
    order, having = tree.args.get("order"), tree.args.get("having")
    found = [o.this for o in order.expressions] if order is not None and tree.args.get("limit") is not None else []
    found += list(having.find_all(exp.AggFunc)) if having is not None else []
    known = {e.unalias().sql() for e in tree.expressions}
    more = {e.sql(): e.copy() for e in found if e.sql() not in known and not isinstance(e, exp.Literal)}
    return tree.select(*more.values()).sql(dialect="duckdb") if more else None


# --- the report -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions, and how many of each verdict."""

    total: int
    verdicts: Mapping[str, int]
    strict: int = 0

    def share(self, verdict: Verdict) -> float:
        """The share of a verdict, 0 … 1; 0 of nothing."""
        return self.verdicts.get(verdict, 0) / self.total if self.total else 0.0


def tally(outcomes: Iterable[Outcome], lang: str, classes: Sequence[str] = CLASSES) -> Tally:
    """The verdicts on the questions of a language and some classes."""
    chosen = [o for o in outcomes if o.question["lang"] == lang and o.question["class"] in classes]
    return Tally(len(chosen), Counter(o.verdict for o in chosen), sum(o.strict for o in chosen))


def overview(outcomes: Sequence[Outcome]) -> str:
    """The shares by language and class as a table of text."""
    lines = [f"{'':22}{'asked':>7}" + "".join(f"{verdict:>13}" for verdict in VERDICTS) + f"{'strict':>13}"]
    groups: list[tuple[str, Sequence[str]]] = [(name, (name,)) for name in CLASSES]
    groups += [("· metric classes", METRIC_CLASSES), ("· all", CLASSES)]
    for lang in ("en", "zh"):
        for name, classes in groups:
            found = tally(outcomes, lang, classes)
            shares = "".join(f"{found.verdicts.get(v, 0):>6}{found.share(v):>7.1%}" for v in VERDICTS)
            strict = f"{found.strict:>6}{found.strict / max(found.total, 1):>7.1%}"
            lines += [f"{lang} {name:19}{found.total:>7}{shares}{strict}"] if found.total else []
    return "\n".join(lines)


def _plain(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer
    reading = answer.interpretation.query if answer is not None and answer.interpretation is not None else None
    told = {key: outcome.question[key] for key in ("id", "db", "lang", "class", "question", "gold_sql", "gold_rows")}
    return {
        **told,
        "verdict": outcome.verdict,
        "why": outcome.why,
        "text": answer.text[:300] if answer is not None else "",
        "rows": [[str(cell) for cell in row] for row in answer.rows[:3]] if answer is not None else [],
        "query": None if reading is None else json.loads(reading.model_dump_json(exclude_none=True, exclude_defaults=True)),
    }


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--db", "--lang", "--class", "--report"):
        parser.add_argument(option)
    wanted = vars(parser.parse_args())
    chosen = [q for q in questions() if all(wanted[key] in (None, q[key]) for key in ("db", "lang", "class"))]
    outcomes = tuple(ask_all(chosen))
    if wanted["report"]:
        lines = (json.dumps(_plain(outcome), ensure_ascii=False) for outcome in outcomes)
        Path(wanted["report"]).write_text("\n".join(lines) + "\n", "utf-8")
    print(overview(outcomes))  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
