# SPDX-License-Identifier: MIT
"""``migrate`` and ``serve``: bring the database up to date, answer requests."""

import socket
import threading

import click
import waitress
from flask import Flask
from sqlalchemy.orm import Session

from matchmaker.app import create_app
from matchmaker.cli.database import opened
from matchmaker.config import Settings
from matchmaker.errors import N_, SettingsError
from matchmaker.store import schema
from matchmaker.store.engine import read_only
from matchmaker.store.matches import current_run
from matchmaker.web.extensions import db, utc_now
from matchmaker.web.postman import Postman

THREADS = 8


@click.command()
def migrate() -> None:
    """Create the tables or bring them up to date."""
    with opened(Settings.from_environment()) as engine:
        schema.upgrade(engine)
    click.echo("The database is up to date.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT"
)
def serve(host: str, port: int) -> None:
    """Answer requests, and send mail, until stopped."""
    settings = Settings.from_environment()
    with opened(settings) as engine:
        if not schema.is_current(engine):
            raise SettingsError(N_("The database is not up to date. Run: matchmaker migrate"))
    run(create_app(settings), host, port)


def check_port(host: str, port: int) -> None:
    """Raise SettingsError if another program listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise SettingsError(
                N_(
                    "Port %(port)s is taken by another program. "
                    "Choose another: PORT=%(next)s make demo"
                ),
                port=port,
                next=port + 123,
            ) from None


def run(app: Flask, host: str, port: int) -> None:
    """Serve an application until the process is told to stop."""
    check_port(host, port)
    stop = threading.Event()
    Postman(app).start(stop)
    threading.Thread(target=_warm, args=(app,), name="warm-up", daemon=True).start()
    click.echo(f"Matchmaker answers at http://{host}:{port}. Stop it with Ctrl+C.")
    try:
        waitress.serve(
            app, host=host, port=port, threads=THREADS, ident="", clear_untrusted_proxy_headers=True
        )
    finally:
        stop.set()


def _warm(app: Flask) -> None:
    """Read the match index before somebody waits for it; what fails here fails again in sight."""
    with app.app_context(), Session(db.engine) as session:
        read_only(session)
        run = session.scalar(current_run())
        if run is not None:
            app.extensions["match_index"].pool(session, run, today=utc_now().date())
