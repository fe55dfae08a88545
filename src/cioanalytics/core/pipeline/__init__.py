"""Who sees an event on its way: plugins, middleware, plan, routing, listeners."""
