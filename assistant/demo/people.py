"""In: the population after the last day. Out: the rows of `customers`, in chunks, with synthetic personal data.

E-mail domains are reserved ones (RFC 2606), id cards carry the check digit of GB 11643. Nothing here fails.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assistant.demo.arrays import (
    EPOCH_DAY,
    Column,
    Ints,
    dates,
    fixed_strings,
    flags,
    lognormal,
    numbers,
    pick,
    stream,
    strings,
    texts,
)
from assistant.demo.places import Places
from assistant.demo.population import Population
from assistant.demo.vocabulary import CHANNELS, GENDERS, LEVELS, REGIONS, Vocabulary
from assistant.demo.writing import AWKWARD_SHARE, dress

_CHUNK = 200_000
_LEVEL_SHARES = (0.62, 0.86, 0.965)  # 普通, 银卡, 金卡 end here
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECK_DIGITS = "10X98765432"
_BASE64 = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", dtype=np.uint8)


def _scalar(word: str) -> Column:
    """Return an Arrow scalar; pa.scalar, and pc functions given a plain string, would import pandas."""
    return strings([word])[0]


@dataclass(frozen=True, slots=True)
class _Syllables:
    characters: Column
    pinyin: Column
    count: int

    @staticmethod
    def read(line: str) -> "_Syllables":
        words = line.split()
        return _Syllables(strings(words[::2]), strings(words[1::2]), len(words) // 2)


def _names(rng: np.random.Generator, vocabulary: Vocabulary, gender: Ints) -> tuple[Column, Column]:
    """Return names and the same in pinyin, one word."""
    size = len(gender)
    surname = pick(rng, [s[2] for s in vocabulary.surnames], size)
    sound_male = (gender == 0) | ((gender == 2) & (rng.random(size) < 0.5))
    male, female = _Syllables.read(vocabulary.given_male), _Syllables.read(vocabulary.given_female)
    given = _Syllables(pa.concat_arrays([male.characters, female.characters]), pa.concat_arrays([male.pinyin, female.pinyin]), 0)
    offset, count = np.where(sound_male, 0, male.count), np.where(sound_male, male.count, female.count)
    one, two = (numbers(offset + np.floor(count * rng.random(size)).astype(np.int64)) for _ in range(2))
    single = flags(rng.random(size) < 0.22)
    hanzi = pc.if_else(single, _scalar(""), given.characters.take(two))
    latin = pc.if_else(single, _scalar(""), given.pinyin.take(two))
    family = strings([s[0] for s in vocabulary.surnames]).take(numbers(surname))
    family_latin = strings([s[1] for s in vocabulary.surnames]).take(numbers(surname))
    return (
        pc.binary_join_element_wise(family, given.characters.take(one), hanzi, _scalar("")),
        pc.binary_join_element_wise(family_latin, given.pinyin.take(one), latin, _scalar("")),
    )


def _with_awkward(rng: np.random.Generator, vocabulary: Vocabulary, names: Column) -> Column:
    chosen = rng.random(len(names)) < AWKWARD_SHARE
    ordinary = names.filter(flags(chosen)).to_pylist()
    dressed = [dress(vocabulary.awkward_names, name, i) for i, name in enumerate(ordinary)]
    return pc.replace_with_mask(names, flags(chosen), strings(dressed))


def _phones(rng: np.random.Generator, vocabulary: Vocabulary, ids: Ints) -> Column:
    """Return 11 digits; the last eight run through a permutation of the customer's number, so that none comes twice."""
    prefix = np.array(vocabulary.phone_prefixes, dtype=np.int64)[rng.integers(0, len(vocabulary.phone_prefixes), len(ids))]
    return numbers(prefix * 100_000_000 + (ids * 61_803_399 + 31_415_927) % 100_000_000).cast(pa.string())


def _id_cards(rng: np.random.Generator, places: Places, population: Population, at: slice) -> Column:
    city, birth, gender = population.city[at], population.birth[at], population.gender[at]
    area = np.array([int(c[4]) for c in places.cities])[city] * 100 + rng.integers(1, 7, len(city))
    days = (birth + EPOCH_DAY).astype("datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    born = (years.astype(np.int64) + 1970) * 10_000 + (months.astype(np.int64) % 12 + 1) * 100
    born += (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    serial = rng.integers(0, 499, len(city)) * 2 + (gender != 1)  # odd for men
    body = (area * 100_000_000 + born) * 1_000 + serial
    remainder: Ints = np.sum([weight * (body // 10 ** (16 - i) % 10) for i, weight in enumerate(_WEIGHTS)], axis=0) % 11
    check = strings(_CHECK_DIGITS).take(numbers(remainder))
    return pc.binary_join_element_wise(numbers(body).cast(pa.string()), check, _scalar(""))


def _union_ids(rng: np.random.Generator, size: int) -> Column:
    letters = _BASE64[rng.integers(0, 64, (size, 22))]
    return pc.binary_join_element_wise(_scalar("oWk6_7"), fixed_strings(letters), _scalar(""))


def member_levels(population: Population, seed: int) -> Ints:
    """Return the level of each customer: by what they spent, with some luck."""
    luck = lognormal(stream(seed, "levels"), 0.45, population.size)
    score = (population.spent + 60 * stream(seed, "levels", 1).random(population.size)) * luck
    bounds = np.quantile(score, _LEVEL_SHARES)
    return np.searchsorted(bounds, score, side="right").astype(np.int64)


def customer_rows(population: Population, places: Places, vocabulary: Vocabulary, seed: int) -> Iterator[Mapping[str, Column]]:
    """Yield the columns of `customers`, some 200,000 rows at a time."""
    level = member_levels(population, seed)
    for number, low in enumerate(range(0, population.size, _CHUNK)):
        rng = stream(seed, "people", number)
        at = slice(low, min(low + _CHUNK, population.size))
        ids = np.arange(at.start, at.stop, dtype=np.int64)
        city = population.city[at]
        names, pinyin = _names(rng, vocabulary, population.gender[at])
        domain = texts(rng.integers(0, len(vocabulary.email_domains), len(ids)), vocabulary.email_domains).cast(pa.string())
        account = pc.binary_join_element_wise(pinyin, numbers(rng.integers(10, 9_999, len(ids))).cast(pa.string()), _scalar(""))
        home = population.home_store[at]
        yield {
            "customer_id": numbers(ids + 1),
            "name": _with_awkward(rng, vocabulary, names),
            "gender": texts(population.gender[at], GENDERS),
            "birth_date": dates(population.birth[at]),
            "phone": _phones(rng, vocabulary, ids),
            "email": pc.binary_join_element_wise(account, domain, _scalar("@")),
            "wechat_unionid": _union_ids(rng, len(ids)),
            "id_card": _id_cards(rng, places, population, at),
            "province": texts(city, [c[1] for c in places.cities]),
            "city": texts(city, [c[0] for c in places.cities]),
            "region": texts(population.region[at], REGIONS),
            "register_date": dates(population.register[at]),
            "register_channel": texts(population.register_channel[at], CHANNELS),
            "member_level": texts(level[at], LEVELS),
            "home_store_id": numbers(home + 1, home >= 0),
            "consent_marketing": flags(population.consent[at]),
        }
