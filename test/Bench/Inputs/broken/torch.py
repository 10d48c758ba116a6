"""Stands in for a peer that takes the whole process down."""

import os

os.abort()
