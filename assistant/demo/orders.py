"""In: the world, a month, its touches. Out: the month's orders and their items, sorted by time.

Who buys when is a Poisson process (population.py) plus first orders of the newly registered plus purchases that touches led
to. The items of an order sum to its amount + discount to the cent, all in integers. Nothing here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.demo.arrays import (
    DAY,
    Bools,
    Column,
    Floats,
    Ints,
    money,
    numbers,
    pick,
    pick_by_row,
    running_number,
    small,
    stamps,
    stream,
    texts,
)
from assistant.demo.calendar import DAYS, Month, seconds_of_day
from assistant.demo.campaigns import Touches
from assistant.demo.catalogue import PRICE_CLASSES
from assistant.demo.population import channel_of, favourites
from assistant.demo.stories import lost_tmall_womenswear
from assistant.demo.vocabulary import CHANNELS, PAYMENTS, STATUSES, STORE, TMALL, WOMENSWEAR
from assistant.demo.world import World

COMPLETED, REFUNDED, CANCELLED = range(len(STATUSES))
_REFUNDED = (0.058, 0.064, 0.070, 0.030, 0.112, 0.091)  # by channel
_CANCELLED = (0.040, 0.050, 0.055, 0.010, 0.052, 0.044)
_REFUND_FACTOR = (1.35, 1.0, 0.95, 1.25, 0.8, 0.7, 0.8, 0.4)  # by category
_PAID_BY = np.array([
    (0.50, 0.40, 0.10, 0.00),
    (0.94, 0.00, 0.06, 0.00),
    (0.35, 0.43, 0.22, 0.00),
    (0.44, 0.27, 0.16, 0.13),
    (0.00, 0.86, 0.14, 0.00),
    (0.60, 0.06, 0.34, 0.00),
])  # fmt: skip
_ITEMS = (0.46, 0.31, 0.14, 0.06, 0.03)
_QUANTITY = np.array([(0.93, 0.06, 0.01, 0.0)] * 7 + [(0.52, 0.28, 0.12, 0.08)])
_QUANTITY[5] = _QUANTITY[2] = (0.84, 0.13, 0.02, 0.01)
_MARKDOWN = np.array((100, 90, 80, 70))  # per cent of the list price
_MARKED_DOWN = ((0.58, 0.22, 0.14, 0.06), (0.30, 0.30, 0.25, 0.15))  # ordinary days, promotion days


@dataclass(frozen=True, slots=True)
class Purchases:
    """Who buys when and where, before ids and money; arrays are by purchase."""

    customer: Ints
    time: Ints  # seconds
    channel: Ints
    category: Ints  # of the first item
    touch: Ints  # place among the month's touches, -1: none

    def take(self, order: Ints | Bools) -> "Purchases":
        """Return the purchases at these places."""
        return Purchases(*(getattr(self, name)[order] for name in Purchases.__slots__))


@dataclass(frozen=True, slots=True)
class Orders:
    """A month's orders, sorted by time; order_id is `first_id` plus the place."""

    first_id: int
    bought: Purchases
    day: Ints
    store: Ints  # -1: none
    status: Ints
    payment: Ints
    campaign: Ints  # -1: none
    discount: Ints  # cents
    amount: Ints  # cents
    first_item: Ints  # product of the first item

    def rows(self) -> Mapping[str, Column]:
        """Return the columns of `orders`."""
        return {
            "order_id": numbers(np.arange(len(self.day)) + self.first_id),
            "customer_id": numbers(self.bought.customer + 1),
            "order_time": stamps(self.bought.time),
            "channel": texts(self.bought.channel, CHANNELS),
            "store_id": numbers(self.store + 1, self.store >= 0),
            "status": texts(self.status, STATUSES),
            "payment_method": texts(self.payment, PAYMENTS),
            "campaign_id": numbers(self.campaign + 1, self.campaign >= 0),
            "discount_amount": money(self.discount),
            "amount": money(self.amount),
        }


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a month's orders, in the order of those; `order` is the place of the order."""

    order: Ints
    product: Ints
    quantity: Ints
    price: Ints  # cents

    def rows(self, first_id: int, first_order_id: int) -> Mapping[str, Column]:
        """Return the columns of `order_items`."""
        return {
            "order_item_id": numbers(np.arange(len(self.order)) + first_id),
            "order_id": numbers(self.order + first_order_id),
            "product_id": numbers(self.product + 1),
            "quantity": small(self.quantity),
            "unit_price": money(self.price),
            "amount": money(self.quantity * self.price),
        }


def _who_and_when(rng: np.random.Generator, world: World, month: Month) -> tuple[Ints, Ints]:
    """Return customers and days: the chance of each active customer, and first orders due this month."""
    people = world.population
    active = np.flatnonzero((people.start < month.stop) & (people.stop > month.first))
    low = np.maximum(people.start[active], month.first)
    high = np.minimum(people.stop[active], month.stop)
    times = rng.poisson(people.rate[active] * world.clock.between(low, high))
    day = world.clock.days(rng, np.repeat(low, times), np.repeat(high, times))
    first = np.flatnonzero((people.first_order >= month.first) & (people.first_order < month.stop))
    customer = np.concatenate([np.repeat(active, times), first])
    return customer, np.concatenate([day, people.first_order[first].astype(np.int64)])


def _purchases(rng: np.random.Generator, world: World, month: Month, touches: Touches) -> Purchases:
    people = world.population
    customer, day = _who_and_when(rng, world, month)
    channel = channel_of(rng, people.home_channel[customer])
    time = day * DAY + seconds_of_day(rng, channel == STORE)
    touch = np.flatnonzero(touches.bought >= 0)
    clicked_by = touches.customer[touch]
    home = people.home_channel[clicked_by]
    customer = np.concatenate([customer, clicked_by])
    channel = np.concatenate([channel, np.where(home == STORE, CHANNELS.index("小程序"), home)])
    time = np.concatenate([time, touches.bought[touch]])
    touch = np.concatenate([np.full(len(day), -1), touch])
    own = rng.random(len(customer)) < 0.45
    category = np.where(own, people.favourite[customer], pick_by_row(rng, favourites(), people.gender[customer]))
    lost = (channel == TMALL) & (category == WOMENSWEAR) & (rng.random(len(customer)) < lost_tmall_womenswear(time // DAY))
    bought = Purchases(customer, time, channel, category, touch).take(~lost | (touch >= 0))
    return bought.take(np.argsort(bought.time, kind="stable"))


def _items(rng: np.random.Generator, world: World, month: Month, bought: Purchases) -> Items:
    people, catalogue = world.population, world.catalogue
    lavish = people.lavish[bought.customer]
    counts = pick(rng, _ITEMS, len(bought.time)) + 1 + lavish * rng.integers(0, 4, len(lavish))
    order = np.repeat(np.arange(len(counts)), counts)
    customer, main, day = bought.customer[order], bought.category[order], (bought.time // DAY)[order]
    other = pick_by_row(rng, favourites(), people.gender[customer])
    gone = (bought.channel[order] == TMALL) & (other == WOMENSWEAR) & (rng.random(len(order)) < lost_tmall_womenswear(day))
    along = (running_number(counts) > 0) & (rng.random(len(order)) < 0.42) & ~gone
    category = np.where(along, other, main)
    usual = people.price_class[customer]
    loyal = np.where(lavish[order], 0.92, 0.7)
    price_class = np.where(rng.random(len(order)) < loyal, usual, rng.integers(0, PRICE_CLASSES, len(order)))
    product = catalogue.draw(rng, month, category * PRICE_CLASSES + price_class)
    fresh, fits = catalogue.draw_new(rng, month, category, day)
    wants_new = rng.random(len(order)) < np.where(people.curious[customer], 0.40, 0.05)
    product = np.where(fits & wants_new, fresh, product)
    markdown = pick_by_row(rng, np.array(_MARKED_DOWN), world.clock.busy[day].astype(np.int64))
    price = np.maximum(catalogue.price[product] * _MARKDOWN[markdown] // 1000 * 10, 100)  # whole jiao, at least a yuan
    quantity = pick_by_row(rng, _QUANTITY, catalogue.category[product]) + 1
    _, first, again = np.unique(order * len(catalogue.name) + product, return_index=True, return_inverse=True)
    merged = np.bincount(again, weights=quantity).astype(np.int64)  # the same product twice in an order is one item
    return Items(order[first], product[first], merged, price[first])


def _discounts(rng: np.random.Generator, world: World, bought: Purchases, gross: Ints) -> Ints:
    """Return discounts in cents, whole yuan: full-reduction steps or some per cent, often nothing."""
    day = bought.time // DAY
    likely = world.population.promo[bought.customer]
    likely = np.where(world.clock.busy[day], likely * 0.6 + 0.4, likely)
    granted = (rng.random(len(gross)) < likely) | (bought.touch >= 0)
    steps = np.array([5, 15, 30, 50, 90, 200])[np.searchsorted([10_000, 20_000, 30_000, 50_000, 100_000], gross, side="right")]
    per_cent: Floats = gross * rng.choice([0.05, 0.08, 0.10, 0.12, 0.15], len(gross)) / 100
    yuan = np.where(rng.random(len(gross)) < 0.5, steps, np.floor(per_cent).astype(np.int64))
    return np.where(granted, np.minimum(np.maximum(yuan, 1) * 100, gross // 2), 0)


def _stores(rng: np.random.Generator, world: World, bought: Purchases) -> Ints:
    people, places = world.population, world.places
    city, home = people.city[bought.customer], people.home_store[bought.customer]
    store = np.where((home >= 0) & (rng.random(len(home)) < 0.8), home, places.nearby_store(rng, city))
    store = np.where(places.is_open(store, bought.time // DAY), store, places.first_store[city])
    return np.where(bought.channel == STORE, store, -1)


def _statuses(rng: np.random.Generator, bought: Purchases) -> Ints:
    chance = rng.random(len(bought.time))
    cancelled = np.array(_CANCELLED)[bought.channel]
    refunded = np.array(_REFUNDED)[bought.channel] * np.array(_REFUND_FACTOR)[bought.category]
    status = np.where(chance < cancelled, CANCELLED, np.where(chance < cancelled + refunded, REFUNDED, COMPLETED))
    return np.where(bought.touch >= 0, COMPLETED, status)


def _campaigns(rng: np.random.Generator, world: World, bought: Purchases, touches: Touches, discount: Ints) -> Ints:
    running = world.running[np.minimum(bought.time // DAY, DAYS - 1)]
    counted = (discount > 0) & (rng.random(len(discount)) < 0.6)
    led = np.append(touches.campaign, -1)[bought.touch]  # -1 finds the last, which means none
    return np.where(bought.touch >= 0, led, np.where(counted, running, -1))


def orders_of(world: World, month: Month, touches: Touches, first_id: int) -> tuple[Orders, Items]:
    """Return a month's orders and items, and note in the population who bought last when and for how much."""
    rng = stream(world.seed, "orders", month.index)
    bought = _purchases(rng, world, month, touches)
    items = _items(rng, world, month, bought)
    begin = np.flatnonzero(np.diff(items.order, prepend=-1))
    gross = np.add.reduceat(items.quantity * items.price, begin) if len(begin) else np.zeros(0, dtype=np.int64)
    discount = _discounts(rng, world, bought, gross)
    orders = Orders(
        first_id=first_id,
        bought=bought,
        day=bought.time // DAY,
        store=_stores(rng, world, bought),
        status=_statuses(rng, bought),
        payment=pick_by_row(rng, _PAID_BY, bought.channel),
        campaign=_campaigns(rng, world, bought, touches, discount),
        discount=discount,
        amount=gross - discount,
        first_item=items.product[begin],
    )
    done = orders.status == COMPLETED
    people = world.population
    people.last_order[bought.customer[done]] = orders.day[done]  # sorted by time: the last one stays
    people.spent[:] += np.bincount(bought.customer[done], weights=orders.amount[done] / 100, minlength=people.size)
    return orders, items
