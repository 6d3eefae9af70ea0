"""What the rulebook decides and computes, without database, clock or files."""
