"""The steps of a run: each says in its signature what it reads, and returns what it did and found."""
