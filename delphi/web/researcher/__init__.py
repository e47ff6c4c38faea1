"""The researcher face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("researcher", __name__)

from delphi.web.researcher import team  # noqa: E402, F401
from delphi.web.researcher import consent, panels, protocol, sealing, studies  # noqa: E402, F401
from delphi.web.researcher import domains, item_import, items  # noqa: E402, F401
from delphi.web.researcher import expert_form, expert_import, experts  # noqa: E402, F401
