"""The application as a WSGI server loads it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanheng.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
