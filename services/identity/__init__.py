"""Accounts, persons, ID-card checks and school enrolments."""
