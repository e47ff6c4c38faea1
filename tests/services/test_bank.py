"""Searching and filtering the bank."""

from __future__ import annotations

import pytest

from delphi.db import session
from delphi.domain.states import ItemState
from delphi.importers.tables import read_table
from delphi.models import Account, Item, Study
from delphi.services import bank, domains, item_imports
from delphi.services.bank import Filter
from tests.support.clock import Clock
from tests.support.studies import add_panel, make_study

TABLE = """code,domain_en,subdomain_en,title_en,title_fr,description_en,examples_fr,panels
LAW1,Law,,Knows family law,Connaît le droit de la famille,Custody,,all
LAW2,Law,Courts,Goes to court,,,,women
RISK1,Risk,,Sees danger,Repère le danger,,Étranglement,women;men
FREE,,,Stands alone,Reste à part,,,men
"""


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    study = make_study(alice, clock())
    for code, name in (("W", "Women"), ("M", "Men")):
        add_panel(study, alice, clock(), code, name)
    item_imports.import_table(study, read_table(TABLE.encode(), "items.csv"), alice, clock())
    session.commit()
    return study


def found(study: Study, wanted: Filter) -> list[str]:
    return [entry.item.code for group in bank.read(study, wanted).groups for entry in group.entries]


def test_everything_in_the_order_of_the_tree(study: Study) -> None:
    read = bank.read(study, Filter())
    assert (read.total, read.found) == (4, 4)
    assert found(study, Filter()) == ["LAW1", "LAW2", "RISK1", "FREE"]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("law1", ["LAW1"]),
        ("DANGER", ["RISK1"]),
        ("etranglement", ["RISK1"]),
        ("reste", ["FREE"]),
        ("family custody", ["LAW1"]),
        ("family danger", []),
        ("  ", ["LAW1", "LAW2", "RISK1", "FREE"]),
        ("100%_", []),
    ],
)
def test_every_word_is_looked_for_in_every_language_without_case_or_accents(
    study: Study, query: str, codes: list[str]
) -> None:
    assert found(study, Filter(query=query)) == codes


def test_a_domain_takes_in_what_is_below_it(study: Study) -> None:
    by_name = {branch.domain.name["en"]: branch.domain.id for branch in domains.tree(study)}
    assert found(study, Filter(domain_id=by_name["Law"])) == ["LAW1", "LAW2"]
    assert found(study, Filter(domain_id=by_name["Courts"])) == ["LAW2"]


def test_a_panel_takes_in_the_items_of_every_panel(study: Study) -> None:
    panels = {panel.code: panel.id for panel in bank.read(study, Filter()).panels}
    assert found(study, Filter(panel_id=panels["W"])) == ["LAW1", "LAW2", "RISK1"]
    assert found(study, Filter(panel_id=panels["M"])) == ["LAW1", "RISK1", "FREE"]


def test_state_and_missing_translations(study: Study) -> None:
    item = session.query(Item).filter_by(code="RISK1").one()
    item.state = ItemState.DROPPED
    session.flush()
    assert found(study, Filter(state=ItemState.DROPPED)) == ["RISK1"]
    assert found(study, Filter(untranslated="fr")) == ["LAW2"]
    assert found(study, Filter(untranslated="en")) == []


def test_an_empty_filter_says_so() -> None:
    assert not Filter()
    assert Filter(query="x")
