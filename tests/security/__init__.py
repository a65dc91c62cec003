"""Attacks: on the walls, sessions, inputs, secrets and pages."""
