"""In: the vocabulary. Out: the products, and draws of products by category, price class and day. Nothing here fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product as combinations

import numpy as np

from assistant.demo.arrays import Bools, Column, Floats, Ints, dates, lognormal, money, numbers, stream, texts
from assistant.demo.calendar import DAYS, Month
from assistant.demo.vocabulary import CATEGORIES, Category, Vocabulary

PRICE_CLASSES = 3
NEW_FOR = 30  # days after its launch a product counts as new
_PER_SUBCATEGORY = 24
_LAUNCHES_FROM = -1100
_FADE = 900  # days in which a product's popularity falls to 1/e


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products; arrays are by product, product_id is the place plus one."""

    name: tuple[str, ...]
    subcategory: tuple[str, ...]
    brand: tuple[str, ...]
    category: Ints
    shelf: Ints  # category × price class
    price: Ints  # cents
    launch: Ints  # day
    popularity: Floats

    def rows(self) -> Mapping[str, Column]:
        """Return the columns of `products`."""
        count = len(self.name)
        return {
            "product_id": numbers(np.arange(count) + 1),
            "product_name": texts(np.arange(count), self.name),
            "category": texts(self.category, CATEGORIES),
            "subcategory": texts(np.arange(count), self.subcategory),
            "brand": texts(np.arange(count), self.brand),
            "list_price": money(self.price),
            "launch_date": dates(self.launch),
        }

    def draw(self, rng: np.random.Generator, month: Month, shelf: Ints) -> Ints:
        """Return a product launched before the month for each shelf, popular and recent ones more often."""
        return self._draw(rng, self._weights(month) * (self.launch < month.first), self.shelf, shelf)

    def draw_new(self, rng: np.random.Generator, month: Month, category: Ints, day: Ints) -> tuple[Ints, Bools]:
        """Return a new product for each category, and whether it is indeed of that category and new on that day."""
        fresh = (self.launch > month.first - NEW_FOR) & (self.launch < month.stop)
        found = self._draw(rng, self.popularity * fresh, self.category, category)
        age = day - self.launch[found]
        return found, (self.category[found] == category) & (age >= 0) & (age <= NEW_FOR)

    def draw_any(self, rng: np.random.Generator, month: Month, size: int) -> Ints:
        """Return products launched before the month, whatever their category."""
        nowhere = np.zeros(len(self.shelf), dtype=np.int64)
        return self._draw(rng, self._weights(month) * (self.launch < month.first), nowhere, np.zeros(size, dtype=np.int64))

    def _weights(self, month: Month) -> Floats:
        return self.popularity * np.exp(-np.maximum(month.first - self.launch, 0) / _FADE)

    def _draw(self, rng: np.random.Generator, weights: Floats, group: Ints, wanted: Ints) -> Ints:
        """Draw by one search: the groups lie end to end on a line, each as long as 1.

        A group without weight has no product; its draws give a product of another group.
        """
        order = np.argsort(group, kind="stable")
        weight, place = weights[order], group[order]
        total = np.bincount(group, weights=weights, minlength=int(wanted.max(initial=0)) + 1)
        inside = np.cumsum(weight) - np.concatenate(([0.0], np.cumsum(total)))[place]
        line = place + np.clip(inside / np.maximum(total[place], 1e-12), 0.0, 1.0)
        found = np.searchsorted(line, wanted + rng.random(len(wanted)), side="right")  # the first that ends after
        return order[np.minimum(found, len(order) - 1)]


def _combine(rng: np.random.Generator, category: Category, items: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (brand, product name) pairs, all different."""
    every = list(combinations(category.brands, category.modifiers, items))
    chosen = rng.permutation(len(every))[:_PER_SUBCATEGORY]
    return [(every[i][0], f"{every[i][0]} {every[i][1]}{every[i][2]}") for i in chosen]


def stock(vocabulary: Vocabulary, seed: int) -> Catalogue:
    """Return the chain's products: launched since 2021, most of them before 2024, some in every month since."""
    rng = stream(seed, "catalogue")
    rows: list[tuple[int, str, str, str, int]] = []
    for code, title in enumerate(CATEGORIES):
        for subcategory, (price, items) in vocabulary.categories[title].subcategories.items():
            for brand, name in _combine(rng, vocabulary.categories[title], items):
                rows.append((code, subcategory, brand, name, price))
    count = len(rows)
    category = np.array([row[0] for row in rows], dtype=np.int64)
    about = np.array([row[4] for row in rows]) * np.exp(rng.normal(0, 0.40, count))
    cents = np.maximum(np.round(about / 10), 1).astype(np.int64) * 1000 - rng.choice([100, 100, 10, 200], count)
    launch = np.where(rng.random(count) < 0.52, rng.integers(_LAUNCHES_FROM, -30, count), rng.integers(-30, DAYS - 5, count))
    price_class = np.zeros(count, dtype=np.int64)
    for code in range(len(CATEGORIES)):
        rank = np.argsort(np.argsort(cents[category == code]))
        price_class[category == code] = rank * PRICE_CLASSES // len(rank)
    return Catalogue(
        name=tuple(row[3] for row in rows),
        subcategory=tuple(row[1] for row in rows),
        brand=tuple(row[2] for row in rows),
        category=category,
        shelf=category * PRICE_CLASSES + price_class,
        price=cents,
        launch=launch.astype(np.int64),
        popularity=lognormal(rng, 0.8, count),
    )
