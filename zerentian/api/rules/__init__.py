"""The rate limit, and the API document."""
