# SPDX-License-Identifier: MIT
"""The main job from end to end, in a browser, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matchmaker.store import Account, Actor

pytestmark = pytest.mark.journey
PARTNER = "kino@example.org"


def press(page: Any, name: str) -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


@pytest.fixture
def enter(mail_link: Callable[[Any, str], str]) -> Callable[..., None]:
    """enter(page, email): sign in as a person does, by the link in the mail."""

    def sign_in(page: Any, email: str) -> None:
        page.goto("/sign-in")
        page.get_by_label("Your e-mail address").fill(email)
        press(page, "Send me the link")
        page.goto(mail_link(page, email))
        press(page, "Go on")

    return sign_in


def write_profile(page: Any) -> None:
    """Fill the four steps with the eight required answers, and publish."""
    page.goto("/profiles/new")
    page.fill("[name=name]", "Filmby Nord")
    page.select_option("[name=kind]", "studio")
    page.select_option("[name=country]", "DK")
    press(page, "Save and continue")

    page.fill(
        "[name=does]", "We make documentary films about the coast and mix sound for others. " * 3
    )
    page.select_option("[name=main_sector]", "audiovisual")
    press(page, "Save and continue")

    page.select_option("[name='offers-0-type']", "commission")
    page.fill("[name='offers-0-title']", "Sound mix and post-production suite")
    page.select_option("[name='seeks-0-type']", "residency")
    page.fill("[name='seeks-0-title']", "A residency by the sea for two documentary directors")
    press(page, "Save and continue")

    page.select_option("[name='languages-0-code']", "en")
    page.fill("[name=contact_email]", "hello@filmby.example")
    press(page, "Save and continue")
    press(page, "Publish")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_first_click_to_the_introduction(
    open_page: Callable[..., Any],
    enter: Callable[..., None],
    session: Session,
    make_actor: Callable[..., Actor],
    make_account: Callable[..., Account],
    scripts: bool,
) -> None:
    make_actor(
        "Kino Pārkrustojums",
        country="LV",
        language="lv",
        owner=make_account(PARTNER),
        does="Mēs rādām dokumentālo kino un uzņemam viesos režisorus no citām valstīm.",
        offers=["Rezidence pie jūras: Dokumentālā kino rezidence diviem režisoriem pie jūras."],
        seeks=["Pēcapstrāde un skaņa: Meklējam partnerus skaņas apstrādei."],
        contact_email="kino@kino.example",
    )
    make_account("ilze@example.org", roles=("coordinator",))
    session.commit()

    # Somebody new writes a profile and sees a partner on the next page.
    newcomer = open_page(scripts=scripts)
    enter(newcomer, "film@example.org")
    write_profile(newcomer)
    newcomer.wait_for_url("**/matches/**")
    card = newcomer.locator("article", has_text="Kino Pārkrustojums")
    assert card.locator("mark").count() > 0
    assert "kino@kino.example" not in newcomer.content()

    # A yes from one side changes nothing for the other.
    card.get_by_role("link", name="Kino Pārkrustojums").first.click()
    say_yes(newcomer)
    partner = open_page(scripts=scripts)
    enter(partner, PARTNER)
    partner.goto("/pairings")
    assert "Filmby Nord" not in partner.locator("main").inner_text()

    # The second yes brings the pair to a coordinator.
    partner.goto("/matches")
    partner.locator("article", has_text="Filmby Nord").get_by_role(
        "link", name="Filmby Nord"
    ).first.click()
    say_yes(partner)
    assert "hello@filmby.example" not in partner.content()
    coordinator = open_page(scripts=scripts)
    enter(coordinator, "ilze@example.org")
    coordinator.goto("/desk")
    assert "Kino Pārkrustojums" in coordinator.locator("main").inner_text()
    press(coordinator, "Approve and introduce")

    # Both are introduced, by mail and on their pages.
    for name in ("Filmby Nord", "Kino Pārkrustojums"):
        await_mail(coordinator, f"Meet {name}")
    for page, address in ((newcomer, "kino@kino.example"), (partner, "hello@filmby.example")):
        page.goto("/pairings")
        page.locator("main a[href*='/pairings/']").first.click()
        assert address in page.locator("main").inner_text()


def say_yes(page: Any) -> None:
    press(page, "I would like to meet them")


def await_mail(page: Any, subject: str) -> None:
    """Look into the mailbox until the postman has been there."""
    for _attempt in range(40):
        page.goto("/demo/mail")
        if page.get_by_text(subject).count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"no mail “{subject}” came")
