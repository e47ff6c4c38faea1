"""Reading comments and choosing those that experts will see."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import board, comment_review, rounds
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page
from delphi.web.numbers import whole


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/comments")
@study_page(Permission.READ_COMMENTS)
def comments(study: Study, number: int) -> str:
    shown = rounds.get(study, number)
    item_id = request.args.get("item", type=whole)
    found = comment_review.of_round(shown, item_id) if shown.protocol_id else []
    by_item = [(key, list(group)) for key, group in groupby(found, key=lambda one: one.item_id)]
    return render_template(
        "facilitator/comments.html",
        round=shown,
        by_item=by_item,
        total=comment_review.total(shown),
        texts=board.round_texts(shown),
        item_id=item_id,
    )


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/comments")
@study_page(Permission.MAKE_DECISIONS)
def choose_comments(study: Study, number: int) -> Any:
    shown = rounds.get(study, number)
    ids = {name: request.form.getlist(name, type=whole) for name in ("seen", "chosen", "hidden")}
    total = request.form.get("total", type=whole, default=0)
    comment_review.choose(study, shown.id, **ids, total=total, by=current_user.account, now=clock.now())
    flash(
        _(
            "Saved. %(count)s comments of this page go into the feedback.",
            count=len(set(ids["chosen"]) - set(ids["hidden"])),
        ),
        "ok",
    )
    target = url_for(
        "facilitator.comments", study_id=study.id, number=number, item=request.args.get("item", type=whole)
    )
    return redirect(target, 303)
