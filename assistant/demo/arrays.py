"""In: numpy arrays. Out: seeded random draws over whole arrays, and Arrow columns for DuckDB.

Every draw is vectorised, and every stream is named, so that a change in one table leaves the rows of the others alone.
Nothing here fails but on arrays of different lengths.
"""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Column = Any  # a pyarrow array: the package has no types

DAY = 86_400  # seconds
EPOCH_DAY = 19_723  # 2024-01-01 in days since 1970-01-01: day 0 of the demo


def stream(seed: int, name: str, index: int = 0) -> np.random.Generator:
    """Return the random stream of a name (and month): the same for the same seed, unrelated to every other stream."""
    return np.random.default_rng((seed, zlib.crc32(name.encode()), index + 1_000))


def pick(rng: np.random.Generator, weights: Floats | Sequence[float], size: int) -> Ints:
    """Return `size` indexes drawn in proportion to `weights`."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    found = np.searchsorted(bounds / bounds[-1], rng.random(size), side="right")
    return np.minimum(found, len(bounds) - 1).astype(np.int64)


def pick_by_row(rng: np.random.Generator, weights: Floats, rows: Ints) -> Ints:
    """Return an index for each of `rows`, drawn in proportion to the weights in that row of the table `weights`."""
    bounds = np.cumsum(weights, axis=1)
    bounds /= bounds[:, -1:]
    chance = rng.random(len(rows))
    drawn = np.zeros(len(rows), dtype=np.int64)
    for column in range(weights.shape[1] - 1):  # a pass a column needs no table of all rows by all columns
        drawn += chance >= bounds[rows, column]
    return drawn


def lognormal(rng: np.random.Generator, sigma: float, size: int) -> Floats:
    """Return factors with mean 1 and the given spread (mean of a lognormal: exp(mu + sigma²/2))."""
    return rng.lognormal(-sigma * sigma / 2, sigma, size)


def running_number(counts: Ints) -> Ints:
    """Return 0, 1, … within each group, for groups of these sizes laid one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) - np.repeat(ends - counts, counts)


def _column(kind: Column, values: npt.NDArray[Any], known: Bools | None) -> Column:
    """Return an Arrow array over the memory of a numpy array: pa.array would do, but it imports pandas (1.5 s) first."""
    valid = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(np.ascontiguousarray(values))])


def numbers(values: Ints, known: Bools | None = None) -> Column:
    """Return a BIGINT column, null where `known` is false."""
    return _column(pa.int64(), values.astype(np.int64, copy=False), known)


def small(values: Ints, known: Bools | None = None) -> Column:
    """Return an INTEGER column, null where `known` is false."""
    return _column(pa.int32(), values.astype(np.int32), known)


def flags(values: Bools) -> Column:
    """Return a BOOLEAN column."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))])


def strings(words: Sequence[str]) -> Column:
    """Return a VARCHAR column of these words, one a row."""
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *(len(word) for word in encoded)]).astype(np.int32)
    return pa.Array.from_buffers(pa.string(), len(encoded), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))])


def fixed_strings(letters: npt.NDArray[np.uint8]) -> Column:
    """Return a VARCHAR column from a table of ASCII letters, a row a string."""
    rows, width = letters.shape
    ends = (np.arange(rows + 1) * width).astype(np.int32)
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(letters))])


def texts(codes: Ints, words: Sequence[str], known: Bools | None = None) -> Column:
    """Return a VARCHAR column: the word of each code, null where `known` is false."""
    return pa.DictionaryArray.from_arrays(small(codes, known), strings(words))


def money(cents: Ints) -> Column:
    """Return a DECIMAL(12,2) column of yuan from whole cents."""
    halves = np.empty((len(cents), 2), dtype=np.int64)  # a 128-bit integer, low half first
    halves[:, 0] = cents
    halves[:, 1] = cents >> 63
    return _column(pa.decimal128(12, 2), halves, None)


def dates(days: Ints) -> Column:
    """Return a DATE column from days since 2024-01-01."""
    return _column(pa.date32(), (days + EPOCH_DAY).astype(np.int32), None)


def stamps(seconds: Ints, known: Bools | None = None) -> Column:
    """Return a TIMESTAMP column from seconds since 2024-01-01, null where `known` is false."""
    return _column(pa.timestamp("us"), (seconds + EPOCH_DAY * DAY) * 1_000_000, known)
