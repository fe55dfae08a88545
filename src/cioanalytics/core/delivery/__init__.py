"""How an event reaches the host: outbox, backoff, requests, leaving the page."""
