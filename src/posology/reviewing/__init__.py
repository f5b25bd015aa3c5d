"""`posology people` and `posology review`: who may sign, what was signed, and what it comes to."""

from .arguments import people_arguments, review_arguments, store_argument
from .given import checked, reviewed, store_name, under_review

__all__ = [
    "checked", "people_arguments", "review_arguments", "reviewed", "store_argument", "store_name", "under_review",
]  # fmt: skip
