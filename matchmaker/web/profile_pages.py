# SPDX-License-Identifier: MIT
"""The pages of the profile journey, put together from an actor and a form."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.errors import ConflictError
from matchmaker.services import actors
from matchmaker.services.drafts import Draft
from matchmaker.services.strength import STEP_OF, missing, strength
from matchmaker.services.visibility import CONTACT_FIELDS
from matchmaker.store import Actor
from matchmaker.vocabulary import bsr_eligible, regions, vocabulary
from matchmaker.web.comparison import compare
from matchmaker.web.extensions import utc_now
from matchmaker.web.forms.actors import StateForm, StepForm, WhoForm, sentences
from matchmaker.web.forms.steps import filled
from matchmaker.web.languages import say

STEP_NAMES = {
    "who": _l("Who you are"),
    "what": _l("What you do"),
    "exchange": _l("Offers and seeks"),
    "how": _l("Working together"),
}
AREAS = {
    True: _l("This place lies in the area of Interreg Baltic Sea Region 2021–27."),
    False: _l("This place lies outside Interreg Baltic Sea Region 2021–27. You are matched alike."),
    None: _l("A part of this country lies in Interreg Baltic Sea Region 2021–27. Which region?"),
}
STATE_NAMES = {
    "draft": _l("Draft"),
    "published": _l("Public"),
    "paused": _l("Paused"),
    "closed": _l("Closed"),
}


def next_open(actor: Actor) -> str:
    """Return the first step that lacks a required answer, or nothing."""
    lacking = {STEP_OF[field] for field in missing(actor)}
    return next((step for step in actors.STEPS if step in lacking), "")


def open_answers(actor: Actor) -> list[tuple[str, str]]:
    """Return (step, sentence) for each required answer that a stored profile lacks."""
    found = []
    for step in actors.STEPS:
        form = filled(actor, step, None)
        if not form.check(strict=True):
            found += [(step, sentence) for sentence in sentences(form)]
    return found


def step_page(form: StepForm, actor: Actor | None, step: str, **values: Any) -> str:
    lacking = {STEP_OF[field] for field in missing(actor)} if actor else set(actors.STEPS)
    steps = [
        (
            name,
            url_for("actors.edit", key=actor.key, step=code) if actor else None,
            code not in lacking,
        )
        for code, name in STEP_NAMES.items()
    ]
    return render_template(
        f"actors/{step}.html",
        form=form,
        actor=actor,
        step=step,
        steps=steps,
        place=actors.STEPS.index(step),
        area=area(form.country.data, form.region.data) if isinstance(form, WhoForm) else "",
        **values,
    )


def area(country: str, region: str) -> str:
    """Say whether a place lies in the area of the Interreg Baltic Sea Region programme."""
    if country not in vocabulary("countries"):
        return str(_("Some funding programmes go by region."))
    own = {term.code for term in regions(country)}
    return str(AREAS[bsr_eligible(country, region if region in own else None)])


def conflict_page(
    form: StepForm, actor: Actor, step: str, conflict: ConflictError, typed: Draft
) -> ResponseReturnValue:
    stored = conflict.stored
    assert isinstance(stored, Draft)
    page = render_template(
        "actors/conflict.html",
        actor=actor,
        step=step,
        sentence=say(conflict),
        answers=compare(stored, typed),
        sent=[pair for pair in request.form.items(multi=True) if _belongs(form, pair[0])],
        seen=stored.fingerprint(),
    )
    return page, 409


def _belongs(form: StepForm, name: str) -> bool:
    return name.split("-")[0] in form._fields and name not in ("csrf_token", "seen")


def preview_page(actor: Actor, *, errors: list[str] | None = None, asked: bool = False) -> str:
    """``asked``: publishing was asked for and is not possible yet."""
    shown = strength(actor, today=utc_now().date())
    contact = [
        (field, getattr(actor, f"contact_{field}"), getattr(actor, f"contact_{field}_visibility"))
        for field in CONTACT_FIELDS
        if getattr(actor, f"contact_{field}")
    ]
    return render_template(
        "actors/preview.html",
        actor=actor,
        state_name=STATE_NAMES[actor.state],
        form=StateForm(formdata=None),
        percent=shown.percent,
        todos=[
            (_(t.sentence), url_for("actors.edit", key=actor.key, step=t.step)) for t in shown.todos
        ],
        open_answers=open_answers(actor),
        step_names=STEP_NAMES,
        asked=asked,
        errors=errors or [],
        contact=contact,
        area=area(actor.country, actor.region),
    )
