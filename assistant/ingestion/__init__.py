"""What an ingestion is made of, between reading the documents and writing the index: see `ingest.py`."""
