# SPDX-License-Identifier: MIT
"""Every page of the demo: no axe violation, no policy violation, nothing wider than the screen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matchmaker.app import create_app
from matchmaker.cli.demo import fill
from matchmaker.config import Settings
from tests.browser import served
from tests.journeys.conftest import dispose
from tests.tour import TOUR, become, visit

pytestmark = pytest.mark.journey
EXPECTED = {"nothing-here": 404, "sign-in-stale": 410}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole demo, as ``make demo`` fills it."""
    folder: Path = tmp_path_factory.mktemp("demo")
    database = f"sqlite:///{folder / 'demo.sqlite'}"
    settings = Settings(folder, database, "pages-" * 8, demo=True, operator="Demo")
    fill(settings)
    app = create_app(settings)
    with served(app) as address:
        app.extensions["matchmaker_settings"] = replace(settings, base_url=address)
        yield address
    dispose(app)


@pytest.fixture
def site(demo: str) -> str:
    return demo


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
@pytest.mark.parametrize("who", ["", "actor", "coordinator"])
def test_pages_are_accessible_and_keep_to_the_policy(
    open_page: Callable[..., Any],
    check_accessibility: Callable[[Any], list[str]],
    who: str,
    width: int,
    dark: bool,
) -> None:
    page = open_page(width=width, dark=dark)
    become(page, who)
    found = {}
    for stop in TOUR:
        if stop.who != who:
            continue
        status = visit(page, stop)
        problems = check_accessibility(page)
        problems += page.evaluate("window.violations")
        if status != EXPECTED.get(stop.name, 200):
            problems.append(f"status {status}")
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if overflow > 0:
            problems.append(f"{overflow} px wider than the screen")
        if problems:
            found[stop.name] = problems

    assert found == {}
