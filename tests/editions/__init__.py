"""The course in two languages: both editions of each text, held together."""
