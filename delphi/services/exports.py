"""The study's data as tables: enough for anyone to recompute every verdict, and nothing that names an expert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.errors import NotFound
from delphi.exporters.tables import Cell, to_csv, to_zip
from delphi.models import (
    Decision,
    Domain,
    Expert,
    Item,
    Panel,
    Protocol,
    Rating,
    Round,
    RoundItem,
    StoredVerdict,
    Study,
    Wording,
)
from delphi.scoring.scales import BANDS
from delphi.services import (
    comment_exports,
    descents,
    domains,
    item_fields,
    presentation_file,
    protocols,
    verdicts,
    wordings,
)
from delphi.services.comment_exports import Numbered


class Table(NamedTuple):
    columns: list[str]
    rows: Iterable[list[Cell]]


def file(study: Study, name: str, *, now: datetime, comments: Sequence[Numbered] | None = None) -> bytes:
    """One export by its file name, see `names`; `comments` where they have been read already."""
    if name == ARCHIVE:
        comments = comment_exports.numbered(study)
        files = (one for one in names(study) if one != ARCHIVE)
        return to_zip({one: file(study, one, now=now, comments=comments) for one in files}, now)
    if name in TABLES:
        return _csv(TABLES[name](study))
    if name in COMMENT_TABLES:
        return _csv(
            COMMENT_TABLES[name](study, comment_exports.numbered(study) if comments is None else comments)
        )
    if name == presentation_file.NAME:
        return presentation_file.document(study).encode()
    for protocol in protocols.sealed_versions(study):
        if name == _protocol_name(protocol):
            return protocol.document.encode()
    raise NotFound("export.not_found")


def _csv(table: Table) -> bytes:
    return to_csv(table.columns, table.rows)


def names(study: Study) -> list[str]:
    return [*TABLES, *COMMENT_TABLES, presentation_file.NAME, *_protocol_names(study), ARCHIVE]


def ratings(study: Study) -> Table:
    """A row for each expert asked, item and criterion of a closed round; no answer is an empty rating.

    No times, which could tell who answered, and nothing of an open round, which nobody may look into.
    """
    columns = ["round", "item", "wording", "criterion", "expert", "panels", "rating", "unable"]
    return Table(columns, _rating_rows(study))


def _rating_rows(study: Study) -> Iterable[list[Cell]]:
    codes = dict(session.execute(select(Expert.id, Expert.code).where(Expert.study_id == study.id)).all())
    for one in _closed(study):
        criteria = protocols.of_round(one).rules.criteria
        numbers, answers = wordings.numbers(one), _answers(one)
        for asked in verdicts.asked_in(one):
            held = _panels_by_expert(asked.panels)
            for criterion in criteria:
                for expert_id in sorted(asked.experts, key=lambda key: codes[key]):
                    point, unable = answers.get((asked.item_id, expert_id, criterion), (None, False))
                    panels = ";".join(held[expert_id])
                    yield [
                        one.number,
                        asked.code,
                        numbers[asked.item_id],
                        criterion,
                        codes[expert_id],
                        panels,
                        point,
                        unable,
                    ]


def items(study: Study) -> Table:
    """Every wording of every item, the languages side by side."""
    texts = [
        f"{part}_{language}" for language in study.languages for part in ("title", "description", "examples")
    ]
    keys = [field.key for field in item_fields.of(study)]
    columns = ["code", "state", "part", "domain", "subdomain", "panels", "wording", "reason", *texts]
    return Table([*columns, *(f"field:{key}" for key in keys)], _item_rows(study, keys))


def _item_rows(study: Study, keys: Sequence[str]) -> Iterable[list[Cell]]:
    panels = dict(session.execute(select(Panel.id, Panel.code).where(Panel.study_id == study.id)).all())
    tree = domains.by_id(study)
    query = (
        select(Item)
        .where(Item.study_id == study.id)
        .order_by(Item.position, Item.id)
        .options(selectinload(Item.wordings).selectinload(Wording.texts), selectinload(Item.panels))
    )
    for item in session.scalars(query):
        limited = ";".join(panels[row.panel_id] for row in item.panels) or "all"
        place = _place(item, tree, study.languages[0])
        for wording in item.wordings:
            by_language = {text.language: text for text in wording.texts}
            cells: list[Cell] = []
            for language in study.languages:
                text = by_language.get(language)
                cells += [text.title, text.description, text.examples] if text else [None] * 3
            cells += [item.fields.get(key) for key in keys]
            yield [item.code, item.state.value, *place, limited, wording.number, wording.reason, *cells]


def descent_table(study: Study) -> Table:
    """Which items were merged into which, and which were split into which, with the reasons."""
    rows: Iterable[list[Cell]] = (
        [
            step.source.code,
            step.result.code,
            step.descent.kind.value,
            step.descent.reason,
            step.descent.made_at,
        ]
        for step in descents.of_study(study)
    )
    return Table(["from", "into", "kind", "reason", "made_at"], rows)


def verdict_table(study: Study) -> Table:
    """What the rules said, with the numbers of every group large enough to show."""
    columns = [
        *(
            "round",
            "item",
            "wording",
            "protocol",
            "protocol_sha256",
            "verdict",
            "deciding_rule",
            "criterion",
            "group",
        ),
        *("n", "unable", "low", "middle", "high", "percent_low", "percent_high", "median", "q1", "q3", "iqr"),
    ]
    return Table(columns, _verdict_rows(study))


def _verdict_rows(study: Study) -> Iterable[list[Cell]]:
    query = (
        select(Round.number, Item.code, Wording.number, Protocol.number, Protocol.digest, StoredVerdict)
        .join(Round, Round.id == StoredVerdict.round_id)
        .join(Item, Item.id == StoredVerdict.item_id)
        .join(RoundItem, (RoundItem.round_id == Round.id) & (RoundItem.item_id == Item.id))
        .join(Wording, Wording.id == RoundItem.wording_id)
        .join(Protocol, Protocol.id == StoredVerdict.protocol_id)
        .where(Round.study_id == study.id)
        .order_by(Round.number, RoundItem.position)
    )
    for number, code, wording, protocol, digest, stored in session.execute(query):
        rule = stored.judgement["rule"]
        start: list[Cell] = [
            number,
            code,
            wording,
            protocol,
            digest,
            stored.verdict,
            None if rule is None else rule + 1,
        ]
        for criterion, groups in stored.judgement["summaries"].items():
            if not stored.shown_groups:
                yield [*start, criterion, *[None] * 12]
            for group in stored.shown_groups:
                yield [*start, criterion, group, *_numbers(groups[group])]


def _numbers(summary: Mapping[str, Any]) -> list[Cell]:
    exact = [
        summary["low"]["percent"],
        summary["high"]["percent"],
        *(summary[key] for key in ("median", "q1", "q3", "iqr")),
    ]
    counts = [
        summary["n"],
        summary["unable"],
        *(summary[band]["count"] for band in BANDS),
    ]
    return [*counts, *(value.get("value") for value in exact)]


def decision_table(study: Study) -> Table:
    """Every decision ever made, the latest of a round and item being in force unless it is undone."""
    query = (
        select(
            Round.number,
            Item.code,
            Decision.verdict,
            Decision.outcome,
            Decision.reason,
            Decision.undone,
            Decision.decided_at,
        )
        .join(Round, Round.id == Decision.round_id)
        .join(Item, Item.id == Decision.item_id)
        .where(Round.study_id == study.id)
        .order_by(Decision.id)
    )
    columns = ["round", "item", "verdict", "outcome", "reason", "undone", "decided_at"]
    return Table(columns, (list(row) for row in session.execute(query)))


def comment_table(study: Study, comments: Sequence[Numbered]) -> Table:
    """Comments without their authors, as others may read them, with what was answered."""
    return Table(comment_exports.comment_columns(study), comment_exports.comment_rows(study, comments))


def theme_table(study: Study) -> Table:
    return Table(comment_exports.THEME_COLUMNS, comment_exports.theme_rows(study))


def coding_table(study: Study, comments: Sequence[Numbered]) -> Table:
    """Who saw which theme in which comment, coders by number."""
    return Table(comment_exports.CODING_COLUMNS, comment_exports.coding_rows(study, comments))


TABLES: dict[str, Callable[[Study], Table]] = {
    "ratings.csv": ratings,
    "items.csv": items,
    "descent.csv": descent_table,
    "verdicts.csv": verdict_table,
    "decisions.csv": decision_table,
    "themes.csv": theme_table,
}
COMMENT_TABLES: dict[str, Callable[[Study, Sequence[Numbered]], Table]] = {
    "comments.csv": comment_table,
    "codings.csv": coding_table,
}
ARCHIVE = "study.zip"


def _protocol_name(protocol: Protocol) -> str:
    return f"protocol-{protocol.number}.toml"


def _protocol_names(study: Study) -> list[str]:
    return [_protocol_name(one) for one in protocols.sealed_versions(study)]


def _closed(study: Study) -> list[Round]:
    query = (
        select(Round).where(Round.study_id == study.id, Round.closed_at.is_not(None)).order_by(Round.number)
    )
    return list(session.scalars(query))


def _answers(opened: Round) -> dict[tuple[int, int, str], tuple[int | None, bool]]:
    query = select(Rating.item_id, Rating.expert_id, Rating.criterion, Rating.point, Rating.unable)
    found = session.execute(query.where(Rating.round_id == opened.id))
    return {
        (item_id, expert_id, criterion): (point, unable)
        for item_id, expert_id, criterion, point, unable in found
    }


def _panels_by_expert(panels: Mapping[str, frozenset[int]]) -> dict[int, list[str]]:
    held: dict[int, list[str]] = defaultdict(list)
    for name, experts in panels.items():
        for expert_id in experts:
            held[expert_id].append(name)
    return held


def _place(item: Item, domains: Mapping[int, Domain], language: str) -> list[Cell]:
    """Part, domain and sub-domain, in the study's main language."""
    names: dict[str, str] = {}
    domain = domains.get(item.domain_id or 0)
    while domain is not None:
        names[domain.level.value] = domain.name.get(language) or next(iter(domain.name.values()), "")
        domain = domains.get(domain.parent_id or 0)
    return [names.get(level) for level in ("part", "domain", "subdomain")]
