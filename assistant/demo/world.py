"""In: scale and seed. Out: `World`, everything that exists before the first order, shared by the generators of facts."""

from dataclasses import dataclass

from assistant.demo.arrays import Ints
from assistant.demo.calendar import Clock
from assistant.demo.campaigns import Campaign, plan, running
from assistant.demo.catalogue import Catalogue, stock
from assistant.demo.places import Places, lay_out
from assistant.demo.population import Population, settle
from assistant.demo.vocabulary import TICKET_TYPES, Vocabulary, load_vocabulary
from assistant.demo.writing import Pool, comment_pool, content_pool

CUSTOMERS = 20_000  # at scale 1


@dataclass(frozen=True, slots=True)
class World:
    """The chain, its customers and its calendar. Only the moving arrays of `population` change while months pass."""

    seed: int
    scale: float
    vocabulary: Vocabulary
    clock: Clock
    places: Places
    catalogue: Catalogue
    campaigns: tuple[Campaign, ...]
    running: Ints  # campaign of each day, -1: none
    population: Population
    comments: Pool
    contents: Pool


def create(scale: float, seed: int) -> World:
    """Return the world of a scale and seed on 2024-01-01."""
    vocabulary = load_vocabulary()
    clock, places, campaigns = Clock.wind(), lay_out(vocabulary, seed), plan(vocabulary)
    return World(
        seed=seed,
        scale=scale,
        vocabulary=vocabulary,
        clock=clock,
        places=places,
        catalogue=stock(vocabulary, seed),
        campaigns=campaigns,
        running=running(campaigns),
        population=settle(places, clock, round(CUSTOMERS * scale), seed),
        comments=comment_pool(vocabulary),
        contents=content_pool(vocabulary, TICKET_TYPES),
    )
