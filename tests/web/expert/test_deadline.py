"""The end of the round for the expert's calendar."""

from __future__ import annotations

from datetime import timedelta

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Presentation


def test_the_file_is_the_one_that_mails_bring(ben, survey, clock):
    answer = ben.get(f"/x/{survey.study.id}/deadline.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert "deadline.ics" in answer.headers["Content-Disposition"]
    closes = survey.round.closes_at
    assert closes == clock() + timedelta(days=7)
    assert f"DTSTART:{closes:%Y%m%dT%H%M%SZ}" in answer.text
    assert "SUMMARY:What specialists need: round 1 closes" in answer.text
    assert "/i/" not in answer.text


def test_in_the_language_of_the_page(ben, survey):
    survey.ben.language = "fr"
    assert "Ce dont les" in ben.get(f"/x/{survey.study.id}/deadline.ics").text


def test_a_neutral_study_has_a_neutral_entry(ben, survey):
    session.add(Presentation(study_id=survey.study.id, neutral_subjects=True))
    text = ben.get(f"/x/{survey.study.id}/deadline.ics").text
    assert "specialists" not in text
    assert "SUMMARY:Questionnaire: round 1 closes" in text


def test_a_new_closing_time_moves_the_same_entry(ben, survey, clock):
    before = ben.get(f"/x/{survey.study.id}/deadline.ics").text
    survey.round.closes_at += timedelta(days=1)
    clock.advance(hours=1)
    after = ben.get(f"/x/{survey.study.id}/deadline.ics").text
    uid = next(line for line in before.splitlines() if line.startswith("UID:"))
    assert uid in after
    assert "SEQUENCE:0" in before
    assert "SEQUENCE:60" in after


def test_without_an_open_round_there_is_no_date(ben, survey):
    survey.round.state = RoundState.CLOSED
    answer = ben.get(f"/x/{survey.study.id}/deadline.ics")
    assert answer.status_code == 404
    assert "no date to note" in answer.text


def test_the_task_list_offers_it(ben, survey):
    assert f"/x/{survey.study.id}/deadline.ics" in ben.get(f"/x/{survey.study.id}/").text
