"""The facilitator face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("facilitator", __name__)
