# SPDX-License-Identifier: MIT
"""From a stored actor to the form of a step, and rows added to or removed from a form."""

from typing import Any

from flask import request

from matchmaker.services import actors
from matchmaker.services.drafts import Draft, HowDraft, WhatDraft
from matchmaker.store import Account, Actor
from matchmaker.web.forms.actors import HowForm, StepForm, WhatForm, WhoForm
from matchmaker.web.forms.exchange import ExchangeForm
from matchmaker.web.forms.fields import Rows
from matchmaker.web.languages import language

FORMS: dict[str, type[StepForm]] = {
    "who": WhoForm,
    "what": WhatForm,
    "exchange": ExchangeForm,
    "how": HowForm,
}


def filled(actor: Actor, step: str, account: Account | None) -> StepForm:
    """Return the form with what is stored; a first visit suggests the account's own answers."""
    draft = actors.draft_of(actor, step)
    values = _values(draft)
    if isinstance(draft, HowDraft) and account is not None and not draft.languages:
        values["languages"] = [{"code": actor.language or language(), "level": "fluent"}]
        values["contact_email"] = draft.contact_email or account.email
    form = FORMS[step](formdata=None, data=values, meta={} if account else {"csrf": False})
    form.seen.data = draft.fingerprint()
    return _informed(form, actor)


def received(actor: Actor, step: str) -> StepForm:
    """Return the form with what this request brought, and nothing else."""
    return _informed(FORMS[step](), actor)


def _values(draft: Draft) -> dict[str, Any]:
    """Return a draft as the fields of its form show it."""
    values = draft.answers()
    if isinstance(draft, WhatDraft):
        main, *others = draft.sectors or ("",)
        return {**values, "main_sector": main, "sectors": others}
    if isinstance(draft, HowDraft):
        rows = [{"code": code, "level": level} for code, level in draft.languages]
        return {**values, "languages": rows}
    return values


def _informed(form: StepForm, actor: Actor) -> StepForm:
    """Tell a form what it must know of the actor to check and to suggest."""
    if isinstance(form, WhatForm) and not actor.language_chosen:
        form.guessed = actor.language
    if isinstance(form, HowForm):
        form.languages[0].form.code.flags.required = True
    if isinstance(form, ExchangeForm):
        form.own_country = actor.country
        items = actor.opportunities
        form.guessed = {item.key: item.language for item in items if not item.language_chosen}
        form.stored_days = {item.key: item.valid_until for item in items}
    return form


def rearrange(form: StepForm) -> bool:
    """Add or remove a row if such a button was pressed; tell whether it was.

    ``add`` names a list of rows; ``remove`` a row, like ``offers-2``.
    """
    added, removed = request.form.get("add"), request.form.get("remove")
    if added is not None and isinstance(rows := form._fields.get(added), Rows):
        rows.append_entry()
        return True
    if removed is not None:
        name, _, number = removed.rpartition("-")
        rows = form._fields.get(name)
        places = [str(place) for place in range(len(rows))] if isinstance(rows, Rows) else []
        if number in places:
            rows.pop_entry(places.index(number))
            if not rows.entries:
                rows.append_entry()
            return True
    return False
