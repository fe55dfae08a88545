"""What a visitor sees: a real browser, the built `dist/`, and a small site that records what arrives."""
