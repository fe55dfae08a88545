"""Who the visitor is: cookies, stores, user and group."""
