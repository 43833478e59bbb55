# SPDX-License-Identifier: MIT
"""The operator's commands: they say what they did, and end in a sentence when they cannot."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.cli import main
from matchmaker.config import Settings
from matchmaker.services import demo
from matchmaker.store import Account, Actor, Pairing, Run, Suggestion, schema
from matchmaker.store.engine import make_engine
from matchmaker.vocabulary import vocabulary

Command = Callable[..., Result]


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Command:
    """command("recompute") -> what the command printed and how it ended."""
    monkeypatch.setenv("MATCHMAKER_FOLDER", str(settings.folder))
    monkeypatch.setenv("MATCHMAKER_DATABASE", settings.database)
    monkeypatch.setenv("MATCHMAKER_SECRET_KEY", settings.secret_key)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    return run


def test_recompute_builds_a_run_and_switches_to_it(
    command: Command, session: Session, make_actor: Callable[..., Actor]
) -> None:
    for country in ("LV", "EE", "FI"):
        make_actor(country=country)
    session.commit()

    first, second = command("recompute"), command("recompute")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "Comparing actors: 3 of 3 (100 %)" in first.output
    assert "3 actors, 6 suggestions, recipe" in second.output
    assert session.scalars(select(Run.state)).all() == ["current"]
    assert session.scalar(select(func.count()).select_from(Suggestion)) == 6


def test_recompute_needs_two_countries(
    command: Command, session: Session, make_actor: Callable[..., Actor]
) -> None:
    make_actor(country="LV")
    session.commit()

    result = command("recompute")

    assert result.exit_code == 1
    assert "Matching needs published profiles in two countries" in result.output
    assert "Traceback" not in result.output


def test_role_makes_and_unmakes_a_coordinator(command: Command, session: Session) -> None:
    assert command("role", "Ilze@Example.org", "coordinator", "--country", "lv").exit_code == 0
    account = session.scalars(select(Account)).one()
    assert (account.email, account.is_coordinator) == ("ilze@example.org", True)
    assert [place.country for place in account.desk] == ["LV"]
    session.rollback()

    assert command("role", "ilze@example.org", "coordinator", "--take-away").exit_code == 0
    session.expire_all()
    assert not session.scalars(select(Account)).one().is_coordinator


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("role", "nobody", "coordinator"), "is not an e-mail address"),
        (("role", "a@example.org", "king"), "'king' is not one of"),
        (("role", "a@example.org", "coordinator", "--country", "FR"), "FR is not a country of"),
        (("dance",), "No such command 'dance'"),
    ],
)
def test_a_wrong_word_gets_a_sentence(
    command: Command, words: tuple[str, ...], sentence: str
) -> None:
    result = command(*words)

    assert result.exit_code == 2
    assert sentence in result.output


def test_serve_refuses_a_database_of_yesterday(command: Command, settings: Settings) -> None:
    engine = make_engine(settings.database)
    schema.downgrade(engine, "base")
    engine.dispose()

    result = command("serve")

    assert result.exit_code == 1
    assert "Run: matchmaker migrate" in result.output
    assert command("migrate").output == "The database is up to date.\n"


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def test_a_taken_port_gets_a_sentence(command: Command, taken_port: int) -> None:
    result = command("demo", "--port", str(taken_port))

    assert result.exit_code == 1
    assert f"Port {taken_port} is taken by another program" in result.output


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The demo, filled once by its own command."""
    folder: Path = tmp_path_factory.mktemp("demo")
    result = CliRunner().invoke(
        main, ["demo", "--fill-only"], env={"MATCHMAKER_FOLDER": str(folder)}
    )
    assert result.exit_code == 0, result.output
    engine = make_engine(f"sqlite:///{folder / 'matchmaker.sqlite'}")
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_the_demo_has_actors_in_eleven_languages_and_ten_countries(filled: Session) -> None:
    count, countries, languages = filled.execute(
        select(
            func.count(),
            func.count(func.distinct(Actor.country)),
            func.count(func.distinct(Actor.language)),
        ).where(Actor.state == "published")
    ).one()

    assert count >= 240
    assert countries >= 10
    assert languages == 11


def test_the_demo_has_a_pairing_in_every_state(filled: Session) -> None:
    states = set(filled.scalars(select(Pairing.state)))

    assert states == set(vocabulary("pairing_states").codes)


def test_everybody_in_the_demo_has_suggestions_abroad(filled: Session) -> None:
    with_suggestions = set(filled.scalars(select(Suggestion.actor_id)))

    assert with_suggestions == set(filled.scalars(select(Actor.id)))


def test_the_personas_are_there(filled: Session) -> None:
    assert [actor.key for actor in demo.personas(filled)] == list(demo.PERSONAS)
    coordinator = demo.persona_account(filled, "coordinator")
    assert coordinator is not None
    assert coordinator.is_coordinator
    assert demo.persona_account(filled, "kaamosvirta") is None
