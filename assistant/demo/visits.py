"""In: the world, a month, its orders. Out: the month's events, sorted by time.

A session is a walk through 登录, 搜索, 浏览, 加购, 分享, 下单, 支付. Purchases in our own channels have one each (下单 at the
order's time, 支付 unless it was cancelled); others only browse. Nothing here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.demo.arrays import DAY, Bools, Column, Floats, Ints, numbers, pick, running_number, stamps, stream, texts
from assistant.demo.calendar import Month, seconds_of_day
from assistant.demo.orders import CANCELLED, Orders
from assistant.demo.vocabulary import CHANNELS, EVENT_TYPES, OWN_CHANNELS
from assistant.demo.world import World

_LOGIN, _SEARCH, _VIEW, _CART, _SHARE, _ORDER, _PAY = range(len(EVENT_TYPES))
_VISIT_MIX = (0.52, 0.37, 0.11)
_LAPSED = 0.03  # visits of those who lost interest, against before


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions of a month; `time` is the start, or for a purchase the moment of 下单."""

    customer: Ints
    time: Ints  # seconds
    channel: Ints
    product: Ints  # bought, -1: only looking
    paid: Bools


@dataclass(frozen=True, slots=True)
class Events:
    """A month's events, sorted by time."""

    customer: Ints
    time: Ints
    kind: Ints
    channel: Ints
    product: Ints  # -1: none
    session: Ints  # place among the month's sessions

    def rows(self, first_id: int, first_session: int) -> Mapping[str, Column]:
        """Return the columns of `events`."""
        return {
            "event_id": numbers(np.arange(len(self.time)) + first_id),
            "customer_id": numbers(self.customer + 1),
            "event_time": stamps(self.time),
            "event_type": texts(self.kind, EVENT_TYPES),
            "channel": texts(self.channel, CHANNELS),
            "product_id": numbers(self.product + 1, self.product >= 0),
            "session_id": numbers(self.session + first_session),
        }


def _visits(rng: np.random.Generator, world: World, month: Month) -> tuple[Ints, Ints]:
    """Return customers and days of visits without a purchase."""
    people = world.population
    known = np.flatnonzero(people.register < month.stop)
    since = np.maximum(people.register[known], month.first).astype(np.float64)
    low = np.clip(people.start[known], since, month.stop)
    high = np.clip(people.stop[known], low, month.stop)
    active = rng.poisson(people.visits[known] * world.clock.between(low, high))
    lapsed = rng.poisson(people.visits[known] * _LAPSED * ((month.stop - since) - (high - low)))
    ends: Floats = np.full(len(known), float(month.stop))
    customer = np.concatenate([np.repeat(known, active), np.repeat(known, lapsed)])
    start = np.concatenate([np.repeat(low, active), np.repeat(since, lapsed)])
    stop = np.concatenate([np.repeat(high, active), np.repeat(ends, lapsed)])
    return customer, world.clock.days(rng, start, stop)


def _sessions(rng: np.random.Generator, world: World, month: Month, orders: Orders) -> Sessions:
    people = world.population
    customer, day = _visits(rng, world, month)
    joined = np.flatnonzero(
        (people.register >= month.first) & (people.register < month.stop) & (people.register_channel < OWN_CHANNELS)
    )
    customer = np.concatenate([customer, joined])
    day = np.concatenate([day, people.register[joined]])
    home = people.home_channel[customer]
    keeps = (home < OWN_CHANNELS) & (rng.random(len(home)) < 0.75)
    channel = np.where(keeps, home, pick(rng, _VISIT_MIX, len(home)))
    time = day * DAY + seconds_of_day(rng, np.zeros(len(day), dtype=np.bool_))
    own = np.flatnonzero(orders.bought.channel < OWN_CHANNELS)
    return Sessions(
        customer=np.concatenate([customer, orders.bought.customer[own]]),
        time=np.concatenate([time, orders.bought.time[own]]),
        channel=np.concatenate([channel, orders.bought.channel[own]]),
        product=np.concatenate([np.full(len(customer), -1), orders.first_item[own]]),
        paid=np.concatenate([np.zeros(len(customer), dtype=np.bool_), orders.status[own] != CANCELLED]),
    )


def _steps(rng: np.random.Generator, sessions: Sessions) -> Ints:
    """Return how many events of each type (columns) each session (rows) has."""
    size = len(sessions.time)
    buys = sessions.product >= 0
    steps = np.zeros((size, len(EVENT_TYPES)), dtype=np.int64)
    chance = rng.random((size, 4), dtype=np.float32)
    steps[:, _LOGIN] = chance[:, 0] < np.where(buys, 0.62, 0.66)
    steps[:, _SEARCH] = chance[:, 1] < np.where(buys, 0.22, 0.26)
    steps[:, _VIEW] = 1 + rng.poisson(np.where(buys, 0.45, 0.40))
    steps[:, _CART] = chance[:, 2] < np.where(buys, 0.80, 0.21)
    steps[:, _SHARE] = chance[:, 3] < 0.035
    steps[:, _ORDER] = buys
    steps[:, _PAY] = sessions.paid
    return steps


def events_of(world: World, month: Month, orders: Orders) -> tuple[Events, int]:
    """Return a month's events and the number of its sessions."""
    rng = stream(world.seed, "events", month.index)
    sessions = _sessions(rng, world, month, orders)
    steps = _steps(rng, sessions)
    size, types = len(steps), len(EVENT_TYPES)
    counts: Ints = steps.sum(axis=1)
    session = np.repeat(np.arange(size), counts)
    kind = np.repeat(np.tile(np.arange(types), size), steps.ravel())
    pace = rng.integers(15, 110, size)  # seconds between two steps
    before = np.where(sessions.product >= 0, counts - 1 - sessions.paid.astype(np.int64), 0)  # 下单 is on the order time
    begin = sessions.time - before * pace
    time: Ints = begin[session] + running_number(counts) * pace[session]
    time += np.where(kind == _ORDER, 0, np.floor(rng.random(len(time)) * 12)).astype(np.int64)
    time = np.clip(time, month.first * DAY, month.stop * DAY - 1)
    seen = (kind == _VIEW) | (kind == _CART) | (kind == _SHARE)
    bought = sessions.product[session]
    looked_at = world.catalogue.draw_any(rng, month, len(kind))
    wanted = (bought >= 0) & ((kind == _CART) | (kind == _ORDER) | (seen & (rng.random(len(kind)) < 0.5)))
    product = np.where(wanted, bought, np.where(seen, looked_at, -1))
    order = np.argsort(time, kind="stable")
    session, kind, product = session[order], kind[order], product[order]
    return Events(sessions.customer[session], time[order], kind, sessions.channel[session], product, session), size
