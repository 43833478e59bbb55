# SPDX-License-Identifier: MIT
"""Pages for everybody: the start, what this is, privacy, accessibility, language and theme."""

from collections import Counter

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from matchmaker.services import figures
from matchmaker.vocabulary import LANGUAGES
from matchmaker.web.access import current_account, everybody
from matchmaker.web.back import own_path
from matchmaker.web.extensions import current_session
from matchmaker.web.filters import THEMES
from matchmaker.web.languages import language
from matchmaker.web.map import baltic_map, city_position

bp = Blueprint("pages", __name__)


@bp.get("/")
@everybody
def start() -> ResponseReturnValue:
    """The first page: what it is for, three true numbers, and threads on the map."""
    numbers = figures.public(current_session())
    corridors = figures.corridors(current_session(), known=_on_map)
    return render_template(
        "pages/start.html", numbers=numbers, corridors=corridors, map=_map(corridors)
    )


def _on_map(city: str, country: str) -> bool:
    return city_position(city, country) is not None


def _map(threads: list[figures.Corridor]) -> Markup:
    """Draw corridors between known places; thickness is the number."""
    ends = Counter(end for c in threads for end in (c.one, c.other))
    order = list(ends)
    most = max(ends.values(), default=1)
    harbours = [(end[0], *(city_position(*end) or (0.0, 0.0)), ends[end] / most) for end in order]
    heaviest = max((c.weight for c in threads), default=1)
    return baltic_map(
        harbours,
        [
            (order.index(c.one), order.index(c.other), 1 + round(2 * c.weight / heaviest))
            for c in threads
        ],
        language(),
    )


@bp.get("/about")
@everybody
def about() -> ResponseReturnValue:
    return render_template("pages/about.html")


@bp.get("/privacy")
@everybody
def privacy() -> ResponseReturnValue:
    return render_template("pages/privacy.html")


@bp.get("/accessibility")
@everybody
def accessibility() -> ResponseReturnValue:
    return render_template("pages/accessibility.html")


@bp.get("/healthz")
@everybody
def health() -> ResponseReturnValue:
    """Answer "ok" if the database does."""
    figures.public(current_session())
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@bp.post("/language")
@everybody
def set_language() -> ResponseReturnValue:
    """Keep the chosen language, in the account too, so that mails follow."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        account = current_account()
        if account is not None:
            account.language = chosen
            current_session().commit()
    return redirect(own_path(request.form.get("next")) or url_for("pages.start"), 303)


@bp.post("/theme")
@everybody
def set_theme() -> ResponseReturnValue:
    chosen = request.form.get("theme", "")
    session["theme"] = chosen if chosen in THEMES else ""
    return redirect(own_path(request.form.get("next")) or url_for("pages.start"), 303)
