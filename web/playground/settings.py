"""The settings that a project's address answers with.

Law: events come back to the server that gave the settings, under the very host name that the page used; whatever the
vendor's own client asks of settings is there too, so that both clients run against this server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Address:
    """Where a request came to: `scheme` is http or https, `host` the Host header with its port."""

    scheme: str
    host: str


type SettingsFor = Callable[[str, Address], dict[str, Any]]


def project_settings(write_key: str, address: Address) -> dict[str, Any]:
    """Give the settings of one write key: the pipeline alone, nothing sampled, nothing planned, nothing remote."""
    api_host = f"{address.host}/v1"
    return {
        "integrations": {
            "Customer.io Data Pipelines": {
                "apiKey": write_key,
                "apiHost": api_host,
                "protocol": address.scheme,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            },
        },
        "plan": {},
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"host": api_host, "sampleRate": 0},
        "remotePlugins": [],
    }
