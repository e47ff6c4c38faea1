"""Your page: what the expert answered and what became of it, what is written to them, and the way out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from delphi.exporters.pdf import to_pdf
from delphi.exporters.tables import to_csv
from delphi.services import about, outbox, personal, suggestions, wordings
from delphi.services.links import Visit
from delphi.web import clock, language
from delphi.web.downloads import attachment
from delphi.web.expert import blueprint
from delphi.web.expert.own_answers import columns, in_words, lines
from delphi.web.guards import expert_page


@blueprint.get("/x/<int:study_id>/me")
@expert_page
def me(visit: Visit) -> str:
    sent = suggestions.of_expert(visit)
    return render_template(
        "expert/personal/page.html",
        visit=visit,
        rounds=personal.rounds(visit),
        consents=personal.consents(visit),
        suggestions=sent,
        wordings=wordings.current({found for one in sent for found in (one.item_id, one.became_id) if found}),
        may_suggest=suggestions.taken(visit, wording=False),
        asks_about_you=bool(about.answers(visit)),
        in_words=in_words,
    )


@blueprint.get("/x/<int:study_id>/me/answers.csv")
@expert_page
def own_answers_csv(visit: Visit) -> Any:
    return attachment(to_csv(columns(), lines(visit.study, personal.rounds(visit))), "answers.csv")


@blueprint.get("/x/<int:study_id>/me/answers.pdf")
@expert_page
def own_answers_pdf(visit: Visit) -> Any:
    page = render_template(
        "expert/personal/document.html",
        visit=visit,
        rounds=personal.rounds(visit),
        in_words=in_words,
        made_at=clock.now(),
    )
    return attachment(to_pdf(page), "answers.pdf")


@blueprint.post("/x/<int:study_id>/me/reminders")
@expert_page
def choose_reminders(visit: Visit) -> Any:
    wanted = request.form.get("wanted") == "yes"
    outbox.want_reminders(visit.expert, wanted)
    flash(_("You get reminders again.") if wanted else _("You get no more reminders about this study."), "ok")
    return _back(visit)


@blueprint.post("/x/<int:study_id>/me/language")
@expert_page
def choose_own_language(visit: Visit) -> Any:
    chosen = request.form.get("language", "")
    personal.choose_language(visit, chosen)
    language.choose(chosen)
    flash(_("From now on we write to you in this language."), "ok")
    return _back(visit)


def _back(visit: Visit) -> Any:
    return redirect(url_for("expert.me", study_id=visit.study.id), 303)
