# SPDX-License-Identifier: MIT
"""Imported actors are drafts of nobody, never stored twice, never changed behind a back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.services import actors, importing
from matchmaker.services.drafts import WhoDraft
from matchmaker.services.importing import Options, Report, import_actors
from matchmaker.store import Account, Actor, Membership
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)


def run(session: Session, text: str, name: str = "file.csv", **options: Any) -> Report:
    now = options.pop("now", NOON)
    report = import_actors(session, name, text.encode(), Options(**options), now=now)
    session.commit()
    return report


def stored(session: Session) -> list[str]:
    return list(session.scalars(select(Actor.name).order_by(Actor.id)))


TWO = "id,name,country,website\n1,Kino Nord,EE,kino.example\n2,Teater Lõuna,EE,\n"


def test_imported_actors_are_drafts_of_nobody(session: Session) -> None:
    report = run(session, TWO, source="ministry")

    found = importing.unconfirmed(session, source="ministry")
    assert [(a.name, a.state, a.memberships, a.external_id) for a in found] == [
        ("Kino Nord", "draft", [], "1"), ("Teater Lõuna", "draft", [], "2"),
    ]  # fmt: skip
    assert report.lacking == {
        "kind": 2, "sectors": 2, "does": 2, "offers": 2, "seeks": 2, "languages": 2,
    }  # fmt: skip
    assert importing.unconfirmed(session, source="elsewhere") == []


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    run(session, TWO)
    before = session.execute(select(Actor.key, Actor.version, Actor.updated_at)).all()
    session.expunge_all()

    report = run(session, TWO, now=LATER)

    assert (len(report.unchanged), report.created, report.updated) == (2, [], [])
    assert session.execute(select(Actor.key, Actor.version, Actor.updated_at)).all() == before


def test_without_an_id_the_row_is_known_by_name_and_country(session: Session) -> None:
    text = "name,country\nKino Nord,EE\nKINO NORD,EE\n"

    first, second = run(session, text), run(session, text)

    assert (first.derived_ids, len(first.created), len(second.unchanged)) == (2, 2, 2)
    assert [(d.line, d.other_line, d.reason) for d in second.duplicates] == [
        (3, 2, "same name and country")
    ]
    assert stored(session) == ["Kino Nord", "KINO NORD"]


def test_a_changed_row_renews_an_untouched_draft_and_keeps_what_the_file_lacks(
    session: Session,
) -> None:
    run(session, TWO)

    report = run(session, "id,name,country\n1,Kino Põhi,EE\n", now=LATER)
    again = run(session, "id,name,country\n1,Kino Ida,EE\n", now=LATER + timedelta(hours=1))

    actor = session.scalar(select(Actor).where(Actor.external_id == "1"))
    assert actor is not None
    assert (len(report.updated), len(again.updated)) == (1, 1)
    assert (actor.name, actor.website) == ("Kino Ida", "https://kino.example")


@pytest.mark.parametrize("touched", ["edited", "confirmed"])
def test_what_somebody_touched_is_left_alone(
    session: Session, make_account: Callable[..., Account], touched: str
) -> None:
    run(session, TWO)
    actor = session.scalar(select(Actor).where(Actor.external_id == "1"))
    assert actor is not None
    if touched == "edited":
        draft = WhoDraft(name="Kino Nord", country="EE", city="Tartu")
        actors.save(session, actor, draft, seen=None, now=LATER)
    else:
        actor.memberships.append(Membership(account=make_account(), role="owner"))
    session.commit()

    report = run(session, TWO.replace("Kino Nord", "Kino Põhi"), now=LATER)

    assert [(taken.line, taken.name) for taken in report.changed_here] == [(2, "Kino Põhi")]
    assert stored(session) == ["Kino Nord", "Teater Lõuna"]


def test_all_or_nothing_stores_nothing_when_a_row_is_refused(session: Session) -> None:
    text = TWO + "3,Teatro,Spain,\n"

    report = run(session, text, all_or_nothing=True)

    assert report.all_refused
    assert stored(session) == []
    assert run(session, text).refused_rows == 1
    assert stored(session) == ["Kino Nord", "Teater Lõuna"]


def test_duplicates_are_reported_and_left_out_only_when_asked(
    session: Session, make_actor: Callable[..., Actor]
) -> None:
    here = make_actor("Kino Nord OÜ", country="EE")
    session.commit()
    text = TWO + "3,TEATER LOUNA,EE,\n"

    tried = run(session, text, skip_duplicates=True)

    assert [(d.line, d.other_line, d.other_key, d.left_out) for d in tried.duplicates] == [
        (2, None, here.key, True), (4, 3, None, True),
    ]  # fmt: skip
    assert stored(session) == ["Kino Nord OÜ", "Teater Lõuna"]

    run(session, text)

    assert stored(session) == ["Kino Nord OÜ", "Teater Lõuna", "Kino Nord", "TEATER LOUNA"]


def test_the_same_id_from_two_sources_is_two_actors(session: Session) -> None:
    run(session, "id,name\n1,Alfa\n", source="a")
    run(session, "id,name\n1,Omega\n", source="b")

    assert stored(session) == ["Alfa", "Omega"]


def test_trying_out_leaves_no_trace(session: Session) -> None:
    report = import_actors(session, "a.csv", TWO.encode(), Options(), now=NOON)
    session.rollback()

    assert len(report.created) == 2
    assert session.scalar(select(func.count()).select_from(Actor)) == 0


def test_more_rows_than_fit_in_one_chunk(session: Session) -> None:
    text = "id,name,country,offers\n" + "".join(f"{n},Kino {n},LV,A room\n" for n in range(600))

    first, second = run(session, text), run(session, text)

    assert (len(first.created), len(first.duplicates), len(second.unchanged)) == (600, 0, 600)
