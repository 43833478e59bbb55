# SPDX-License-Identifier: MIT
"""Suggested partners and what an actor answers."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.services import actors, interests, match_lists, matches, pairings, visibility
from matchmaker.services.match_lists import MatchList
from matchmaker.services.strength import REQUIRED_SENTENCES, STEP_OF, missing
from matchmaker.store import Actor, Pairing
from matchmaker.store.actors import actors_of
from matchmaker.vocabulary import vocabulary
from matchmaker.web.access import current_viewer, members_only, own_account
from matchmaker.web.back import own_path
from matchmaker.web.cards import Card, card_of, chips, facet_options
from matchmaker.web.extensions import current_session, match_index, utc_now
from matchmaker.web.filters import address_with
from matchmaker.web.forms.matches import (
    STEP,
    AnswerForm,
    ListQuery,
    UndoForm,
    list_query,
)
from matchmaker.web.languages import language
from matchmaker.web.sentences import lift_sentence
from matchmaker.web.sums import sums_of

bp = Blueprint("matches", __name__)
ANSWERED = "answered"  # in the session: what was answered last, shown once with its undo


@bp.app_template_global()
def answered_last() -> dict[str, str] | None:
    """Return what this person answered last, once."""
    return session.pop(ANSWERED, None)


@bp.app_template_global()
def decline_choices() -> list[tuple[str, str]]:
    """Return (code, label) of the reasons for a no, the empty one first."""
    return [("", _("No reason given")), *vocabulary("decline_reasons").choices(language())]


@bp.get("/matches")
@members_only
def index() -> ResponseReturnValue:
    """Go to the list of the first actor that can have one."""
    own = list(current_session().scalars(actors_of(own_account().id)))
    if not own:
        return render_template("matches/none.html")
    first = min(own, key=lambda actor: (actor.state != "published", actor.id))
    return redirect(url_for("matches.show", key=first.key))


@bp.get("/matches/<key>")
@members_only
def show(key: str) -> ResponseReturnValue:
    """Show one list of an actor: suggestions, or those it has answered."""
    account, database = own_account(), current_session()
    actor = actors.find_own(database, key, account)
    own = list(database.scalars(actors_of(account.id)))
    if actor.state != "published":
        lacking = [(STEP_OF[name], _(REQUIRED_SENTENCES[name])) for name in missing(actor)]
        return render_template("matches/unpublished.html", actor=actor, own=own, lacking=lacking)
    query = list_query(request.args)
    found = match_lists.read(
        database,
        match_index(),
        actor,
        query.shown,
        query.wanted,
        limit=STEP if query.after else query.n,
        after=query.after,
        now=utc_now(),
    )
    partial = "HX-Request" in request.headers and query.after > 0
    return render_template(
        "matches/_cards.html" if partial else "matches/list.html",
        actor=actor,
        own=own,
        query=query,
        found=found,
        cards=_cards(actor, found, query),
        options=facet_options(found.facets, query.wanted),
        chips=chips(query.wanted),
        step=STEP,
        here=own_path(address_with(after=None)) or request.path,
    )


def _cards(actor: Actor, found: MatchList, query: ListQuery) -> list[Card]:
    known: dict[int, Pairing] = {}
    if query.shown == "yes":
        for pairing in pairings.of_actor(current_session(), actor.id):
            known[pairing.first_id] = known[pairing.second_id] = pairing
    today = utc_now().date()
    return [
        card_of(
            actor,
            match,
            found.reasons.get(match.other.id),
            today=today,
            pairing=known.get(match.other.id),
        )
        for match in found.matches
    ]


@bp.get("/matches/<key>/<other_key>")
@members_only
def pair(key: str, other_key: str) -> ResponseReturnValue:
    """Show all reasons of a pair, suggested or not, and the other's profile."""
    return _pair_page(key, other_key, AnswerForm(formdata=None))


def _pair_page(key: str, other_key: str, form: AnswerForm) -> str:
    database, now = current_session(), utc_now()
    actor = actors.find_own(database, key, own_account())
    other = match_lists.find_partner(database, actor, other_key)
    match, pairing = match_lists.standing(database, actor, other)
    found = matches.reasons(database, match_index(), actor, [other], now=now)
    explanation = found.get(other.id)
    lift = matches.lift(database, match_index(), actor, other, now=now)
    if not form.is_submitted():
        form.note.data, form.reason.data = match.note, match.reason
    return render_template(
        "matches/pair.html",
        actor=actor,
        other=other,
        card=card_of(actor, match, explanation, today=now.date(), pairing=pairing),
        sums=sums_of(explanation, actor, other) if explanation else None,
        lift=lift_sentence(lift, other) if lift else "",
        contact=visibility.contact(database, other, current_viewer()),
        form=form,
        here=url_for("matches.pair", key=key, other_key=other_key),
    )


@bp.post("/matches/<key>/<other_key>/answer")
@members_only
def answer(key: str, other_key: str) -> ResponseReturnValue:
    """Store a private answer, and say what follows from it."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _pair_page(key, other_key, form), 422
    account, database = own_account(), current_session()
    actor = actors.find_own(database, key, account)
    given = str(form.answer.data)
    other = match_lists.find_partner(database, actor, other_key, withdrawn=given != "yes")
    pairing = interests.answer(
        database,
        actor,
        other,
        given,
        account=account,
        now=utc_now(),
        reason=form.private_reason() if "reason" in request.form else None,
        note=form.private_note() if "note" in request.form else None,
    )
    database.commit()
    told = _told(actor, other, given, pairing, told_more=bool(form.note.data or form.reason.data))
    return _answer_shown(told, form.next.data)


def _told(
    actor: Actor, other: Actor, given: str, pairing: Pairing | None, *, told_more: bool
) -> dict[str, str]:
    """Return what the page says after an answer; plain texts, as it travels in the session."""
    return {
        "key": actor.key,
        "other_key": other.key,
        "name": other.name,
        "given": given,
        "pairing": pairing.key if pairing else "",
        "state": pairing.state if pairing else "",
        "more": "" if told_more else "ask",
    }


def _answer_shown(told: dict[str, str], next_path: str | None) -> ResponseReturnValue:
    back = own_path(next_path) or url_for("matches.show", key=told["key"])
    if "HX-Request" in request.headers:
        return render_template("matches/_answered_card.html", told=told, back=back)
    session[ANSWERED] = told
    return redirect(back, 303)


@bp.post("/matches/<key>/<other_key>/undo")
@members_only
def undo(key: str, other_key: str) -> ResponseReturnValue:
    """Take an answer back, as if it had not been given."""
    form = UndoForm()
    account, database = own_account(), current_session()
    actor = actors.find_own(database, key, account)
    other = match_lists.find_partner(database, actor, other_key, withdrawn=True)
    ended = interests.undo(database, actor, other, account=account, now=utc_now())
    database.commit()
    back = own_path(form.next.data) or url_for("matches.show", key=key)
    abroad = other.state == "published" and other.country != actor.country
    if "HX-Request" in request.headers and abroad:
        return _fresh_card(actor, other, back)
    if ended:
        flash(_("Noted. The other side is not told why."), "info")
    else:
        flash(_("Taken back. %(name)s does not learn of it.", name=other.name), "info")
    return redirect(back, 303)


def _fresh_card(actor: Actor, other: Actor, back: str) -> str:
    database, now = current_session(), utc_now()
    match, pairing = match_lists.standing(database, actor, other)
    found = matches.reasons(database, match_index(), actor, [other], now=now)
    card = card_of(actor, match, found.get(other.id), today=now.date(), pairing=pairing)
    return render_template("matches/_one_card.html", card=card, here=back)
