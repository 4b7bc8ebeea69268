"""/healthz: is the database there, and is its schema the code's."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request):
    try:
        executor = MigrationExecutor(connection)
    except OperationalError:
        return JsonResponse({"database": False}, status=503)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    status = 503 if pending else 200
    return JsonResponse({"database": True, "migrated": not pending}, status=status)
