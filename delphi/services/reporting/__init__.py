"""Reports of a study: what each section says, read from the record."""
