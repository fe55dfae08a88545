"""What happened: the shape of calls, events and the page they happened on."""
