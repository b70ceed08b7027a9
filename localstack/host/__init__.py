"""Senda's additions to community LocalStack 4.13.1, one idea a file; `additions.py` lists them."""
