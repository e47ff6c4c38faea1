"""What messages say to experts: shown for an expert made up, reworded, tried out on oneself."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import TO_EXPERTS, WITH_CALENDAR
from delphi.domain.permissions import Permission
from delphi.domain.placeholders import OWN_WORDS, allowed
from delphi.emails.own_words import OwnWords, platforms
from delphi.models import Study
from delphi.services import drafting, message_templates, outbox, presentations, studies
from delphi.web import clock, stale
from delphi.web.errors import status_of
from delphi.web.framed import shut_in
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.words import explained, message as words_for

Words = dict[str, OwnWords]


@blueprint.get("/studies/<int:study_id>/messages")
@study_page(Permission.VIEW_STUDY)
def messages(study: Study) -> str:
    own = message_templates.of(study)
    languages = {kind: [one for one in study.languages if (kind, one) in own] for kind in TO_EXPERTS}
    return render_template(
        "researcher/messages/list.html",
        kinds=TO_EXPERTS,
        own=languages,
        chosen=presentations.of(study),
        problem=outbox.problem(),
    )


@blueprint.get("/studies/<int:study_id>/messages/<kind>")
@study_page(Permission.VIEW_STUDY)
def message(study: Study, kind: str) -> str:
    return _page(study, _known(kind), _in_force(study, kind))


@blueprint.post("/studies/<int:study_id>/messages/<kind>")
@study_page(Permission.EDIT_STUDY)
def reword_message(study: Study, kind: str) -> Any:
    _known(kind)
    studies.lock(study)
    words = {} if request.form.get("action") == "platform" else _typed(study)
    try:
        stale.check(_inputs(_in_force(study, kind)))
        changed = message_templates.save(study, kind, words, by=current_user.account, now=clock.now())
    except DomainError as error:
        if "field" not in error.params and error.code != "form.overtaken":  # not about what was typed
            raise
        return _page(study, kind, _in_force(study, kind) | words, error), status_of(error)
    if changed:
        flash(_("The words are saved. The next message of this kind says it so."), "ok")
    else:
        flash(_("Nothing was changed."), "ok")
    return redirect(url_for("researcher.message", study_id=study.id, kind=kind), 303)


@blueprint.get("/studies/<int:study_id>/messages/<kind>/html")
@study_page(Permission.VIEW_STUDY)
def message_html(study: Study, kind: str) -> Response:
    """For its frame: the words in force."""
    return shut_in(drafting.sample(study, _known(kind), _language(study), clock.now()).html)


@blueprint.post("/studies/<int:study_id>/messages/<kind>/html")
@study_page(Permission.EDIT_STUDY)
def try_message(study: Study, kind: str) -> Response:
    """For its frame: the words as they are typed, without keeping them."""
    language = _language(study)
    typed = {language: _typed(study)[language]}
    try:
        words = message_templates.checked(kind, typed).get(language)
    except DomainError as error:
        if "field" not in error.params:
            raise
        return shut_in(render_template("researcher/messages/refused.html", text=explained(error)), 400)
    return shut_in(drafting.sample(study, kind, language, clock.now(), words=words).html)


@blueprint.post("/studies/<int:study_id>/messages/<kind>/test")
@study_page(Permission.EDIT_STUDY)
def test_message(study: Study, kind: str) -> Any:
    account, language = current_user.account, _language(study)
    sent = message_templates.send_test(study, _known(kind), language, to=account, now=clock.now())
    if problem := outbox.problem():
        flash(words_for(problem), "warning")
    elif sent:
        flash(_("A test is on its way to %(email)s.", email=account.email), "ok")
    else:
        flash(_("A test went out less than a minute ago. Look into your mailbox first."), "warning")
    return redirect(url_for("researcher.message", study_id=study.id, kind=kind), 303)


def _known(kind: str) -> str:
    if kind not in TO_EXPERTS:
        raise NotFound("message.kind_unknown")
    return kind


def _language(study: Study) -> str:
    asked = request.values.get("language", "")
    return asked if asked in study.languages else study.languages[0]


def _in_force(study: Study, kind: str) -> Words:
    """In each language the study's own words, else the platform's; nothing where they cannot be changed."""
    if kind not in OWN_WORDS:
        return {}
    own = message_templates.of(study)
    return {one: own.get((kind, one)) or platforms(kind, one) for one in study.languages}


def _inputs(words: Words) -> dict[str, str]:
    return {f"subject_{one}": own.subject for one, own in words.items()} | {
        f"body_{one}": own.body for one, own in words.items()
    }


def _typed(study: Study) -> Words:
    form = request.form
    return {
        one: OwnWords(form.get(f"subject_{one}", ""), form.get(f"body_{one}", "")) for one in study.languages
    }


def _page(study: Study, kind: str, words: Words, error: DomainError | None = None) -> str:
    own = message_templates.of(study)
    samples = {one: drafting.sample(study, kind, one, clock.now()) for one in study.languages}
    wrong = f"{error.params['field']}_{error.params['language']}" if error and error.params else ""
    return render_template(
        "researcher/messages/message.html",
        kind=kind,
        words=words,
        seen=stale.mark(_inputs(_in_force(study, kind))),
        own=[one for one in study.languages if (kind, one) in own],
        samples=samples,
        names=[f"{{{name}}}" for name in allowed(kind)],
        with_calendar=kind in WITH_CALENDAR,
        chosen=presentations.of(study),
        error=error and explained(error),
        wrong=wrong,
    )
