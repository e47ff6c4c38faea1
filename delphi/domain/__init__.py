"""Pure decisions: states, permissions, feedback, anonymity, schedule. No database, no web."""
