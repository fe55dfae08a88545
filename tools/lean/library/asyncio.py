"""No event loop: the client steps its own coroutines, and waits for the page through callbacks."""


def get_event_loop():
    raise RuntimeError("there is no event loop in the lean runtime")
