"""Files of open data → a new version of the figures: unpack, recognise, read, convert, check, settle, publish."""
