# SPDX-License-Identifier: MIT
"""Runs and saves at the same moment, and that no list is forgotten."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from matchmaker.services import actors, interests, match_lists, matches, pairings, runs
from matchmaker.services.match_index import MatchIndex
from matchmaker.services.matches import MatchFilter
from matchmaker.store import Account, Actor, Membership, Run, Suggestion
from tests.conftest import NOON

ALL = MatchFilter()
LATER = NOON + timedelta(hours=1)  # of the same day: another day, and all profiles have aged
COUNTRIES = ("LV", "EE", "FI")
# fmt: off
WORDS = (
    "theatre", "choir", "residency", "harbour", "lighthouse", "archive", "puppet", "cinema",
    "festival", "ceramics", "weaving", "poetry", "orchestra", "museum", "mural",
    "radio", "dance", "circus", "sculpture", "game",
)
# fmt: on


@pytest.fixture
def make_crowd(make_actor):
    """make_crowd(14) -> published actors of three countries, no two with the same texts."""

    def make(n):
        def texts(number, step):
            return [
                f"{WORDS[(number * step + k) % len(WORDS)]} {WORDS[(number + k) % 20]}"
                for k in (0, 3)
            ]

        return [
            make_actor(
                f"Actor {number}",
                country=COUNTRIES[number % len(COUNTRIES)],
                does=f"We work with {' '.join(WORDS[number % 17 : number % 17 + 3])} every day.",
                offers=texts(number, 7),
                seeks=texts(number, 3),
            )
            for number in range(n)
        ]

    return make


@pytest.fixture
def in_postgresql(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")


def owner_of(session, actor_id):
    return session.scalars(
        select(Account).join(Membership).where(Membership.actor_id == actor_id)
    ).one()


def rewrite(session, index, key, account, does, *, now=LATER):
    """Do what saving a published profile does, in one transaction."""
    actor = actors.find_own(session, key, account, lock=True)
    draft = replace(actors.draft_of(actor, "what"), does=does)
    actors.save(session, actor, draft, seen=None, now=now)
    runs.refresh(session, index, actor, now=now)


def stored(session):
    """Return all lists of the current run: actor -> [(other, score)], best first."""
    run = session.scalars(select(Run)).one()
    rows = session.scalars(
        select(Suggestion)
        .where(Suggestion.run_id == run.id)
        .order_by(Suggestion.actor_id, Suggestion.rank)
    ).all()
    lists = {}
    for row in rows:
        lists.setdefault(row.actor_id, []).append(row)
    for found in lists.values():
        assert [row.rank for row in found] == list(range(1, len(found) + 1))
    return {
        one: [(row.other_id, pytest.approx(row.score, abs=1e-6)) for row in found]
        for one, found in lists.items()
    }


def ranked(session, index, *, now=LATER):
    """Return what a comparison of everybody with everybody finds with the same vocabulary."""
    run = session.scalars(select(Run)).one()
    pool = index.pool(session, run, today=now.date())
    return {one: found for one, found in pool.ranked(pool.ids).items() if found}


def names(found):
    return [match.other.name for match in found]


def test_profiles_are_saved_at_the_same_moment(engine, session, index, make_crowd):
    crowd = make_crowd(14)
    runs.recompute(session, index, now=NOON)
    session.commit()

    def work(place):
        for turn in range(5):
            with Session(engine, expire_on_commit=False) as own:
                owner = owner_of(own, crowd[place].id)
                does = f"We film {WORDS[place]} and {WORDS[turn + 8]} for people of all ages."
                now = LATER + timedelta(seconds=turn)
                rewrite(own, index, crowd[place].key, owner, does, now=now)
                own.commit()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))

    session.rollback()
    session.expire_all()
    assert stored(session) == ranked(session, index)


def test_a_profile_is_saved_while_a_run_is_stored(engine, session, index, make_crowd, tmp_path):
    crowd = make_crowd(6)
    runs.recompute(session, index, now=NOON)
    session.commit()
    computed = runs.plan(runs.read_pool(session, now=LATER), read_at=LATER)
    session.commit()
    owner, written = owner_of(session, crowd[0].id), Event()
    session.commit()

    def run():
        with Session(engine) as own:
            runs.store_run(own, MatchIndex(tmp_path / "other"), computed, now=LATER)
            written.set()
            time.sleep(0.3)  # the other one meets an open transaction
            own.commit()

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(run)
        written.wait(10)
        with Session(engine) as own:
            does = "We sing in a choir of pilots and fishermen."
            rewrite(own, MatchIndex(tmp_path / "other"), crowd[0].key, owner, does)
            own.commit()
        running.result()

    assert stored(session) == ranked(session, MatchIndex(tmp_path / "other"))


def test_a_run_bears_a_publication_at_any_moment(
    engine, session, index, make_crowd, make_actor, in_postgresql
):
    make_crowd(6)
    draft = make_actor("Late", country="LV", seeks=["Theatre choir"], published=False)
    changed = make_actor("Changed", country="EE")
    session.commit()
    computed = runs.plan(runs.read_pool(session, now=NOON), read_at=NOON)
    changed.updated_at = LATER  # so that the run reads the actors again
    session.commit()

    class Interrupted(MatchIndex):
        def pool(self, own, run, *, today):
            found = super().pool(own, run, today=today)
            with Session(engine) as other:
                actors.publish(other, other.get(Actor, draft.id), now=LATER)
                other.commit()
            return found

    runs.store_run(session, Interrupted(index.folder), computed, now=LATER)
    session.commit()

    runs.refresh(session, index, session.get(Actor, draft.id), now=LATER)
    assert stored(session) == ranked(session, index)


@pytest.mark.parametrize("runs_before", [0, 1])
def test_of_two_runs_at_once_one_is_current(
    engine, session, index, make_crowd, tmp_path, runs_before
):
    make_crowd(6)
    for _ in range(runs_before):
        runs.recompute(session, index, now=NOON)
    session.commit()
    together = Barrier(2)

    def run(number):
        with Session(engine) as own:
            if engine.dialect.name == "postgresql":
                own.connection()
            together.wait(10)
            runs.recompute(own, MatchIndex(tmp_path / str(number)), now=LATER)
            own.commit()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, range(2)))

    assert session.scalar(select(func.count()).select_from(Run)) == 1


def test_two_first_publications_at_once_start_one_run(engine, session, make_crowd, tmp_path):
    crowd = make_crowd(6)
    session.commit()
    together = Barrier(2)

    def publish(number):
        with Session(engine) as own:
            together.wait(10)
            index = MatchIndex(tmp_path / "index")
            runs.refresh(own, index, own.get(Actor, crowd[number].id), now=LATER)
            own.commit()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(publish, range(2)))

    assert stored(session) == ranked(session, MatchIndex(tmp_path / "index"))


def test_what_was_published_during_a_run_is_in_it_whatever_the_clock_said(
    session, index, make_crowd, make_actor
):
    make_crowd(6)
    late = make_actor("Late", country="LV", seeks=["Theatre choir"], published=False)
    read_at = NOON + timedelta(seconds=1)
    computed = runs.plan(runs.read_pool(session, now=read_at), read_at=read_at)
    actors.publish(session, late, now=NOON)

    runs.store_run(session, index, computed, now=LATER)

    assert matches.suggestions(session, late, ALL)[0] != []
    assert stored(session) == ranked(session, index)


def test_who_withdrew_during_a_run_is_in_no_list(session, index, make_crowd):
    gone, *_ = make_crowd(6)
    computed = runs.plan(runs.read_pool(session, now=NOON), read_at=NOON)
    actors.withdraw(session, gone, "paused", now=LATER)

    run = runs.store_run(session, index, computed, now=LATER)

    assert run.n_actors == 5
    listed = select(Suggestion.actor_id).union(select(Suggestion.other_id))
    assert gone.id not in set(session.scalars(listed))


@pytest.mark.parametrize("place", range(4))
def test_a_saved_profile_stands_wherever_a_full_comparison_puts_it(
    session, index, make_crowd, monkeypatch, place
):
    monkeypatch.setattr(runs, "N_SUGGESTIONS", 4)
    crowd = make_crowd(20)
    runs.recompute(session, index, now=NOON)
    own = crowd[place]

    rewrite(
        session,
        index,
        own.key,
        owner_of(session, own.id),
        "Choir, circus, puppet, radio, dance, museum, game and theatre shows for festivals.",
    )
    first = (stored(session), ranked(session, index))
    rewrite(
        session,
        index,
        own.key,
        owner_of(session, own.id),
        "Nothing at all.",
        now=LATER + timedelta(hours=1),
    )
    second = (stored(session), ranked(session, index))

    assert first[0] == first[1]
    assert second[0] == second[1]
    assert first[0] != second[0]


def test_a_ranking_made_before_another_change_is_made_anew(session, index, make_crowd):
    one, other, *_ = make_crowd(6)
    runs.recompute(session, index, now=NOON)
    early = runs.rank(session, index, one, now=NOON)
    rewrite(session, index, other.key, owner_of(session, other.id), "Puppets and radio only.")

    runs.refresh(session, index, one, now=LATER, ranking=early)

    assert stored(session) == ranked(session, index)


def test_who_is_paused_before_the_lists_are_written_is_in_none(session, index, make_crowd):
    one, *_ = make_crowd(6)
    runs.recompute(session, index, now=NOON)
    ranking = runs.rank(session, index, one, now=NOON)
    actors.withdraw(session, one, "paused", now=LATER)

    runs.refresh(session, index, one, now=LATER, ranking=ranking)

    listed = select(Suggestion.actor_id).union(select(Suggestion.other_id))
    assert one.id not in set(session.scalars(listed))


def test_only_who_has_changed_is_read_again(engine, session, index, make_crowd):
    changed, *_ = make_crowd(6)
    run = runs.recompute(session, index, now=NOON)
    does = replace(actors.draft_of(changed, "what"), does="We print books by hand, in two colours.")
    actors.save(session, changed, does, seen=None, now=LATER)
    session.commit()
    read = []

    with Session(engine) as own:
        event.listen(own, "loaded_as_persistent", lambda _, one: read.append(one))
        pool = index.pool(own, run, today=NOON.date())

    assert {one.id for one in read if isinstance(one, Actor)} == {changed.id}
    assert pool.texts[changed.id].does.text == "We print books by hand, in two colours."
    assert len(pool.ids) == 6


def test_a_rolled_back_text_is_not_remembered(engine, session, index, make_crowd):
    changed, *_ = make_crowd(6)
    run = runs.recompute(session, index, now=NOON)
    session.commit()
    texts = ("This text is never stored.", "This one is stored.")
    for number, text in enumerate(texts):
        session.rollback()
        session.expire_all()
        draft = replace(actors.draft_of(changed, "what"), does=text)
        now = LATER + timedelta(seconds=number)
        actors.save(session, changed, draft, seen=None, now=now)
        found = index.pool(session, run, today=date(2026, 11, 23)).texts[changed.id].does.text

    assert found == "This one is stored."


def folders(index):
    return sorted(entry.name for entry in index.folder.iterdir())


def test_a_run_that_is_rolled_back_leaves_the_vocabulary_of_the_current_one(
    session, index, make_crowd
):
    make_crowd(6)
    current = runs.recompute(session, index, now=NOON).key
    session.commit()
    (index.folder / ".being-written").mkdir()
    for _ in range(3):
        runs.recompute(session, index, now=LATER)
        session.rollback()

    assert current in folders(index)
    last = runs.recompute(session, index, now=LATER).key
    session.commit()

    assert folders(index) == sorted([".being-written", current, last])


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_reading_matches_without_a_vocabulary_writes_no_file(session, index, make_crowd, damage):
    one, other, *_ = make_crowd(6)
    run = runs.recompute(session, index, now=NOON)
    if damage == "missing":
        shutil.rmtree(index.folder)
    else:
        (index.path(run) / "space.json").write_text("{")
    files = sorted(index.folder.rglob("*"))

    reasons = matches.reasons(session, MatchIndex(index.folder), one, [other], now=NOON)

    assert list(reasons) == [other.id]
    assert sorted(index.folder.rglob("*")) == files


def test_actors_of_one_account_are_not_suggested_to_each_other(
    session, index, make_actor, make_account
):
    account = make_account()
    studio = make_actor("Studio", country="LV", owner=account)
    branch = make_actor("Branch", country="EE", owner=account)
    make_actor("Stranger", country="EE")
    runs.recompute(session, index, now=NOON)

    found = match_lists.read(session, index, studio, "suggested", ALL, limit=10, now=NOON)

    assert names(found.matches) == ["Stranger"]
    assert found.facets["countries"] == {"EE": 1}
    assert matches.suggestions(session, branch, ALL) == ([], False)


def both_yes(session, one, other, account):
    interests.answer(session, one, other, "yes", account=account, now=NOON)
    return interests.answer(session, other, one, "yes", account=account, now=NOON)


def declined_in_front(session, one, other, account):
    pairing = both_yes(session, one, other, account)
    pairings.decide(
        session, pairing, "reject", account=account, seen_version=None, now=NOON, reason="timing"
    )
    interests.undo(session, one, other, account=account, now=NOON)


def taken_back(session, one, other, account):
    both_yes(session, one, other, account)
    interests.undo(session, one, other, account=account, now=NOON)


def approved_and_ended(session, one, other, account):
    pairing = proposed(session, one, other, account)
    pairings.decide(session, pairing, "approve", account=account, seen_version=None, now=NOON)
    pairings.record(session, pairing, "withdrawn", account=account, now=NOON)


def proposed(session, one, other, account):
    return pairings.propose(session, one, other, account=account, note="", score=0.5, now=NOON)


def proposed_and(state):
    def end(session, one, other, account):
        pairing = proposed(session, one, other, account)
        pairings.record(session, pairing, state, account=account, now=NOON)

    return end


def declined_unheard(session, one, other, account):
    pairing = proposed(session, one, other, account)
    pairings.decide(
        session, pairing, "reject", account=account, seen_version=None, now=NOON, reason="timing"
    )


@pytest.mark.parametrize(
    ("end", "suggested"),
    [
        (taken_back, ["Partner"]),
        (proposed_and("withdrawn"), ["Partner"]),
        (proposed_and("expired"), ["Partner"]),
        (declined_unheard, ["Partner"]),
        (proposed, []),
        (proposed_and("blocked"), []),
        (declined_in_front, []),
        (approved_and_ended, []),
    ],
    ids=[
        "taken back", "withdrawn", "expired", "declined unheard", "in review", "blocked",
        "declined", "approved once",
    ],
)  # fmt: skip
def test_who_may_be_suggested_again(session, index, make_actor, make_account, end, suggested):
    own, partner = make_actor("Own", country="LV"), make_actor("Partner", country="EE")
    runs.recompute(session, index, now=NOON)

    end(session, own, partner, make_account(roles=("coordinator",)))

    assert names(matches.suggestions(session, own, ALL)[0]) == suggested
