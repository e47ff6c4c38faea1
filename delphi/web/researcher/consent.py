"""The consent text: written in each language, kept in versions."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.db import Translated
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import ConsentText, Study
from delphi.services import consents, studies
from delphi.web import clock, stale
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint, steps
from delphi.words import explained


@blueprint.get("/studies/<int:study_id>/consent")
@study_page(Permission.VIEW_STUDY)
def consent(study: Study) -> str:
    """The text in force and those before it."""
    versions = consents.versions(study)
    gaps = consents.gaps(versions[0][0]) if versions else []
    return render_template("researcher/consent/text.html", versions=versions, gaps=gaps)


@blueprint.get("/studies/<int:study_id>/consent/edit")
@study_page(Permission.EDIT_STUDY)
def edit_consent(study: Study) -> str:
    current = consents.current(study)
    return _editor(study, _completed(study, current.texts if current else {}))


@blueprint.post("/studies/<int:study_id>/consent/edit")
@study_page(Permission.EDIT_STUDY)
def save_consent(study: Study) -> Any:
    texts = {language: request.form.get(f"text_{language}", "") for language in study.languages}
    if request.form.get("action") == "preview":
        return _editor(study, texts, preview=True)
    studies.lock(study)
    before = consents.current(study)
    try:
        stale.check(_inputs(study, before))
        saved = consents.save_text(study, texts, by=current_user.account, now=clock.now())
    except DomainError as error:
        return _editor(study, texts, error), status_of(error)
    if before is not None and saved.number == before.number:
        flash(_("Nothing was changed, so version %(number)s stays.", number=saved.number), "ok")
    else:
        flash(_("Version %(number)s of the consent text is in force.", number=saved.number), "ok")
    if request.form.get("action") == "next":
        return redirect(steps.next_page(study), 303)
    return redirect(url_for("researcher.consent", study_id=study.id), 303)


def _inputs(study: Study, current: ConsentText | None) -> dict[str, str]:
    texts = current.texts if current else {}
    return {f"text_{language}": texts.get(language, "") for language in study.languages}


def _completed(study: Study, texts: Translated) -> Translated:
    """The text so far; where a language has none yet, the text we offer."""
    return {
        language: texts.get(language)
        or render_template(f"researcher/consent/offered.{language}.txt", study=study)
        for language in study.languages
    }


def _editor(study: Study, texts: Translated, error: DomainError | None = None, preview: bool = False) -> str:
    return render_template(
        "researcher/consent/edit.html",
        study=study,
        texts=texts,
        versions=consents.versions(study),
        error=error and explained(error),
        seen=stale.mark(_inputs(study, consents.current(study))),
        wrong=error and error.params.get("language"),
        preview=preview,
    )
