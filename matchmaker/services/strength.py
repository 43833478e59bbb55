# SPDX-License-Identifier: MIT
"""What a profile still needs: to be published, and to be found well."""

from dataclasses import dataclass
from datetime import date

from matchmaker.errors import N_
from matchmaker.store import Actor

GOOD_DOES = 250  # characters; below this few words are left to match by
GOOD_ITEM = 120


@dataclass(frozen=True)
class Todo:
    """One thing to add: the sentence, where (a step), and how many points it brings."""

    step: str
    sentence: str
    points: int


@dataclass(frozen=True)
class Strength:
    """How well a profile can be found, 0 to 100, and what would raise it, most useful first."""

    percent: int
    todos: tuple[Todo, ...]


def missing(actor: Actor) -> tuple[str, ...]:
    """Return the required answers that a profile lacks, in the order of the form.

    The eight are: name, kind, country, sectors, does, offers, seeks, languages.
    """
    given = {
        "name": actor.name,
        "kind": actor.kind,
        "country": actor.country,
        "sectors": actor.sectors,
        "does": actor.does,
        "offers": actor.offers,
        "seeks": actor.seeks,
        "languages": actor.languages,
    }
    return tuple(field for field, value in given.items() if not value)


STEP_OF = {
    "name": "who",
    "kind": "who",
    "country": "who",
    "sectors": "what",
    "does": "what",
    "offers": "exchange",
    "seeks": "exchange",
    "languages": "how",
}
REQUIRED_SENTENCES = {
    "name": N_("Say what you are called."),
    "kind": N_("Say what kind of actor you are."),
    "country": N_("Say which country you are in: partners come from the others."),
    "sectors": N_("Choose at least one sector."),
    "does": N_("Tell in two or three sentences what you do."),
    "offers": N_("Add one thing you can offer a partner."),
    "seeks": N_("Add one thing you seek: half of a match is what you need."),
    "languages": N_("Say in which languages you can work."),
}


def strength(actor: Actor, *, today: date) -> Strength:
    """Weigh what is there. Required answers make 64 points, the rest what helps matching."""
    lacking = missing(actor)
    todos = [Todo(STEP_OF[field], REQUIRED_SENTENCES[field], 8) for field in lacking]
    wishes = [todo for wanted, todo in _wishes(actor, today) if wanted]
    left = sum(todo.points for todo in (*todos, *wishes))
    # What belongs to an answer that is not there yet is counted and not asked for.
    asked = {STEP_OF[field] for field in lacking}
    todos += [todo for todo in wishes if todo.step not in asked]
    todos.sort(key=lambda todo: -todo.points)
    return Strength(max(0, 100 - left), tuple(todos))


def _wishes(actor: Actor, today: date) -> list[tuple[bool, Todo]]:
    """Return (is it missing?, what to do) for the optional 36 points."""
    items = actor.opportunities
    thin = any(len(item.title) + len(item.text) < GOOD_ITEM for item in items)
    stale = any(item.valid_until and item.valid_until < today for item in items)
    return [
        (
            len(actor.does) < GOOD_DOES,
            Todo("what", N_("Say more about what you do: materials, places, audiences."), 8),
        ),
        (
            thin or not items,
            Todo("exchange", N_("Describe each offer and seek in two sentences or more."), 8),
        ),
        (
            stale,
            Todo("exchange", N_("An offer or a seek is past its date. Renew or remove it."), 6),
        ),
        (
            len(actor.languages) <= 1,
            Todo("how", N_("Add a second working language, if you have one."), 4),
        ),
        (not actor.city, Todo("who", N_("Add your city, so that you stand on the map."), 4)),
        (
            not (actor.contact_email or actor.contact_phone),
            Todo("how", N_("Add a contact address for partners you have said yes to."), 4),
        ),
        (not actor.website, Todo("who", N_("Add your website: partners look there first."), 2)),
    ]
