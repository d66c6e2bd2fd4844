"""The places that a question names: words → windows of words → names, their spelling and their cues → places."""
