"""A whole practice, or a whole country: tables of patients in, a worklist out."""
