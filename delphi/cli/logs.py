"""What the two servers say on the terminal."""

from __future__ import annotations

import logging


def log_to_terminal() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for chatty in ("alembic", "huey", "weasyprint", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
