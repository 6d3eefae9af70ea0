"""When the disk is full: what was begun is taken back, and whoever delivers is told in a sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from zerentian.kernel.refusal import Refused

NO_ROOM = _("服务器磁盘空间不足，暂时不能检查；文件已经收好，没有丢失，腾出空间后系统会自动重新检查")
NOT_TAKEN = _("服务器磁盘空间不足，没有收下这个文件；请告诉系统管理员，腾出空间后再交付同一个文件")
_NUMBERS = (errno.ENOSPC, errno.EDQUOT)
_WORDS = ("No space left on device", "Disk quota exceeded", "failed to offload data block")


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk is full; the libraries for tables say it each in its own class."""
    return getattr(error, "errno", None) in _NUMBERS or any(words in str(error) for words in _WORDS)


@contextmanager
def with_room() -> Iterator[None]:
    """Refused, with what to do, when what is written inside finds no room."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise Refused(str(NOT_TAKEN)) from error
        raise
