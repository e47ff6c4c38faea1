"""A registration pack against a bundle of the study's data: every difference, and what is on record."""

from __future__ import annotations

from collections.abc import Iterator

from delphi.services.verifying import answered, registered
from delphi.services.verifying.archives import Files
from delphi.services.verifying.finding import Finding


def verify(pack: Files, data: Files) -> Iterator[Finding]:
    """In the order in which a reader would look: registration, protocol, items, files, answers, verdicts."""
    registered.manifest(pack)
    answered.descriptor(data)
    yield from registered.files(pack)
    yield from registered.protocols(pack, data)
    yield from registered.items(pack, data)
    yield from answered.files(data)
    found = answered.read(data)
    yield from answered.answers(data, found)
    yield from answered.verdicts(data, found)
