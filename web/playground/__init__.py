"""The playground: a page that shows an identity at a glance, and the small real server behind it."""
