"""What the settings address says of a project, and where its events go.

Law: an answer that is no object, or has no `integrations`, is no answer (D4). A project's word is overridden by the
object that the page gives for the same integration (reference).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cioanalytics.core.ports import Json, JsonObject
from cioanalytics.core.settings.options import Options

PIPELINE: Final = "Customer.io Data Pipelines"
DEFAULT_CDN: Final = "https://cdp.customer.io"
DEFAULT_HOST: Final = "cdp.customer.io/v1"
# The vendor's own settings addresses and the collectors of their regions (D4).
REGION_HOSTS: Final = {"cdp.customer.io": DEFAULT_HOST, "cdp-eu.customer.io": "cdp-eu.customer.io/v1"}


@dataclass(frozen=True)
class ProjectSettings:
    """A project's settings; `raw` is the whole answer, the rest its parts with what is malformed left away."""

    raw: JsonObject
    integrations: dict[str, JsonObject] = field(default_factory=dict)
    plan: JsonObject | None = None
    middleware_settings: JsonObject = field(default_factory=dict)
    enabled_middleware: JsonObject = field(default_factory=dict)
    remote_plugins: list[JsonObject] = field(default_factory=list)
    metrics: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class ApiSettings:
    """How events reach the collector. `api_key` None: nobody names one; `raw` is the merged object."""

    api_key: str | None
    api_host: str
    protocol: str
    delivery_strategy: JsonObject
    retry_queue: bool
    raw: JsonObject


def settings_address(cdn_url: str | None, write_key: str) -> str:
    """Give the address of a project's settings."""
    return f"{cdn_url or DEFAULT_CDN}/v1/projects/{write_key}/settings"


def read_project(raw: Json) -> ProjectSettings | None:
    """Read the answer of the settings address; None where it is malformed, so that it is asked for again (D4)."""
    if not isinstance(raw, dict):
        return None
    integrations = raw.get("integrations")
    if not isinstance(integrations, dict):
        return None
    remote = raw.get("remotePlugins")
    return ProjectSettings(
        raw=raw,
        integrations={name: value if isinstance(value, dict) else {} for name, value in integrations.items()},
        plan=_object(raw, "plan") or None,
        middleware_settings=_object(raw, "middlewareSettings"),
        enabled_middleware=_object(raw, "enabledMiddleware"),
        remote_plugins=[each for each in remote if isinstance(each, dict)] if isinstance(remote, list) else [],
        metrics=_object(raw, "metrics"),
    )


def api_settings(project: ProjectSettings | None, options: Options) -> ApiSettings:
    """Merge project and page; without a project the page's word and the vendor's defaults stand."""
    merged: JsonObject = dict(project.integrations.get(PIPELINE, {})) if project else {}
    merged.update(_pipeline_option(options))
    api_key = merged.get("apiKey")
    retry = options.retry_queue
    if retry is None:
        retry = merged.get("retryQueue") is not False
    return ApiSettings(
        api_key=api_key if isinstance(api_key, str) else None,
        api_host=_text(merged, "apiHost") or DEFAULT_HOST,
        protocol=_text(merged, "protocol") or "https",
        delivery_strategy=_object(merged, "deliveryStrategy"),
        retry_queue=retry,
        raw=merged,
    )


def event_host(
    project: ProjectSettings | None, options: Options, cdn_url: str | None, last_known: str | None = None
) -> str | None:
    """Give the host for events, without protocol; None: nobody knows one yet, events wait in the outbox (D4).

    `last_known` is the host of an earlier answer. A region's host is guessed only where the settings address is the
    vendor's own: events of a site with a proxy never go round it.
    """
    if project is not None:
        return api_settings(project, options).api_host
    return (
        last_known or _text(_pipeline_option(options), "apiHost") or REGION_HOSTS.get(_host_of(cdn_url or DEFAULT_CDN))
    )


def _host_of(address: str) -> str:
    """Give the host of an https address that has no path; else nothing."""
    start = "https://"
    return address[len(start) :].rstrip("/").lower() if address.lower().startswith(start) else ""


def _pipeline_option(options: Options) -> JsonObject:
    return _object(options.integrations, PIPELINE)


def _object(raw: JsonObject, name: str) -> JsonObject:
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def _text(raw: JsonObject, name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""
