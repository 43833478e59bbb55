# SPDX-License-Identifier: MIT
"""The public directory and the public page of an actor."""

from dataclasses import dataclass
from datetime import date

from babel.lists import format_list
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from matchmaker.errors import NotFoundError
from matchmaker.services import directory, match_lists, visibility
from matchmaker.services.matches import Match
from matchmaker.services.texts import valid
from matchmaker.store import Account, Actor, Opportunity
from matchmaker.store.actors import actor_by_key, actors_of
from matchmaker.web.access import current_account, current_viewer, everybody
from matchmaker.web.cards import Card, chips, facet_options
from matchmaker.web.extensions import current_session, utc_now
from matchmaker.web.filters import label
from matchmaker.web.forms.directory import DirectoryQuery, directory_query
from matchmaker.web.reasons import passage

bp = Blueprint("directory", __name__)
PAGE = 20
EXCERPT = 170  # characters of a result


@dataclass(frozen=True)
class Result:
    """One actor that was found, with the text that answers the search best."""

    actor: Actor
    text: Markup
    language: str  # of the text
    tags: tuple[str, ...]


@bp.app_template_global()
def shown_items(actor: Actor, items: list[Opportunity]) -> list[tuple[Opportunity, bool]]:
    """Return (offer or seek, whether it is past its date); the past ones for its people only."""
    open_items = valid(items, utc_now().date())
    own = actor.id in current_viewer().actor_ids
    return [(item, item not in open_items) for item in items if own or item in open_items]


@bp.app_template_global()
def wishes_of(item: Opportunity) -> list[tuple[str, bool]]:
    """Return (what is wished for, whether it is a must); one of a list that is a must is enough."""
    found: list[tuple[str, bool]] = []
    for codes, terms, priority in (
        (item.countries, "countries", item.country_priority),
        (item.kinds, "kinds", item.kind_priority),
        (item.sectors, "sectors", item.sector_priority),
        (item.themes, "themes", ""),
    ):
        words = [label(code, terms) for code in codes]
        if words and priority == "must":
            found.append((format_list(words, style="or", locale=get_locale()), True))
        else:
            found += [(word, False) for word in words]
    if item.language_priority == "must":
        found.append((_("A working language in common"), True))
    return found


@bp.get("/directory")
@everybody
def index() -> ResponseReturnValue:
    """Search and browse; everything that was chosen stands in the address."""
    database, account, today = current_session(), current_account(), utc_now().date()
    query = directory_query(request.args)
    offset = (query.page - 1) * PAGE
    found = directory.search(database, query.search, limit=PAGE, offset=offset, today=today)
    facets = directory.facets(database, query.search, today=today)
    own = _published(database, account)
    return render_template(
        "directory/list.html",
        query=query,
        found=found,
        results=[_result(actor, query, today) for actor in found.actors],
        pages=-(-found.total // PAGE),
        options=facet_options(facets, query.search),
        chips=chips(query.search),
        home=own[0].country if own else "",
    )


def _published(database: Session, account: Account | None) -> list[Actor]:
    if account is None:
        return []
    own = database.scalars(actors_of(account.id))
    return [actor for actor in own if actor.state == "published"]


def _result(actor: Actor, query: DirectoryQuery, today: date) -> Result:
    seen = directory.glimpse(actor, query.search.words, today=today)
    tags = [label(code, "sectors") for code in actor.sector_codes if code != "other"]
    items = valid(actor.opportunities, today)
    types = dict.fromkeys(item.type for item in items if item.type != "other")
    tags += [label(code, "opportunity_types") for code in types]
    text = passage(seen.text, seen.spans, titled=seen.titled, limit=EXCERPT)
    return Result(actor, text, seen.language, tuple(tags[:3]))


@bp.get("/actors/<key>")
@everybody
def show(key: str) -> ResponseReturnValue:
    """Show what an actor made public; its own people see the preview of a hidden one."""
    database, viewer = current_session(), current_viewer()
    actor = database.scalar(actor_by_key(key))
    if actor is None or not visibility.may_see(actor, viewer):
        raise NotFoundError()
    if actor.state != "published":
        return redirect(url_for("actors.preview", key=key))
    own = _published(database, current_account())
    abroad = [one for one in own if one.country != actor.country and one.id != actor.id]
    return render_template(
        "directory/show.html",
        actor=actor,
        contact=visibility.contact(database, actor, viewer),
        is_own=actor.id in viewer.actor_ids,
        cards=[_answerable(database, one, actor) for one in abroad],
        here=url_for("directory.show", key=key),
    )


def _answerable(database: Session, me: Actor, other: Actor) -> Card:
    """Return a card without reasons: enough for the buttons."""
    match, pairing = match_lists.standing(database, me, other)
    return Card(me, Match(other, 0, 0.0, match.answer, match.reason, match.note), None, (), pairing)
