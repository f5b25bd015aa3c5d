"""A whole practice, or a whole country: tables of patients in, a worklist out."""

from ..findings import Finding

MADE_UP = "MADE-UP.txt"
"""The file that says of a folder that its patients are made up."""
ASSUMED = "register.yaml"
"""The file beside a guideline that says what its made-up patients are like."""
OF_NOBODY = Finding("patients", "These patients are made up: they stand for nobody.", "Try things out; call none.")


def so_many(patients: int) -> str:
    """How many patients, in words.

    >>> so_many(1), so_many(1300)
    ('1 patient', '1,300 patients')
    """
    return f"{patients:,} patient{'' if patients == 1 else 's'}"
