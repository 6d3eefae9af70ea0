"""What may stand on a notice, for how long, where, and who does what with it."""
