"""What a later turn makes of what stands: corrected, answered, taken back."""
