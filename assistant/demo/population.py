"""In: the number of customers and the map. Out: who they are and how they buy, as arrays by customer.

A customer is active from registration until they lose interest; a 唤醒券 may open a second stretch. Purchases are a Poisson
process over that stretch, with a rate that differs widely between customers (few buy a lot). Nothing here fails.
"""

from dataclasses import dataclass

import numpy as np

from assistant.demo.arrays import Bools, Floats, Ints, lognormal, pick, pick_by_row, stream
from assistant.demo.calendar import DAYS, REGISTER_FROM, Clock
from assistant.demo.catalogue import PRICE_CLASSES
from assistant.demo.places import Places
from assistant.demo.vocabulary import STORE, TMALL, WOMENSWEAR

ORDERS_EACH = 10.0  # orders a customer over the whole time: 200,000 at scale 1
CHANNEL_MIX = (0.245, 0.21, 0.085, 0.195, 0.17, 0.095)
_NEVER = -10_000
_REGISTRATIONS = (0.18, 0.18, 0.195, 0.22, 0.225)  # 2022 … 2026
_AGES = ((15, 17, 0.032), (18, 24, 0.16), (25, 34, 0.34), (35, 44, 0.25), (45, 54, 0.14), (55, 75, 0.088))
_FAVOURITES = (  # categories by gender
    (0.03, 0.34, 0.05, 0.19, 0.07, 0.05, 0.13, 0.14),
    (0.31, 0.03, 0.10, 0.12, 0.10, 0.19, 0.09, 0.06),
    (0.17, 0.16, 0.09, 0.16, 0.09, 0.13, 0.11, 0.09),
)


@dataclass(frozen=True, slots=True)
class Population:
    """The customers, sorted by registration; customer_id is the place plus one. The arrays of the last block move with time."""

    register: Ints  # day, negative before 2024
    birth: Ints  # day
    gender: Ints
    city: Ints
    region: Ints
    home_channel: Ints
    register_channel: Ints
    home_store: Ints  # -1: none
    consent: Bools
    favourite: Ints  # category
    price_class: Ints
    lavish: Bools  # fills the basket with what is dear
    rate: Floats  # orders a day of mean busyness
    visits: Floats  # sessions a day without a purchase
    promo: Floats  # share of purchases with a discount
    curious: Bools  # buys what is new
    troublesome: Floats  # tickets against the mean
    first_order: Floats  # day, infinite when left to chance

    start: Floats  # of the active stretch, in days
    stop: Floats
    last_order: Ints  # day of the last completed order
    spent: Floats  # yuan, completed orders

    @property
    def size(self) -> int:
        """Return the number of customers."""
        return len(self.register)


def _registrations(rng: np.random.Generator, size: int) -> Ints:
    days = np.arange(REGISTER_FROM, DAYS)
    year = (np.arange(len(days)) / 365.25).astype(np.int64)
    year_weight = np.array(_REGISTRATIONS)[np.minimum(year, 4)] / np.array([365, 365, 366, 365, 292])[np.minimum(year, 4)]
    weekly = np.where(days % 7 >= 5, 1.25, 1.0)  # day 0 was a Monday
    season = 1 + 0.25 * np.sin((np.arange(len(days)) % 365.25) / 365.25 * 4 * np.pi - 1.2)
    return np.sort(days[pick(rng, year_weight * weekly * season, size)])


def _lifetimes(rng: np.random.Generator, size: int) -> Floats:
    kind = pick(rng, (0.13, 0.36, 0.51), size)
    mean: Floats = np.array([30.0, 600.0, 2600.0])[kind]
    return rng.exponential(mean) + 1.0


def _births(rng: np.random.Generator, size: int, register: Ints) -> Ints:
    group = pick(rng, [share for _, _, share in _AGES], size)
    youngest = np.array([low for low, _, _ in _AGES])[group] * 365.25
    years = np.array([high - low + 1 for low, high, _ in _AGES])[group] * 365.25
    birth = np.floor(DAYS - youngest - years * rng.random(size) * 0.999 - 1).astype(np.int64)
    return np.where(register - birth < 14 * 365, birth - 5 * 365, birth)  # children do not register


def _home_stores(rng: np.random.Generator, places: Places, city: Ints, in_store: Bools, register: Ints) -> Ints:
    store = places.nearby_store(rng, city)
    store = np.where(places.is_open(store, register), store, places.first_store[city])
    return np.where(in_store | (rng.random(len(city)) < 0.45), store, -1)


def settle(places: Places, clock: Clock, size: int, seed: int) -> Population:
    """Return `size` customers on 2024-01-01, those still to register included."""
    rng = stream(seed, "population")
    register = _registrations(rng, size)
    city = pick(rng, places.weight, size)
    gender = pick(rng, (0.42, 0.54, 0.04), size)
    home = pick(rng, CHANNEL_MIX, size)
    register_channel = np.where(rng.random(size) < 0.8, home, pick(rng, CHANNEL_MIX, size))
    stop = register + _lifetimes(rng, size)
    start = np.maximum(register, 0).astype(np.float64)
    rate = np.minimum(lognormal(rng, 1.05, size), 8.0)
    rate *= size * ORDERS_EACH * 0.93 / float((rate * clock.between(start, stop)).sum())  # the rest: first orders and campaigns
    eager = (register >= 0) & (rng.random(size) < 0.55)
    first_order = np.where(eager, register + rng.exponential(4.0, size), np.inf)
    dressed = (home == TMALL) & (gender != 0) & (rng.random(size) < 0.4)  # comes to 天猫 for 女装
    lavish = rng.random(size) < 0.14
    digital = np.where(home < STORE, 1.0, 0.35)
    return Population(
        register=register,
        birth=_births(rng, size, register),
        gender=gender,
        city=city,
        region=places.region[city],
        home_channel=home,
        register_channel=register_channel,
        home_store=_home_stores(rng, places, city, (register_channel == STORE) | (home == STORE), register),
        consent=rng.random(size) < 0.74,
        favourite=np.where(dressed, WOMENSWEAR, pick_by_row(rng, np.array(_FAVOURITES), gender)),
        price_class=np.where(lavish, PRICE_CLASSES - 1, pick(rng, (0.46, 0.36, 0.18), size)),
        lavish=lavish,
        rate=rate,
        visits=digital * 0.036 * lognormal(rng, 0.9, size) * (0.5 + 0.5 * np.sqrt(rate / rate.mean())),
        promo=rng.beta(1.1, 1.9, size),
        curious=rng.random(size) < 0.12,
        troublesome=lognormal(rng, 0.9, size),
        first_order=first_order,
        start=start,
        stop=stop,
        last_order=np.full(size, _NEVER, dtype=np.int64),
        spent=np.zeros(size),
    )


def favourites() -> Floats:
    """Return how often each gender buys each category when not buying the favourite."""
    return np.array(_FAVOURITES)


def channel_of(rng: np.random.Generator, home: Ints) -> Ints:
    """Return the channel of each purchase: mostly the customer's own."""
    return np.where(rng.random(len(home)) < 0.7, home, pick(rng, CHANNEL_MIX, len(home)))
