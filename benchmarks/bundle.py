"""The most memory, and the time, that bundles of 500 items, 300 experts and 3 rounds take beside the program. Linux.

Run: python -m benchmarks.bundle
"""

import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.memory import MIB, peak_so_far

ITEMS, EXPERTS, ROUNDS = 500, 300, 3
NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
MOST: Final = 300 * MIB


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "study.sqlite"
        if os.fork() == 0:  # what filling takes is not counted
            _within(folder, database, fill)
            os._exit(0)
        os.wait()
        _within(folder, database, measure)


def _within(folder: str, database: Path, work) -> None:
    from delphi import settings
    from delphi.app import create_app

    values = {
        "DELPHI_SECRET_KEY": "b" * 40,
        "DELPHI_INSTANCE_PATH": folder,
        "DELPHI_BASE_URL": "http://localhost",
    }
    app = create_app(settings.read(values | {"DELPHI_DATABASE_URL": f"sqlite:///{database}"}))
    with app.app_context():
        work(Path(folder))


def fill(_folder: Path) -> None:
    from sqlalchemy import insert, select

    from delphi.db import Base, db, session
    from delphi.domain.states import RoundState
    from delphi.models import (
        Account,
        Participation,
        ParticipationPanel,
        Rating,
        Round,
        RoundItem,
        Wording,
    )
    from delphi.services import protocols, verdicts
    from tests.support.rounds import make_world
    from tests.support.studies import add_item

    Base.metadata.create_all(db.engine)
    people = [Account(email=f"{name}@example.org", name=name, language="en", created_at=NOW) for name in "af"]
    session.add_all(people)
    session.flush()
    world = make_world(*people, NOW, {"W": 100, "C": 100, "M": 100})
    world.items |= {
        f"N{number:03}": add_item(world.study, NOW, f"N{number:03}") for number in range(ITEMS - 3)
    }
    wordings = dict(session.execute(select(Wording.item_id, Wording.id)).all())
    chance = np.random.default_rng(5)
    for number in range(1, ROUNDS + 1):
        one = Round(study_id=world.study.id, number=number, state=RoundState.CLOSED, time_zone="UTC")
        one.protocol_id, one.opened_at, one.closed_at = protocols.sealed(world.study).id, NOW, NOW
        session.add(one)
        session.flush()
        for place, item in enumerate(world.items.values()):
            session.add(
                RoundItem(round_id=one.id, item_id=item.id, wording_id=wordings[item.id], position=place)
            )
        for code, experts in world.experts.items():
            for expert in experts:
                held = [ParticipationPanel(panel_id=world.panels[code].id)]
                session.add(Participation(round_id=one.id, expert_id=expert.id, panels=held))
                points = chance.integers(1, 10, len(world.items)).tolist()
                shared = {
                    "round_id": one.id,
                    "expert_id": expert.id,
                    "criterion": "importance",
                    "updated_at": NOW,
                }
                session.execute(
                    insert(Rating),
                    [
                        shared
                        | {
                            "item_id": item.id,
                            "wording_id": wordings[item.id],
                            "point": point,
                            "unable": False,
                        }
                        for item, point in zip(world.items.values(), points, strict=True)
                    ],
                )
        session.flush()
        verdicts.score(one, now=NOW)
    session.commit()


def measure(folder: Path) -> None:
    from sqlalchemy import select

    from delphi.db import session
    from delphi.models import Study
    from delphi.services import bundles

    study = session.scalars(select(Study)).one()
    for profile in ("research", "public"):
        before, start = peak_so_far(), time.perf_counter()
        target = folder / f"{profile}.zip"
        bundles.write(study, profile, target, lambda *_: None, now=NOW)
        took, more = time.perf_counter() - start, peak_so_far() - before
        kept = "yes" if more <= MOST else "no"
        size = target.stat().st_size
        print(
            f"{profile}: {took:.0f} s, {more / MIB:,.0f} MiB above idle (at most 300: {kept}), {size / MIB:.1f} MiB"
        )
        session.expire_all()


if __name__ == "__main__":
    main()
