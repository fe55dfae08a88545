"""Foreign code for the tests: what a project's settings may name, as scripts of the CDN.

`told` on the window is what this code saw, in order.
"""

from __future__ import annotations

import json
from typing import Any

from tests.browser.site import Settings, Site, default_settings

ACTIONS = "/v1/analytics-js/actions"
VENDOR = "https://cdp.customer.io"
TELL = "(window.told ||= []).push"
BROWSER = {"type": "browser", "bundlingStatus": "bundled"}


def integration_script(path: str, name: str, *, more: str = "", initialize: str = "", ready: bool = True) -> str:
    """Write an integration of the shape of analytics.js: a constructor with settings, an emitter, `invoke`."""
    return f"""
window["{path}Deps"] = [];
window["{path}Loader"] = function () {{
  function Integration(options) {{
    this.options = options;
    this.handlers = {{}};
    {TELL}(["constructed", "{name}", options, {{
      cookie: /ajs_anonymous_id=([^;]*)/.exec(document.cookie)?.[1] ?? null,
      storage: localStorage.getItem("ajs_anonymous_id"),
    }}]);
  }}
  Integration.prototype = {{
    name: "{name}",
    on(event, handler) {{ (this.handlers[event] ||= []).push(handler); return this; }},
    once(event, handler) {{
      const once = (...args) => {{
        this.handlers[event] = this.handlers[event].filter((one) => one !== once);
        handler(...args);
      }};
      return this.on(event, once);
    }},
    emit(event, ...args) {{
      for (const handler of [...(this.handlers[event] ?? [])]) handler.apply(this, args);
      return this;
    }},
    initialize() {{
      {TELL}(["initialize", "{name}", this.analytics.user().anonymousId()]);
      {initialize}
      this.emit("initialize");
      window.become = () => this.emit("ready");
      if ({json.dumps(ready)}) setTimeout(() => this.emit("ready"));
    }},
    invoke(method, facade) {{ return this[method]?.(facade); }},
    track(facade) {{ {TELL}(["track", "{name}", facade.event(), facade.properties(), facade.obj.type]); }},
    page(facade) {{ {TELL}(["page", "{name}", facade.name()]); }},
    identify(facade) {{ {TELL}(["identify", "{name}", facade.userId(), facade.traits()]); }},
    group(facade) {{ {TELL}(["group", "{name}", facade.groupId()]); }},
    alias(facade) {{ {TELL}(["alias", "{name}", facade.to()]); }},
  }};
  {more}
  window["{path}Integration"] = Integration;
}};
"""


def plugin_script(library: str, name: str, *, kind: str = "destination", body: str = "", load: str = "") -> str:
    """Write a script that leaves a plugin factory on the window."""
    return f"""
window["{library}"] = function (settings) {{
  {TELL}(["factory", settings, {{
    cookie: /ajs_anonymous_id=([^;]*)/.exec(document.cookie)?.[1] ?? null,
    storage: localStorage.getItem("ajs_anonymous_id"),
  }}]);
  return {{
    name: "{name}", type: "{kind}", version: "1.0.0",
    isLoaded: () => true,
    load: async (ctx, analytics) => {{ {load} }},
    track: (ctx) => {{ {TELL}(["plugin track", ctx.event.event, ctx.event.properties]); {body} return ctx; }},
  }};
}};
"""


def remote(name: str, *, url: str = "", library: str = "", creation: str = "", **settings: Any) -> dict[str, Any]:
    """Describe a remote plugin as the settings do."""
    library = library or f"{name.lower()}Plugin"
    return {
        "name": name,
        "creationName": creation or name,
        "url": url or f"{VENDOR}/plugins/{name.lower()}/1/index.js",
        "libraryName": library,
        "settings": settings,
    }


def serve(site: Site, path: str, text: str) -> None:
    site.files[path] = ("text/javascript", text)


def settle(site: Site, **more: Any) -> None:
    """Lay parts over the settings; `integrations` stand beside the pipeline."""

    def settings(key: str, host: str) -> Settings:
        made = default_settings(key, host)
        parts: Settings = dict(more)
        made["integrations"] |= parts.pop("integrations", {})
        return made | parts

    site.settings = settings
