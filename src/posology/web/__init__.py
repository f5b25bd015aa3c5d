"""The web app: pages that work without a script, and the same answers as JSON."""
