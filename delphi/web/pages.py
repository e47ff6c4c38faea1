"""What templates may use: words, times and small facts about the reader."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import Flask, g
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from delphi import __version__
from delphi.domain import paragraphs
from delphi.domain.languages import LANGUAGES
from delphi.models import Study, Wording
from delphi.services import from_experts
from delphi.web import clock, guards, quick_exit
from delphi.web.owner import owner
from delphi.words import (
    decisions as decision_words,
    in_turn,
    label,
    language_of,
    lead_in,
    message,
    percent,
    translated,
    works as work_words,
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        blocks=paragraphs.blocks,
        label=label,
        message=message,
        lead_in=lead_in,
        in_turn=in_turn,
        percent=percent,
        translated=translated,
        language_of=language_of,
        spoken=spoken,
        translated_wording=translated_wording,
        decided_by=decision_words.decided_by,
        plain_number=decision_words.plain_number,
        fixed_number=decision_words.fixed_number,
        exact_in_words=decision_words.exact_in_words,
        groups_in_words=decision_words.groups_in_words,
        may=guards.may,
        waiting=_waiting,
        way_out=quick_exit.way_out,
        when=when,
        how_far=work_words.how_far,
        size_of=work_words.size_of,
        now=clock.now,
        form_key=form_key,
        languages=LANGUAGES,
        version=__version__,
        language=lambda: str(get_locale()),
    )
    app.add_template_global(csrf_field, "csrf")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


DAYS = {"medium": "yMMMEd", "short": "yMMMd"}


def _waiting(study: Study) -> int:
    """Asked once for a page: beside the tab, and on the overview."""
    if "waiting" not in g:
        g.waiting = from_experts.waiting(study)
    return int(g.waiting)


def when(moment: datetime | None, form: str = "medium") -> Markup:
    """A time in the study's zone, named; a script shows the reader's own zone beside it where that differs."""
    if moment is None:
        return Markup("")
    zone = ZoneInfo(str(g.get("zone", "UTC")))
    day, time = (
        format_skeleton(skeleton, moment, zone, locale=get_locale()) for skeleton in (DAYS[form], "Hm")
    )
    own = Markup(' data-zone="{}"').format(zone.key) if form == "medium" else ""
    return Markup('<time datetime="{}"{}>{} ({})</time>').format(
        moment.isoformat(), own, f"{day}, {time}", moment.astimezone(zone).tzname()
    )


def spoken(texts: Mapping[str, str] | None) -> Markup:
    """`translated`, with its language named for screen readers where it is not the page's."""
    text, code = translated(texts), language_of(texts)
    if not text or code == str(get_locale()):
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(code, text)


def form_key() -> str:
    """For forms that begin something: sent twice, they begin one."""
    return secrets.token_urlsafe(12)


def csrf_field() -> Markup:
    """What every POST form carries, and on an expert's page whose it is."""
    token = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
    if "visit" not in g:
        return token
    return token + Markup('<input type="hidden" name="owner" value="{}">').format(owner(g.visit))


def translated_wording(wording: Wording, part: str = "title") -> str:
    """A wording's title (or another part) in the reader's language, else in one it has."""
    return translated({text.language: getattr(text, part) for text in wording.texts})
