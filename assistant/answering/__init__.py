"""Question → Answer. `pipeline` is the flow; each other file is one of its stages."""
