"""In: the vocabulary. Out: cities with their provinces and regions, and the chain's stores. Nothing here fails."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assistant.demo.arrays import Bools, Column, Floats, Ints, dates, numbers, stream, texts
from assistant.demo.calendar import DAYS
from assistant.demo.vocabulary import REGIONS, STORE_TYPES, City, Vocabulary


@dataclass(frozen=True, slots=True)
class Places:
    """Cities (their place in `cities` is their code) and stores, which are sorted by city, the flagship store first."""

    cities: tuple[City, ...]
    weight: Floats
    region: Ints  # of each city
    first_store: Ints  # of each city; a city has at least one store
    store_count: Ints
    store_city: Ints
    store_name: tuple[str, ...]
    store_type: Ints
    open_day: Ints

    def nearby_store(self, rng: np.random.Generator, city: Ints) -> Ints:
        """Return a store of each city, the older and larger ones more often."""
        return self.first_store[city] + np.floor(self.store_count[city] * rng.random(len(city)) ** 1.4).astype(np.int64)

    def is_open(self, store: Ints, day: Ints) -> Bools:
        """Return whether each store has opened by the day."""
        return self.open_day[store] <= day

    def rows(self) -> Mapping[str, Column]:
        """Return the columns of `stores`."""
        city = self.store_city
        return {
            "store_id": numbers(np.arange(len(city)) + 1),
            "store_name": texts(np.arange(len(city)), self.store_name),
            "city": texts(city, [c[0] for c in self.cities]),
            "province": texts(city, [c[1] for c in self.cities]),
            "region": texts(self.region[city], REGIONS),
            "store_type": texts(self.store_type, STORE_TYPES),
            "open_date": dates(self.open_day),
        }


def lay_out(vocabulary: Vocabulary, seed: int) -> Places:
    """Return the map of the chain: every city's stores, opened over the years."""
    rng = stream(seed, "places")
    counts = np.array([city[5] for city in vocabulary.cities])
    names: list[str] = []
    kinds: list[int] = []
    for city in vocabulary.cities:
        sites = vocabulary.store_sites.get(city[0], vocabulary.other_sites)
        for number in range(city[5]):
            kind = 0 if number == 0 else int(rng.choice([1, 1, 1, 2, 2]))
            kinds.append(kind)
            names.append(f"{city[0]}{sites[number]}{STORE_TYPES[kind]}")
    first = np.cumsum(counts) - counts
    open_day = rng.integers(-3200, -800, counts.sum())
    young = rng.random(counts.sum()) < 0.16
    open_day[young] = rng.integers(-60, DAYS - 120, int(young.sum()))
    open_day[first] = rng.integers(-4200, -1500, len(first))
    return Places(
        cities=vocabulary.cities,
        weight=np.array([city[3] for city in vocabulary.cities]),
        region=np.array([REGIONS.index(city[2]) for city in vocabulary.cities]),
        first_store=first,
        store_count=counts,
        store_city=np.repeat(np.arange(len(counts)), counts),
        store_name=tuple(names),
        store_type=np.array(kinds),
        open_day=open_day,
    )
