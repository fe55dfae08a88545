"""Hostile pages, one case a test: nothing lost, nobody mixed up, nothing thrown."""
