"""Consensus statistics and the rule engine: ratings in, verdicts out.

Start at `protocol` (rules as data), `statistics` (one item's numbers) and `engine` (a round's verdicts).
Nothing is imported here, so that reading a protocol never waits for numpy.
"""
