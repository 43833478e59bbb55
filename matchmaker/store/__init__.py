# SPDX-License-Identifier: MIT
"""The store keeps: typed models, their constraints and their selects. It decides nothing."""

from matchmaker.store.accounts import Account, DeskCountry, Role, SignInLink
from matchmaker.store.actors import (
    Actor,
    ActorLanguage,
    ActorSector,
    ActorTerm,
    Membership,
    Opportunity,
)
from matchmaker.store.base import Base
from matchmaker.store.jobs import Job
from matchmaker.store.matches import Interest, Run, Suggestion
from matchmaker.store.outbox import OutboxMail
from matchmaker.store.pairings import Pairing, PairingEvent

__all__ = [
    "Account",
    "Actor",
    "ActorLanguage",
    "ActorSector",
    "ActorTerm",
    "Base",
    "DeskCountry",
    "Interest",
    "Job",
    "Membership",
    "Opportunity",
    "OutboxMail",
    "Pairing",
    "PairingEvent",
    "Role",
    "Run",
    "SignInLink",
    "Suggestion",
]
