# SPDX-License-Identifier: MIT
"""Journeys run in a real browser. Each page it opens is watched for what must never happen."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from matchmaker.app import create_app
from matchmaker.config import Settings
from matchmaker.web.extensions import db
from matchmaker.web.postman import Postman
from tests.browser import chromium, launched, served

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright", reason="no browser tests: playwright is not installed")
    path = chromium()
    if path is None:
        pytest.skip("no browser tests: no Chromium on this machine (apt install chromium)")
    with launched(path) as browser:
        yield browser


@pytest.fixture
def running(settings: Settings) -> Iterator[Flask]:
    """An installation on the test's database, with CSRF as in real life."""
    app = create_app(replace(settings, demo=True))
    stop = threading.Event()
    Postman(app).start(stop)
    yield app
    stop.set()
    dispose(app)


@pytest.fixture
def site(running: Flask, settings: Settings) -> Iterator[str]:
    """The address that it answers at."""
    with served(running) as address:
        running.extensions["matchmaker_settings"] = replace(settings, demo=True, base_url=address)
        yield address


def dispose(app: Flask) -> None:
    """Close the connections, in a thread of its own: the browser's driver keeps this one busy."""

    def close() -> None:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()

    thread = threading.Thread(target=close)
    thread.start()
    thread.join()


@pytest.fixture
def open_page(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """open_page(width=360, dark=True, scripts=False) -> a page of a fresh visitor.

    At the end no page may have broken the content policy, asked another machine for
    anything, or thrown an error in a script.
    """
    contexts, complaints = [], []

    def watch(page: Any) -> None:
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on(
            "request",
            lambda r: (
                r.url.startswith((site, "data:", "blob:")) or complaints.append(f"left: {r.url}")
            ),
        )
        page.on("response", lambda r: r.status >= 500 and complaints.append(f"{r.status} {r.url}"))
        page.on(
            "console",
            lambda m: (
                "Content Security Policy" in m.text and complaints.append(f"policy: {m.text}")
            ),
        )

    def open_one(
        *, width: int = 1280, dark: bool = False, scripts: bool = True, **more: Any
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            base_url=site,
            locale=more.pop("locale", "en"),
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def check_accessibility() -> Callable[[Any], list[str]]:
    """check_accessibility(page) -> what axe finds wrong, as readable lines (none: [])."""

    def check(page: Any) -> list[str]:
        page.evaluate(AXE)
        found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
        return [
            " — ".join([problem["id"], problem["help"], str(node["target"])])
            for problem in found["violations"]
            for node in problem["nodes"]
        ]

    return check


@pytest.fixture
def mail_link() -> Callable[[Any, str], str]:
    """mail_link(page, email) -> the sign-in address in the newest mail on the mailbox page."""

    def find(page: Any, email: str) -> str:
        letter = page.locator("details.mail", has_text=email)
        for _attempt in range(40):
            page.goto("/demo/mail")
            if letter.count():
                break
            page.wait_for_timeout(250)
        return str(letter.locator("a[href*='/sign-in/']").first.get_attribute("href"))

    return find
