"""The demo study: its content as data files, and a generator of plausible answers."""
