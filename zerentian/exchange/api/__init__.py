"""The delivery API: what a department's program sends and asks; its own data and what came of it, nothing else."""

from ninja import Router

from zerentian.exchange.api.deliveries import router as _deliveries
from zerentian.exchange.api.replies import router as _replies
from zerentian.exchange.api.uploads import router as _uploads

router = Router(tags=["exchange"])
for _one in (_uploads, _deliveries, _replies):
    router.add_router("", _one)
