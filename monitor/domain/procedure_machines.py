"""The one table of machines."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.domain.procedure import Machine, ProcedureKind
from monitor.domain.procedure_admission import ADMISSION
from monitor.domain.procedure_application import APPLICATION
from monitor.domain.procedure_ending import ENDING
from monitor.domain.procedure_owner import OWNER_CHANGE
from monitor.domain.procedure_recertification import AUDIT, RECERTIFICATION

MACHINES: Mapping[ProcedureKind, Machine] = {
    machine.kind: machine
    for machine in (APPLICATION, RECERTIFICATION, AUDIT, ADMISSION, ENDING, OWNER_CHANGE)
}
