"""Chunks ⇄ Evidence.

`build` writes a version of the index aside, checks it and publishes it; `search` reads the published one. The truth is
a SQLite file (`database`), words are searched in it (`french`, `rarity`, `lexical`), vectors (`embed`) in Chroma
(`store`), which can be rebuilt from the file at any time. A reranker may put the best in another order (`rerank`).
"""
