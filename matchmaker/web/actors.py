# SPDX-License-Identifier: MIT
"""Profiles: four short steps, a preview, publish."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.errors import ConflictError, IncompleteError
from matchmaker.services import actors, runs
from matchmaker.services.drafts import WhoDraft
from matchmaker.services.strength import strength
from matchmaker.store import Actor
from matchmaker.store.actors import actors_of
from matchmaker.store.engine import read_only
from matchmaker.web.access import members_only, own_account
from matchmaker.web.extensions import current_session, match_index, utc_now
from matchmaker.web.forms.actors import StateForm, StepForm, WhoForm, sentences
from matchmaker.web.forms.steps import filled, rearrange, received
from matchmaker.web.languages import say
from matchmaker.web.profile_pages import (
    STATE_NAMES,
    conflict_page,
    next_open,
    open_answers,
    preview_page,
    step_page,
)

bp = Blueprint("actors", __name__)

STEP_PATH = "/profiles/<key>/<any(who, what, exchange, how):step>"


@bp.get("/profiles")
@members_only
def mine() -> ResponseReturnValue:
    """List the actors that the account looks after."""
    own = current_session().scalars(actors_of(own_account().id)).all()
    rows = [
        {"actor": a, "strength": strength(a, today=utc_now().date()), "step": next_open(a)}
        for a in own
    ]
    return render_template("actors/mine.html", rows=rows, state_names=STATE_NAMES)


@bp.get("/profiles/new")
@members_only
def begin() -> ResponseReturnValue:
    """Show the first step of a new profile."""
    form = WhoForm(formdata=None, nonce=secrets.token_urlsafe(12))
    own = current_session().scalars(actors_of(own_account().id)).all()
    return step_page(form, None, "who", own=own)


@bp.post("/profiles/new")
@members_only
def create() -> ResponseReturnValue:
    """Start a profile; the same page sent twice starts one."""
    form = WhoForm()
    later = request.form.get("go") == "later"
    sound = form.check(strict=not later)
    draft = form.sound_draft(WhoDraft())
    if not sound and (not later or draft == WhoDraft()):
        return step_page(form, None, "who"), 422
    if draft == WhoDraft():
        return redirect(url_for("actors.mine"), 303)
    session = current_session()
    nonce = form.nonce.data or secrets.token_urlsafe(12)
    actor = actors.start(session, own_account(), draft, nonce=nonce, now=utc_now())
    session.commit()
    return _saved(form, actor, "who", sound=sound)


@bp.get(STEP_PATH)
@members_only
def edit(key: str, step: str) -> ResponseReturnValue:
    """Show one step as it is stored."""
    actor = actors.find_own(current_session(), key, own_account())
    return step_page(filled(actor, step, own_account()), actor, step)


@bp.post(STEP_PATH)
@members_only
def save(key: str, step: str) -> ResponseReturnValue:
    """Store one step; a row that was added or removed only changes the page."""
    session = current_session()
    actor = actors.find_own(session, key, own_account(), lock=True)
    form = received(actor, step)
    if rearrange(form) or "edit" in request.form:
        return step_page(form, actor, step)
    later = request.form.get("go") == "later" and actor.state != "published"
    sound = form.check(strict=not later)
    if not sound and not later:
        return step_page(form, actor, step), 422
    draft = form.sound_draft(actors.draft_of(actor, step))
    try:
        actors.save(session, actor, draft, seen=form.seen.data, now=utc_now())
    except ConflictError as conflict:
        return conflict_page(form, actor, step, conflict, draft)
    except IncompleteError as error:
        session.rollback()
        form.form_errors.append(say(error))
        return step_page(form, actor, step), 422
    session.commit()
    if actor.state == "published":
        _suggest(actor)
    return _saved(form, actor, step, sound=sound)


@bp.get("/profiles/<key>")
@members_only
def preview(key: str) -> ResponseReturnValue:
    """Show a profile as others see it, and what would make it stronger."""
    return preview_page(actors.find_own(current_session(), key, own_account()))


@bp.post("/profiles/<key>/state")
@members_only
def change_state(key: str) -> ResponseReturnValue:
    """Publish, pause or close."""
    session = current_session()
    actor = actors.find_own(session, key, own_account(), lock=True)
    form = StateForm()
    if not form.validate():
        return preview_page(actor, errors=sentences(form)), 422
    if form.state.data == "published":
        return _publish(actor)
    changed = actors.withdraw(session, actor, form.state.data, now=utc_now())
    runs.forget(session, actor)
    session.commit()
    if changed:
        flash(_("%(name)s is hidden now, and suggested to nobody.", name=actor.name), "good")
    return redirect(url_for("actors.preview", key=actor.key), 303)


def _publish(actor: Actor) -> ResponseReturnValue:
    session = current_session()
    if actor.state != "published" and open_answers(actor):
        return preview_page(actor, asked=True), 422
    fresh = actors.publish(session, actor, now=utc_now())
    session.commit()
    _suggest(actor)
    if fresh:
        flash(_("%(name)s is public. Here are the first suggestions.", name=actor.name), "good")
    else:
        flash(_("%(name)s is public already.", name=actor.name))
    return redirect(url_for("matches.show", key=actor.key), 303)


def _suggest(actor: Actor) -> None:
    """Write the lists of a public actor whose profile is stored already.

    Comparing takes long in a large pool, so nobody waits for it: it only reads. If the process
    ends here, the next save or run writes the lists.
    """
    session, index = current_session(), match_index()
    read_only(session)
    ranking = runs.rank(session, index, actor, now=utc_now())
    session.commit()
    runs.refresh(session, index, actor, now=utc_now(), ranking=ranking)
    session.commit()


def _saved(form: StepForm, actor: Actor, step: str, *, sound: bool) -> ResponseReturnValue:
    """Answer after a step was stored: on to where the pressed button says."""
    later = request.form.get("go") == "later"
    if not sound:
        form.seen.data = actors.draft_of(actor, step).fingerprint()
        return step_page(form, actor, step, rest_is_saved=True), 422
    if actor.state == "published" and later:
        flash(_("Saved. These are your fresh suggestions."), "good")
        return redirect(url_for("matches.show", key=actor.key), 303)
    if later:
        flash(_("Saved. Go on whenever you like."), "good")
        return redirect(url_for("actors.mine"), 303)
    following = actors.STEPS[actors.STEPS.index(step) + 1 :]
    if following:
        return redirect(url_for("actors.edit", key=actor.key, step=following[0]), 303)
    return redirect(url_for("actors.preview", key=actor.key), 303)
