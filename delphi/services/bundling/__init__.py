"""The parts of a study bundle; `delphi/services/bundles.py` puts them together."""
