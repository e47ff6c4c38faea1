"""Reading the forms of items: texts, place and panels, and which inputs a refusal is about."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.wordings import LIMITS, ItemText, written
from delphi.models import Domain, Panel, Study
from delphi.services import domains, panels
from delphi.web.numbers import whole


def texts(study: Study, prefix: str = "") -> dict[str, ItemText]:
    """As typed; on a page that nobody has sent yet, what its address says."""
    given = request.form if request.method == "POST" else request.args
    return {
        language: written(*(given.get(f"{prefix}{field}_{language}", "") for field in LIMITS))
        for language in study.languages
    }


def inputs(study: Study, said: Mapping[str, ItemText]) -> dict[str, str]:
    """What a wording puts into the inputs, by their names."""
    return {
        f"{field}_{language}": getattr(said[language], field) if language in said else ""
        for language in study.languages
        for field in LIMITS
    }


def domain(study: Study, name: str = "domain") -> Domain | None:
    domain_id = request.form.get(name, type=whole)
    return domains.get(study, domain_id) if domain_id else None


def chosen_panels(study: Study) -> list[Panel]:
    """Those ticked; none, or every one, means every panel."""
    known = panels.list_of(study)
    ticked = set(request.form.getlist("panels", type=whole))
    if ticked - {panel.id for panel in known}:
        raise NotFound("panel.not_found")
    return [panel for panel in known if panel.id in ticked] if len(ticked) < len(known) else []


def wrong_fields(study: Study, error: DomainError | None) -> set[str]:
    """The names of the inputs that a refusal is about; those of the second part begin with "p2_"."""
    if error is None:
        return set()
    prefix = f"p{error.params['part']}_" if "part" in error.params else ""
    noun = error.code.partition(".")[2]
    if noun.startswith("code"):
        return {f"{prefix}code"}
    if noun.startswith(("reason", "why")):
        return {"reason"}
    field = next((field for field in LIMITS if field in noun), "")
    language = error.params.get("language") or study.languages[0]
    return {f"{prefix}{field}_{language}"} if field else set()
