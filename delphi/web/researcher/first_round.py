"""The last look before round 1: one page to read, one button that seals the protocol and opens the round."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, validators

from delphi.db import session
from delphi.domain import protocols as documents
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.schedule import local_to_utc
from delphi.models import Study
from delphi.services import advice, first_round as service, panels, protocols, readiness, set_up, studies
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.web.researcher.protocol import view_of
from delphi.web.researcher.steps import FURTHER_PAGES, PAGES, check_in_words, evidence
from delphi.words import explained, message

SEAL = Permission.SEAL_PROTOCOL
LASTS = timedelta(days=14)
LONGEST_INSTRUCTIONS = 5_000


class FirstRoundForm(FlaskForm):
    closes_at = DateTimeLocalField(
        lazy_gettext("Closes at"), [validators.InputRequired(lazy_gettext("Say when the round closes."))]
    )
    confirm = BooleanField(
        lazy_gettext("I have read this page. Seal the protocol and send the invitations."),
        [validators.InputRequired(lazy_gettext("Tick the box to say that you have read the page."))],
    )


@blueprint.get("/studies/<int:study_id>/first-round")
@study_page(SEAL)
def first_round(study: Study) -> Any:
    return _page(study, FirstRoundForm(closes_at=_usual_end(study)))


@blueprint.post("/studies/<int:study_id>/first-round")
@study_page(SEAL)
def open_first_round(study: Study) -> Any:
    form = FirstRoundForm()
    if not form.validate():
        return _page(study, form), 400
    study_id, digest = study.id, request.form.get("digest", "")
    try:
        closes_at = local_to_utc(form.closes_at.data or _usual_end(study), study.time_zone)
        opened = service.seal_and_open(
            study, digest, closes_at, _instructions(study), by=current_user.account, now=clock.now()
        )
    except DomainError as error:
        session.rollback()  # the protocol may have been sealed a moment before
        if error.code == "round.first_is_open":
            raise
        form.form_errors.append(explained(error))
        return _page(studies.find(study_id), form), status_of(error)
    flash(_("Round %(number)s is open. The invitations are on their way.", number=opened.number), "ok")
    return redirect(url_for("facilitator.round_page", study_id=study_id, number=opened.number), 303)


def _instructions(study: Study) -> dict[str, str]:
    typed = {code: request.form.get(f"instructions_{code}", "").strip() for code in study.languages}
    return {code: text[:LONGEST_INSTRUCTIONS] for code, text in typed.items()}


def _usual_end(study: Study) -> datetime:
    """Two weeks from today, at five in the afternoon where the study is."""
    end = clock.now().astimezone(ZoneInfo(study.time_zone)) + LASTS
    return end.replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None)


def _page(study: Study, form: FirstRoundForm) -> Any:
    try:
        planned = service.planned(study)
    except DomainError as error:
        flash(message(error.code), "warning")
        return redirect(url_for("facilitator.rounds", study_id=study.id))
    draft = protocols.latest(study)
    if draft is None:
        return redirect(url_for("researcher.protocol_presets", study_id=study.id))
    found = set_up.of(study)
    checks = readiness.checks(study, found)
    return render_template(
        "researcher/studies/first_round.html",
        study=study,
        form=form,
        digest=documents.digest(draft.document),
        sealed=draft.sealed_at is not None,
        view=view_of(study, protocols.parsed(draft)),
        blocking=[check for check in readiness.blocking(checks) if check.step != "seal"],
        unwise=advice.unwise(study, found, [planned] if planned else []),
        counts={check.code: check.facts for check in checks},
        sizes=found.sizes,
        panels=found.panels,
        experts=panels.everybody(study),
        planned=planned,
        instructions=_instructions(study)
        if request.method == "POST"
        else (planned.instructions if planned else {}),
        pages=PAGES | FURTHER_PAGES,
        in_words=check_in_words,
        evidence=evidence,
    )
