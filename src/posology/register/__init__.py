"""A whole practice, or a whole country: tables of patients in, a worklist out."""

MADE_UP = "MADE-UP.txt"
"""The file that says of a folder that its patients are made up."""
