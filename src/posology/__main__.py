"""`python -m posology`."""

from .cli import main

raise SystemExit(main())
