"""Questions about the expert: optional, asked after the first page of answers, open to change later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from delphi.domain import question_answers
from delphi.domain.errors import DomainError
from delphi.domain.question_answers import NOT_SAID
from delphi.domain.sections import Section
from delphi.models import Question
from delphi.services import about, questions
from delphi.services.answering import Sheet
from delphi.services.links import Visit
from delphi.web import language, paths
from delphi.web.errors import status_of
from delphi.web.expert import blueprint
from delphi.web.expert.consent import consented
from delphi.web.guards import expert_page
from delphi.words import explained


@blueprint.get("/x/<int:study_id>/about-you")
@expert_page
@consented
def about_you(visit: Visit) -> Any:
    listed = about.answers(visit)
    if not listed:
        return redirect(url_for("expert.tasks", study_id=visit.study.id), 303)
    chosen = {question.id: known for question, known in listed}
    return _page(visit, [question for question, _known in listed], chosen, request.args.get("next"))


@blueprint.post("/x/<int:study_id>/about-you")
@expert_page
@consented
def save_about_you(visit: Visit) -> Any:
    """All of the page, or nothing of it with what was chosen still there."""
    listed = questions.of(visit.study)
    sent = {question.id: request.form.getlist(f"q-{question.id}") for question in listed}
    problems = _problems(listed, sent)
    if problems:
        page = _page(visit, listed, sent, request.form.get("next"), problems)
        return page, max(map(status_of, problems.values()))
    about.save(visit, sent)
    onwards = _onwards(visit, request.form.get("next"))
    if "language" in request.form:
        language.choose(request.form["language"])
        return redirect(url_for("expert.about_you", study_id=visit.study.id, next=onwards), 303)
    flash(_("Your answers about you are saved."), "ok")
    return redirect(onwards, 303)


def _problems(listed: Sequence[Question], sent: Mapping[int, Sequence[str]]) -> dict[int, DomainError]:
    found = {}
    for question in listed:
        try:
            question_answers.checked(question, sent[question.id])
        except DomainError as error:
            found[question.id] = error
    return found


def _page(
    visit: Visit,
    listed: Sequence[Question],
    chosen: Mapping[int, Sequence[str]],
    target: str | None,
    problems: Mapping[int, DomainError] | None = None,
) -> str:
    return render_template(
        "expert/about_you.html",
        questions=listed,
        chosen=chosen,
        not_said=NOT_SAID,
        onwards=_onwards(visit, target),
        problems={question_id: explained(error) for question_id, error in (problems or {}).items()},
    )


def _onwards(visit: Visit, target: str | None) -> str:
    return paths.local(target, url_for("expert.tasks", study_id=visit.study.id))


def detour(visit: Visit, sheet: Sheet, section: Section, page: int, onwards: str) -> str:
    """`onwards`, or these questions on the way there when the first page of answers has just been saved."""
    here = {entry.task.item_id for entry in section.page(page)}
    done = {task.item_id for task in sheet.tasks if task.done}
    if not done or not done <= here or not about.waiting(visit):
        return onwards
    return url_for("expert.about_you", study_id=visit.study.id, next=onwards)
