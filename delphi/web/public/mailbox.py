"""The demo's mailbox: each message as the person written to would get it."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, current_app, render_template, request

from delphi.emails import mailbox as folder
from delphi.web.framed import shut_in
from delphi.web.guards import public
from delphi.web.public import blueprint

PAGE_LENGTH = 50
HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)


@blueprint.get("/mailbox")
@public("demo mode only, where every message is to an invented person; elsewhere it is not there")
def mailbox() -> str:
    kept = folder.newest(_folder(), PAGE_LENGTH + 1, before=request.args.get("before", ""))
    older = kept[PAGE_LENGTH - 1].name if len(kept) > PAGE_LENGTH else None
    return render_template("public/mailbox/index.html", messages=kept[:PAGE_LENGTH], older=older)


@blueprint.get("/mailbox/<name>")
@public("demo mode only, where every message is to an invented person; elsewhere it is not there")
def mailbox_message(name: str) -> str:
    mail = folder.read(_folder(), name) or abort(404)
    headers = {header: folder.header(mail, header) for header in HEADERS if mail[header]}
    return render_template(
        "public/mailbox/message.html", name=name, headers=headers, text=folder.body(mail, "plain")
    )


@blueprint.get("/mailbox/<name>/html")
@public("demo mode only, where every message is to an invented person; elsewhere it is not there")
def mailbox_html(name: str) -> Response:
    mail = folder.read(_folder(), name) or abort(404)
    return shut_in(folder.body(mail, "html"))


def _folder() -> Path:
    settings = current_app.config["SETTINGS"]
    if not settings.uses_mailbox:
        abort(404)
    return Path(settings.mailbox_folder)
