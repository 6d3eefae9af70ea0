"""What of the exchange is decided without a database: contracts, sources, clue rules, keys, what a clue may become."""
