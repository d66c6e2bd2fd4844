"""Questions with known answers → figures per stage → a gate that quality cannot slip under by accident."""
