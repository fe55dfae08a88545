"""Who the visitor is: cookies, stores, user and group."""

from __future__ import annotations

from cioanalytics.core.identity.identity import Identity
from cioanalytics.core.identity.user import Group, User

__all__ = ["Group", "Identity", "User"]
