"""What procedures are, and what may happen next in a case; nothing here knows the database."""
