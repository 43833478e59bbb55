# SPDX-License-Identifier: MIT
"""Parallel texts, and actors made of them."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest

from matchmaker.matching import ActorText, PartnerMatcher, Passage

Parallel = dict[str, dict[str, tuple[str, str]]]  # topic -> language -> (offer, seek)
MakeActor = Callable[..., ActorText]
HOME = {
    "en": "AX", "da": "DK", "sv": "SE", "fi": "FI", "et": "EE", "lv": "LV", "lt": "LT", "pl": "PL",
    "de": "DE", "nb": "NO", "is": "IS",
}  # fmt: skip


@pytest.fixture(scope="session")
def parallel() -> Parallel:
    found: Parallel = {}
    text = (Path(__file__).parent / "data" / "parallel.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            topic, language, offer, seek = (part.strip() for part in line.split("|"))
            found.setdefault(topic, {})[language] = (offer, seek)
    return found


@pytest.fixture(scope="session")
def make_actor(parallel: Parallel) -> MakeActor:
    """Make an actor of topics: ``make_actor("sv", offers=["boats"], seeks=["film"])``."""
    numbers = count()

    def make(
        language: str,
        offers: Sequence[str] = (),
        seeks: Sequence[str] = (),
        country: str = "",
        **more: object,
    ) -> ActorText:
        return ActorText(
            key=f"actor{next(numbers)}",
            country=country or HOME[language],
            offers=tuple(Passage(parallel[topic][language][0], language) for topic in offers),
            seeks=tuple(Passage(parallel[topic][language][1], language) for topic in seeks),
            **more,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture(scope="session")
def crowd(parallel: Parallel, make_actor: MakeActor) -> list[ActorText]:
    """One actor for each topic and language; it seeks what the next topic offers."""
    topics = list(parallel)
    return [
        make_actor(language, offers=[topic], seeks=[topics[(i + 1) % len(topics)]])
        for i, topic in enumerate(topics)
        for language in HOME
    ]


@pytest.fixture(scope="session")
def matcher(crowd: list[ActorText]) -> PartnerMatcher:
    """A matcher that has learnt the crowd. Tests that index other actors take a copy."""
    return PartnerMatcher().fit(crowd)
