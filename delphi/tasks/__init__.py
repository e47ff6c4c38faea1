"""Doors without a person: what the worker does when a bell rings or a minute has passed."""
