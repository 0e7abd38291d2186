"""In: the world, a month, its orders, what the month before left over. Out: the month's tickets and surveys, sorted by time.

A ticket or survey that falls after the month waits for the next one. How service trouble shows in types, response and scores
stands here; when and where there is trouble stands in stories.py. Nothing here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from assistant.demo.arrays import DAY, Bools, Column, Floats, Ints, numbers, pick, pick_by_row, small, stamps, stream, texts
from assistant.demo.calendar import DAYS, Month
from assistant.demo.orders import REFUNDED, Orders
from assistant.demo.stories import service_trouble
from assistant.demo.vocabulary import STORE, TICKET_CHANNELS, TICKET_STATUSES, TICKET_TYPES, TOUCHPOINTS
from assistant.demo.world import World
from assistant.demo.writing import MOODS

_COMPLAINT, _INQUIRY, _RETURN, _LOGISTICS, _OTHER = range(len(TICKET_TYPES))
_PER_ORDER = (0.010, 0.017, 0.010, 0.017, 0.005)  # tickets of each type an order
_RETURN_OF_REFUNDED = 0.24
_MORE_LOGISTICS = 1.3  # of a ticket's chance at full trouble, on top
_TICKET_CHANNEL = (0.24, 0.40, 0.28, 0.08)
_RESPONSE_FACTOR = (0.7, 0.9, 1.2, 1.7)  # by ticket channel; mean about 1
_RESPONSE = 30.0  # minutes
_SLOWER = 2.0  # times that, on top, at full trouble
_HOURS_TO_RESOLVE = (52.0, 12.0, 60.0, 44.0, 26.0)
_UNRESOLVED = (0.050, 0.012, 0.030, 0.028, 0.020)
_GOOD = np.array((0.01, 0.03, 0.11, 0.385, 0.465))  # chances of 1 … 5
_BAD = np.array((0.34, 0.34, 0.22, 0.08, 0.02))
_NPS = np.array([  # chances of 0 … 10 by csat
    (0.22, 0.18, 0.18, 0.14, 0.11, 0.09, 0.05, 0.03, 0.00, 0.00, 0.00),
    (0.05, 0.07, 0.11, 0.15, 0.18, 0.19, 0.14, 0.07, 0.03, 0.01, 0.00),
    (0.01, 0.01, 0.02, 0.04, 0.08, 0.18, 0.24, 0.24, 0.13, 0.03, 0.02),
    (0.00, 0.00, 0.00, 0.01, 0.02, 0.04, 0.09, 0.22, 0.33, 0.20, 0.09),
    (0.00, 0.00, 0.00, 0.00, 0.00, 0.01, 0.03, 0.07, 0.20, 0.34, 0.35),
])  # fmt: skip
_UNHAPPY = (0.035, 0.15, 0.055, 0.045)  # share of bad experiences by touchpoint without trouble
_UNHAPPIER = 0.53  # on top, at full trouble


@dataclass(frozen=True, slots=True)
class Tickets:
    """Tickets by time; `order_id` 0 and `resolved` -1 mean none."""

    customer: Ints
    order_id: Ints
    time: Ints  # seconds
    kind: Ints
    channel: Ints
    response: Ints  # minutes
    resolved: Ints  # seconds
    score: Ints  # 0: none

    def rows(self, rng: np.random.Generator, world: World, first_id: int) -> Mapping[str, Column]:
        """Return the columns of `tickets`."""
        return {
            "ticket_id": numbers(np.arange(len(self.time)) + first_id),
            "customer_id": numbers(self.customer + 1),
            "order_id": numbers(self.order_id, self.order_id > 0),
            "created_time": stamps(self.time),
            "ticket_type": texts(self.kind, TICKET_TYPES),
            "channel": texts(self.channel, TICKET_CHANNELS),
            "first_response_minutes": small(self.response),
            "resolved_time": stamps(self.resolved, self.resolved >= 0),
            "status": texts(np.where(self.resolved >= 0, 0, 1), TICKET_STATUSES),
            "satisfaction_score": small(self.score, self.score > 0),
            "content": world.contents.draw(rng, self.kind),
        }


@dataclass(frozen=True, slots=True)
class Surveys:
    """Surveys by time."""

    customer: Ints
    time: Ints  # seconds
    touchpoint: Ints
    csat: Ints
    nps: Ints

    def rows(self, rng: np.random.Generator, world: World, first_id: int) -> Mapping[str, Column]:
        """Return the columns of `surveys`."""
        trouble = service_trouble(world.population.region[self.customer], self.time // DAY)
        late = rng.random(len(self.time)) < 0.20 + 0.55 * trouble
        mood = np.array([MOODS.index(m) for m in ("bad", "bad", "middling", "good", "good")])[self.csat - 1]
        mood = np.where((self.csat <= 2) & late, MOODS.index("late"), mood)
        written = rng.random(len(self.time)) < np.where(self.csat <= 2, 0.62, 0.36)
        return {
            "survey_id": numbers(np.arange(len(self.time)) + first_id),
            "customer_id": numbers(self.customer + 1),
            "survey_time": stamps(self.time),
            "touchpoint": texts(self.touchpoint, TOUCHPOINTS),
            "csat_score": small(self.csat),
            "nps_score": small(self.nps),
            "comment": world.comments.draw(rng, mood, written),
        }


Batch = TypeVar("Batch", Tickets, Surveys)


def by_month(batch: Batch, left_over: Batch | None, month: Month) -> tuple[Batch, Batch]:
    """Return what falls before the end of the month, sorted by time, and what waits for later."""
    kind = type(batch)
    columns = [getattr(batch, name) for name in kind.__slots__]
    if left_over is not None:
        before = [getattr(left_over, name) for name in kind.__slots__]
        columns = [np.concatenate(pair) for pair in zip(before, columns, strict=True)]
    time = columns[kind.__slots__.index("time")]
    order = np.argsort(time, kind="stable")
    due = int(np.searchsorted(time[order], month.stop * DAY))
    return kind(*(column[order[:due]] for column in columns)), kind(*(column[order[due:]] for column in columns))


def _experience(rng: np.random.Generator, bad: Floats) -> Ints:
    """Return scores 1 … 5, from the bad experiences with chance `bad`, else from the good ones."""
    return pick_by_row(rng, np.stack([_GOOD, _BAD]), (rng.random(len(bad)) < bad).astype(np.int64)) + 1


def _asked_for(rng: np.random.Generator, world: World, orders: Orders) -> tuple[Ints, Ints, Ints, Ints]:
    """Return customer, order id (0: none), time and type of the tickets that the month's orders lead to."""
    people = world.population
    customer = np.repeat(orders.bought.customer, len(TICKET_TYPES))
    time = np.repeat(orders.bought.time, len(TICKET_TYPES))
    kind = np.tile(np.arange(len(TICKET_TYPES)), len(orders.day))
    time += np.floor(3600 + rng.exponential(3.5 * DAY, len(time))).astype(np.int64)
    chance = np.array(_PER_ORDER)[kind]
    refunded = np.repeat(orders.status == REFUNDED, len(TICKET_TYPES)) & (kind == _RETURN)
    chance = np.where(refunded, _RETURN_OF_REFUNDED, chance * people.troublesome[customer])
    trouble = service_trouble(people.region[customer], time // DAY)
    chance *= 1 + np.where(kind == _LOGISTICS, _MORE_LOGISTICS, 0.25 * (kind == _COMPLAINT)) * trouble
    asked = np.flatnonzero(rng.random(len(time)) < chance)
    order_id = orders.first_id + asked // len(TICKET_TYPES)
    unrelated = rng.random(len(asked)) < np.array((0.10, 0.35, 0.0, 0.0, 0.7))[kind[asked]]
    return customer[asked], np.where(unrelated, 0, order_id), _awake(rng, time[asked]), kind[asked]


def _awake(rng: np.random.Generator, time: Ints) -> Ints:
    """Move what falls into the small hours to the next morning."""
    return np.where(time % DAY < 7 * 3600, time - time % DAY + rng.integers(8 * 3600, 12 * 3600, len(time)), time)


def tickets_of(world: World, month: Month, orders: Orders) -> Tickets:
    """Return the tickets that a month's orders lead to, some of them after the month."""
    rng = stream(world.seed, "tickets", month.index)
    customer, order_id, time, kind = _asked_for(rng, world, orders)
    trouble = service_trouble(world.population.region[customer], time // DAY)
    channel = pick(rng, _TICKET_CHANNEL, len(time))
    mean = _RESPONSE * np.array(_RESPONSE_FACTOR)[channel] * (1 + _SLOWER * trouble)
    response = np.maximum(np.round(mean * rng.lognormal(-0.18, 0.6, len(time))), 1).astype(np.int64)
    hours = np.array(_HOURS_TO_RESOLVE)[kind] * rng.exponential(1.0, len(time)) * (1 + 0.8 * trouble)
    resolved = time + response * 60 + np.floor(hours * 3600).astype(np.int64)
    stays_open = (rng.random(len(time)) < np.array(_UNRESOLVED)[kind]) | (resolved >= DAYS * DAY)
    resolved = np.where(stays_open, -1, resolved)
    score = _experience(rng, np.minimum(0.10 + response / 260 + 0.12 * (kind == _COMPLAINT), 0.85))
    scored = ~stays_open & (rng.random(len(time)) < 0.55)
    return Tickets(customer, order_id, time, kind, channel, response, resolved, np.where(scored, score, 0))


def _scored(rng: np.random.Generator, world: World, customer: Ints, time: Ints, touchpoint: Ints) -> Surveys:
    trouble = service_trouble(world.population.region[customer], time // DAY)
    csat = _experience(rng, np.array(_UNHAPPY)[touchpoint] + _UNHAPPIER * trouble)
    return Surveys(customer, time, touchpoint, csat, pick_by_row(rng, _NPS, csat - 1))


def surveys_of(world: World, month: Month, orders: Orders, tickets: Tickets) -> Surveys:
    """Return the surveys that a month's orders and tickets lead to, some of them after the month."""
    rng = stream(world.seed, "surveys", month.index)
    answers = np.flatnonzero((orders.status <= REFUNDED) & (rng.random(len(orders.day)) < 0.155))
    answered: Bools = rng.random(len(tickets.time)) < 0.22
    after = np.flatnonzero(answered & (tickets.resolved >= 0))
    channel = orders.bought.channel[answers]
    bought = np.where(channel == STORE, 2, np.where((channel == 0) & (rng.random(len(answers)) < 0.6), 3, 0))
    delay = np.concatenate([rng.exponential(3.0 * DAY, len(answers)), rng.exponential(0.8 * DAY, len(after))])
    time = np.concatenate([orders.bought.time[answers], tickets.resolved[after]]) + 1800 + np.floor(delay).astype(np.int64)
    customer = np.concatenate([orders.bought.customer[answers], tickets.customer[after]])
    touchpoint = np.concatenate([bought, np.ones(len(after), dtype=np.int64)])
    return _scored(rng, world, customer, _awake(rng, time), touchpoint)
