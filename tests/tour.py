# SPDX-License-Identifier: MIT
"""Every page of the demo, and who sees it: for the pictures and for the checks of all pages."""

from typing import Any, NamedTuple

ACTOR = "odd-herring-label"


class Stop(NamedTuple):
    """A page: its name, who looks ("", "actor" or "coordinator"), and its address.

    An address that ends in " > pattern" is that of the first link on the page whose address
    holds the pattern.
    """

    name: str
    who: str
    address: str


TOUR = (
    Stop("start", "", "/"),
    Stop("about", "", "/about"),
    Stop("privacy", "", "/privacy"),
    Stop("accessibility", "", "/accessibility"),
    Stop("sign-in", "", "/sign-in"),
    Stop("sign-in-sent", "", "/sign-in/sent"),
    Stop("sign-in-stale", "", "/sign-in/not-a-real-token"),
    Stop("nothing-here", "", "/no/such/page"),
    Stop("directory", "", "/directory"),
    Stop("directory-search", "", "/directory?q=film"),
    Stop("directory-empty", "", "/directory?q=zzzzzz"),
    Stop("actor-page", "", "/actors/bakas-filmu-maja"),
    Stop("demo-roles", "", "/demo"),
    Stop("demo-mail", "", "/demo/mail"),
    Stop("matches", "actor", "/matches > /matches/"),
    Stop("matches-kept", "actor", f"/matches/{ACTOR}?show=kept"),
    Stop("matches-filtered", "actor", f"/matches/{ACTOR}?country=PL"),
    Stop("match", "actor", f"/matches/{ACTOR} > /matches/{ACTOR}/"),
    Stop("actor-page-signed-in", "actor", "/actors/bakas-filmu-maja"),
    Stop("profiles", "actor", "/profiles"),
    Stop("profile-new", "actor", "/profiles/new"),
    Stop("profile-who", "actor", f"/profiles/{ACTOR}/who"),
    Stop("profile-what", "actor", f"/profiles/{ACTOR}/what"),
    Stop("profile-exchange", "actor", f"/profiles/{ACTOR}/exchange"),
    Stop("profile-how", "actor", f"/profiles/{ACTOR}/how"),
    Stop("profile-preview", "actor", f"/profiles/{ACTOR}"),
    Stop("pairings-mine", "actor", "/pairings"),
    Stop("account", "actor", "/account"),
    Stop("desk", "coordinator", "/desk"),
    Stop("desk-pairing", "coordinator", "/desk > /desk/"),
    Stop("desk-pairings", "coordinator", "/desk/pairings"),
    Stop("desk-propose", "coordinator", "/desk/propose"),
)


def become(page: Any, who: str) -> None:
    """Sign a visitor of the demo in by the banner's button."""
    if not who:
        return
    page.goto("/demo")
    button = "coordinator" if who == "coordinator" else ACTOR
    page.locator(f"main form[action$='/demo/become/{button}'] button").click()


def visit(page: Any, stop: Stop) -> int:
    """Open a page of the tour; return the status of the answer."""
    address, _, pattern = stop.address.partition(" > ")
    answer = page.goto(address)
    if pattern:
        links = page.locator(f"main a[href*='{pattern}']")
        if links.count():
            answer = page.goto(links.first.get_attribute("href"))
    return int(answer.status)
