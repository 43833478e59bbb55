# SPDX-License-Identifier: MIT
"""``role``: make somebody a coordinator or an administrator, or take that back."""

from datetime import UTC, datetime

import click
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from matchmaker.cli.database import opened
from matchmaker.config import Settings
from matchmaker.services import accounts
from matchmaker.store.accounts import ROLES
from matchmaker.vocabulary import vocabulary


@click.command()
@click.argument("email")
@click.argument("name", type=click.Choice(ROLES))
@click.option(
    "--country", "countries", multiple=True, help="A country of the desk, e.g. LV; none: all."
)
@click.option("--take-away", is_flag=True, help="Take the role away instead.")
def role(email: str, name: str, countries: tuple[str, ...], take_away: bool) -> None:
    """Give the account of EMAIL the role NAME; the account is made if there is none."""
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(f"{email} is not an e-mail address: {error}") from error
    desk = tuple(country.upper() for country in countries)
    for country in desk:
        if country not in vocabulary("countries"):
            known = ", ".join(vocabulary("countries").codes)
            raise click.BadParameter(f"{country} is not a country of the region. Known: {known}.")
    with opened(Settings.from_environment()) as engine, Session(engine) as session:
        account = accounts.ensure_account(session, address, language="en", now=datetime.now(UTC))
        if take_away:
            accounts.revoke(session, account, name)
        else:
            accounts.grant(session, account, name, countries=desk)
        session.commit()
    click.echo(f"{address} is {'no longer ' if take_away else ''}{name}.")
