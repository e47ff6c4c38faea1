"""One-off messages: written, looked at in each language with a count, sent by a second click; and what was sent."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.db import session
from delphi.domain.audiences import URGES, Audience, Group, from_dict
from delphi.domain.errors import DomainError, Forbidden, NotFound
from delphi.domain.messages import MessageKind
from delphi.domain.permissions import Permission
from delphi.domain.placeholders import allowed
from delphi.emails.own_words import OwnWords
from delphi.models import Study
from delphi.services import announcements as service, experts, panels, presentations
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import blueprint
from delphi.web.framed import shut_in
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.words import explained

RUN = Permission.RUN_ROUNDS


@blueprint.get("/studies/<int:study_id>/announcements")
@study_page(Permission.VIEW_EXPERTS)
def announcements(study: Study) -> str:
    return render_template("facilitator/announcements/list.html", sent=service.of_study(study))


@blueprint.get("/studies/<int:study_id>/announcements/new")
@study_page(RUN)
def new_announcement(study: Study) -> str:
    return _form_page(study, service.begin(study), Audience(Group.EVERYONE))


@blueprint.post("/studies/<int:study_id>/announcements/new")
@study_page(RUN)
def look_at_announcement(study: Study) -> Any:
    """Shows what would be sent, to how many; or, to go on writing, the form again. Nothing is kept."""
    words, audience = _typed(study), _audience()
    if "write" in request.form:
        return _form_page(study, words, audience)
    try:
        shown = service.draft(study, words, audience, clock.now())
    except DomainError as error:
        return _refused(study, words, audience, error)
    return _look_page(study, shown)


@blueprint.post("/studies/<int:study_id>/announcements/send")
@study_page(RUN)
def send_announcement(study: Study) -> Any:
    words, audience, form = _typed(study), _audience(), request.form
    by, now = current_user.account, clock.now()
    look, sealed = form.get("look", ""), form.get("seal", "")
    try:
        sent, new = service.send(study, words, audience, look=look, sealed=sealed, by=by, now=now)
    except DomainError as error:
        if error.code == "announcement.changed":
            session.rollback()
            return _look_page(study, service.draft(study, words, audience, now), explained(error)), 409
        return _refused(study, words, audience, error)
    if new:
        flash(ngettext("%(num)s message is queued.", "%(num)s messages are queued.", sent.count), "ok")
    else:
        flash(_("This was sent already."), "warning")
    return redirect(url_for("facilitator.announcement", study_id=study.id, announcement_id=sent.id), 303)


@blueprint.post("/studies/<int:study_id>/announcements/html")
@study_page(RUN)
def try_announcement(study: Study) -> Response:
    """For its frame: the words as they are typed, without keeping them."""
    asked = request.form.get("language", "")
    language = asked if asked in study.languages else study.languages[0]
    opened = experts.open_round(study, clock.now())
    try:
        words = service.checked_words(_typed(study)[language], of_round=opened is not None)
    except DomainError as error:
        return shut_in(render_template("researcher/messages/refused.html", text=explained(error)), 400)
    return shut_in(service.sample(study, language, words, clock.now()).html)


@blueprint.get("/studies/<int:study_id>/announcements/<int:announcement_id>")
@study_page(Permission.VIEW_EXPERTS)
def announcement(study: Study, announcement_id: int) -> str:
    sent = service.get(study, announcement_id)
    return render_template(
        "facilitator/announcements/announcement.html",
        sent=sent,
        audience=from_dict(sent.audience),
        panels={panel.id: panel for panel in panels.list_of(study)},
        states=service.states_of(sent),
    )


def _typed(study: Study) -> dict[str, OwnWords]:
    form = request.form
    return {
        one: OwnWords(form.get(f"subject_{one}", ""), form.get(f"body_{one}", "")) for one in study.languages
    }


def _audience() -> Audience:
    try:
        group = Group(request.form.get("group", ""))
    except ValueError:
        raise DomainError("announcement.group_unknown") from None
    return Audience(group, tuple(sorted(set(request.form.getlist("panels", type=whole)))))


def _refused(study: Study, words: service.Words, audience: Audience, error: DomainError) -> Any:
    if isinstance(error, (NotFound, Forbidden)) or error.code.endswith(".wrong_state"):
        raise error
    session.rollback()
    return _form_page(study, words, audience, error), status_of(error)


def _form_page(
    study: Study, words: service.Words, audience: Audience, error: DomainError | None = None
) -> str:
    opened = experts.open_round(study, clock.now())
    wrong = "group"
    if error and "field" in error.params:
        wrong = f"{error.params['field']}_{error.params.get('language', study.languages[0])}"
    return render_template(
        "facilitator/announcements/write.html",
        words=words,
        audience=audience,
        groups=list(Group) if opened else [Group.EVERYONE],
        urges=URGES,
        round=opened,
        panels=panels.list_of(study),
        names=[f"{{{name}}}" for name in allowed(MessageKind.ANNOUNCEMENT, of_round=opened is not None)],
        chosen=presentations.of(study),
        error=explained(error) if error else "",
        wrong=wrong if error else "",
    )


def _look_page(study: Study, shown: service.Draft, changed: str = "") -> str:
    look = secrets.token_hex(8)
    now = clock.now()
    return render_template(
        "facilitator/announcements/look.html",
        shown=shown,
        samples={code: service.sample(study, code, words, now) for code, words in shown.words.items()},
        panels=panels.list_of(study),
        look=look,
        seal=service.seal(shown, look),
        changed=changed,
        urges=shown.audience.group in URGES,
        now=now,
    )
