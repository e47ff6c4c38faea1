"""Writing data out as files. Pure: rows in, bytes out."""
