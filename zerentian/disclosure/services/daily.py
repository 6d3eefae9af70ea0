"""What the worker does with notices every day."""

from zerentian.disclosure.services.notices import end_due_notices
from zerentian.kernel.jobs import every


@every("5 16 * * *")
def end_notices_daily() -> None:
    """Shortly after midnight of the place: end the notices whose last day has passed."""
    end_due_notices()
