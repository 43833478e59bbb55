# SPDX-License-Identifier: MIT
"""A pairing as its two actors see it: where it stands, whom to write to, what came of it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.errors import RefusedError
from matchmaker.services import interests, pairings, visibility
from matchmaker.services.steps import QUEUE
from matchmaker.store import Actor, Pairing
from matchmaker.web import pairing_words as words
from matchmaker.web.access import current_viewer, members_only, own_account
from matchmaker.web.desk import bp
from matchmaker.web.extensions import current_session, match_index, utc_now
from matchmaker.web.forms.pairings import AnswerForm, OutcomeForm, WishForm, outcome_form
from matchmaker.web.paging import page_number

__all__ = ["bp"]
PAGE = 25


@bp.app_template_global()
def pairing_standing(pairing: Pairing) -> words.Standing:
    """Say where a pairing stands for one of its actors who has said yes."""
    return words.standing(pairing, said_yes=True)


@bp.get("/pairings")
@members_only
def mine() -> ResponseReturnValue:
    """The pairings of all my actors, in three phases."""
    session, viewer = current_session(), current_viewer()
    phase = request.args.get("phase", "")
    groups: dict[str, list[Any]] = {name: [] for name in words.PHASES}
    yeses = pairings.yeses_of(session, viewer.actor_ids)
    for pairing in pairings.of_actors(session, viewer.actor_ids):
        me = _my_end(pairing, viewer)
        partner = pairing.partner_of(me.id)
        stands = words.standing(pairing, said_yes=(me.id, partner.id) in yeses)
        groups[stands.phase].append((pairing, me, partner, stands))
    if phase not in groups:
        phase = next((name for name, found in groups.items() if found), "waiting")
    pages = max(1, -(-len(groups[phase]) // PAGE))
    page = min(page_number(request.args), pages)
    return render_template(
        "pairings/mine.html",
        rows=groups[phase][(page - 1) * PAGE : page * PAGE],
        sizes={name: len(found) for name, found in groups.items()},
        phase=phase,
        page=page,
        pages=pages,
    )


@bp.get("/pairings/<key>")
@members_only
def show(key: str) -> ResponseReturnValue:
    return _own_page(pairings.find_for(current_session(), key, current_viewer().actor_ids))


@bp.post("/pairings/<key>/answer")
@members_only
def answer(key: str) -> ResponseReturnValue:
    """Answer a coordinator's question."""
    session, form, viewer = current_session(), AnswerForm(), current_viewer()
    pairing = pairings.find_for(session, key, viewer.actor_ids)
    if not form.validate_on_submit():
        return _own_page(pairing, answer=form), 422
    me, said = _my_end(pairing, viewer), str(form.answer.data)
    try:
        pairings.answer_question(session, pairing, me, said, account=own_account(), now=utc_now())
    except RefusedError as error:
        session.rollback()
        form.form_errors.append(words.said(error))
        return _own_page(pairing, answer=form), 409
    session.commit()
    flash(_("Thank you. The coordinator goes on with it."), "good")
    return redirect(url_for("pairings.show", key=key), 303)


@bp.post("/pairings/<key>/wish")
@members_only
def wish(key: str) -> ResponseReturnValue:
    """Say yes or no to a proposed pairing, or take a yes back."""
    session, form, viewer = current_session(), WishForm(), current_viewer()
    pairing = pairings.find_for(session, key, viewer.actor_ids)
    given = "yes" if form.given.data == "yes" else "no"
    if not form.validate_on_submit():
        return _own_page(pairing, wish=form), 422
    me = _my_end(pairing, viewer)
    try:
        interests.wish(
            session,
            pairing,
            me,
            given,
            account=own_account(),
            now=utc_now(),
            reason=str(form.reason.data or "") if given == "no" else "",
            note=str(form.note.data or "") if given == "yes" else "",
        )
    except RefusedError as error:
        session.rollback()
        form.form_errors.append(words.said(error))
        return _own_page(pairing, wish=form), 409
    session.commit()
    if pairing.state == "introduced":
        flash(_("You are introduced: the contact data is open, and a mail is on its way."), "good")
    elif given == "yes" and pairing.state in QUEUE and pairing.origin == "mutual":
        flash(_("You both said yes. A coordinator looks at it now."), "good")
    elif given == "yes":
        flash(_("Noted. We introduce you as soon as both have said yes."), "good")
    else:
        flash(_("Noted. The other side is not told why."), "good")
    return redirect(url_for("pairings.show", key=key), 303)


@bp.post("/pairings/<key>/outcome")
@members_only
def tell(key: str) -> ResponseReturnValue:
    """Note what came of an introduction, as one of the two."""
    session, viewer = current_session(), current_viewer()
    pairing = pairings.find_for(session, key, viewer.actor_ids)
    form = outcome_form(pairing, by_coordinator=False, answered=True)
    if not form.validate_on_submit():
        return _own_page(pairing, outcome=form), 422
    try:
        pairings.record(
            session,
            pairing,
            str(form.to_state.data),
            now=utc_now(),
            account=own_account(),
            actor=_my_end(pairing, viewer),
            reason=form.ending,
            note=str(form.note.data or ""),
            on=form.day,
        )
    except RefusedError as error:
        session.rollback()
        form.form_errors.append(words.said(error))
        return _own_page(pairing, outcome=form), 409
    session.commit()
    flash(_("Thank you for telling. It helps to show what these introductions lead to."), "good")
    return redirect(url_for("pairings.show", key=key), 303)


def _my_end(pairing: Pairing, viewer: visibility.Viewer) -> Actor:
    return pairing.first if pairing.first_id in viewer.actor_ids else pairing.second


def _own_page(
    pairing: Pairing,
    *,
    answer: AnswerForm | None = None,
    wish: WishForm | None = None,
    outcome: OutcomeForm | None = None,
) -> str:
    session, viewer = current_session(), current_viewer()
    me = _my_end(pairing, viewer)
    partner = pairing.partner_of(me.id)
    said_yes = me.id in pairings.yeses(session, pairing)
    return render_template(
        "pairings/show.html",
        pairing=pairing,
        me=me,
        partner=partner,
        said_yes=said_yes,
        stands=words.standing(pairing, said_yes=said_yes),
        contact=visibility.contact(session, partner, viewer),
        history=words.own_history(pairing, me),
        question=words.open_question(pairing),
        reasons=words.reasons_for(session, match_index(), me, partner, now=utc_now()),
        answer_form=answer or AnswerForm(formdata=None),
        wish_form=wish or WishForm(formdata=None),
        outcome_form=outcome or outcome_form(pairing, by_coordinator=False),
    )
