"""The parts every page is made of, as template tags: icon, figure, beam, tag."""

from __future__ import annotations

from django import template

register = template.Library()
