"""In: the demo's fixed dates. Out: months as day ranges, how busy each day is, and when in a day things happen.

Day 0 is 2024-01-01; the last day is 2026-10-19, the day before the demo's today. Nothing here fails.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from assistant.demo.arrays import DAY, Bools, Floats, Ints, pick

FIRST = date(2024, 1, 1)
TODAY = date(2026, 10, 20)
DAYS = (TODAY - FIRST).days
REGISTER_FROM = (date(2022, 1, 1) - FIRST).days

_GROWTH = 0.152  # a year, in purchases of the same customers
_SEASON = (0.92, 0.80, 0.96, 0.94, 1.00, 1.22, 0.92, 0.94, 1.00, 1.04, 1.38, 1.22)
_WEEKDAY = (0.92, 0.90, 0.91, 0.95, 1.06, 1.28, 1.20)
_SPRING_FESTIVALS = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))
_PROMOTIONS = {(6, 1): 1.5, (6, 16): 1.4, (6, 17): 1.6, (6, 18): 2.6, (11, 1): 1.5, (11, 10): 1.6, (11, 11): 3.2, (12, 12): 2.2}
_ONLINE_HOURS = (9, 5, 3, 2, 2, 3, 8, 18, 30, 42, 48, 48, 54, 50, 42, 42, 44, 46, 50, 62, 82, 90, 66, 30)
_STORE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 22, 32, 36, 34, 38, 42, 44, 40, 42, 50, 46, 22, 0, 0)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month as a half-open range of days, cut at the end of the demo."""

    index: int
    start: date
    first: int
    stop: int


def day_of(day: date) -> int:
    """Return the days from 2024-01-01 to `day`."""
    return (day - FIRST).days


def months() -> tuple[Month, ...]:
    """Return the months 2024-01 … 2026-10."""
    starts = [date(FIRST.year + m // 12, m % 12 + 1, 1) for m in range(35)]
    return tuple(Month(i, start, day_of(start), min(day_of(after), DAYS)) for i, (start, after) in enumerate(pairwise(starts)))


def _busyness(day: date) -> float:
    years = (day - FIRST).days / 365.25
    weight = float(np.exp(_GROWTH * years)) * _SEASON[day.month - 1] * _WEEKDAY[day.weekday()]
    weight *= _PROMOTIONS.get((day.month, day.day), 1.0)
    if (day.month, day.day) in {(10, d) for d in range(1, 8)} | {(5, d) for d in range(1, 6)}:
        weight *= 1.2
    if any(abs((day - festival).days) <= 3 for festival in _SPRING_FESTIVALS):
        weight *= 0.6
    return weight


@dataclass(frozen=True, slots=True)
class Clock:
    """How busy the demo's days are: `mass[d]` is the share of all business before day d, in days of mean busyness."""

    mass: Floats
    busy: Bools  # the days of a promotion

    @staticmethod
    def wind() -> "Clock":
        """Return the clock of the demo's days."""
        days = [FIRST + timedelta(days=d) for d in range(DAYS)]
        weights = np.array([_busyness(day) for day in days])
        mass = np.concatenate(([0.0], np.cumsum(weights / weights.mean())))
        return Clock(mass, np.array([_PROMOTIONS.get((day.month, day.day), 1.0) > 1.3 for day in days]))

    def between(self, start: Floats, stop: Floats) -> Floats:
        """Return the business that falls between two days (0 outside the demo)."""
        grid = np.arange(DAYS + 1)
        return np.maximum(np.interp(stop, grid, self.mass) - np.interp(start, grid, self.mass), 0.0)

    def days(self, rng: np.random.Generator, start: Floats, stop: Floats) -> Ints:
        """Return a day for each range, busy days more often; `start` and `stop` must lie in the demo."""
        grid = np.arange(DAYS + 1)
        low, high = np.interp(start, grid, self.mass), np.interp(stop, grid, self.mass)
        days = np.floor(np.interp(low + (high - low) * rng.random(len(start)), self.mass, grid)).astype(np.int64)
        return np.minimum(days, np.ceil(stop).astype(np.int64) - 1)  # rounding must not reach the end


def seconds_of_day(rng: np.random.Generator, in_store: Bools) -> Ints:
    """Return a second of the day for each row: evenings online, opening hours in a store, never in the last two minutes."""
    hours = np.where(in_store, pick(rng, _STORE_HOURS, len(in_store)), pick(rng, _ONLINE_HOURS, len(in_store)))
    return np.minimum(hours * 3600 + rng.integers(0, 3600, len(in_store)), DAY - 120)
