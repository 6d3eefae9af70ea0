"""Rules for passwords whose words Django's own Chinese catalogue lacks."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """A least length, told in the reader's language."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return _("密码太短，至少要 %(least)s 个字符") % {"least": self.min_length}

    def get_help_text(self) -> str:
        """What is asked."""
        return _("至少 %(least)s 个字符") % {"least": self.min_length}
