"""In: the vocabulary's campaign calendar and the population. Out: the campaigns, whom they touched, and what that led to.

Only customers who agreed to marketing are touched. A 唤醒券 goes to dormant customers (no completed order for four months)
and converts well; it also makes some of them active again for months. Nothing here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from assistant.demo.arrays import DAY, Bools, Column, Floats, Ints, dates, flags, money, numbers, pick, stamps, stream, texts
from assistant.demo.calendar import DAYS, FIRST, Month, day_of
from assistant.demo.population import Population
from assistant.demo.vocabulary import TOUCH_CHANNELS, WAKE_UP, Vocabulary

DORMANT_AFTER = 120  # days without a completed order
_FIRST_WAKE_UP = day_of(date(2024, 6, 1))  # before, nobody is known to be dormant
_SENT_BY = (0.34, 0.30, 0.25, 0.11)
_OPENED = (0.27, 0.17, 0.38, 0.11)
_RATES = {  # factor on opening, clicks of the opened, conversions of the clicked
    "满减": (1.0, 0.32, 0.16),
    "折扣": (0.95, 0.29, 0.15),
    "新品试用": (1.1, 0.34, 0.10),
    "会员日": (1.05, 0.27, 0.14),
    WAKE_UP: (1.25, 0.42, 0.42),
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign; campaign_id is its place plus one."""

    number: int
    name: str
    kind: str
    first: int  # day
    last: int
    reach: float


@dataclass(frozen=True, slots=True)
class Touches:
    """The touches of a month, sorted by time, and for each the moment of the purchase it led to (-1: none)."""

    campaign: Ints
    customer: Ints
    sent: Ints  # seconds
    channel: Ints
    opened: Bools
    clicked: Bools
    bought: Ints  # seconds

    def rows(self, first_id: int, order_id: Ints) -> Mapping[str, Column]:
        """Return the columns of `campaign_touches`; `order_id` is 0 where a touch led to no order."""
        return {
            "touch_id": numbers(np.arange(len(self.sent)) + first_id),
            "campaign_id": numbers(self.campaign + 1),
            "customer_id": numbers(self.customer + 1),
            "sent_time": stamps(self.sent),
            "touch_channel": texts(self.channel, TOUCH_CHANNELS),
            "opened": flags(self.opened),
            "clicked": flags(self.clicked),
            "converted_order_id": numbers(order_id, order_id > 0),
        }


def plan(vocabulary: Vocabulary) -> tuple[Campaign, ...]:
    """Return every campaign that starts within the demo's days, in order of their start."""
    found: list[tuple[int, int, str, str, float]] = []
    for year in range(FIRST.year, FIRST.year + 3):
        for month, entries in vocabulary.campaigns.items():
            for name, kind, low, high, reach in entries:
                first, last = day_of(date(year, month, low)), day_of(date(year, month, high))
                if first < DAYS and (kind != WAKE_UP or first >= _FIRST_WAKE_UP):
                    found.append((first, last, f"{year}年{name}", kind, reach))
    found.sort()
    return tuple(Campaign(i, name, kind, low, high, reach) for i, (low, high, name, kind, reach) in enumerate(found))


def campaign_rows(campaigns: tuple[Campaign, ...], scale: float, seed: int) -> Mapping[str, Column]:
    """Return the columns of `campaigns`; budgets grow with the number of customers."""
    rng = stream(seed, "budgets")
    yuan = np.array([c.reach for c in campaigns]) * 400_000 * rng.uniform(0.7, 1.3, len(campaigns)) * max(scale, 0.05)
    return {
        "campaign_id": numbers(np.arange(len(campaigns)) + 1),
        "campaign_name": texts(np.arange(len(campaigns)), [c.name for c in campaigns]),
        "campaign_type": texts(np.arange(len(campaigns)), [c.kind for c in campaigns]),
        "start_date": dates(np.array([c.first for c in campaigns])),
        "end_date": dates(np.array([c.last for c in campaigns])),
        "budget": money(np.round(yuan / 100).astype(np.int64) * 10_000),
    }


def running(campaigns: tuple[Campaign, ...]) -> Ints:
    """Return the campaign that orders of each day may count towards (the one for all that started last), or -1."""
    by_day = np.full(DAYS, -1, dtype=np.int64)
    for campaign in campaigns:
        if campaign.kind != WAKE_UP:
            by_day[campaign.first : campaign.last + 1] = campaign.number
    return by_day


def _audience(rng: np.random.Generator, population: Population, campaign: Campaign, month: Month) -> Ints:
    active = (population.start <= campaign.first) & (population.stop > campaign.first)
    if campaign.kind == WAKE_UP:  # nobody who may still have bought this month
        silent_for = campaign.first - population.last_order
        meant = (population.last_order >= 0) & (silent_for > DORMANT_AFTER) & (population.stop <= month.first)
    elif campaign.kind == "新品试用":
        meant = active & (population.curious | (rng.random(population.size) < 0.6))
    else:
        meant = active
    return np.flatnonzero(meant & population.consent & (rng.random(population.size) < campaign.reach))


def _touch(rng: np.random.Generator, population: Population, campaign: Campaign, month: Month) -> Touches:
    customer = _audience(rng, population, campaign, month)
    size = len(customer)
    day = campaign.first + rng.integers(0, min(3, campaign.last - campaign.first + 1, month.stop - campaign.first), size)
    sent = day * DAY + rng.integers(9 * 3600, 20 * 3600, size)
    channel = pick(rng, _SENT_BY, size)
    open_factor, click_rate, buy_rate = _RATES[campaign.kind]
    opened = rng.random(size) < np.array(_OPENED)[channel] * open_factor
    clicked = opened & (rng.random(size) < click_rate)
    moment = sent + np.floor(600 + rng.exponential(2.2 * DAY, size)).astype(np.int64)
    moment -= np.where((moment % DAY) < 7 * 3600, -9 * 3600, 0)  # nobody buys at four in the morning
    in_time = moment < min((campaign.last + 1) * DAY, month.stop * DAY - 120)
    bought = np.where(clicked & in_time & (rng.random(size) < buy_rate), moment, -1)
    return Touches(np.full(size, campaign.number), customer, sent, channel, opened, clicked, bought)


def touches_of(campaigns: tuple[Campaign, ...], population: Population, month: Month, seed: int) -> Touches:
    """Return the touches of the campaigns that start in a month, sorted by time."""
    rng = stream(seed, "touches", month.index)
    begun = [c for c in campaigns if month.first <= c.first < month.stop]
    parts = [_touch(rng, population, campaign, month) for campaign in begun]
    whole = [np.concatenate([getattr(part, name) for part in parts]) for name in Touches.__slots__]
    order = np.argsort(whole[Touches.__slots__.index("sent")], kind="stable")
    return Touches(*(column[order] for column in whole))


def reawaken(population: Population, campaigns: tuple[Campaign, ...], touches: Touches, month: Month, seed: int) -> None:
    """Let the customers whom a 唤醒券 brought back stay for some months: a new active stretch begins."""
    rng = stream(seed, "reawaken", month.index)
    wakes = np.array([campaign.kind == WAKE_UP for campaign in campaigns])
    back = touches.customer[(touches.bought >= 0) & wakes[touches.campaign]]
    day = (touches.bought[(touches.bought >= 0) & wakes[touches.campaign]] // DAY).astype(np.float64)
    stays: Floats = day + 20 + rng.exponential(150.0, len(back))
    asleep = population.stop[back] < day
    population.start[back[asleep]] = day[asleep]
    population.stop[back[asleep]] = stays[asleep]
