"""In: the region and day of a fact. Out: how strongly the planted stories touch it. All stories stand in this one place.

1. 2026 Q3, 华南: logistics tickets double, first response slows from about 30 to about 90 minutes, satisfaction falls from
   about 4.1 to about 3.0; October is halfway back. Elsewhere nothing changes.
2. From 2026-09 on, 女装 on 天猫 falls by about half against the year before, while everything else grows.
3. 唤醒券 campaigns bring dormant customers back (their rates stand in campaigns.py).
"""

from datetime import date

import numpy as np

from assistant.demo.arrays import Floats, Ints
from assistant.demo.calendar import DAYS, day_of
from assistant.demo.vocabulary import REGIONS

_SOUTH = REGIONS.index("华南")


def service_trouble(region: Ints, day: Ints) -> Floats:
    """Return how bad the service is, 0 (as ever) to about 1, by the customer's region and the day."""
    curve = np.zeros(DAYS)
    for month, strength in ((7, 0.90), (8, 1.0), (9, 1.08), (10, 0.35)):
        curve[day_of(date(2026, month, 1)) :] = strength
    return np.where(region == _SOUTH, curve[np.clip(day, 0, DAYS - 1)], 0.0)


def lost_tmall_womenswear(day: Ints) -> Floats:
    """Return the share of 女装 purchases that 天猫 lost on each day."""
    return np.where(day >= day_of(date(2026, 9, 1)), 0.67, 0.0)
