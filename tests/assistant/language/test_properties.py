"""Any text at all: never raises, spans in order, bounded time."""

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.calendar import Calendar
from assistant.language.comparisons import comparisons
from assistant.language.dates import find_periods
from assistant.language.numerals import numbers
from assistant.language.text import Normalised, normalise
from assistant.language.time_relations import comparison_period, read_times
from tests.assistant.language.test_dates import table

TODAY = date(2026, 10, 20)
CALENDAR = Calendar(TODAY)
EXPRESSIONS = [text for text, _ in (*table("periods_zh.txt"), *table("periods_en.txt"))]
PIECES = (
    *"0123456789一二三十百千万年月日号周季天上下前近这去今昨个第半初末底到至和以来起后内没 -/.~,、|'%",
    *(
        "last ",
        "this ",
        "past ",
        "week ",
        "month ",
        "quarter ",
        "year ",
        "since ",
        "before ",
        "the ",
        "of ",
        "to ",
        "and ",
        "vs ",
    ),
    *("q3", "h1", "w53", "may ", "march ", "2025", "2026", "31", "february ", "9999", "0", "618", "days ", "ago ", "first "),
    *(
        "同比",
        "环比",
        "双十一",
        "最近",
        "星期",
        "季度",
        "同期",
        "每",
        "超过",
        "以上",
        "年前",
        "ytd ",
        "end of ",
        "monthly ",
        "by ",
    ),
    *("over ", "\u0301", "\ud800"),
)
words = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
mixed = st.lists(st.one_of(st.sampled_from(EXPRESSIONS), st.text(max_size=6), words), max_size=5).map("".join)


def in_order(spans: list[tuple[int, int]], text: Normalised) -> bool:
    flat = [place for span in spans for place in span]
    return flat == sorted(flat) and all(0 <= start < end <= len(text.text) for start, end in spans)


@settings(max_examples=400, deadline=None)
@given(st.one_of(words, mixed, st.text()), st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_any_text(question: str, today: date) -> None:
    text = normalise(question)
    calendar = Calendar(today)
    periods = find_periods(text, calendar)
    assert in_order([(mention.start, mention.end) for mention in periods], text)
    assert periods == find_periods(text, calendar)
    for mention in periods:
        start, end = mention.period.start, mention.period.end
        assert start is None or end is None or start < end
        assert mention.count >= 1
        if mention.running and start is not None:
            assert start <= today
    times = read_times(text, calendar)
    for base in times.periods:
        for one in times.comparators:
            comparison_period(base.period, one, calendar)
    spans = [(mention.start, mention.end) for mention in periods]
    assert in_order([(number.start, number.end) for number in numbers(text)], text)
    assert all(
        not (a < end and start < b)
        for number in numbers(text, spans)
        for a, b in spans
        for start, end in [(number.start, number.end)]
    )
    for comparison in comparisons(text, spans):
        assert comparison.high is None or comparison.value <= comparison.high


@pytest.mark.parametrize(
    "today", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 12, 31), date(2026, 10, 19), date(2026, 3, 31)]
)
def test_every_expression_on_other_days(today: date) -> None:
    calendar = Calendar(today)
    for question in EXPRESSIONS:
        for mention in find_periods(normalise(question), calendar):
            start, end = mention.period.start, mention.period.end
            assert start is None or end is None or start < end, question


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("本月", date(2026, 10, 1), date(2026, 10, 2)),
        ("今年", date(2026, 1, 1), date(2026, 10, 1)),
        ("上个月", date(2026, 9, 1), date(2026, 10, 1)),
        ("10月", date(2026, 10, 1), date(2026, 10, 2)),
        ("Q4", date(2026, 10, 1), date(2026, 10, 2)),
        ("MTD", date(2026, 10, 1), date(2026, 10, 2)),
    ],
)
def test_on_the_first_day_of_a_unit_it_is_that_day(question: str, start: date, end: date) -> None:
    mention = find_periods(normalise(question), Calendar(date(2026, 10, 1)))[0]
    assert (mention.period.start, mention.period.end) == (start, end)


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _everything(question: str) -> None:
    text = normalise(question)
    periods = read_times(text, CALENDAR).periods
    comparisons(text, [(mention.start, mention.end) for mention in periods])
    numbers(text)


REPEATED = (
    *(
        "上个月",
        "2025年11月和12月",
        "1、",
        "1-",
        "by region and month, ",
        "last 3 months to ",
        "一共1",
        "e\u0301\u0323",
        "超过1万以上",
    ),
    *("a ", "前", "()", "between 1 and ", "week before ", "3月4日到", " ", "三百五十", "1,234,", "year over ", "and month and "),
)


@pytest.mark.parametrize("piece", REPEATED)
def test_bounded_time_on_20_kb(piece: str) -> None:
    question = (piece * 20_000)[:20_000]
    _everything("上个月 last month 5+ orders")
    assert _seconds(lambda: _everything(question)) < 2.5


@pytest.mark.bench
def test_a_question_takes_under_two_milliseconds() -> None:
    texts = [normalise(question) for question in EXPRESSIONS]
    for text in texts:
        read_times(text, CALENDAR)
    spent = sorted(_seconds(lambda text=text: read_times(text, CALENDAR)) for text in texts)  # type: ignore[misc]
    assert spent[len(spent) // 2] < 0.002
