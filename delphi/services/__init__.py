"""Use cases: the only code that writes. Nothing here commits."""
