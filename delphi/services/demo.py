"""The demo study: made by the same services as a real one, so that what a newcomer sees is what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from delphi.db import session
from delphi.demo import answers, content
from delphi.domain import protocols as documents
from delphi.domain.languages import LANGUAGES
from delphi.domain.permissions import Role
from delphi.domain.presentation import Choices, Suggestions
from delphi.domain.pseudonyms import new_code
from delphi.domain.states import ExpertState
from delphi.domain.wordings import ItemText
from delphi.models import (
    Account,
    Comment,
    CommentChange,
    Consent,
    Contact,
    Domain,
    Expert,
    ExpertPanel,
    Item,
    ItemPanel,
    Membership,
    Message,
    Panel,
    Participation,
    Rating,
    Round,
    Study,
    Wording,
    WordingText,
)
from delphi.models.domain import DomainLevel
from delphi.models.message import MessageState
from delphi.scoring import presets
from delphi.scoring.rules import POOLED, Verdict
from delphi.services import (
    accounts,
    consents,
    decisions,
    domains,
    glossary,
    items,
    keeping,
    panels,
    presentations,
    protocols,
    questions,
    rounds,
    studies,
    teams,
    verdicts,
)

PASSWORD = "calm paper, teal ring"  # noqa: S105 - printed for everyone to use
STAFF = (
    ("alice@example.org", "Alice Anand", Role.OWNER),
    ("fay@example.org", "Fay Fontaine", Role.FACILITATOR),
    ("oscar@example.org", "Oscar Okafor", Role.OBSERVER),
)
SEED = 20_260_901
PRESET = "comet_70_15"


@dataclass(frozen=True)
class _Cast:
    """The demo's rows by the names its files use."""

    study: Study
    alice: Account
    fay: Account
    panels: Mapping[str, Panel]
    items: Mapping[str, Item]
    experts: Sequence[Expert]


def load(now: datetime) -> Study:
    """One study with round 1 decided and round 2 open, as if it had begun four weeks ago."""
    start = now - timedelta(days=28)
    alice, fay, *_ = [
        accounts.create(email, name, PASSWORD, role is Role.OWNER, start) for email, name, role in STAFF
    ]
    cast = _set_up(alice, fay, start)
    _first_round(cast, start + timedelta(days=2))
    _second_round(cast, start + timedelta(days=20), closes_at=now + timedelta(days=14))
    return cast.study


def loaded() -> Study | None:
    """The demo study of this database: the first one, where the demo's own researcher is."""
    return session.scalar(
        select(Study)
        .join(Membership, Membership.study_id == Study.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.email == STAFF[0][0])
        .order_by(Study.id)
        .limit(1)
    )


def expert_to_try(study: Study) -> Expert | None:
    """An English-speaking expert who rated in round 1 and has not begun round 2, if one is left."""
    rated = select(Rating.expert_id).join(Round, Round.id == Rating.round_id)
    query = select(Expert).where(
        Expert.study_id == study.id,
        Expert.language == "en",
        Expert.state == ExpertState.ACTIVE,
        Expert.id.in_(rated.where(Round.number == 1)),
        Expert.id.not_in(rated.where(Round.number == 2)),
    )
    return session.scalar(query.order_by(Expert.id).limit(1))


def _set_up(alice: Account, fay: Account, now: datetime) -> _Cast:
    told = content.study()
    study = studies.create(
        alice, told["title"], told["languages"], told["time_zone"], told["contact"], now=now
    )
    for email, _, role in STAFF[1:]:
        teams.add_member(study, email, role, alice, now)
    by_code = {
        row["code"]: panels.add(study, row["code"], _texts(row), by=alice, now=now) for row in told["panels"]
    }
    consents.save_text(study, told["consent"], by=alice, now=now)
    protocols.save_draft(study, _protocol(told["criterion"]), by=alice, now=now)
    bank = _items(study, by_code, now)
    _present(study, told, alice, now)
    experts = _experts(study, by_code, now)
    protocols.seal(study, by=alice, now=now + timedelta(days=1))
    return _Cast(study, alice, fay, by_code, bank, experts)


def _present(study: Study, told: Mapping[str, Any], alice: Account, now: datetime) -> None:
    """Texts, questions about the expert, the glossary, a content note, and what the framework says of domains."""
    chosen = {**told["presentation"], "suggestions": Suggestions(told["presentation"]["suggestions"])}
    presentations.save(study, Choices(**chosen), by=alice, now=now)
    for row in told["attributes"]:
        lines = {code: "\n".join(choice[code] for choice in row["choices"]) for code in LANGUAGES}
        draft = questions.Draft(_texts(row), lines, row["several"])
        questions.add(study, row["code"], draft, by=alice, now=now)
    for row in told["glossary"]:
        glossary.add(study, row["term"], row["meaning"], by=alice, now=now)
    by_name = {domain.name["en"]: domain for domain in domains.by_id(study).values()}
    for row in told["content_notes"]:
        noted = by_name[row["domain"]]
        domains.change(noted, study, noted.name, _texts(row), alice, now)
    for row in told["narratives"]:
        domains.tell(by_name[row["domain"]], study, _texts(row), {}, by=alice, now=now)
    left = told["left_empty"]
    blank = domains.add(study, None, DomainLevel.DOMAIN, left["name"], alice, now)
    domains.tell(blank, study, {}, left["reason"], by=alice, now=now)


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {language: row[language] for language in LANGUAGES}


def _protocol(criterion: Mapping[str, Any]) -> str:
    """The preset, asking the demo's own question."""
    document = presets.load(PRESET)
    (key,) = document["criteria"]
    scale = document["criteria"][key]["scale"]
    document["criteria"][key] = {
        "scale": scale,
        "question": criterion["question"],
        "band_labels": criterion["bands"],
        "labels": {"1": criterion["ends"]["low"], str(scale["points"]): criterion["ends"]["high"]},
    }
    for rule in document["rules"]:
        rule["minimum_raters"] = 5
    return documents.from_dict(document).to_toml()


def _items(study: Study, by_code: Mapping[str, Panel], now: datetime) -> dict[str, Item]:
    domains: dict[tuple[str, str], Domain] = {}
    bank = {}
    for position, row in enumerate(content.items()):
        item = Item(study_id=study.id, code=row.code, position=position, created_at=now)
        item.domain_id = _domain(study, domains, row).id
        item.wordings = [
            Wording(number=1, created_at=now, texts=[_text(row, lang) for lang in study.languages])
        ]
        if len(row.panels) < len(by_code):
            item.panels = [ItemPanel(panel_id=by_code[code].id) for code in row.panels]
        session.add(item)
        bank[row.code] = item
    session.flush()
    return bank


def _domain(study: Study, domains: dict[tuple[str, str], Domain], row: content.DemoItem) -> Domain:
    """The (sub-)domain of a row, made on first sight."""
    levels = [(DomainLevel.DOMAIN, row.domain), (DomainLevel.SUBDOMAIN, row.subdomain)]
    parent: Domain | None = None
    for level, name in levels:
        if not name["en"]:
            continue
        key = (parent.name["en"] if parent else "", name["en"])
        if key not in domains:
            domains[key] = Domain(
                study_id=study.id,
                parent_id=parent.id if parent else None,
                level=level,
                name=dict(name),
                position=len(domains),
            )
            session.add(domains[key])
            session.flush()
        parent = domains[key]
    return domains[(row.domain["en"], row.subdomain["en"]) if row.subdomain["en"] else ("", row.domain["en"])]


def _text(row: content.DemoItem, language: str) -> WordingText:
    return WordingText(
        language=language,
        title=row.title[language],
        description=row.description[language],
        examples="\n".join(row.examples[language]),
    )


def _experts(study: Study, by_code: Mapping[str, Panel], now: datetime) -> list[Expert]:
    kept = content.kept_answers()
    random, taken = Random(SEED), set[str]()  # noqa: S311 - the same codes every time
    made = []
    for one in answers.experts():
        code = new_code(one.panels[0], taken, random)
        taken.add(code)
        attributes = {
            name: [kept[name][value] for value in values] for name, values in one.attributes.items()
        }
        expert = Expert(
            study_id=study.id, code=code, language=one.language, attributes=attributes, created_at=now
        )
        expert.panels = [ExpertPanel(panel_id=by_code[panel].id) for panel in one.panels]
        made.append(expert)
    session.add_all(made)
    session.flush()
    alike = {"study_id": study.id, "phone": "", "updated_at": now}
    rows = [
        {**alike, "expert_id": expert.id, "name": one.name, "email": one.email}
        for expert, one in zip(made, answers.experts(), strict=True)
    ]
    session.execute(insert(Contact), rows)
    return made


def _first_round(cast: _Cast, opens: datetime) -> None:
    first = _open(cast, 1, [item.id for item in cast.items.values()], opens, opens + timedelta(days=10))
    _delivered(first, opens)
    _settle_states(cast, opens)
    _rate(cast, first, answers.round_one(), opens + timedelta(days=3))
    _comment(cast, first, opens + timedelta(days=3))
    closed = rounds.close(cast.study, first.id, by=cast.fay, now=opens + timedelta(days=10))
    _decide(cast, closed, opens + timedelta(days=12))


def _second_round(cast: _Cast, opens: datetime, closes_at: datetime) -> None:
    open_items = {code: item for code, item in cast.items.items() if item.state == "in_play"}
    first = rounds.of_study(cast.study)[0]
    found = verdicts.of_round(first)
    medians = {code: _median(found[item.id].judgement) for code, item in open_items.items()}
    second = _open(cast, 2, [item.id for item in open_items.values()], opens, closes_at)
    _rate(cast, second, answers.round_two(list(open_items), medians), opens + timedelta(days=2))


def _median(judgement: Mapping[str, Any]) -> float:
    (criterion,) = judgement["summaries"].values()
    return float(criterion[POOLED]["median"]["value"])


def _open(cast: _Cast, number: int, item_ids: list[int], opens: datetime, closes_at: datetime) -> Round:
    told = next(row for row in content.study()["rounds"] if row["number"] == number)
    texts = {
        language: f"{told['welcome'][language]}\n\n{told['instructions'][language]}" for language in LANGUAGES
    }
    plan = rounds.Plan(
        item_ids=item_ids,
        panel_ids=[panel.id for panel in cast.panels.values()],
        time_zone=cast.study.time_zone,
        closes_at=closes_at,
        instructions=texts,
    )
    planned = rounds.plan(cast.study, plan, by=cast.fay, now=opens)
    return rounds.open_round(cast.study, planned.id, by=cast.fay, now=opens)


def _delivered(opened: Round, now: datetime) -> None:
    """The invitations of the first round went out long ago."""
    session.execute(
        update(Message)
        .where(Message.round_id == opened.id)
        .values(state=MessageState.SENT, sent_at=now + timedelta(minutes=2), attempts=1)
    )


def _settle_states(cast: _Cast, now: datetime) -> None:
    """Those who answered have agreed to take part; one declined, one withdrew later."""
    rated = {answer.expert for answer in answers.round_one()}
    text = consents.current(cast.study)
    rows = []
    for one, expert in zip(answers.experts(), cast.experts, strict=True):
        expert.state = ExpertState(one.state)
        if one.number in rated and text is not None:
            rows.append(
                {
                    "expert_id": expert.id,
                    "consent_text_id": text.id,
                    "language": one.language,
                    "given_at": now,
                }
            )
    session.execute(insert(Consent), rows)


def _rate(cast: _Cast, rated: Round, given: Iterable[answers.DemoAnswer], now: datetime) -> None:
    wordings = {row.item_id: row.wording_id for row in rated.items}
    (criterion,) = protocols.of_round(rated).rules.criteria
    rows = [
        {
            "round_id": rated.id,
            "expert_id": cast.experts[one.expert].id,
            "item_id": cast.items[one.item].id,
            "wording_id": wordings[cast.items[one.item].id],
            "criterion": criterion,
            "point": one.point,
            "unable": one.point is None,
            "updated_at": now,
        }
        for one in given
    ]
    keeping.store_invented(rows)
    _submit(rated, rows, now)


def _submit(rated: Round, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Those who answered nearly everything said that they were done."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[row["expert_id"]] = counts.get(row["expert_id"], 0) + 1
    done = [expert_id for expert_id, count in counts.items() if count >= 0.9 * max(counts.values())]
    query = update(Participation).where(Participation.round_id == rated.id, Participation.expert_id.in_(done))
    session.execute(query.values(submitted_at=now))


def _comment(cast: _Cast, rated: Round, now: datetime) -> None:
    wordings = {row.item_id: row.wording_id for row in rated.items}
    for one in answers.comments():
        item = cast.items[one.item]
        comment = Comment(
            round_id=rated.id,
            expert_id=cast.experts[one.expert].id,
            item_id=item.id,
            wording_id=wordings[item.id],
            text=one.text,
            language=one.language,
            chosen=one.chosen,
            updated_at=now,
        )
        session.add(comment)
        session.flush()
        session.add(CommentChange(comment_id=comment.id, text=one.text, changed_at=now))


def _decide(cast: _Cast, closed: Round, now: datetime) -> None:
    told = content.study()
    override, reworded = told["overridden"], told["reworded"]
    item = cast.items[override["item"]]
    outcome = Verdict(override["decision"])
    decisions.decide(cast.study, closed.id, item.id, outcome, override["reason"], by=cast.fay, now=now)
    decisions.confirm(cast.study, closed.id, decisions.undecided(closed), by=cast.fay, now=now)
    decisions.finish(cast.study, closed.id, by=cast.fay, now=now)
    texts = {
        language: ItemText(
            title=reworded["title"][language],
            description=reworded["description"][language].strip(),
            examples=reworded["examples"][language].replace(" | ", "\n"),
        )
        for language in cast.study.languages
    }
    items.reword(cast.items[reworded["item"]], texts, reworded["reason"], by=cast.fay, now=now)
