"""What is meant by what is told: had or planned, asked for, felt or examined, which of several values."""
