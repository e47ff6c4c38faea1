"""End the news of a study by mail: a page with a button, and one click from a mail program (RFC 8058)."""

from __future__ import annotations

from typing import Any

from flask import g, render_template

from delphi.domain.news import News
from delphi.models import Membership
from delphi.services import news
from delphi.web.guards import public
from delphi.web.public import blueprint
from delphi.web.security import csrf


@blueprint.get("/news/<token>")
@public("the signed address says whose news they are; the page changes nothing")
def news_by_mail(token: str) -> Any:
    return _page(news.by_stop_token(token), token)


@blueprint.post("/news/<token>")
@csrf.exempt  # mail programs post here by themselves; the token, not a cookie, says who it is
@public("the signed address says whose news they are; all it can do is end them")
def stop_news(token: str) -> Any:
    membership = news.by_stop_token(token)
    if membership is not None:
        news.choose(membership, News.NEVER)
    return _page(membership, token)


def _page(membership: Membership | None, token: str) -> Any:
    if membership is not None:
        g.own_language = membership.account.language
    status = 200 if membership else 404
    return render_template("public/stop_news.html", membership=membership, token=token), status
