# SPDX-License-Identifier: MIT
"""The meter says how much is there, and names what would help most."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from matchmaker.services import actors
from matchmaker.services.drafts import WhoDraft
from matchmaker.services.strength import missing, strength
from matchmaker.store import Actor
from tests.conftest import NOON


def test_a_bare_beginning_is_weak(session: Session) -> None:
    draft = WhoDraft(name="Kino", kind="studio", country="LV")
    actor = actors.create(session, None, draft, now=NOON)

    found = strength(actor, today=NOON.date())

    assert missing(actor) == ("sectors", "does", "offers", "seeks", "languages")
    assert found.percent < 35
    assert {todo.step for todo in found.todos[:5]} == {"what", "exchange", "how"}


def test_the_required_answers_alone_are_not_all(make_actor: Callable[..., Actor]) -> None:
    actor = make_actor(contact_email="kino@example.org")

    found = strength(actor, today=NOON.date())

    assert missing(actor) == ()
    assert 60 <= found.percent < 90
    assert all(todo.points > 0 for todo in found.todos)


def test_a_full_profile_has_nothing_left_to_do(
    session: Session, make_actor: Callable[..., Actor]
) -> None:
    actor = make_actor(
        does="We make films about harbours. " * 10,
        offers=["Sound mixing: " + "for documentary films of all lengths, " * 4],
        seeks=["A residency: " + "by the sea, for two directors, in winter, " * 4],
        languages=("en", "lv"),
        contact_email="kino@example.org",
    )
    actor.city, actor.website = "Rīga", "https://kino.example"

    found = strength(actor, today=NOON.date())

    assert (found.percent, found.todos) == (100, ())
