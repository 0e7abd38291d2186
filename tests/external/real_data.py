"""real_data: databases of real customers without a word about them, asked what a manager would ask, through drafted models.

In: ../shared/external/real_data, and the questions of real_data.yaml with SQL that was written by hand. Out: an outcome per question
and language, judged by rows as `spider` does.

    python -m tests.external.real_data [DATABASE]
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant.inspection import inspect
from tests.external.spider import Outcome, ask_folder

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "external" / "real_data"
LANGS = ("zh", "en")


def questions(file: str = "real_data.yaml") -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """The questions of each database in a file beside this one: one for each language."""
    loaded = yaml.safe_load((Path(__file__).parent / file).read_text("utf-8"))
    return {name: tuple(_in(entry, lang) for entry in entries for lang in LANGS) for name, entries in loaded.items()}


def _in(entry: Mapping[str, str], lang: str) -> Mapping[str, Any]:
    sql = entry.get(f"{lang}_sql", entry["sql"])
    return {"question": entry[lang], "lang": lang, "class": "own", "gold_sql": sql, "ordered": "ordered" in entry}


def ask_all(source: Path = SOURCE, only: str | None = None) -> Iterator[tuple[str, Outcome]]:
    """Every question with the database that it was asked of."""
    for name, own in questions().items():
        if only in (None, name):
            with tempfile.TemporaryDirectory() as work:
                yield from ((name, outcome) for outcome in ask_folder(inspect(source / name), source / name, own, Path(work)))


def main() -> None:
    """What became of each question, then how many of each kind."""
    found = list(ask_all(only=sys.argv[1] if len(sys.argv) > 1 else None))
    for name, outcome in found:
        if outcome.verdict != "right":
            rows = outcome.answer.rows[:2] if outcome.answer is not None else ()
            told = outcome.answer.text[:80].replace("\n", " ") if outcome.answer is not None else ""
            print(name, outcome.verdict, outcome.why, outcome.question["question"], "|", told, rows)  # noqa: T201 - a command
    for lang in LANGS:
        verdicts = [o.verdict for _, o in found if o.question["lang"] == lang]
        print(lang, {v: verdicts.count(v) for v in sorted(set(verdicts))})  # noqa: T201 - a command


if __name__ == "__main__":
    main()
