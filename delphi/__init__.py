"""Delphi: consensus studies with sealed rules, safe answers and checkable results."""

import os

__version__ = "0.1.0"

# Workbooks from anywhere are read by the defused parser, which refuses entities: with lxml, which python-docx brings
# along, openpyxl would pass them over in silence. It looks at this once, whoever imports it first.
os.environ["OPENPYXL_LXML"] = "False"
