# SPDX-License-Identifier: MIT
"""The coordinators' desk: what waits, one pairing in full, the verdicts, proposals, all pairings.

Its views belong to the blueprint ``pairings``, which ``web/pairings.py`` completes with those of
the two actors.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.errors import ConflictError, RefusedError
from matchmaker.services import actors, desk, directory, matches, pairings
from matchmaker.services.steps import QUEUE, ImpossibleMoveError
from matchmaker.store import Account, Actor, Pairing
from matchmaker.vocabulary import vocabulary
from matchmaker.web import pairing_words as words
from matchmaker.web.access import coordinators_only, own_account
from matchmaker.web.errors import project_error
from matchmaker.web.extensions import current_session, match_index, utc_now
from matchmaker.web.forms.pairings import OutcomeForm, ProposalForm, VerdictForm, outcome_form
from matchmaker.web.paging import page_number

bp = Blueprint("pairings", __name__)
QUEUE_PAGE, LIST_PAGE, FOUND = 30, 25, 8
FILTERS = ("desk", "state", "later", "page")


@bp.app_errorhandler(ImpossibleMoveError)
def impossible(error: ImpossibleMoveError) -> ResponseReturnValue:
    return project_error(words.in_words(error))


@bp.get("/desk")
@coordinators_only
def queue() -> ResponseReturnValue:
    return _desk_page(None, VerdictForm(formdata=None))


@bp.get("/desk/<key>")
@coordinators_only
def review(key: str) -> ResponseReturnValue:
    return _desk_page(pairings.find(current_session(), key), VerdictForm(formdata=None))


@bp.post("/desk/<key>/verdict")
@coordinators_only
def decide(key: str) -> ResponseReturnValue:
    """Store a verdict and go on to the next pairing; what was typed stays when it cannot be."""
    form, session = VerdictForm(), current_session()
    pairing = pairings.find(session, key)
    if not form.validate_on_submit():
        return _desk_page(pairing, form), 422
    try:
        pairings.decide(
            session,
            pairing,
            str(form.verdict.data),
            account=own_account(),
            seen_version=form.version.data,
            now=utc_now(),
            reason=str(form.reason.data or "") if form.verdict.data == "reject" else "",
            note=form.note,
        )
    except (ConflictError, RefusedError) as error:
        return _refused(key, form, error)
    session.commit()
    flash(words.verdict_done(pairing, str(form.verdict.data)), "good")
    return redirect(url_for("pairings.queue", **_filters()), 303)


@bp.post("/desk/<key>/outcome")
@coordinators_only
def record(key: str) -> ResponseReturnValue:
    """Record by hand what came of a pairing, close it, or reopen it."""
    session = current_session()
    pairing = pairings.find(session, key)
    form = outcome_form(pairing, by_coordinator=True, answered=True)
    if not form.validate_on_submit():
        return _desk_page(pairing, VerdictForm(formdata=None), outcome=form), 422
    try:
        pairings.record(
            session,
            pairing,
            str(form.to_state.data),
            now=utc_now(),
            account=own_account(),
            reason=form.ending,
            note=str(form.note.data or ""),
            on=form.day,
        )
    except RefusedError as error:
        return _refused(key, form, error)
    session.commit()
    flash(_("Recorded."), "good")
    return redirect(url_for("pairings.review", key=key, **_filters()), 303)


@bp.get("/desk/pairings")
@coordinators_only
def everything() -> ResponseReturnValue:
    """All pairings, in every state."""
    page = page_number(request.args)
    wanted = desk.QueueFilter(
        countries=_known("country", "countries"), states=_known("state", "pairing_states")
    )
    found, total = desk.everything(
        current_session(), wanted, limit=LIST_PAGE, offset=(page - 1) * LIST_PAGE
    )
    return render_template(
        "pairings/everything.html",
        pairings=found,
        total=total,
        wanted=wanted,
        page=page,
        pages=-(-total // LIST_PAGE),
    )


@bp.get("/desk/propose")
@coordinators_only
def propose() -> ResponseReturnValue:
    """Choose two actors, look at the reasons, put them into the queue."""
    return _proposal_page(ProposalForm(formdata=None))


@bp.post("/desk/propose")
@coordinators_only
def send_proposal() -> ResponseReturnValue:
    form, session = ProposalForm(), current_session()
    one, other = _chosen("one"), _chosen("other")
    if one is None or other is None or not form.validate_on_submit():
        return _proposal_page(form), 422
    now = utc_now()
    try:
        reasons = matches.reasons(session, match_index(), one, [other], now=now)
        pairing = pairings.propose(
            session,
            one,
            other,
            account=own_account(),
            note=str(form.note.data or ""),
            score=reasons[other.id].score if other.id in reasons else 0.0,
            now=now,
        )
    except RefusedError as error:
        session.rollback()
        form.form_errors.append(words.said(error))
        return _proposal_page(form), 409
    session.commit()
    return redirect(url_for("pairings.review", key=pairing.key, desk="all"), 303)


# --- What the pages need --------------------------------------------------------------------


def _known(name: str, terms: str) -> tuple[str, ...]:
    """Return the values of a filter that are codes of a vocabulary."""
    return tuple(code for code in request.args.getlist(name) if code in vocabulary(terms))


def _filters() -> dict[str, Any]:
    """Return the filters of this address, to carry them on."""
    return {name: request.args.getlist(name) for name in FILTERS if name in request.args}


def _refused(
    key: str, form: VerdictForm | OutcomeForm, error: RefusedError | ConflictError
) -> ResponseReturnValue:
    """Show the desk again as it stands now, with the sentence and all that was typed."""
    current_session().rollback()
    form.form_errors.append(words.said(error))
    pairing = pairings.find(current_session(), key)
    if isinstance(form, OutcomeForm):
        return _desk_page(pairing, VerdictForm(formdata=None), outcome=form), 409
    return _desk_page(pairing, form, conflict=isinstance(error, ConflictError)), 409


def _desk_page(
    pairing: Pairing | None,
    form: VerdictForm,
    *,
    outcome: OutcomeForm | None = None,
    conflict: bool = False,
) -> str:
    session, account, today = current_session(), own_account(), utc_now().date()
    own_countries = tuple(place.country for place in account.desk)
    whole = request.args.get("desk") == "all"
    wanted = desk.QueueFilter(
        countries=() if whole else own_countries,
        states=tuple(s for s in _known("state", "pairing_states") if s in QUEUE),
        include_later="later" in request.args,
    )
    page = page_number(request.args)
    rows, total = desk.queue(
        session, wanted, today=today, limit=QUEUE_PAGE, offset=(page - 1) * QUEUE_PAGE
    )
    seen = form.seen.data or 0
    chosen = pairing or (rows[0] if rows else None)
    meanwhile = [e for e in chosen.events if conflict and e.id > seen] if chosen else []
    details = _details(chosen, account, form, outcome) if chosen else {}
    return render_template(
        "pairings/desk.html",
        rows=[words.row_of(row, today) for row in rows],
        total=total,
        page=page,
        pages=-(-total // QUEUE_PAGE),
        wanted=wanted,
        own_countries=own_countries,
        whole=whole,
        filters=_filters(),
        pairing=chosen,
        explicit=pairing is not None,
        meanwhile=words.moments(meanwhile, account),
        **details,
    )


def _details(
    pairing: Pairing, account: Account, form: VerdictForm, outcome: OutcomeForm | None
) -> dict[str, Any]:
    """Gather what the right side of the desk shows; the form gets the version it is about."""
    form.version.data = pairing.version
    form.seen.data = pairing.events[-1].id if pairing.events else 0
    session = current_session()
    brief = desk.brief(session, pairing)
    return {
        "brief": brief,
        "reasons": words.reasons_for_both(
            session, match_index(), pairing.first, pairing.second, now=utc_now()
        ),
        "history": words.moments(pairing.events, account),
        "waits": words.waits_because(desk.why_it_waits(pairing)),
        "earlier": words.moments(brief.earlier, account),
        "form": form,
        "outcome": outcome or outcome_form(pairing, by_coordinator=True),
    }


def _chosen(name: str) -> Actor | None:
    found = actors.by_keys(current_session(), [request.args.get(name, "")])
    return found[0] if found else None


def _proposal_page(form: ProposalForm) -> str:
    session, index = current_session(), match_index()
    one, other = _chosen("one"), _chosen("other")
    typed = request.args.get("q", "")[:200]
    known = reasons = None
    if one is not None and other is not None:
        known = pairings.between(session, one, other)
        reasons = words.reasons_for_both(session, index, one, other, now=utc_now())
    return render_template(
        "pairings/propose.html",
        form=form,
        one=one,
        other=other,
        typed=typed,
        found=_candidates(one or other, typed) if not (one and other) else [],
        known=known,
        reasons=reasons,
    )


def _candidates(partner: Actor | None, typed: str) -> list[Actor]:
    """Return whom to propose: found by words, else those suggested to the one chosen already."""
    session = current_session()
    if typed:
        found = directory.search(session, directory.Search(words=typed), limit=FOUND * 4).actors
        return [a for a in found if partner is None or a.country != partner.country][:FOUND]
    if partner is None:
        return []
    return desk.nearest(session, partner, limit=FOUND)
