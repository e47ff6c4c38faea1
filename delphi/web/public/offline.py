"""What an expert's browser shows when there is no connection: one page in every language, with nothing of a study."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, render_template
from flask_babel import force_locale

from delphi.domain.languages import LANGUAGES
from delphi.web.guards import public
from delphi.web.public import blueprint


@blueprint.get("/offline")
@public("the same for everyone")
def offline() -> str:
    texts = {}
    for code in LANGUAGES:
        with force_locale(code):
            texts[code] = render_template("public/offline_text.html")
    return render_template("public/offline.html", texts=texts)


@blueprint.get("/service-worker.js")
@public("the same for everyone")
def worker() -> Response:
    """May stand in front of experts' pages and of no other."""
    script = Path(str(current_app.static_folder), "worker.js").read_text()
    return Response(script, mimetype="text/javascript", headers={"Service-Worker-Allowed": "/x/"})
