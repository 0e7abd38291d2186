"""Microsoft Recognizers-Text, the expressions that can lie in the past: how often we agree where our conventions do.

`../shared/external/time_recognizers` (category bi_core). The spec wins where the two differ; each kind of difference is a
function below that says what we answer instead, so that those cases are still checked. What is no period of customer data
is left out by name. What still differs: years in words (two thousand and five), "last week between Friday and
Sunday", two dates for one day (this Friday, Jun 15), points counted from another day ("2 weeks before May 13"), "earlier this
month", a year after `>=`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.language.calendar import Calendar, Unit, moved
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import normalise

FOLDER = Path(__file__).parents[4] / "shared/external/time_recognizers"
FLOOR = {"zh": 0.97, "en": 0.92}  # what was reached, rounded down; it only rises

# Nothing that a question about customer data asks for, or nothing that can be answered from the data.
OUTSIDE = (
    ("reigns and republics", r"康熙|雍正|神龙|民国"),
    (
        "centuries, and decades of unnamed centuries",
        r"世纪|century|centuries|十九世纪|50年代|\d0s?'?s$|^the '?\d0s|nineties|decades?$",
    ),
    ("years before 1900", r"789年|year 247|two hundred and sixty seven"),
    (
        "the days that are still to come",
        r"(?:rest|remaining) |within \d|tomorrow|less than 2 weeks|now and (?:may|nov)|between today|from today",
    ),
    ("'the week', 'my week' without anything that says which", r"^(?:the|my|same) (?:week|year|month)$"),
    ("lunar days of years outside the table", r"大年"),
    ("dates that do not exist", r"2/29/2019|31st of this month"),
    ("business days need a holiday calendar", r"business|working"),
    ("sums of units", r"\d days ago|2 weeks and 2 days|\d+ (?:month|days?)[ ,]+(?:and )?\d+ d"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """An expression in its sentence, with what Recognizers make of it."""

    id: str
    text: str
    question: str
    today: date
    start: date | None
    end: date | None
    mod: str | None


def cases(lang: str) -> Iterator[Case]:
    for line in (FOLDER / f"questions.{lang}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not row["bi_core"] or any(re.search(pattern, row["text"].lower()) for _, pattern in OUTSIDE):
            continue
        start = date.fromisoformat(row["start"]) if row["start"] else None
        end = date.fromisoformat(row["end"]) if row["end"] else None
        if row["type"] == "date" and end is not None:
            end += timedelta(days=1)
        yield Case(row["id"], row["text"], row["input"], date.fromisoformat(row["reference"]), start, end, row["mod"])


def spoken_end(case: Case, mention: PeriodMention) -> bool:
    """Spec: the end that is spoken is included (三月到五月 runs to the end of May); theirs is left out."""
    if case.end is None or mention.whole.end is None or mention.whole.start != case.start:
        return False
    units: tuple[Unit, ...] = ("day", "month", "quarter", "year")
    return mention.kind in ("range", "open", "future") and mention.whole.end in {moved(case.end, unit, 1) for unit in units}


def until_now(case: Case, mention: PeriodMention) -> bool:
    """since and after are open with them, end yesterday with us;
    "after 1 January" begins on the 2nd, "until" includes its day."""
    if mention.kind != "open":
        return False
    ends = mention.period.end in (None, case.today, case.end) or spoken_end(case, mention)
    starts = mention.period.start == case.start
    if case.start is not None and mention.period.start is not None:
        starts = starts or mention.period.start == case.start + timedelta(days=1)
    return ends and starts


def rolling(case: Case, mention: PeriodMention) -> bool:
    """Spec: N months are N×30 days, years and 12 months 365; theirs is the same day N months back. Both end yesterday."""
    if mention.kind != "rolling" or case.start is None or mention.period.start is None or mention.period.end != case.end:
        return False
    return abs((case.start - mention.period.start).days) <= 0.02 * mention.count + 2


def unit_back(case: Case, mention: PeriodMention) -> bool:
    """ "two years ago" is that whole year with us, the same day of it with them."""
    whole = mention.whole
    if whole.start is None or whole.end is None or case.start is None or not re.search(r" ago|前", case.text):
        return False
    return whole.start <= case.start < whole.end


def thirds(case: Case, mention: PeriodMention) -> bool:
    """early, mid and late, 初 and 底 are thirds with us; theirs are halves of a month, thirds or halves of a year."""

    def near(ours: date | None, theirs: date | None) -> bool:
        return ours is None or theirs is None or abs(ours - theirs) <= timedelta(days=125)

    return mention.vague and near(mention.whole.start, case.start) and near(mention.whole.end, case.end)


CONVENTIONS = (spoken_end, until_now, rolling, unit_back, thirds)


def agrees(case: Case) -> str | None:
    """How we agree: "same", the name of a convention, or not at all."""
    mentions = find_periods(normalise(case.question), Calendar(case.today))
    for mention in mentions:
        for period in (mention.period, mention.whole):
            if (period.start, period.end) == (case.start, case.end):
                return "same"
    for mention in mentions:
        for convention in CONVENTIONS:
            if convention(case, mention):
                return convention.__name__
    return None


@pytest.mark.skipif(not FOLDER.exists(), reason="needs ../shared/external/time_recognizers")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_agreement(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = {case.id: agrees(case) for case in cases(lang)}
    counts: dict[str, int] = {}
    for outcome in outcomes.values():
        counts[outcome or "differs"] = counts.get(outcome or "differs", 0) + 1
    rate = 1 - counts.get("differs", 0) / len(outcomes)
    with capsys.disabled():
        print(f"\n{lang}: {rate:.1%} of {len(outcomes)} agree: {counts}")  # noqa: T201 - the report
    assert rate >= FLOOR[lang], [case_id for case_id, outcome in outcomes.items() if outcome is None]
