"""Bytes of the corpus → chunks that know where they come from.

`find` lists the files, `read` turns one into a Page (by `text`, `markdown` or `html`; by `pdf`, `slides`
or `office` in the `sandbox`), `frame` takes the site's frame off, `sections` and `chunk` cut what remains.
"""
