# SPDX-License-Identifier: MIT
"""Contact data opens to whom its owner chose, and to partners after the introduction."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matchmaker.services import pairings, steps
from matchmaker.services.visibility import ContactCard, Viewer, contact, may_see, viewer_of
from matchmaker.store import Account, Actor
from tests.conftest import NOON

CONTACT = {
    "contact_name": "Anna Ozola",
    "contact_email": "anna@example.org",
    "contact_phone": "+371 20000000",
    "contact_email_visibility": "members",
    "contact_name_visibility": "public",
}


@pytest.fixture
def kino(make_actor: Callable[..., Actor]) -> Actor:
    return make_actor("Kino", country="LV", **CONTACT)


def test_nobody_signed_in_sees_what_is_public(session: Session, kino: Actor) -> None:
    assert contact(session, kino, Viewer()) == ContactCard("Anna Ozola", hidden=("email", "phone"))


def test_members_see_what_is_open_to_members(
    session: Session, kino: Actor, make_account: Callable[..., Account]
) -> None:
    viewer = viewer_of(session, make_account())

    assert contact(session, kino, viewer) == ContactCard(
        "Anna Ozola", "anna@example.org", hidden=("phone",)
    )


def test_coordinators_see_no_more_than_members(
    session: Session, kino: Actor, make_account: Callable[..., Account]
) -> None:
    viewer = viewer_of(session, make_account(roles=("coordinator",)))

    assert viewer.coordinator
    assert contact(session, kino, viewer).hidden == ("phone",)


def test_owners_see_everything(session: Session, kino: Actor) -> None:
    viewer = viewer_of(session, kino.memberships[0].account)

    assert contact(session, kino, viewer).hidden == ()


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        (["mutual"], False),
        (["mutual", "in_review"], False),
        (["mutual", "in_review", "approved"], False),
        (["mutual", "in_review", "approved", "introduced"], True),
        (["mutual", "in_review", "approved", "introduced", "met"], True),
        (["mutual", "in_review", "declined"], False),
    ],
)
def test_partners_see_it_from_the_introduction_on(
    session: Session, kino: Actor, make_actor: Callable[..., Actor], path: list[str], is_open: bool
) -> None:
    partner = make_actor(country="EE")
    pairing = pairings.begin(session, kino, partner, origin="mutual", score=0.5, now=NOON)
    for state in path:
        steps.step(session, pairing, state, now=NOON)

    card = contact(session, kino, viewer_of(session, partner.memberships[0].account))

    assert (card.phone == "+371 20000000") is is_open


def test_a_draft_exists_for_its_owners_only(
    session: Session, make_actor: Callable[..., Actor]
) -> None:
    draft = make_actor(published=False)

    assert not may_see(draft, Viewer(account_id=99, coordinator=True))
    assert may_see(draft, Viewer(account_id=1, actor_ids=frozenset({draft.id})))
