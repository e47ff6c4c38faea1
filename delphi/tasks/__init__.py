"""Doors without a person: what the worker does when a bell rings or a minute has passed.

Importing this package registers every bell.
"""

from delphi.tasks import analyses, notices, outbox, reminders, rounds, works

__all__ = ["analyses", "notices", "outbox", "reminders", "rounds", "works"]
