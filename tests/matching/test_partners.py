# SPDX-License-Identifier: MIT
"""Partners: both directions, across borders, the same after saving."""

import copy
import time
from dataclasses import replace
from pathlib import Path

import pytest

from matchmaker.matching import (
    ActorText,
    Concept,
    IndexDamagedError,
    PartnerMatcher,
    Passage,
    partners,
)
from tests.matching.conftest import HOME, MakeActor


def order(matcher: PartnerMatcher, query: ActorText, candidates: dict[str, ActorText]) -> list[str]:
    """Return the names of the candidates as the matcher ranks them for the query."""
    own = copy.copy(matcher).index(list(candidates.values()))
    return [list(candidates)[place] for place, _ in own.query([query])[0]]


@pytest.mark.parametrize("language", list(HOME))
def test_a_complement_comes_before_those_who_seek_the_same(
    language: str, matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("en", offers=["boats"], seeks=["puppets"])
    candidates = {
        "same seek": make_actor(language, offers=["games"], seeks=["puppets"], country="GL"),
        "competitor": make_actor(language, offers=["boats"], seeks=["puppets"], country="GL"),
        "complement": make_actor(language, offers=["puppets"], seeks=["boats"], country="GL"),
    }

    ranked = order(matcher, query, candidates)

    assert ranked[0] == "complement"


@pytest.mark.parametrize("language", list(HOME))
def test_a_one_sided_pair_sinks_below_a_mutual_one(
    language: str, matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor(language, offers=["boats"], seeks=["puppets"], country="FO")
    candidates = {
        "serves us": make_actor(language, offers=["puppets"], seeks=["lead"], country="GL"),
        "serves them": make_actor(language, offers=["lead"], seeks=["boats"], country="GL"),
        "mutual": make_actor(language, offers=["puppets"], seeks=["boats"], country="GL"),
    }

    ranked = order(matcher, query, candidates)

    assert ranked[0] == "mutual"


def test_nobody_of_the_same_country_or_key_is_suggested(
    matcher: PartnerMatcher, crowd: list[ActorText]
) -> None:
    found = list(matcher.suggest())

    assert found
    assert all(crowd[i].country != crowd[j].country for i, j, _ in found)
    moved = replace(crowd[0], country="FO")
    assert all(crowd[j].key != moved.key for j, _ in matcher.query([moved], 1000)[0])


def test_suggestions_come_grouped_and_best_first(
    matcher: PartnerMatcher, crowd: list[ActorText]
) -> None:
    found = list(matcher.suggest())

    assert [i for i, _, _ in found] == sorted(i for i, _, _ in found)
    assert {i for i, _, _ in found} == set(range(len(crowd)))
    for i in range(len(crowd)):
        own = [(-score, j) for first, j, score in found if first == i]
        assert own[20:-3] == sorted(own[20:-3])  # near-twins are parted before, guests stand behind
        assert own[0] == min(own)
        assert len(own) <= matcher.n_suggestions
    for ranking in matcher.query(crowd, by_score=True):
        assert ranking == sorted(ranking, key=lambda pair: (-pair[1], pair[0]))
    assert all(0 < score <= 1 for _, _, score in found)


def test_blocks_change_nothing(
    matcher: PartnerMatcher, crowd: list[ActorText], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(matcher.suggest())

    monkeypatch.setattr(partners, "_CELLS", 2000)

    assert list(matcher.suggest()) == whole
    again = matcher.query(crowd[:20])
    assert [(i, j, s) for i, r in enumerate(again) for j, s in r] == [t for t in whole if t[0] < 20]


@pytest.mark.parametrize("side", ["offers", "seeks"])
def test_one_side_alone_still_finds_somebody(
    side: str, matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    actor = make_actor("sv", **{side: ["boats"]})

    assert matcher.query([actor], 5)[0]


def test_wishes_lift_those_who_were_wished_for(
    matcher: PartnerMatcher, make_actor: MakeActor
) -> None:
    query = make_actor("en", offers=["boats"], seeks=["puppets"])
    candidate = make_actor("da", offers=["puppets"], seeks=["boats"], kind="company")
    seek = query.seeks[0]
    plain = matcher.explain_pair(query, candidate).score

    scores = {
        name: matcher.explain_pair(replace(query, seeks=(wish,)), candidate).score
        for name, wish in {
            "country": replace(seek, countries=("DK", "SE")),
            "kind": replace(seek, kinds=("company",)),
            "another country": replace(seek, countries=("SE",)),
        }.items()
    }

    assert scores["country"] > plain
    assert scores["kind"] > plain
    assert scores["another country"] == pytest.approx(plain)


def test_indexing_again_reads_only_what_changed(
    matcher: PartnerMatcher, crowd: list[ActorText], make_actor: MakeActor
) -> None:
    own = copy.copy(matcher)
    changed = [make_actor("pl", offers=["film"], seeks=["games"]), *crowd[5:], crowd[0]]
    fresh = copy.copy(own).index([])

    start = time.thread_time()
    own.index(changed)
    reused = time.thread_time()
    fresh.index(changed)
    read = time.thread_time()

    assert list(own.suggest()) == list(fresh.suggest())
    assert 3 * (reused - start) < read - reused


def test_a_saved_space_gives_identical_results(
    matcher: PartnerMatcher, crowd: list[ActorText], tmp_path: Path
) -> None:
    matcher.save(tmp_path / "space")
    matcher.save(tmp_path / "space")  # over the old one

    loaded = PartnerMatcher.load(tmp_path / "space").index(crowd)

    assert list(loaded.suggest()) == list(matcher.suggest())
    assert loaded.explain(0, 1) == matcher.explain(0, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["space"]
    assert {path.suffix for path in (tmp_path / "space").iterdir()} == {".json", ".npy"}


def test_what_was_learnt_with_another_glossary_is_not_used(
    matcher: PartnerMatcher, tmp_path: Path
) -> None:
    matcher.save(tmp_path / "space")

    with pytest.raises(IndexDamagedError, match="another glossary"):
        PartnerMatcher.load(tmp_path / "space", concepts=[Concept("tide", {"en": ("tide",)})])


@pytest.mark.parametrize("name", ["space.json", "words.json", "relatives-data.npy", "usual.npy"])
@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_damaged_space_is_not_used(
    name: str, harm: str, matcher: PartnerMatcher, tmp_path: Path
) -> None:
    matcher.save(tmp_path / "space")
    path = tmp_path / "space" / name
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(
            data[: len(data) // 2] if harm == "cut" else b"[" + data[1:-9] + b"123456789"
        )

    with pytest.raises(IndexDamagedError, match="cannot be read"):
        PartnerMatcher.load(tmp_path / "space")


@pytest.mark.parametrize(
    "actors",
    [
        [],
        [ActorText("a", "EE")],
        [ActorText("a", "EE"), ActorText("b", "FI")],
        [
            ActorText("a", "EE", seeks=(Passage(""),)),
            ActorText("b", "FI", does=Passage("🎭 \ud800")),
        ],
        [
            ActorText("a", "EE", does=Passage("x" * 300_000)),
            ActorText("b", "FI", does=Passage("a " * 9)),
        ],
    ],
)
def test_next_to_nothing_is_matched_without_a_fuss(actors: list[ActorText]) -> None:
    matcher = PartnerMatcher().fit(actors)

    assert all(actors[i].country != actors[j].country for i, j, _ in matcher.suggest())
