# SPDX-License-Identifier: MIT
"""``mail``: what waits in the outbox, and sending it now."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from matchmaker.app import create_app
from matchmaker.config import Settings
from matchmaker.services import outbox
from matchmaker.store.engine import make_engine, read_only
from matchmaker.web.extensions import db
from matchmaker.web.postman import deliver_due


@click.group()
def mail() -> None:
    """Look after the outbox."""


@mail.command()
def send() -> None:
    """Send what is due now."""
    app = create_app(Settings.from_environment())
    sent = deliver_due(app)
    with app.app_context():
        with Session(db.engine) as session:
            read_only(session)
            left = len(outbox.unsent(session))
        db.engine.dispose()
    click.echo(f"Sent: {sent}. Still in the outbox: {left}.")


@mail.command("list")
def list_() -> None:
    """Show what waits or was given up, oldest first. Addresses are shortened."""
    settings = Settings.from_environment()
    engine = make_engine(settings.database)
    with Session(engine) as session:
        read_only(session)
        waiting = outbox.unsent(session)
    engine.dispose()
    if not waiting:
        click.echo("Nothing waits.")
    now = datetime.now(UTC)
    for item in waiting:
        if item.attempts >= outbox.MAX_ATTEMPTS:
            when = "given up"
        else:
            when = (
                "due now"
                if item.next_try_at <= now
                else f"next try {item.next_try_at:%F %H:%M} UTC"
            )
        click.echo(
            f"{item.created_at:%F %H:%M}  {item.template:<14} {shortened(item.to_address):<24} "
            f"attempts {item.attempts}, {when}{': ' * bool(item.last_error)}{item.last_error}"
        )


def shortened(address: str) -> str:
    """Return an address that shows whose mail server it is and not who: ``a…@example.org``."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"
