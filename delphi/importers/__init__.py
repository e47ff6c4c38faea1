"""Files that people bring: read, checked and turned into plain values. No database, no web."""
