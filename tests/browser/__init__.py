"""Journeys through the web app in a real browser."""
