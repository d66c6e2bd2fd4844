"""Fibre and copper, commune by commune: places recognised in a question, dated figures, addresses."""
