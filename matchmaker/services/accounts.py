# SPDX-License-Identifier: MIT
"""Signing in by a mailed link; accounts and their roles.

One door for newcomers and for those who are known: whoever opens the link owns the address,
and gets an account if there is none. The answer to a request is the same in both cases.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matchmaker.errors import N_, RefusedError
from matchmaker.services import outbox
from matchmaker.store import Account, DeskCountry, Role, SignInLink
from matchmaker.store.accounts import ROLES, account_by_email

LINK_MINUTES = 15
LINKS_PER_HOUR = 5


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def request_link(
    session: Session, email: str, *, next_path: str, language: str, now: datetime
) -> None:
    """Promise a mail with a fresh link; earlier links of the address stop working.

    After 5 links within an hour there is one more a quarter of an hour after the last, then
    half an hour and so on: a stranger who keeps asking floods nobody and locks nobody out.
    What is not sent cannot be told from the answer.
    """
    email = email.lower()
    if _too_soon(session, email, now):
        return
    _forget_old_links(session, now)
    for old in session.scalars(
        select(SignInLink).where(SignInLink.email == email, SignInLink.used_at.is_(None))
    ):
        old.expires_at = min(old.expires_at, now)
    token = secrets.token_urlsafe(32)
    link = SignInLink(
        token_hash=_hash(token),
        email=email,
        next_path=next_path,
        created_at=now,
        expires_at=now + timedelta(minutes=LINK_MINUTES),
    )
    session.add(link)
    session.flush()
    outbox.promise(
        session,
        to_address=email,
        template="sign_in",
        language=language,
        dedup_key=f"sign-in:{link.token_hash[:32]}",
        now=now,
        token=token,
        minutes=LINK_MINUTES,
    )


def _too_soon(session: Session, email: str, now: datetime) -> bool:
    recent = select(func.count(), func.max(SignInLink.created_at)).where(
        SignInLink.email == email, SignInLink.created_at > now - timedelta(hours=1)
    )
    count, last = session.execute(recent).one()
    over = count - LINKS_PER_HOUR + 1
    return over > 0 and now < last + timedelta(minutes=LINK_MINUTES * over)


def _forget_old_links(session: Session, now: datetime) -> None:
    spent = or_(SignInLink.used_at.is_not(None), SignInLink.expires_at <= now)
    session.execute(
        delete(SignInLink).where(SignInLink.created_at < now - timedelta(days=1), spent)
    )


def find_link(session: Session, token: str, *, now: datetime, lock: bool = False) -> SignInLink:
    """Return a link that still works.

    Raises
    ------
    RefusedError
        It was used, is too old, or never existed: one sentence for all three.
    """
    query = select(SignInLink).where(SignInLink.token_hash == _hash(token))
    link = session.scalar(query.with_for_update() if lock else query)
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise RefusedError(
            N_("This link does not work any more. Links work once and for %(n)s minutes."),
            n=LINK_MINUTES,
        )
    return link


def sign_in(session: Session, token: str, *, language: str, now: datetime) -> tuple[Account, str]:
    """Use up a link; return its account, made if there was none, and the path to go on to."""
    link = find_link(session, token, now=now, lock=True)
    link.used_at = now
    account = ensure_account(session, link.email, language=language, now=now)
    account.confirmed_at = account.confirmed_at or now
    session.flush()
    return account, link.next_path


def ensure_account(session: Session, email: str, *, language: str, now: datetime) -> Account:
    """Return the account of an address; two at once make one."""
    found = session.scalar(account_by_email(email))
    if found is not None:
        return found
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = {"email": email.lower(), "language": language, "created_at": now}
    session.execute(insert(Account).values(**row).on_conflict_do_nothing())
    return session.scalars(account_by_email(email)).one()


def ensure_roles(session: Session) -> dict[str, Role]:
    """Return the roles by name, made if they are missing."""
    known = {role.name: role for role in session.scalars(select(Role))}
    for name in ROLES:
        if name not in known:
            known[name] = Role(name=name)
            session.add(known[name])
    session.flush()
    return known


def grant(
    session: Session, account: Account, role: str, *, countries: tuple[str, ...] = ()
) -> None:
    """Give an account a role, and a coordinator the countries of the desk (none: all).

    Another role leaves the desk as it is unless it brings countries along.
    """
    wanted = ensure_roles(session)[role]
    if wanted not in account.roles:
        account.roles.append(wanted)
    if countries or role == "coordinator":
        account.desk = [DeskCountry(country=country) for country in sorted(set(countries))]
    session.flush()


def revoke(session: Session, account: Account, role: str) -> None:
    """Take a role away; the account's sessions end."""
    account.roles = [held for held in account.roles if held.name != role]
    account.fs_uniquifier = secrets.token_urlsafe(24)
    session.flush()
