"""One scenario, the vendor's client and ours in one Chromium, everything visible compared."""
