"""Words for problems in imported files."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "ratings.no_such_column": _("There is no column “%(header)s”. The file has: %(headers)s."),
    "ratings.column_missing": _("The column “%(header)s” is missing."),
    "ratings.no_items": _(
        "There is no column of ratings: every column is one of rater, panel, round or criterion."
    ),
    "ratings.empty": _("This cell must not be empty."),
    "ratings.not_a_point": _("“%(value)s” is neither a point from 1 to %(points)s nor “%(unable)s”."),
    "ratings.unknown_criterion": _("“%(value)s” is no criterion of the protocol. It has: %(known)s."),
    "ratings.twice": _("%(rater)s rates %(item)s more than once in the same round."),
    "file.missing": _("Choose a file first."),
    "file.gone": _(
        "This file is no longer kept here: uploads are thrown away after two hours. Upload it again."
    ),
    "file.refused": _("Nothing was imported. Problems found: %(count)s."),
    "file.too_large": _("This file is too large: at most %(limit)s MB can be imported."),
    "file.unpacks_too_large": _(
        "This workbook unpacks to more than %(limit)s MB, so it was not opened. Copy the cells you need into a new workbook and upload that."
    ),
    "file.empty": _("This file is empty. It needs a row of headers and at least one row below it."),
    "file.only_header": _("This file has a row of headers and nothing below it."),
    "file.too_many_rows": _(
        "This file has too many rows: at most %(limit)s below the header can be imported at a time. Split it."
    ),
    "file.too_many_columns": _(
        "This file has too many columns: at most %(limit)s can be read. Delete those that are not needed."
    ),
    "file.header_twice": _("Two columns are both called “%(header)s”. Give each column a header of its own."),
    "file.cell_too_long": _(
        "Row %(row)s has a cell far too long to be meant: more than %(limit)s characters. A quotation mark may be missing near there."
    ),
    "file.broken_quotes": _(
        "The quotation marks in the row that begins at row %(row)s do not match: a quoted cell does not end, or goes on after its closing mark. Mend that row, or save the file again from a spreadsheet program."
    ),
    "file.wrong_encoding": _(
        "This file is not in UTF-8: the first byte that does not fit is %(byte)s in row %(row)s, after “%(near)s” (byte %(position)s of the row). In a spreadsheet program, save it as “CSV UTF-8” or as a workbook (.xlsx), then upload it again."
    ),
    "file.broken_utf16": _(
        "This file begins as UTF-16 text but does not go on as such. In a spreadsheet program, save it as “CSV UTF-8” or as a workbook (.xlsx), then upload it again."
    ),
    "file.unknown_ending": _(
        "“%(name)s” does not end in .csv, .tsv, .txt or .xlsx, the kinds of file that can be read. Rename it if it is one of these, or save it as one."
    ),
    "file.really_workbook": _(
        "“%(name)s” is not what its name says: it is an Excel workbook and should end in .xlsx. Rename it, or save it as CSV."
    ),
    "file.really_text": _(
        "“%(name)s” is not what its name says: it is plain text, not an Excel workbook. If it is a CSV file, rename it to end in .csv."
    ),
    "file.really_page": _(
        "“%(name)s” is a web page or XML, even if a spreadsheet program can open it. Open it there and save it as .xlsx or CSV."
    ),
    "file.really_pdf": _("“%(name)s” is a PDF document. Bring the table as .xlsx or CSV."),
    "file.really_old_workbook": _(
        "“%(name)s” is in the old Excel format. Open it in a spreadsheet program and save it as .xlsx or CSV."
    ),
    "file.really_protected": _(
        "“%(name)s” is protected with a password. Save it without the password, then upload it again."
    ),
    "file.really_open_document": _(
        "“%(name)s” is an OpenDocument file. In the program it comes from, save it as .xlsx or CSV."
    ),
    "file.really_archive": _(
        "“%(name)s” is a damaged workbook or a zip archive of something else. Upload the .xlsx or CSV file itself."
    ),
    "file.really_binary": _(
        "“%(name)s” is neither text nor a workbook. Bring the table as .xlsx or as CSV in UTF-8."
    ),
    "file.broken_workbook": _(
        "This workbook is damaged and cannot be read. Open it in a spreadsheet program, save it again as .xlsx, then upload that."
    ),
    "file.no_such_sheet": _("The workbook has no sheet called “%(sheet)s”. It has: %(sheets)s."),
    "row.too_few_cells": _(
        "This row has fewer cells (%(found)s) than there are headers (%(expected)s). A separator may be missing."
    ),
    "row.too_many_cells": _(
        "There is text beyond the last header. A cell with a separator in it may lack its quotation marks."
    ),
    "cell.formula": _(
        "This cell is a formula (it begins with “=”). Formulas are never worked out here: paste the values instead."
    ),
    "cell.error_value": _("This cell holds the error %(value)s of a spreadsheet. Mend it there."),
    "cell.too_long": _("This text is too long: %(found)s characters, of at most %(limit)s."),
    "mapping.no_title": _("No column is used as the title. Say which column holds the titles of the items."),
    "mapping.twice": _("“%(second)s” is used for the same thing as “%(first)s”. Choose one of the two."),
    "mapping.unknown_language": _(
        "“%(header)s” seems to be in a language (%(language)s) that the study does not have. Choose “Not imported” for it, or add the language in the study’s settings first."
    ),
}

LABELS: dict[str, Any] = {}
